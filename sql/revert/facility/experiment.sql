-- Revert portico:facility/experiment from mysql

DROP TABLE IF EXISTS facility_experiment;
