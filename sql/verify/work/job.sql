-- Verify portico:work/job on mysql

SELECT id, kind, subject_id, once, request_id, state, giving_up, attempts, lost, take, created_at, asked_at, run_at,
       deadline_at, owner, lease_until, finished_at, error_status, error_code, error_detail, once_subject
  FROM work_job FORCE INDEX (work_job_once, work_job_take, work_job_lease, work_job_subject, work_job_finished)
 WHERE FALSE;
