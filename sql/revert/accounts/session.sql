-- Revert portico:accounts/session from mysql

DROP TABLE IF EXISTS account_session;
