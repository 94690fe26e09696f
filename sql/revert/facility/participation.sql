-- Revert portico:facility/participation from mysql

DROP TABLE IF EXISTS facility_participation;
