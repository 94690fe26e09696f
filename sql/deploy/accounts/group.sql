-- Deploy portico:accounts/group to mysql
-- Groups of users, for permissions given to many at once.

CREATE TABLE IF NOT EXISTS account_group (
	id   BIGINT       NOT NULL AUTO_INCREMENT,
	name VARCHAR(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY account_group_name (name),
	CONSTRAINT account_group_name_not_empty CHECK (name <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
