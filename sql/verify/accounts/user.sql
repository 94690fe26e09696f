-- Verify portico:accounts/user on mysql

SELECT id, uuid, username, password_hash, email, first_name, last_name, superuser, staff, active, joined_at, last_login_at
  FROM account_user
 WHERE FALSE;
