/* store_job.c - jobs as rows of work_job: added, taken, ended. Speaks SQL and nothing else. */
#include <assert.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/work/problems.h"
#include "lib/work/store.h"

#define REQUEST_ID_MOST 128 /* bytes, column request_id */

/* ---- adding ---- */

struct problem *job_add(struct db *db, struct arena *a, const struct job_ask *ask, int64_t *id)
{
	/* The row that is meant stays locked until the caller's commit, so nobody takes it before he has written what it is
	 * about. It is moved forward; a pause after a failure is kept, since its reason still stands, unless the caller hastens. */
	static const char sql[] =
		"INSERT INTO work_job (kind, subject_id, once, request_id, created_at, asked_at, run_at)"
		" VALUES (?, ?, ?, ?, NOW(6), NOW(6), NOW(6) + INTERVAL ? SECOND)"
		" ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id),"
		"  run_at = IF(attempts = 0 OR ?, LEAST(run_at, VALUES(run_at)), run_at)";
	const char *request = ask->request_id;
	struct db_done done;

	if (request && strlen(request) > REQUEST_ID_MOST)
		request = arena_text_n(a, request, REQUEST_ID_MOST);
	TRY(db_run(db, a, sql,
	           DB_ARGS(db_text(ask->kind), db_int(ask->subject_id), db_bool(ask->once), db_text(request),
	                   db_int(ask->delay_s), db_bool(ask->hasten)),
	           &done));
	*id = done.insert_id;
	return NULL;
}

struct problem *job_drop(struct db *db, struct arena *a, const char *kind, int64_t subject_id)
{
	static const char sql[] = "DELETE FROM work_job WHERE kind = ? AND subject_id = ? AND state <> 1";

	return db_run(db, a, sql, DB_ARGS(db_text(kind), db_int(subject_id)), NULL);
}

/* ---- taking ---- */

/* clang-format off */
static const struct field taken_fields[] = {
	FIELD_OUT(struct taken, id,           "the job"),
	FIELD_OUT(struct taken, kind,         "what to do"),
	FIELD_OUT(struct taken, subject_id,   "with what"),
	FIELD_OUT(struct taken, request_id,   "who asked"),
	FIELD_OUT(struct taken, giving_up,    "what is left is to undo"),
	FIELD_OUT(struct taken, attempts,     "failed so far"),
	FIELD_OUT(struct taken, lost,         "ended without a word so far"),
	FIELD_OUT(struct taken, take,         "which take this is"),
	FIELD_OUT(struct taken, created_at,   "when it was added"),
	FIELD_OUT(struct taken, asked_at,     "from when the deadline counts"),
	FIELD_OUT(struct taken, deadline_at,  "no try begins after it"),
	FIELD_OUT(struct taken, now_at,       "when it was taken"),
	FIELD_OUT(struct taken, error_status, "why the last try failed"),
	FIELD_OUT(struct taken, error_code,   "why the last try failed"),
	FIELD_OUT(struct taken, error_detail, "why the last try failed"),
	FIELD_END,
};
/* clang-format on */
static const struct shape taken_shape = SHAPE("Taken", struct taken, taken_fields);

#define TAKEN_COLUMNS                                                                                       \
	"SELECT id, kind, subject_id, request_id, giving_up, attempts, take + 1 AS take, created_at, asked_at," \
	"       deadline_at, NOW(6) AS now_at, error_status, error_code, error_detail, "

/* The indexes are forced because they are the order of taking: any other plan would sort, and lock rows it does not take. */
static struct problem *find_left(struct db *db, struct arena *a, const struct known *known, struct taken *out,
                                 bool *found)
{
	static const char sql[] = TAKEN_COLUMNS
		"lost + 1 AS lost"
		"  FROM work_job FORCE INDEX (work_job_lease)"
		" WHERE state = 1 AND lease_until <= NOW(6) AND FIND_IN_SET(kind, ?)"
		" ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(known->kind_names)), &taken_shape, out, found);
}

static struct problem *find_waiting(struct db *db, struct arena *a, const struct known *known, struct taken *out,
                                    bool *found)
{
	static const char sql[] = TAKEN_COLUMNS
		"lost"
		"  FROM work_job FORCE INDEX (work_job_take)"
		" WHERE state = 0 AND run_at <= NOW(6) AND FIND_IN_SET(kind, ?)"
		" ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(known->kind_names)), &taken_shape, out, found);
}

