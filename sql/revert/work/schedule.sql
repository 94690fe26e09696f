-- Revert portico:work/schedule from mysql

DROP TABLE IF EXISTS work_schedule;
