-- Deploy portico:accounts/membership to mysql
-- Which user is in which group.

CREATE TABLE IF NOT EXISTS account_membership (
	user_id  BIGINT NOT NULL,
	group_id BIGINT NOT NULL,
	PRIMARY KEY (user_id, group_id),
	KEY account_membership_group (group_id),
	CONSTRAINT account_membership_user  FOREIGN KEY (user_id)  REFERENCES account_user (id)  ON DELETE CASCADE,
	CONSTRAINT account_membership_group FOREIGN KEY (group_id) REFERENCES account_group (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