struct take_work {
	const struct known *known;
	const char *owner;
	struct taken taken;
	bool found;
};

static struct problem *take_work(struct db *db, struct arena *a, void *context)
{
	static const char sql[] =
		"UPDATE work_job"
		"   SET state = 1, take = ?, lost = ?, owner = ?, deadline_at = ?, lease_until = NOW(6) + INTERVAL ? SECOND"
		" WHERE id = ?";
	struct take_work *w = context;
	struct taken t = { 0 };

	TRY(find_left(db, a, w->known, &t, &w->found));
	if (!w->found)
		TRY(find_waiting(db, a, w->known, &t, &w->found));
	if (!w->found)
		return NULL;
	t.known = known_kind(w->known, t.kind);
	assert(t.known);

	const struct job_kind *kind = t.known->kind;

	if (instant_is_none(t.deadline_at) && kind->deadline_s > 0)
		t.deadline_at = clock_after_s(t.asked_at, kind->deadline_s);
	w->taken = t;
	return db_run(db, a, sql,
	              DB_ARGS(db_int(t.take), db_int(t.lost), db_text(w->owner), db_at(t.deadline_at),
	                      db_int(kind->lease_s), db_int(t.id)),
	              NULL);
}

struct problem *job_take(struct db *db, struct arena *a, const struct known *known, const char *owner,
                         struct taken *out, bool *found)
{
	struct take_work w = { .known = known, .owner = owner };

	TRY(db_transaction(db, a, take_work, &w));
	if (w.found)
		*out = w.taken;
	*found = w.found;
	return NULL;
}

/* ---- ending ---- */

/* The detail as far as its column holds it. */
static struct db_arg detail_arg(struct arena *a, const struct problem *why)
{
	return why ? db_text(arena_text_n(a, why->detail, utf8_cut(why->detail, WORK_DETAIL_MOST))) : db_null();
}

static struct problem *end_row(struct db *db, struct arena *a, const struct held *h, const struct ending *e, bool *ours)
{
	static const char sql[] =
		"UPDATE work_job"
		"   SET state = ?, giving_up = ?, attempts = attempts + ?, run_at = NOW(6) + INTERVAL ? MICROSECOND,"
		"       finished_at = IF(?, NOW(6), NULL), owner = NULL, lease_until = NULL,"
		"       error_status = COALESCE(?, error_status), error_code = COALESCE(?, error_code),"
		"       error_detail = COALESCE(?, error_detail)"
		" WHERE id = ? AND state = 1 AND take = ?";
	const struct problem *why = e->why;
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_int(e->state), db_bool(e->giving_up), db_int(e->failed), db_int(e->pause_us),
	                   db_bool(e->state >= JOB_DONE), why ? db_int(why->kind->status) : db_null(),
	                   db_text(why ? why->kind->code : NULL), detail_arg(a, why), db_int(h->id), db_int(h->take)),
	           &done));
	*ours = done.affected > 0;
	return NULL;
}

/* Another waiting job of the same `once` kind and subject came in the meantime: it does what is left to do, but no sooner
 * than this one would have. */
struct replace_work {
	const struct held *held;
	const struct ending *ending;
	bool ours;
};

static struct problem *replace_work(struct db *db, struct arena *a, void *context)
{
	static const char sql[] =
		"UPDATE work_job AS newer JOIN work_job AS this"
		"       ON newer.kind = this.kind AND newer.once_subject = this.subject_id"
		"   SET newer.run_at = GREATEST(newer.run_at, NOW(6) + INTERVAL ? MICROSECOND)"
		" WHERE this.id = ? AND this.state = 1 AND this.take = ?";
	struct replace_work *w = context;
	const struct ending replaced = {
		.state = JOB_FAILED,
		.failed = w->ending->failed,
		.why = problem_new(a, &PROBLEM_JOB_REPLACED, NULL),
	};

	TRY(db_run(db, a, sql, DB_ARGS(db_int(w->ending->pause_us), db_int(w->held->id), db_int(w->held->take)), NULL));
	return end_row(db, a, w->held, &replaced, &w->ours);
}

struct problem *job_end(struct db *db, struct arena *a, const struct held *h, const struct ending *e, bool *ours)
{
	struct problem *p = end_row(db, a, h, e, ours);

	if (!db_is_duplicate(p, "work_job_once"))
		return p;

	struct replace_work w = { .held = h, .ending = e };

	TRY(db_transaction(db, a, replace_work, &w));
	*ours = w.ours;
	return NULL;
}
