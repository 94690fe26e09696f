-- Revert portico:accounts/token from mysql

DROP TABLE IF EXISTS account_token;
