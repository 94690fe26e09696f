/* list.c - jobs, schedules and daemons as the admin sees them. Speaks SQL and nothing else. */
#include "lib/work/list.h"

/* clang-format off */
static const struct field job_view_fields[] = {
	FIELD_OUT (struct job_view, id,           "number of the job"),
	FIELD_OUT (struct job_view, kind,         "what is to do"),
	FIELD_OUT (struct job_view, subject_id,   "the row it is about"),
	FIELD_ENUM(struct job_view, state,        OPTIONAL, job_state_names, "how far it is"),
	FIELD_OUT (struct job_view, giving_up,    "what is left is to undo"),
	FIELD_OUT (struct job_view, attempts,     "tries that failed"),
	FIELD_OUT (struct job_view, lost,         "tries that ended without a word"),
	FIELD_OUT (struct job_view, request_id,   "the request that asked for it"),
	FIELD_OUT (struct job_view, created_at,   "when it was added"),
	FIELD_OUT (struct job_view, run_at,       "not before"),
	FIELD_OUT (struct job_view, deadline_at,  "no try begins after it"),
	FIELD_OUT (struct job_view, owner,        "who has it now"),
	FIELD_OUT (struct job_view, lease_until,  "when another may take it over"),
	FIELD_OUT (struct job_view, finished_at,  "when it was done or given up"),
	FIELD_OUT (struct job_view, error_status, "status of the last failure"),
	FIELD_OUT (struct job_view, error_code,   "code of the last failure"),
	FIELD_OUT (struct job_view, error_detail, "detail of the last failure"),
	FIELD_END,
};
const struct shape job_view_shape = SHAPE("Job", struct job_view, job_view_fields);

static const struct field schedule_view_fields[] = {
	FIELD_OUT(struct schedule_view, name,         "what is to do"),
	FIELD_OUT(struct schedule_view, every_s,      "how often, in seconds"),
	FIELD_OUT(struct schedule_view, next_at,      "its next turn"),
	FIELD_OUT(struct schedule_view, owner,        "who has its turn now"),
	FIELD_OUT(struct schedule_view, lease_until,  "when another may take it over"),
	FIELD_OUT(struct schedule_view, started_at,   "its last turn"),
	FIELD_OUT(struct schedule_view, ended_at,     "end of the last turn that ended"),
	FIELD_OUT(struct schedule_view, error_status, "status, when that turn failed"),
	FIELD_OUT(struct schedule_view, error_code,   "code, when that turn failed"),
	FIELD_OUT(struct schedule_view, error_detail, "detail, when that turn failed"),
	FIELD_END,
};
const struct shape schedule_view_shape = SHAPE("Schedule", struct schedule_view, schedule_view_fields);

static const struct field daemon_view_fields[] = {
	FIELD_OUT(struct daemon_view, name,       "host, process and a random part"),
	FIELD_OUT(struct daemon_view, version,    "of the program"),
	FIELD_OUT(struct daemon_view, processes,  "jobs it runs at once"),
	FIELD_OUT(struct daemon_view, started_at, "when it began"),
	FIELD_OUT(struct daemon_view, seen_at,    "when it was last heard of"),
	FIELD_OUT(struct daemon_view, stopped_at, "when it stopped, unless it died without a word"),
	FIELD_OUT(struct daemon_view, holds,      "jobs and schedules it has now"),
	FIELD_END,
};
const struct shape daemon_view_shape = SHAPE("Daemon", struct daemon_view, daemon_view_fields);

static const struct field work_stats_fields[] = {
	FIELD_OUT(struct work_stats, waiting,   "jobs that wait"),
	FIELD_OUT(struct work_stats, due,       "waiting jobs that could run now"),
	FIELD_OUT(struct work_stats, running,   "jobs that run"),
	FIELD_OUT(struct work_stats, failed,    "jobs that were given up and are still kept"),
	FIELD_OUT(struct work_stats, oldest_ms, "how long the oldest due job has been due"),
	FIELD_OUT(struct work_stats, daemons,   "daemons that run"),
	FIELD_END,
};
const struct shape work_stats_shape = SHAPE("WorkStats", struct work_stats, work_stats_fields);
/* clang-format on */

#define JOB_COLUMNS                                                                                               \
	"SELECT id, kind, subject_id, state, giving_up, attempts, lost, request_id, created_at, run_at, deadline_at," \
	"       owner, lease_until, finished_at, error_status, error_code, error_detail"                              \
	"  FROM work_job"

#define LIST_MOST 1000

#define JOB_CONDITIONS \
	" (? OR state = ?) AND (? OR kind = ?) AND (? OR subject_id = ?) AND (? OR id < ?) ORDER BY id DESC LIMIT ?"

struct problem *job_list(struct db *db, struct arena *a, const struct job_filter *filter, struct list *out)
{
	/* Nearly all rows are done: the others are found by their state, those by going back from the newest. */
	static const char by_number[] = JOB_COLUMNS " WHERE" JOB_CONDITIONS;
	static const char by_state[] = JOB_COLUMNS " FORCE INDEX (work_job_take) WHERE state = ? AND" JOB_CONDITIONS;
	/* clang-format off */
	const struct db_arg args[] = {
		db_int(filter->state),
		db_bool(filter->state < 0),         db_int(filter->state),
		db_bool(!filter->kind),             db_text(filter->kind),
		db_bool(!filter->subject_id.set),   db_maybe(filter->subject_id),
		db_bool(filter->before_id <= 0),    db_int(filter->before_id),
		db_int(filter->limit < LIST_MOST ? filter->limit : LIST_MOST),
	};
	/* clang-format on */
	const size_t count = sizeof(args) / sizeof(args[0]);

