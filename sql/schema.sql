-- schema.sql - what the changes of sqitch.plan make together; written by dump-schema, do not edit.

CREATE TABLE `account_audit` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `at` datetime(6) NOT NULL,
  `actor_id` bigint(20) DEFAULT NULL,
  `actor_name` varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `action` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `object_kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `object_id` bigint(20) NOT NULL,
  `object_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `detail` varchar(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `account_audit_object` (`object_kind`,`object_id`,`id`),
  KEY `account_audit_actor` (`actor_id`,`id`),
  KEY `account_audit_at` (`at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_group` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `account_group_name` (`name`),
  CONSTRAINT `account_group_name_not_empty` CHECK (`name` <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_group_permission` (
  `group_id` bigint(20) NOT NULL,
  `permission` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`group_id`,`permission`),
  CONSTRAINT `account_group_permission_group` FOREIGN KEY (`group_id`) REFERENCES `account_group` (`id`) ON DELETE CASCADE,
  CONSTRAINT `account_group_permission_not_empty` CHECK (`permission` <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_membership` (
  `user_id` bigint(20) NOT NULL,
  `group_id` bigint(20) NOT NULL,
  PRIMARY KEY (`user_id`,`group_id`),
  KEY `account_membership_group` (`group_id`),
  CONSTRAINT `account_membership_group` FOREIGN KEY (`group_id`) REFERENCES `account_group` (`id`) ON DELETE CASCADE,
  CONSTRAINT `account_membership_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_session` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `token_hash` binary(32) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `address` varchar(45) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'where it began',
  PRIMARY KEY (`id`),
  UNIQUE KEY `account_session_token` (`token_hash`),
  KEY `account_session_user` (`user_id`),
  KEY `account_session_expires` (`expires_at`),
  CONSTRAINT `account_session_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE,
  CONSTRAINT `account_session_lasts` CHECK (`expires_at` > `created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_throttle` (
  `key_hash` binary(32) NOT NULL,
  `failures` int(10) unsigned NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`key_hash`),
  KEY `account_throttle_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_token` (
  `user_id` bigint(20) NOT NULL,
  `token_hash` binary(32) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `account_token_hash` (`token_hash`),
  CONSTRAINT `account_token_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_user` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `username` varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `password_hash` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `email` varchar(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
  `first_name` varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
  `last_name` varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
  `superuser` tinyint(1) NOT NULL DEFAULT 0,
  `staff` tinyint(1) NOT NULL DEFAULT 0,
  `active` tinyint(1) NOT NULL DEFAULT 1,
  `joined_at` datetime(6) NOT NULL,
  `last_login_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `account_user_uuid` (`uuid`),
  UNIQUE KEY `account_user_username` (`username`),
  KEY `account_user_superuser` (`superuser`,`active`),
  KEY `account_user_joined` (`joined_at`,`id`),
  CONSTRAINT `account_user_username_not_empty` CHECK (`username` <> ''),
  CONSTRAINT `account_user_flags` CHECK (`superuser` in (0,1) and `staff` in (0,1) and `active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `account_user_permission` (
  `user_id` bigint(20) NOT NULL,
  `permission` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`user_id`,`permission`),
  CONSTRAINT `account_user_permission_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE,
  CONSTRAINT `account_user_permission_not_empty` CHECK (`permission` <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `chatbot_conversation` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `userid` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `state` tinyint(4) NOT NULL DEFAULT 0,
  `holder` bigint(20) DEFAULT NULL COMMENT 'the job that asks for it now',
  `held_until` datetime(6) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `chatbot_conversation_userid` (`userid`),
  CONSTRAINT `chatbot_conversation_named` CHECK (`userid` <> ''),
  CONSTRAINT `chatbot_conversation_state_known` CHECK (`state` between 0 and 2),
  CONSTRAINT `chatbot_conversation_held` CHECK (`holder` is null = (`held_until` is null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `chatbot_message` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `conversation_id` bigint(20) NOT NULL,
  `state` tinyint(4) NOT NULL,
  `content` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'JSON: list of strings',
  `rich` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'JSON: what the responder said, with buttons and images',
  `at` datetime(6) NOT NULL,
  `received_at` datetime(6) NOT NULL,
  `question_hash` binary(32) DEFAULT NULL,
  `reference` bigint(20) DEFAULT NULL COMMENT 'the question of an answer',
  `failures` int(11) NOT NULL DEFAULT 0 COMMENT 'times the responder was asked in vain',
  `failed_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `chatbot_message_question` (`conversation_id`,`question_hash`),
  UNIQUE KEY `chatbot_message_answer` (`reference`),
  KEY `chatbot_message_conversation` (`conversation_id`,`id`),
  KEY `chatbot_message_waiting` (`conversation_id`,`state`,`id`),
  CONSTRAINT `chatbot_message_conversation` FOREIGN KEY (`conversation_id`) REFERENCES `chatbot_conversation` (`id`) ON DELETE CASCADE,
  CONSTRAINT `chatbot_message_question` FOREIGN KEY (`reference`) REFERENCES `chatbot_message` (`id`) ON DELETE CASCADE,
  CONSTRAINT `chatbot_message_state_known` CHECK (`state` between 0 and 3),
  CONSTRAINT `chatbot_message_is_json` CHECK (json_valid(`content`) and (`rich` is null or json_valid(`rich`))),
  CONSTRAINT `chatbot_message_either` CHECK (`state` <> 0 or `question_hash` is null),
  CONSTRAINT `chatbot_message_refers` CHECK (`state` = 0 or `reference` is null)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_experiment` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `proposal_id` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `subject` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `body` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `beam_line` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL DEFAULT '',
  `uid` int(10) unsigned DEFAULT NULL,
  `gid` int(10) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `facility_experiment_proposal_id` (`proposal_id`),
  CONSTRAINT `facility_experiment_proposal_id_not_empty` CHECK (`proposal_id` <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_image` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `public_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `image` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `docker_daemon` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
  `host_domain` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
  `port_hook` varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `logs_er` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT '',
  `protocol` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `cpu` int(10) unsigned NOT NULL,
  `memory_bytes` bigint(20) NOT NULL,
  `hdd_bytes` bigint(20) NOT NULL,
  `type` tinyint(4) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `facility_image_public_name` (`public_name`),
  CONSTRAINT `facility_image_public_name_not_empty` CHECK (`public_name` <> ''),
  CONSTRAINT `facility_image_image_not_empty` CHECK (`image` <> ''),
  CONSTRAINT `facility_image_protocol` CHECK (`protocol` in ('','vnc','rdp','ssh')),
  CONSTRAINT `facility_image_port_hook` CHECK (`port_hook` regexp '^([0-9]{1,5}/(tcp|udp))?$'),
  CONSTRAINT `facility_image_amounts` CHECK (`memory_bytes` >= 0 and `hdd_bytes` >= 0),
  CONSTRAINT `facility_image_type` CHECK (`type` between 1 and 4),
  CONSTRAINT `facility_image_link` CHECK (`type` <> 4 or `image` regexp '^https?://')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_instance` (
  `only_row` tinyint(4) NOT NULL DEFAULT 1,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`only_row`),
  CONSTRAINT `facility_instance_only_one` CHECK (`only_row` = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_member` (
  `user_id` bigint(20) NOT NULL,
  `experiment_count` int(10) unsigned NOT NULL DEFAULT 0,
  `max_simultaneous` int(10) unsigned DEFAULT NULL,
  `cpu` int(10) unsigned DEFAULT NULL,
  `memory_bytes` bigint(20) DEFAULT NULL,
  `hdd_bytes` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  CONSTRAINT `facility_member_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE,
  CONSTRAINT `facility_member_memory` CHECK (`memory_bytes` >= 0),
  CONSTRAINT `facility_member_hdd` CHECK (`hdd_bytes` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_participation` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `experiment_id` bigint(20) NOT NULL,
  `proposal_id` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `favorite` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `facility_participation_pair` (`user_id`,`experiment_id`),
  KEY `facility_participation_page` (`user_id`,`proposal_id`,`id`),
  KEY `facility_participation_favorite` (`user_id`,`favorite`,`proposal_id`,`id`),
  KEY `facility_participation_experiment` (`experiment_id`),
  CONSTRAINT `facility_participation_experiment` FOREIGN KEY (`experiment_id`) REFERENCES `facility_experiment` (`id`) ON DELETE CASCADE,
  CONSTRAINT `facility_participation_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE,
  CONSTRAINT `facility_participation_favorite` CHECK (`favorite` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_resource` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `uuid` varchar(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(63) CHARACTER SET ascii COLLATE ascii_bin GENERATED ALWAYS AS (concat('calipso-',`uuid`)) STORED COMMENT 'of the container',
  `user_id` bigint(20) NOT NULL,
  `image_id` bigint(20) DEFAULT NULL,
  `public_name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `type` tinyint(4) NOT NULL,
  `proposal_id` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `session_number` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'or the id of an own resource',
  `state` tinyint(4) NOT NULL,
  `container_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `port` int(11) DEFAULT NULL COMMENT 'on the host of the engine',
  `address_seal` varbinary(4096) DEFAULT NULL COMMENT 'URL, with its token',
  `guacamole_username` varchar(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `guacamole_seal` varbinary(255) DEFAULT NULL COMMENT 'password of guacamole_username',
  `guacamole_connection_id` bigint(20) DEFAULT NULL,
  `vnc_seal` varbinary(255) DEFAULT NULL COMMENT 'password of the desktop',
  `num_cpus` bigint(20) NOT NULL,
  `memory_bytes` bigint(20) NOT NULL,
  `hdd_bytes` bigint(20) NOT NULL,
  `uid` int(10) unsigned DEFAULT NULL,
  `gid` int(10) unsigned DEFAULT NULL,
  `plan` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'JSON: image reference, volumes, readiness',
  `created_at` datetime(6) NOT NULL,
  `changed_at` datetime(6) NOT NULL,
  `error_code` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `error_detail` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `active_session` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin GENERATED ALWAYS AS (if(`state` <= 2,`session_number`,NULL)) STORED,
  PRIMARY KEY (`id`),
  UNIQUE KEY `facility_resource_uuid` (`uuid`),
  UNIQUE KEY `facility_resource_name` (`name`),
  UNIQUE KEY `facility_resource_active` (`user_id`,`active_session`),
  KEY `facility_resource_user` (`user_id`,`state`,`id`),
  KEY `facility_resource_state` (`state`,`changed_at`),
  KEY `facility_resource_image` (`image_id`),
  CONSTRAINT `facility_resource_image` FOREIGN KEY (`image_id`) REFERENCES `facility_image` (`id`) ON DELETE SET NULL,
  CONSTRAINT `facility_resource_user` FOREIGN KEY (`user_id`) REFERENCES `account_user` (`id`) ON DELETE CASCADE,
  CONSTRAINT `facility_resource_is_type` CHECK (`type` between 1 and 4),
  CONSTRAINT `facility_resource_is_state` CHECK (`state` between 0 and 6),
  CONSTRAINT `facility_resource_is_port` CHECK (`port` between 1 and 65535),
  CONSTRAINT `facility_resource_has_session` CHECK (`session_number` <> '' and `proposal_id` <> ''),
  CONSTRAINT `facility_resource_amounts` CHECK (`num_cpus` >= 0 and `memory_bytes` >= 0 and `hdd_bytes` >= 0),
  CONSTRAINT `facility_resource_secrets` CHECK (`state` <= 2 or `guacamole_seal` is null and `vnc_seal` is null),
  CONSTRAINT `facility_resource_plan_is_json` CHECK (json_valid(`plan`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `facility_session` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `experiment_id` bigint(20) NOT NULL,
  `number` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `starts_at` datetime(6) DEFAULT NULL,
  `ends_at` datetime(6) DEFAULT NULL,
  `subject` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `body` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci NOT NULL,
  `data_set_path` text CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `facility_session_number` (`experiment_id`,`number`),
  CONSTRAINT `facility_session_experiment` FOREIGN KEY (`experiment_id`) REFERENCES `facility_experiment` (`id`) ON DELETE CASCADE,
  CONSTRAINT `facility_session_number_not_empty` CHECK (`number` <> ''),
  CONSTRAINT `facility_session_order` CHECK (`starts_at` is null or `ends_at` is null or `starts_at` <= `ends_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `occupancy_event` (
  `space_id` binary(16) NOT NULL,
  `at` datetime(6) NOT NULL,
  `kind` tinyint(4) NOT NULL COMMENT '0 created, 1 increment, 2 decrement, 3 maximum, 4 imported, 5 sum of an hour',
  `current` int(11) NOT NULL,
  `maximum` int(11) NOT NULL,
  `low` int(11) NOT NULL,
  `high` int(11) NOT NULL,
  `changes` int(11) NOT NULL,
  PRIMARY KEY (`space_id`,`at`),
  CONSTRAINT `occupancy_event_space` FOREIGN KEY (`space_id`) REFERENCES `occupancy_space` (`id`),
  CONSTRAINT `occupancy_event_kind` CHECK (`kind` between 0 and 5),
  CONSTRAINT `occupancy_event_range` CHECK (`low` between 0 and `current` and `current` <= `high`),
  CONSTRAINT `occupancy_event_changes` CHECK (`changes` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `occupancy_space` (
  `id` binary(16) NOT NULL,
  `read_only_id` binary(16) NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `current` int(11) NOT NULL,
  `maximum` int(11) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `summed_until` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `occupancy_space_read_only` (`read_only_id`),
  KEY `occupancy_space_expires` (`expires_at`),
  KEY `occupancy_space_summed` (`summed_until`),
  CONSTRAINT `occupancy_space_current` CHECK (`current` >= 0),
  CONSTRAINT `occupancy_space_maximum` CHECK (`maximum` between 1 and 100000),
  CONSTRAINT `occupancy_space_name` CHECK (`name` <> ''),
  CONSTRAINT `occupancy_space_two_ids` CHECK (`read_only_id` <> `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `web_idempotency` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `caller` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `key_text` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `fingerprint` binary(32) NOT NULL COMMENT 'keyed hash of method, path, query and body',
  `claim` bigint(20) NOT NULL COMMENT 'of who serves it',
  `lease_until` datetime(6) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `status` smallint(6) DEFAULT NULL COMMENT 'of the answer; NULL: not served yet',
  `content_type` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `headers` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `body` mediumblob DEFAULT NULL,
  `kept` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'false: the answer was too large',
  `about_kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `about_id` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `web_idempotency_key` (`caller`,`key_text`),
  KEY `web_idempotency_caller` (`caller`,`id`),
  KEY `web_idempotency_expires` (`expires_at`),
  KEY `web_idempotency_about` (`about_kind`,`about_id`),
  CONSTRAINT `web_idempotency_about_whole` CHECK (`about_kind` is null = (`about_id` is null)),
  CONSTRAINT `web_idempotency_served` CHECK (`status` is not null or `body` is null and `kept` = 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `work_daemon` (
  `name` varchar(90) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'host:pid:random',
  `version` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `processes` int(11) NOT NULL,
  `started_at` datetime(6) NOT NULL,
  `seen_at` datetime(6) NOT NULL,
  `stopped_at` datetime(6) DEFAULT NULL COMMENT 'NULL: runs, or died without a word',
  PRIMARY KEY (`name`),
  KEY `work_daemon_seen` (`seen_at`),
  CONSTRAINT `work_daemon_processes` CHECK (`processes` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `work_job` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `subject_id` bigint(20) NOT NULL,
  `once` tinyint(1) NOT NULL DEFAULT 0,
  `request_id` varchar(128) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `state` tinyint(4) NOT NULL DEFAULT 0 COMMENT '0 waiting, 1 running, 2 done, 3 failed',
  `giving_up` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'what is left is to undo',
  `attempts` int(11) NOT NULL DEFAULT 0 COMMENT 'tries that failed',
  `lost` int(11) NOT NULL DEFAULT 0 COMMENT 'tries that ended without a word',
  `take` bigint(20) NOT NULL DEFAULT 0,
  `created_at` datetime(6) NOT NULL,
  `asked_at` datetime(6) NOT NULL COMMENT 'as created_at, or when an admin asked again: the deadline counts from here',
  `run_at` datetime(6) NOT NULL COMMENT 'not before',
  `deadline_at` datetime(6) DEFAULT NULL COMMENT 'set when it is first taken',
  `owner` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `lease_until` datetime(6) DEFAULT NULL,
  `finished_at` datetime(6) DEFAULT NULL,
  `error_status` smallint(6) DEFAULT NULL,
  `error_code` varchar(100) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `error_detail` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `once_subject` bigint(20) GENERATED ALWAYS AS (case when `once` = 1 and `state` = 0 and `giving_up` = 0 then `subject_id` end) STORED,
  PRIMARY KEY (`id`),
  UNIQUE KEY `work_job_once` (`kind`,`once_subject`),
  KEY `work_job_take` (`state`,`run_at`,`id`),
  KEY `work_job_lease` (`state`,`lease_until`,`id`),
  KEY `work_job_subject` (`kind`,`subject_id`,`id`),
  KEY `work_job_finished` (`finished_at`,`id`),
  CONSTRAINT `work_job_kind_not_empty` CHECK (`kind` <> ''),
  CONSTRAINT `work_job_state_known` CHECK (`state` between 0 and 3),
  CONSTRAINT `work_job_counts` CHECK (`attempts` >= 0 and `lost` >= 0 and `take` >= 0),
  CONSTRAINT `work_job_held` CHECK (`state` = 1 = (`owner` is not null) and `state` = 1 = (`lease_until` is not null)),
  CONSTRAINT `work_job_ended` CHECK (`state` >= 2 = (`finished_at` is not null)),
  CONSTRAINT `work_job_failed_why` CHECK (`state` <> 3 or `error_code` is not null)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `work_schedule` (
  `name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `every_s` int(11) NOT NULL,
  `next_at` datetime(6) NOT NULL,
  `take` bigint(20) NOT NULL DEFAULT 0,
  `owner` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `lease_until` datetime(6) DEFAULT NULL,
  `started_at` datetime(6) DEFAULT NULL COMMENT 'the last turn',
  `ended_at` datetime(6) DEFAULT NULL COMMENT 'of the last turn that ended',
  `error_status` smallint(6) DEFAULT NULL COMMENT 'NULL: the last turn went well',
  `error_code` varchar(100) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `error_detail` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  PRIMARY KEY (`name`),
  CONSTRAINT `work_schedule_name_not_empty` CHECK (`name` <> ''),
  CONSTRAINT `work_schedule_every` CHECK (`every_s` > 0),
  CONSTRAINT `work_schedule_held` CHECK (`owner` is null = (`lease_until` is null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
