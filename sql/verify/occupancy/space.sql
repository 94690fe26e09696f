-- Verify portico:occupancy/space on mysql

SELECT id, read_only_id, name, current, maximum, created_at, updated_at, expires_at, summed_until
  FROM occupancy_space FORCE INDEX (PRIMARY, occupancy_space_read_only, occupancy_space_expires, occupancy_space_summed)
 WHERE FALSE;
