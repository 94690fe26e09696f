-- Verify portico:accounts/group on mysql

SELECT id, name
  FROM account_group
 WHERE FALSE;
