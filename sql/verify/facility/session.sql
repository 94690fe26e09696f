-- Verify portico:facility/session on mysql

SELECT id, experiment_id, number, starts_at, ends_at, subject, body, data_set_path FROM facility_session WHERE FALSE;
