-- Deploy portico:facility/member to mysql
-- What the facility app knows of a user: the quota (NULL: the settings' default) and how many experiments there are, so that
-- a page needs no count. It is also the row that a launch locks, so that a user's launches queue.

CREATE TABLE IF NOT EXISTS facility_member (
	user_id          BIGINT       NOT NULL,
	experiment_count INT UNSIGNED NOT NULL DEFAULT 0,
	max_simultaneous INT UNSIGNED NULL,
	cpu              INT UNSIGNED NULL,
	memory_bytes     BIGINT       NULL,
	hdd_bytes        BIGINT       NULL,
	PRIMARY KEY (user_id),
	CONSTRAINT facility_member_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE,
	CONSTRAINT facility_member_memory CHECK (memory_bytes >= 0),
	CONSTRAINT facility_member_hdd CHECK (hdd_bytes >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
