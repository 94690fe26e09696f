-- Deploy portico:accounts/audit to mysql
-- Who did what to which object. Names are copies and there is no foreign key: the trail outlives what it is about.
-- actor_id is NULL for the command line and the daemon.

CREATE TABLE IF NOT EXISTS account_audit (
	id          BIGINT        NOT NULL AUTO_INCREMENT,
	at          DATETIME(6)   NOT NULL,
	actor_id    BIGINT        NULL,
	actor_name  VARCHAR(150)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	action      VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	object_kind VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	object_id   BIGINT        NOT NULL,
	object_name VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	detail      VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
	PRIMARY KEY (id),
	KEY account_audit_object (object_kind, object_id, id),
	KEY account_audit_actor (actor_id, id),
	KEY account_audit_at (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
