-- Revert portico:facility/instance from mysql

DROP TABLE IF EXISTS facility_instance;
