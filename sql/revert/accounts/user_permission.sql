-- Revert portico:accounts/user_permission from mysql

DROP TABLE IF EXISTS account_user_permission;
