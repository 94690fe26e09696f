-- Verify portico:work/daemon on mysql

SELECT name, version, processes, started_at, seen_at, stopped_at
  FROM work_daemon
 WHERE FALSE;
