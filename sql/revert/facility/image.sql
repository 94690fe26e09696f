-- Revert portico:facility/image from mysql

DROP TABLE IF EXISTS facility_image;
