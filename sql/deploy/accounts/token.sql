-- Deploy portico:accounts/token to mysql
-- Keys for programs (Authorization: Token …), one per user, kept as a keyed hash.

CREATE TABLE IF NOT EXISTS account_token (
	user_id    BIGINT      NOT NULL,
	token_hash BINARY(32)  NOT NULL,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id),
	UNIQUE KEY account_token_hash (token_hash),
	CONSTRAINT account_token_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
