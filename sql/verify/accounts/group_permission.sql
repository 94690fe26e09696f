-- Verify portico:accounts/group_permission on mysql

SELECT group_id, permission
  FROM account_group_permission
 WHERE FALSE;
