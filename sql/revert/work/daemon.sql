-- Revert portico:work/daemon from mysql

DROP TABLE IF EXISTS work_daemon;
