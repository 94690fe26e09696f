-- Deploy portico:work/daemon to mysql
-- The daemons that take jobs here, for the admin. What they own hangs on leases, not on these rows.

CREATE TABLE IF NOT EXISTS work_daemon (
	name       VARCHAR(90)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'host:pid:random',
	version    VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	processes  INT          NOT NULL,
	started_at DATETIME(6)  NOT NULL,
	seen_at    DATETIME(6)  NOT NULL,
	stopped_at DATETIME(6)  NULL COMMENT 'NULL: runs, or died without a word',
	PRIMARY KEY (name),
	KEY work_daemon_seen (seen_at),
	CONSTRAINT work_daemon_processes CHECK (processes > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
