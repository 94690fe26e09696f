-- Deploy portico:accounts/group_permission to mysql
-- Permissions given to everybody in a group; names as in account_user_permission.

CREATE TABLE IF NOT EXISTS account_group_permission (
	group_id   BIGINT       NOT NULL,
	permission VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (group_id, permission),
	CONSTRAINT account_group_permission_group FOREIGN KEY (group_id) REFERENCES account_group (id) ON DELETE CASCADE,
	CONSTRAINT account_group_permission_not_empty CHECK (permission <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
