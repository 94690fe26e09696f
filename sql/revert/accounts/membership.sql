-- Revert portico:accounts/membership from mysql

DROP TABLE IF EXISTS account_membership;
