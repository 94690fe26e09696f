-- Deploy portico:facility/resource to mysql
-- What users launched. A row is written (busy) before anything is made outside, so that nothing made is ever without its
-- row. Amounts and the plan are copies: changing an image does not change what runs. active_session makes a second active
-- resource of one user and session unstorable; finished rows have NULL there. Passwords and the address with its token are
-- sealed and go when the resource ends.
-- state: 0 busy, 1 created, 2 stopping, 3 stopped, 4 removing, 5 removed, 6 error; the first three are active.
-- type: as in facility_image.

CREATE TABLE IF NOT EXISTS facility_resource (
	id                      BIGINT         NOT NULL AUTO_INCREMENT,
	uuid                    VARCHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	name                    VARCHAR(63)    CHARACTER SET ascii COLLATE ascii_bin AS (CONCAT('calipso-', uuid)) PERSISTENT COMMENT 'of the container',
	user_id                 BIGINT         NOT NULL,
	image_id                BIGINT         NULL,
	public_name             VARCHAR(255)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	type                    TINYINT        NOT NULL,
	proposal_id             VARCHAR(50)    CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	session_number          VARCHAR(50)    CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'or the id of an own resource',
	state                   TINYINT        NOT NULL,
	container_id            VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	port                    INT            NULL COMMENT 'on the host of the engine',
	address_seal            VARBINARY(4096) NULL COMMENT 'URL, with its token',
	guacamole_username      VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,
	guacamole_seal          VARBINARY(255) NULL COMMENT 'password of guacamole_username',
	guacamole_connection_id BIGINT         NULL,
	vnc_seal                VARBINARY(255) NULL COMMENT 'password of the desktop',
	num_cpus                BIGINT         NOT NULL,
	memory_bytes            BIGINT         NOT NULL,
	hdd_bytes               BIGINT         NOT NULL,
	uid                     INT UNSIGNED   NULL,
	gid                     INT UNSIGNED   NULL,
	plan                    MEDIUMTEXT     CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'JSON: image reference, volumes, readiness',
	created_at              DATETIME(6)    NOT NULL,
	changed_at              DATETIME(6)    NOT NULL,
	error_code              VARCHAR(100)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	error_detail            VARCHAR(500)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
	active_session          VARCHAR(50)    CHARACTER SET utf8mb4 COLLATE utf8mb4_bin AS (IF(state <= 2, session_number, NULL)) PERSISTENT,
	PRIMARY KEY (id),
	UNIQUE KEY facility_resource_uuid (uuid),
	UNIQUE KEY facility_resource_name (name),
	UNIQUE KEY facility_resource_active (user_id, active_session),
	KEY facility_resource_user (user_id, state, id),
	KEY facility_resource_state (state, changed_at),
	KEY facility_resource_image (image_id),
	CONSTRAINT facility_resource_user FOREIGN KEY (user_id) REFERENCES account_user (id) ON DELETE CASCADE,
	CONSTRAINT facility_resource_image FOREIGN KEY (image_id) REFERENCES facility_image (id) ON DELETE SET NULL,
	CONSTRAINT facility_resource_is_type CHECK (type BETWEEN 1 AND 4),
	CONSTRAINT facility_resource_is_state CHECK (state BETWEEN 0 AND 6),
	CONSTRAINT facility_resource_is_port CHECK (port BETWEEN 1 AND 65535),
	CONSTRAINT facility_resource_has_session CHECK (session_number <> '' AND proposal_id <> ''),
	CONSTRAINT facility_resource_amounts CHECK (num_cpus >= 0 AND memory_bytes >= 0 AND hdd_bytes >= 0),
	CONSTRAINT facility_resource_secrets CHECK (state <= 2 OR (guacamole_seal IS NULL AND vnc_seal IS NULL)),
	CONSTRAINT facility_resource_plan_is_json CHECK (JSON_VALID(plan))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
