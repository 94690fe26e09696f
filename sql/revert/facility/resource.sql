-- Revert portico:facility/resource from mysql

DROP TABLE IF EXISTS facility_resource;
