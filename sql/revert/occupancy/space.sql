-- Revert portico:occupancy/space from mysql

DROP TABLE IF EXISTS occupancy_space;
