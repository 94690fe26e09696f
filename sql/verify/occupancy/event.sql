-- Verify portico:occupancy/event on mysql

SELECT space_id, at, kind, current, maximum, low, high, changes
  FROM occupancy_event
 WHERE FALSE;
