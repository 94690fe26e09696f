-- Deploy portico:facility/session to mysql
-- Measurement sessions of an experiment. data_set_path is the map of host folders as it was given, checked when stored.

CREATE TABLE IF NOT EXISTS facility_session (
	id            BIGINT       NOT NULL AUTO_INCREMENT,
	experiment_id BIGINT       NOT NULL,
	number        VARCHAR(50)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	starts_at     DATETIME(6)  NULL,
	ends_at       DATETIME(6)  NULL,
	subject       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	body          MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	data_set_path TEXT         CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY facility_session_number (experiment_id, number),
	CONSTRAINT facility_session_experiment FOREIGN KEY (experiment_id) REFERENCES facility_experiment (id) ON DELETE CASCADE,
	CONSTRAINT facility_session_number_not_empty CHECK (number <> ''),
	CONSTRAINT facility_session_order CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at <= ends_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
