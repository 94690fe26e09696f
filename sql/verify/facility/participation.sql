-- Verify portico:facility/participation on mysql

SELECT id, user_id, experiment_id, proposal_id, favorite FROM facility_participation WHERE FALSE;
