-- Verify portico:facility/member on mysql

SELECT user_id, experiment_count, max_simultaneous, cpu, memory_bytes, hdd_bytes FROM facility_member WHERE FALSE;
