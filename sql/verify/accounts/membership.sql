-- Verify portico:accounts/membership on mysql

SELECT user_id, group_id
  FROM account_membership
 WHERE FALSE;
