-- Deploy portico:accounts/user_joined to mysql
-- Users are listed newest first, part by part: without it each part sorts all of them.

CREATE INDEX IF NOT EXISTS account_user_joined ON account_user (joined_at, id);
