-- Deploy portico:accounts/user_permission to mysql
-- Permissions given to one user. Which permissions there are is said by the program's tables, so a row holds the
-- name ("accounts.user.change") and no second list has to be kept in step.

CREATE TABLE IF NOT EXISTS account_user_permission (
	user_id    BIGINT       NOT NULL,
	permission VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (user_id, permission),
	CONSTRAINT account_user_permission_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE,
	CONSTRAINT account_user_permission_not_empty CHECK (permission <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
