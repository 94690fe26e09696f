-- Revert portico:work/job from mysql

DROP TABLE IF EXISTS work_job;
