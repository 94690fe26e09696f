/* store_held.c - what is the same for everything that is held under a lease: renewing it, giving it back for a dead owner,
 * asking when the next thing is due. Speaks SQL and nothing else. */
#include "lib/work/store.h"

struct problem *held_renew(struct db *db, struct arena *a, const struct held *h, bool *ours)
{
	static const char job_sql[] =
		"UPDATE work_job SET lease_until = NOW(6) + INTERVAL ? SECOND"
		" WHERE id = ? AND state = 1 AND take = ?";
	static const char schedule_sql[] =
		"UPDATE work_schedule SET lease_until = NOW(6) + INTERVAL ? SECOND"
		" WHERE name = ? AND owner IS NOT NULL AND take = ?";
	struct db_done done;

	if (h->schedule)
		TRY(db_run(db, a, schedule_sql, DB_ARGS(db_int(h->lease_s), db_text(h->schedule), db_int(h->take)), &done));
	else
		TRY(db_run(db, a, job_sql, DB_ARGS(db_int(h->lease_s), db_int(h->id), db_int(h->take)), &done));
	*ours = done.affected > 0;
	return NULL;
}

/* ---- what a dead process held ---- */

struct left {
	int64_t id;
	int64_t take;
	bool giving_up;
};

static const struct field left_fields[] = {
	FIELD_OUT(struct left, id, "the job"),
	FIELD_OUT(struct left, take, "of which try"),
	FIELD_OUT(struct left, giving_up, "what is left is to undo"),
	FIELD_END,
};
static const struct shape left_shape = SHAPE("Left", struct left, left_fields);

/* One by one, since each may meet a newer one of its `once` subject. */
static struct problem *put_back(struct db *db, struct arena *a, const char *owner, int64_t *count)
{
	static const char sql[] = "SELECT id, take, giving_up FROM work_job WHERE state = 1 AND owner = ?";
	struct list list;

	TRY(db_rows(db, a, sql, DB_ARGS(db_text(owner)), &left_shape, &list));
	for (size_t i = 0; i < list.count; i++) {
		const struct left *left = &((struct left *)list.items)[i];
		const struct held held = { .id = left->id, .take = left->take };
		bool ours;

		TRY(job_end(db, a, &held, &(struct ending){ .state = JOB_WAITING, .giving_up = left->giving_up }, &ours));
	}
	*count = (int64_t)list.count;
	return NULL;
}

struct problem *owner_release(struct db *db, struct arena *a, const char *owner, bool lost, int64_t *count)
{
	/* ended leases: whoever looks next takes over as if they had run out, and counts the try as lost */
	static const char jobs_sql[] = "UPDATE work_job SET lease_until = NOW(6) WHERE state = 1 AND owner = ?";
	static const char schedules_sql[] = "UPDATE work_schedule SET lease_until = NOW(6) WHERE owner = ?";
	struct db_done jobs = { 0 }, schedules;

	if (lost)
		TRY(db_run(db, a, jobs_sql, DB_ARGS(db_text(owner)), &jobs));
	else
		TRY(put_back(db, a, owner, &jobs.affected));
	TRY(db_run(db, a, schedules_sql, DB_ARGS(db_text(owner)), &schedules));
	*count = jobs.affected + schedules.affected;
	return NULL;
}

struct problem *daemon_release(struct db *db, struct arena *a, const char *name, int64_t *count)
{
	/* '0' is the character behind '/', which parts the daemon's name from the child's number */
	static const char jobs_sql[] =
		"UPDATE work_job SET lease_until = NOW(6)"
		" WHERE state = 1 AND owner > CONCAT(?, '/') AND owner < CONCAT(?, '0')";
	static const char schedules_sql[] =
		"UPDATE work_schedule SET lease_until = NOW(6) WHERE owner > CONCAT(?, '/') AND owner < CONCAT(?, '0')";
	struct db_done jobs, schedules;

	TRY(db_run(db, a, jobs_sql, DB_ARGS(db_text(name), db_text(name)), &jobs));
	TRY(db_run(db, a, schedules_sql, DB_ARGS(db_text(name), db_text(name)), &schedules));
	*count = jobs.affected + schedules.affected;
	return NULL;
}

/* ---- the next ---- */

struct problem *work_next_ms(struct db *db, struct arena *a, const struct known *known, int64_t most_ms, int64_t *out)
{
	static const char sql[] =
		"SELECT GREATEST(0, LEAST(?, COALESCE(CEIL(TIMESTAMPDIFF(MICROSECOND, NOW(6), MIN(due.at)) / 1000), ?)))"
		"  FROM ((SELECT run_at AS at FROM work_job FORCE INDEX (work_job_take)"
		"          WHERE state = 0 AND FIND_IN_SET(kind, ?) ORDER BY run_at, id LIMIT 1)"
		"        UNION ALL"
		"        (SELECT lease_until FROM work_job FORCE INDEX (work_job_lease)"
		"          WHERE state = 1 AND FIND_IN_SET(kind, ?) ORDER BY lease_until, id LIMIT 1)"
		"        UNION ALL"
		"        (SELECT MIN(COALESCE(lease_until, next_at)) FROM work_schedule WHERE FIND_IN_SET(name, ?))) AS due";

	return db_number(db, a, sql,
	                 DB_ARGS(db_int(most_ms), db_int(most_ms), db_text(known->kind_names), db_text(known->kind_names),
	                         db_text(known->schedule_names)),
	                 out);
}
