-- Revert portico:accounts/user from mysql

DROP TABLE IF EXISTS account_user;
