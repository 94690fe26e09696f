-- Deploy portico:facility/participation to mysql
-- Who takes part in which experiment. proposal_id is a copy (it never changes) so that a page of a user's experiments is read
-- from one index, however many there are.

CREATE TABLE IF NOT EXISTS facility_participation (
	id            BIGINT      NOT NULL AUTO_INCREMENT,
	user_id       BIGINT      NOT NULL,
	experiment_id BIGINT      NOT NULL,
	proposal_id   VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
	favorite      BOOLEAN     NOT NULL DEFAULT FALSE,
	PRIMARY KEY (id),
	UNIQUE KEY facility_participation_pair (user_id, experiment_id),
	KEY facility_participation_page (user_id, proposal_id, id),
	KEY facility_participation_favorite (user_id, favorite, proposal_id, id),
	KEY facility_participation_experiment (experiment_id),
	CONSTRAINT facility_participation_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE,
	CONSTRAINT facility_participation_experiment FOREIGN KEY (experiment_id) REFERENCES facility_experiment (id) ON DELETE CASCADE,
	CONSTRAINT facility_participation_favorite CHECK (favorite IN (0, 1))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
