-- Verify portico:work/schedule on mysql

SELECT name, every_s, next_at, take, owner, lease_until, started_at, ended_at, error_status, error_code, error_detail
  FROM work_schedule
 WHERE FALSE;
