-- Verify portico:facility/image_seed on mysql
-- An admin may have removed any of them since, so only the table is looked at.

SELECT public_name, type FROM facility_image WHERE FALSE;
