-- Verify portico:accounts/throttle on mysql

SELECT key_hash, failures, expires_at
  FROM account_throttle
 WHERE FALSE;
