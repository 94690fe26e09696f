-- Deploy portico:web/idempotency to mysql
-- Keys by which clients repeat a request without doing it twice, with the answers they are then given. A row is claimed before the
-- request is served (status NULL, under a lease) and finished in the transaction of what the request did.
-- caller: "u7" a user, "a192.0.2.1" an address. about_kind, about_id: what the request made, for a retry and for erasing.

CREATE TABLE IF NOT EXISTS web_idempotency (
	id           BIGINT       NOT NULL AUTO_INCREMENT,
	caller       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	key_text     VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	fingerprint  BINARY(32)   NOT NULL COMMENT 'keyed hash of method, path, query and body',
	claim        BIGINT       NOT NULL COMMENT 'of who serves it',
	lease_until  DATETIME(6)  NOT NULL,
	created_at   DATETIME(6)  NOT NULL,
	expires_at   DATETIME(6)  NOT NULL,
	status       SMALLINT     NULL COMMENT 'of the answer; NULL: not served yet',
	content_type VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	headers      TEXT         CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	body         MEDIUMBLOB   NULL,
	kept         BOOLEAN      NOT NULL DEFAULT FALSE COMMENT 'false: the answer was too large',
	about_kind   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
	about_id     BIGINT       NULL,
	PRIMARY KEY (id),
	UNIQUE KEY web_idempotency_key (caller, key_text),
	KEY web_idempotency_caller (caller, id),
	KEY web_idempotency_expires (expires_at),
	KEY web_idempotency_about (about_kind, about_id),
	CONSTRAINT web_idempotency_about_whole CHECK ((about_kind IS NULL) = (about_id IS NULL)),
	CONSTRAINT web_idempotency_served      CHECK (status IS NOT NULL OR (body IS NULL AND kept = 0))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
