-- Revert portico:accounts/group_permission from mysql

DROP TABLE IF EXISTS account_group_permission;
