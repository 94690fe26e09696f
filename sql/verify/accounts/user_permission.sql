-- Verify portico:accounts/user_permission on mysql

SELECT user_id, permission
  FROM account_user_permission
 WHERE FALSE;
