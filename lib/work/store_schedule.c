/* store_schedule.c - schedules as rows of work_schedule, and the daemons' own rows. Speaks SQL and nothing else. */
#include <assert.h>

#include "lib/base/text.h"
#include "lib/work/store.h"

#ifndef PORTICO_VERSION
#define PORTICO_VERSION "unknown"
#endif

/* ---- turns ---- */

struct due {
	const char *name;
	int64_t take;
};

static const struct field due_fields[] = {
	FIELD_OUT(struct due, name, "the schedule"),
	FIELD_OUT(struct due, take, "which take this is"),
	FIELD_END,
};
static const struct shape due_shape = SHAPE("Due", struct due, due_fields);

struct turn_work {
	const struct known *known;
	const char *owner;
	const struct known_schedule *schedule;
	int64_t take;
	bool found;
};

static struct problem *turn_work(struct db *db, struct arena *a, void *context)
{
	static const char find_sql[] =
		"SELECT name, take + 1 AS take FROM work_schedule"
		" WHERE FIND_IN_SET(name, ?) AND COALESCE(lease_until, next_at) <= NOW(6)"
		" ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED";
	/* The turn is used up here: next_at is the first of its rhythm that lies ahead, however many were missed. Taking over
	 * from an owner that vanished is not a new turn. */
	static const char take_sql[] =
		"UPDATE work_schedule"
		"   SET next_at = IF(next_at > NOW(6), next_at, next_at + INTERVAL"
		"                    (TIMESTAMPDIFF(SECOND, next_at, NOW(6)) DIV ? + 1) * ? SECOND),"
		"       take = ?, owner = ?, started_at = NOW(6), lease_until = NOW(6) + INTERVAL ? SECOND"
		" WHERE name = ?";
	struct turn_work *w = context;
	struct due due = { 0 };

	TRY(db_maybe_one(db, a, find_sql, DB_ARGS(db_text(w->known->schedule_names)), &due_shape, &due, &w->found));
	if (!w->found)
		return NULL;
	w->schedule = known_schedule(w->known, due.name);
	w->take = due.take;
	assert(w->schedule);

	const struct schedule *s = w->schedule->schedule;

	return db_run(db, a, take_sql,
	              DB_ARGS(db_int(s->every_s), db_int(s->every_s), db_int(due.take), db_text(w->owner),
	                      db_int(s->lease_s), db_text(due.name)),
	              NULL);
}

struct problem *schedule_take(struct db *db, struct arena *a, const struct known *known, const char *owner,
                              struct held *out, const struct known_schedule **schedule, bool *found)
{
	struct turn_work w = { .known = known, .owner = owner };

	TRY(db_transaction(db, a, turn_work, &w));
	*found = w.found;
	if (!w.found)
		return NULL;
	*out = (struct held){
		.schedule = w.schedule->schedule->name,
		.take = w.take,
		.lease_s = w.schedule->schedule->lease_s,
	};
	*schedule = w.schedule;
	return NULL;
}

struct problem *schedule_end(struct db *db, struct arena *a, const struct held *h, const struct problem *why,
                             int64_t again_us, bool *ours)
{
	static const char sql[] =
		"UPDATE work_schedule"
		"   SET next_at = LEAST(next_at, COALESCE(NOW(6) + INTERVAL ? MICROSECOND, next_at)),"
		"       owner = NULL, lease_until = NULL, ended_at = NOW(6), error_status = ?, error_code = ?, error_detail = ?"
		" WHERE name = ? AND owner IS NOT NULL AND take = ?";
	const char *detail = why ? arena_text_n(a, why->detail, utf8_cut(why->detail, WORK_DETAIL_MOST)) : NULL;
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(again_us >= 0 ? db_int(again_us) : db_null(), why ? db_int(why->kind->status) : db_null(),
	                   db_text(why ? why->kind->code : NULL), db_text(detail), db_text(h->schedule), db_int(h->take)),
	           &done));
	*ours = done.affected > 0;
	return NULL;
}

/* ---- daemons ---- */

struct daemon_work {
	const char *name;
	int64_t processes;
	const struct known *known;
};

/* A schedule that is new waits for its first turn; one whose rhythm was made shorter does not wait out the old one. One that
 * is overdue is due now: by how far it lies back, work.cleanup tells those that no daemon serves any more. */
static struct problem *schedule_announce(struct db *db, struct arena *a, const struct schedule *s)
{
	static const char sql[] =
		"INSERT INTO work_schedule (name, every_s, next_at) VALUES (?, ?, NOW(6) + INTERVAL ? SECOND)"
		" ON DUPLICATE KEY UPDATE every_s = VALUES(every_s),"
		"                         next_at = LEAST(GREATEST(next_at, NOW(6)), VALUES(next_at))";

	return db_run(db, a, sql, DB_ARGS(db_text(s->name), db_int(s->every_s), db_int(s->at_start ? 0 : s->every_s)),
	              NULL);
}

static struct problem *daemon_work(struct db *db, struct arena *a, void *context)
{
	static const char sql[] =
		"INSERT INTO work_daemon (name, version, processes, started_at, seen_at) VALUES (?, ?, ?, NOW(6), NOW(6))";
	const struct daemon_work *w = context;
	struct problem *p =
		db_run(db, a, sql, DB_ARGS(db_text(w->name), db_text(PORTICO_VERSION), db_int(w->processes)), NULL);

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return NULL;
	TRY(p);
	for (size_t i = 0; i < w->known->schedule_count; i++)
		TRY(schedule_announce(db, a, w->known->schedules[i].schedule));
	return NULL;
}

struct problem *daemon_register(struct db *db, struct arena *a, const char *name, int64_t processes,
                                const struct known *known)
{
	return db_transaction(db, a, daemon_work, &(struct daemon_work){ name, processes, known });
}

struct problem *daemon_seen(struct db *db, struct arena *a, const char *name)
{
	/* a child that was told to stop by itself may have said that the daemon does */
	static const char sql[] = "UPDATE work_daemon SET seen_at = NOW(6), stopped_at = NULL WHERE name = ?";

	return db_run(db, a, sql, DB_ARGS(db_text(name)), NULL);
}

struct problem *daemon_stopped(struct db *db, struct arena *a, const char *name)
{
	static const char sql[] = "UPDATE work_daemon SET seen_at = NOW(6), stopped_at = NOW(6) WHERE name = ?";

	return db_run(db, a, sql, DB_ARGS(db_text(name)), NULL);
}
