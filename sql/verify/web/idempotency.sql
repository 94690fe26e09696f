-- Verify portico:web/idempotency on mysql

SELECT id, caller, key_text, fingerprint, claim, lease_until, created_at, expires_at, status, content_type, headers, body, kept,
       about_kind, about_id
  FROM web_idempotency FORCE INDEX (web_idempotency_key, web_idempotency_caller, web_idempotency_expires, web_idempotency_about)
 WHERE FALSE;
