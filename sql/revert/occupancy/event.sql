-- Revert portico:occupancy/event from mysql

DROP TABLE IF EXISTS occupancy_event;
