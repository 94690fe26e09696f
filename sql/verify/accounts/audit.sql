-- Verify portico:accounts/audit on mysql

SELECT id, at, actor_id, actor_name, action, object_kind, object_id, object_name, detail
  FROM account_audit
 WHERE FALSE;
