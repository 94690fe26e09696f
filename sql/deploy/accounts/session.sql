-- Deploy portico:accounts/session to mysql
-- Browser sessions. Only a keyed hash of the cookie is kept, so a copy of this table opens nothing. The end is fixed
-- when the session begins: requests do not write here.

CREATE TABLE IF NOT EXISTS account_session (
	id         BIGINT      NOT NULL AUTO_INCREMENT,
	token_hash BINARY(32)  NOT NULL,
	user_id    BIGINT      NOT NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	address    VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'where it began',
	PRIMARY KEY (id),
	UNIQUE KEY account_session_token (token_hash),
	KEY account_session_user (user_id),
	KEY account_session_expires (expires_at),
	CONSTRAINT account_session_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE,
	CONSTRAINT account_session_lasts CHECK (expires_at > created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
