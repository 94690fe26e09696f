-- The tables of Guacamole's MariaDB extension since release 1.0.0 that Portico writes to: users are entities.
-- Made from the public description of the schema, for the demonstration and the tests; run again without harm.

CREATE TABLE IF NOT EXISTS guacamole_connection_group (
  connection_group_id   int          NOT NULL AUTO_INCREMENT,
  parent_id             int,
  connection_group_name varchar(128) NOT NULL,
  PRIMARY KEY (connection_group_id),
  UNIQUE KEY connection_group_name_parent (connection_group_name, parent_id),
  FOREIGN KEY (parent_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection (
  connection_id            int          NOT NULL AUTO_INCREMENT,
  connection_name          varchar(128) NOT NULL,
  parent_id                int,
  protocol                 varchar(32)  NOT NULL,
  proxy_port               integer,
  proxy_hostname           varchar(512),
  proxy_encryption_method  enum('NONE', 'SSL'),
  max_connections          int,
  max_connections_per_user int,
  connection_weight        int,
  failover_only            boolean      NOT NULL DEFAULT 0,
  PRIMARY KEY (connection_id),
  UNIQUE KEY connection_name_parent (connection_name, parent_id),
  FOREIGN KEY (parent_id) REFERENCES guacamole_connection_group (connection_group_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_entity (
  entity_id int          NOT NULL AUTO_INCREMENT,
  name      varchar(128) NOT NULL,
  type      enum('USER', 'USER_GROUP') NOT NULL,
  PRIMARY KEY (entity_id),
  UNIQUE KEY guacamole_entity_name_scope (type, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_user (
  user_id             int        NOT NULL AUTO_INCREMENT,
  entity_id           int        NOT NULL,
  password_hash       binary(32) NOT NULL,
  password_salt       binary(32),
  password_date       datetime   NOT NULL,
  disabled            boolean    NOT NULL DEFAULT 0,
  expired             boolean    NOT NULL DEFAULT 0,
  access_window_start time,
  access_window_end   time,
  valid_from          date,
  valid_until         date,
  timezone            varchar(64),
  full_name           varchar(256),
  email_address       varchar(256),
  organization        varchar(256),
  organizational_role varchar(256),
  PRIMARY KEY (user_id),
  UNIQUE KEY guacamole_user_single_entity (entity_id),
  FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_parameter (
  connection_id   int           NOT NULL,
  parameter_name  varchar(128)  NOT NULL,
  parameter_value varchar(4096) NOT NULL,
  PRIMARY KEY (connection_id, parameter_name),
  FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_permission (
  entity_id     int NOT NULL,
  connection_id int NOT NULL,
  permission    enum('READ', 'UPDATE', 'DELETE', 'ADMINISTER') NOT NULL,
  PRIMARY KEY (entity_id, connection_id, permission),
  FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES guacamole_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

CREATE TABLE IF NOT EXISTS guacamole_connection_history (
  history_id      int          NOT NULL AUTO_INCREMENT,
  user_id         int,
  username        varchar(128) NOT NULL,
  connection_id   int,
  connection_name varchar(128) NOT NULL,
  start_date      datetime     NOT NULL,
  end_date        datetime,
  PRIMARY KEY (history_id),
  FOREIGN KEY (user_id) REFERENCES guacamole_user (user_id) ON DELETE SET NULL,
  FOREIGN KEY (connection_id) REFERENCES guacamole_connection (connection_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
