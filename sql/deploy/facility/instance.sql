-- Deploy portico:facility/instance to mysql
-- Who this installation is: its id is a label on every container and a mark on every Guacamole user it makes, so that two
-- installations on one engine leave each other's alone. One row, made at first use.

CREATE TABLE IF NOT EXISTS facility_instance (
	only_row TINYINT  NOT NULL DEFAULT 1,
	uuid     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (only_row),
	CONSTRAINT facility_instance_only_one CHECK (only_row = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
