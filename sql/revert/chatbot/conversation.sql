-- Revert portico:chatbot/conversation from mysql

DROP TABLE IF EXISTS chatbot_conversation;
