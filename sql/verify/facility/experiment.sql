-- Verify portico:facility/experiment on mysql

SELECT id, proposal_id, subject, body, beam_line, uid, gid FROM facility_experiment WHERE FALSE;
