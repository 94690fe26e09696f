-- Revert portico:facility/member from mysql

DROP TABLE IF EXISTS facility_member;
