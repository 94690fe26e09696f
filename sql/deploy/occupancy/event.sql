-- Deploy portico:occupancy/event to mysql
-- The history of a space: one row for its creation and each change, written in the transaction of the change; `at` is the
-- space's `updated_at` then, which never repeats. Older rows are summed up to one per hour by a schedule: its last one, with the
-- lowest and highest count and the number of changes of them all.

CREATE TABLE IF NOT EXISTS occupancy_event (
	space_id BINARY(16)  NOT NULL,
	at       DATETIME(6) NOT NULL,
	kind     TINYINT     NOT NULL COMMENT '0 created, 1 increment, 2 decrement, 3 maximum, 4 imported, 5 sum of an hour',
	current  INT         NOT NULL,
	maximum  INT         NOT NULL,
	low      INT         NOT NULL,
	high     INT         NOT NULL,
	changes  INT         NOT NULL,
	PRIMARY KEY (space_id, at),
	CONSTRAINT occupancy_event_space   FOREIGN KEY (space_id) REFERENCES occupancy_space (id),
	CONSTRAINT occupancy_event_kind    CHECK (kind BETWEEN 0 AND 5),
	CONSTRAINT occupancy_event_range   CHECK (low BETWEEN 0 AND current AND current <= high),
	CONSTRAINT occupancy_event_changes CHECK (changes > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
