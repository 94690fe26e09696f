-- Deploy portico:occupancy/space to mysql
-- Spaces with a counter. Whoever knows `id` may read and change it, whoever knows `read_only_id` (a UUID of version 8, so
-- that the two can be told apart) may read it. A row is invisible once `expires_at` has come and removed later. `current` may lie
-- above `maximum` only in rows that were imported. `summed_until`: events before it have been summed up by the hour.

CREATE TABLE IF NOT EXISTS occupancy_space (
	id           BINARY(16)   NOT NULL,
	read_only_id BINARY(16)   NOT NULL,
	name         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
	current      INT          NOT NULL,
	maximum      INT          NOT NULL,
	created_at   DATETIME(6)  NOT NULL,
	updated_at   DATETIME(6)  NOT NULL,
	expires_at   DATETIME(6)  NOT NULL,
	summed_until DATETIME(6)  NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY occupancy_space_read_only (read_only_id),
	KEY occupancy_space_expires (expires_at),
	KEY occupancy_space_summed (summed_until),
	CONSTRAINT occupancy_space_current   CHECK (current >= 0),
	CONSTRAINT occupancy_space_maximum   CHECK (maximum BETWEEN 1 AND 100000),
	CONSTRAINT occupancy_space_name      CHECK (name <> ''),
	CONSTRAINT occupancy_space_two_ids   CHECK (read_only_id <> id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
