-- Deploy portico:accounts/user to mysql
-- Who may log in. Names are unique whatever their case, so that Ada and ada cannot both exist; the collation does not
-- pad, so that a name with a blank behind it is another name. `superuser` is indexed because the last active one is
-- looked for, under lock, before one is demoted.

CREATE TABLE IF NOT EXISTS account_user (
	id            BIGINT       NOT NULL AUTO_INCREMENT,
	uuid          CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	username      VARCHAR(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
	first_name    VARCHAR(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
	last_name     VARCHAR(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
	superuser     BOOLEAN      NOT NULL DEFAULT FALSE,
	staff         BOOLEAN      NOT NULL DEFAULT FALSE,
	active        BOOLEAN      NOT NULL DEFAULT TRUE,
	joined_at     DATETIME(6)  NOT NULL,
	last_login_at DATETIME(6)  NULL,
	PRIMARY KEY (id),
	UNIQUE KEY account_user_uuid (uuid),
	UNIQUE KEY account_user_username (username),
	KEY account_user_superuser (superuser, active),
	CONSTRAINT account_user_username_not_empty CHECK (username <> ''),
	CONSTRAINT account_user_flags CHECK (superuser IN (0, 1) AND staff IN (0, 1) AND active IN (0, 1))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
