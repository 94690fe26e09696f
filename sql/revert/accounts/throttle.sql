-- Revert portico:accounts/throttle from mysql

DROP TABLE IF EXISTS account_throttle;
