-- Verify portico:accounts/session on mysql

SELECT id, token_hash, user_id, created_at, expires_at, address
  FROM account_session
 WHERE FALSE;
