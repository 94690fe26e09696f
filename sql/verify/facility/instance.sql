-- Verify portico:facility/instance on mysql

SELECT only_row, uuid FROM facility_instance WHERE FALSE;
