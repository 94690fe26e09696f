-- Revert portico:facility/session from mysql

DROP TABLE IF EXISTS facility_session;
