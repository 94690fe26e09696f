-- Deploy portico:chatbot/conversation to mysql
-- Conversations, each with the name its client gave it and where the built-in dialogue stands. Whoever asks the responder for a
-- conversation holds it until held_until, so that its questions are asked one after the other.
-- state: 0 idle, 1 asked for the mood, 2 asked whether that helped.

CREATE TABLE IF NOT EXISTS chatbot_conversation (
	id         BIGINT       NOT NULL AUTO_INCREMENT,
	userid     VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	state      TINYINT      NOT NULL DEFAULT 0,
	holder     BIGINT       NULL COMMENT 'the job that asks for it now',
	held_until DATETIME(6)  NULL,
	created_at DATETIME(6)  NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY chatbot_conversation_userid (userid),
	CONSTRAINT chatbot_conversation_named CHECK (userid <> ''),
	CONSTRAINT chatbot_conversation_state_known CHECK (state BETWEEN 0 AND 2),
	CONSTRAINT chatbot_conversation_held CHECK ((holder IS NULL) = (held_until IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
