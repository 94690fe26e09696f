-- Deploy portico:chatbot/message to mysql
-- Questions and answers. A question has a hash of its time and content, unique in its conversation: a repetition is the same
-- question. An answer refers to its question, which has at most one. `at` is what clients see: a question's own time, an answer's
-- arrival.
-- state: 0 an answer, 1 a question that waits, 2 one that was answered, 3 one that was given up.

CREATE TABLE IF NOT EXISTS chatbot_message (
	id              BIGINT      NOT NULL AUTO_INCREMENT,
	conversation_id BIGINT      NOT NULL,
	state           TINYINT     NOT NULL,
	content         LONGTEXT    CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'JSON: list of strings',
	rich            LONGTEXT    CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'JSON: what the responder said, with buttons and images',
	at              DATETIME(6) NOT NULL,
	received_at     DATETIME(6) NOT NULL,
	question_hash   BINARY(32)  NULL,
	reference       BIGINT      NULL COMMENT 'the question of an answer',
	failures        INT         NOT NULL DEFAULT 0 COMMENT 'times the responder was asked in vain',
	failed_at       DATETIME(6) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY chatbot_message_question (conversation_id, question_hash),
	UNIQUE KEY chatbot_message_answer (reference),
	KEY chatbot_message_conversation (conversation_id, id),
	KEY chatbot_message_waiting (conversation_id, state, id),
	CONSTRAINT chatbot_message_conversation FOREIGN KEY (conversation_id) REFERENCES chatbot_conversation (id) ON DELETE CASCADE,
	CONSTRAINT chatbot_message_question FOREIGN KEY (reference) REFERENCES chatbot_message (id) ON DELETE CASCADE,
	CONSTRAINT chatbot_message_state_known CHECK (state BETWEEN 0 AND 3),
	CONSTRAINT chatbot_message_is_json CHECK (JSON_VALID(content) AND (rich IS NULL OR JSON_VALID(rich))),
	CONSTRAINT chatbot_message_either CHECK (state <> 0 OR question_hash IS NULL),
	CONSTRAINT chatbot_message_refers CHECK (state = 0 OR reference IS NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
