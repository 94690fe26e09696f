-- Verify portico:accounts/token on mysql

SELECT user_id, token_hash, created_at
  FROM account_token
 WHERE FALSE;
