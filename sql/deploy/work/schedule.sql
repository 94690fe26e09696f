-- Deploy portico:work/schedule to mysql
-- Jobs by the clock: when each is due next, and who has it now. Whoever takes a turn moves `next_at` on at once, so a
-- turn is had once however many daemons run; one that missed several makes up one. `take` as in work_job.

CREATE TABLE IF NOT EXISTS work_schedule (
	name         VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	every_s      INT           NOT NULL,
	next_at      DATETIME(6)   NOT NULL,
	take         BIGINT        NOT NULL DEFAULT 0,
	owner        VARCHAR(100)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	lease_until  DATETIME(6)   NULL,
	started_at   DATETIME(6)   NULL COMMENT 'the last turn',
	ended_at     DATETIME(6)   NULL COMMENT 'of the last turn that ended',
	error_status SMALLINT      NULL COMMENT 'NULL: the last turn went well',
	error_code   VARCHAR(100)  CHARACTER SET ascii COLLATE ascii_bin NULL,
	error_detail VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	PRIMARY KEY (name),
	CONSTRAINT work_schedule_name_not_empty CHECK (name <> ''),
	CONSTRAINT work_schedule_every          CHECK (every_s > 0),
	CONSTRAINT work_schedule_held           CHECK ((owner IS NULL) = (lease_until IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
