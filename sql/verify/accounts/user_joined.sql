-- Verify portico:accounts/user_joined on mysql

SELECT id, joined_at
  FROM account_user FORCE INDEX (account_user_joined)
 WHERE FALSE;