	if (filter->state >= 0 && filter->state != JOB_DONE)
		return db_rows(db, a, by_state, (struct db_args){ args, count }, &job_view_shape, out);
	return db_rows(db, a, by_number, (struct db_args){ args + 1, count - 1 }, &job_view_shape, out);
}

struct problem *job_find(struct db *db, struct arena *a, int64_t id, struct job_view *out)
{
	static const char sql[] = JOB_COLUMNS " WHERE id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &job_view_shape, out);
}

struct problem *job_retry(struct db *db, struct arena *a, int64_t id)
{
	/* a failed job starts from the beginning, deadline included; a waiting one keeps what it has counted */
	static const char sql[] =
		"UPDATE work_job"
		"   SET attempts = IF(finished_at IS NULL, attempts, 0), lost = IF(finished_at IS NULL, lost, 0),"
		"       giving_up = IF(finished_at IS NULL, giving_up, FALSE),"
		"       asked_at = IF(finished_at IS NULL, asked_at, NOW(6)),"
		"       deadline_at = IF(finished_at IS NULL, deadline_at, NULL),"
		"       run_at = NOW(6), finished_at = NULL, state = 0"
		" WHERE id = ? AND state IN (0, 3)";
	struct db_done done;
	struct job_view job;
	struct problem *p = db_run(db, a, sql, DB_ARGS(db_int(id)), &done);

	if (db_is_duplicate(p, "work_job_once"))
		return problem_new(a, &PROBLEM_CONFLICT, "Another waiting job does the same.");
	TRY(p);
	if (done.affected > 0)
		return NULL;
	TRY(job_find(db, a, id, &job));
	return problem_new(a, &PROBLEM_CONFLICT, "The job is %s.", enum_name(job_state_names, job.state));
}

struct problem *schedule_list(struct db *db, struct arena *a, struct list *out)
{
	static const char sql[] =
		"SELECT name, every_s, next_at, owner, lease_until, started_at, ended_at, error_status, error_code, error_detail"
		"  FROM work_schedule ORDER BY name";

	return db_rows(db, a, sql, DB_NONE, &schedule_view_shape, out);
}

struct problem *schedule_hasten(struct db *db, struct arena *a, const char *name)
{
	static const char sql[] = "UPDATE work_schedule SET next_at = LEAST(next_at, NOW(6)) WHERE name = ?";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_text(name)), &done));
	return done.affected > 0 ? NULL : problem_new(a, &PROBLEM_NOT_FOUND, NULL);
}

struct problem *daemon_list(struct db *db, struct arena *a, struct list *out)
{
	static const char sql[] =
		"SELECT d.name, d.version, d.processes, d.started_at, d.seen_at, d.stopped_at,"
		"       (SELECT COUNT(*) FROM work_job AS j WHERE j.state = 1 AND SUBSTRING_INDEX(j.owner, '/', 1) = d.name)"
		"       + (SELECT COUNT(*) FROM work_schedule AS s WHERE SUBSTRING_INDEX(s.owner, '/', 1) = d.name) AS holds"
		"  FROM work_daemon AS d ORDER BY d.started_at DESC, d.name LIMIT 1000";

	return db_rows(db, a, sql, DB_NONE, &daemon_view_shape, out);
}

struct problem *work_stats(struct db *db, struct arena *a, struct work_stats *out)
{
	static const char sql[] =
		"SELECT (SELECT COUNT(*) FROM work_job WHERE state = 0) AS waiting,"
		"       (SELECT COUNT(*) FROM work_job WHERE state = 0 AND run_at <= NOW(6)) AS due,"
		"       (SELECT COUNT(*) FROM work_job WHERE state = 1) AS running,"
		"       (SELECT COUNT(*) FROM work_job WHERE state = 3) AS failed,"
		"       (SELECT GREATEST(0, COALESCE(TIMESTAMPDIFF(MICROSECOND, MIN(run_at), NOW(6)) DIV 1000, 0))"
		"          FROM work_job WHERE state = 0) AS oldest_ms,"
		"       (SELECT COUNT(*) FROM work_daemon"
		"         WHERE stopped_at IS NULL AND seen_at > NOW(6) - INTERVAL 60 SECOND) AS daemons";

	return db_one(db, a, sql, DB_NONE, &work_stats_shape, out);
}

/* ---- cleaning up ---- */

/* In small bites, so that no lock is held for long. */
#define BITE_ROWS 1000

static struct problem *delete_bite(struct job *j, const char *sql, bool *more)
{
	struct db_done done;

	TRY(db_run(j->db, j->arena, sql, DB_ARGS(db_int(work_conf.keep_done_days), db_int(BITE_ROWS)), &done));
	*more = done.affected == BITE_ROWS;
	return NULL;
}

struct problem *work_cleanup(struct job *j)
{
	static const char *const sqls[] = {
		"DELETE FROM work_job WHERE finished_at < NOW(6) - INTERVAL ? DAY ORDER BY finished_at, id LIMIT ?",
		"DELETE FROM work_daemon WHERE seen_at < NOW(6) - INTERVAL ? DAY ORDER BY seen_at LIMIT ?",
		/* of apps that no daemon serves any more */
		"DELETE FROM work_schedule WHERE owner IS NULL AND next_at < NOW(6) - INTERVAL ? DAY ORDER BY next_at LIMIT ?",
	};

	for (size_t i = 0; i < sizeof(sqls) / sizeof(sqls[0]); i++) {
		bool more = true;

		while (more) {
			TRY(delete_bite(j, sqls[i], &more));
			TRY(job_renew(j));
			if (more && job_should_stop(j))
				return problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);
		}
	}
	return NULL;
}
