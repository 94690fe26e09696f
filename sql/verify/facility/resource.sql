-- Verify portico:facility/resource on mysql

SELECT id, uuid, name, user_id, image_id, public_name, type, proposal_id, session_number, state, container_id, port,
       address_seal, guacamole_username, guacamole_seal, guacamole_connection_id, vnc_seal, num_cpus, memory_bytes, hdd_bytes,
       uid, gid, plan, created_at, changed_at, error_code, error_detail, active_session
  FROM facility_resource
 WHERE FALSE;
