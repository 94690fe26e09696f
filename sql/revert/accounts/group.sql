-- Revert portico:accounts/group from mysql

DROP TABLE IF EXISTS account_group;
