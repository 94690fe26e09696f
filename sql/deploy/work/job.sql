-- Deploy portico:work/job to mysql
-- Work that outlives a request. A row is written in the transaction of what it is about and taken in the order of
-- (state, run_at, id) with FOR UPDATE SKIP LOCKED.
-- `take` counts how often the row was taken: whoever ends a try names the take it began with, so that one that outlived
-- its lease cannot end the try of another. `once_subject` is the subject of a job that others may mean instead of
-- adding a second one, and only while that is so: the unique key then lets no second one in.

CREATE TABLE IF NOT EXISTS work_job (
	id           BIGINT        NOT NULL AUTO_INCREMENT,
	kind         VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	subject_id   BIGINT        NOT NULL,
	once         BOOLEAN       NOT NULL DEFAULT FALSE,
	request_id   VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin NULL,
	state        TINYINT       NOT NULL DEFAULT 0 COMMENT '0 waiting, 1 running, 2 done, 3 failed',
	giving_up    BOOLEAN       NOT NULL DEFAULT FALSE COMMENT 'what is left is to undo',
	attempts     INT           NOT NULL DEFAULT 0 COMMENT 'tries that failed',
	lost         INT           NOT NULL DEFAULT 0 COMMENT 'tries that ended without a word',
	take         BIGINT        NOT NULL DEFAULT 0,
	created_at   DATETIME(6)   NOT NULL,
	asked_at     DATETIME(6)   NOT NULL COMMENT 'as created_at, or when an admin asked again: the deadline counts from here',
	run_at       DATETIME(6)   NOT NULL COMMENT 'not before',
	deadline_at  DATETIME(6)   NULL COMMENT 'set when it is first taken',
	owner        VARCHAR(100)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	lease_until  DATETIME(6)   NULL,
	finished_at  DATETIME(6)   NULL,
	error_status SMALLINT      NULL,
	error_code   VARCHAR(100)  CHARACTER SET ascii COLLATE ascii_bin NULL,
	error_detail VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
	once_subject BIGINT        GENERATED ALWAYS AS
		(CASE WHEN once = 1 AND state = 0 AND giving_up = 0 THEN subject_id END) STORED,
	PRIMARY KEY (id),
	UNIQUE KEY work_job_once (kind, once_subject),
	KEY work_job_take (state, run_at, id),
	KEY work_job_lease (state, lease_until, id),
	KEY work_job_subject (kind, subject_id, id),
	KEY work_job_finished (finished_at, id),
	CONSTRAINT work_job_kind_not_empty CHECK (kind <> ''),
	CONSTRAINT work_job_state_known    CHECK (state BETWEEN 0 AND 3),
	CONSTRAINT work_job_counts         CHECK (attempts >= 0 AND lost >= 0 AND take >= 0),
	CONSTRAINT work_job_held           CHECK ((state = 1) = (owner IS NOT NULL) AND (state = 1) = (lease_until IS NOT NULL)),
	CONSTRAINT work_job_ended          CHECK ((state >= 2) = (finished_at IS NOT NULL)),
	CONSTRAINT work_job_failed_why     CHECK (state <> 3 OR error_code IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
