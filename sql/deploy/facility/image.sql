-- Deploy portico:facility/image to mysql
-- What can be launched. type: 1 docker_container, 2 kubernetes, 3 virtual_machine, 4 static_link (numbers are on the wire).

CREATE TABLE IF NOT EXISTS facility_image (
	id            BIGINT       NOT NULL AUTO_INCREMENT,
	public_name   VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	image         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	docker_daemon VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
	host_domain   VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
	port_hook     VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	logs_er       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
	protocol      VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	cpu           INT UNSIGNED NOT NULL,
	memory_bytes  BIGINT       NOT NULL,
	hdd_bytes     BIGINT       NOT NULL,
	type          TINYINT      NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY facility_image_public_name (public_name),
	CONSTRAINT facility_image_public_name_not_empty CHECK (public_name <> ''),
	CONSTRAINT facility_image_image_not_empty CHECK (image <> ''),
	CONSTRAINT facility_image_protocol CHECK (protocol IN ('', 'vnc', 'rdp', 'ssh')),
	CONSTRAINT facility_image_port_hook CHECK (port_hook REGEXP '^([0-9]{1,5}/(tcp|udp))?$'),
	CONSTRAINT facility_image_amounts CHECK (memory_bytes >= 0 AND hdd_bytes >= 0),
	CONSTRAINT facility_image_type CHECK (type BETWEEN 1 AND 4),
	CONSTRAINT facility_image_link CHECK (type <> 4 OR image REGEXP '^https?://')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
