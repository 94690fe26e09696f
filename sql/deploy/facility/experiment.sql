-- Deploy portico:facility/experiment to mysql
-- Experiments (proposals) of the facility. uid and gid are the POSIX identity its resources run as; NULL: unknown.

CREATE TABLE IF NOT EXISTS facility_experiment (
	id          BIGINT       NOT NULL AUTO_INCREMENT,
	proposal_id VARCHAR(50)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	subject     VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	body        MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	beam_line   VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
	uid         INT UNSIGNED NULL,
	gid         INT UNSIGNED NULL,
	PRIMARY KEY (id),
	UNIQUE KEY facility_experiment_proposal_id (proposal_id),
	CONSTRAINT facility_experiment_proposal_id_not_empty CHECK (proposal_id <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
