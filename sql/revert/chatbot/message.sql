-- Revert portico:chatbot/message from mysql

DROP TABLE IF EXISTS chatbot_message;
