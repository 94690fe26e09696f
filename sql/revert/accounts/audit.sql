-- Revert portico:accounts/audit from mysql

DROP TABLE IF EXISTS account_audit;
