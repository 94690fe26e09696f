-- Deploy portico:accounts/throttle to mysql
-- Failed logins, counted per account and address until `expires_at`. The key is a hash: what a stranger typed as a name
-- (at times a password) is not kept, and rows have one small size. Expired rows are swept by the schedule
-- accounts.cleanup.

CREATE TABLE IF NOT EXISTS account_throttle (
	key_hash   BINARY(32)   NOT NULL,
	failures   INT UNSIGNED NOT NULL,
	expires_at DATETIME(6)  NOT NULL,
	PRIMARY KEY (key_hash),
	KEY account_throttle_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
