/* run.c - one try: taking, running and ending are three steps of their own, so a kill between any two costs the lease
 * and nothing else. What the job's function writes is its own transaction; the row's end is written afterwards and names
 * the take it belongs to. */
#include "lib/work/run.h"

#include <assert.h>
#include <time.h>

#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/call/call.h"
#include "lib/work/problems.h"
#include "lib/work/store.h"

/* A job whose process dies this often is not run again: it may be what kills it. */
#define LOST_MOST 5

#define END_PAUSE_FIRST_MS INT64_C(50)
#define END_PAUSE_MOST_MS INT64_C(1000)

static int64_t ms_since(int64_t from_us)
{
	return (clock_ticks_us() - from_us) / 1000;
}

/* ---- what follows from how it went ---- */

/* The request was refused, and would be again. 409 and 429 pass with time. */
static bool is_final(const struct problem *p)
{
	int status = p->kind->status;

	return status >= 400 && status < 500 && status != 409 && status != 429;
}

/* The pause after the n-th failure, counted from 0. */
static int64_t backoff_s(const struct job_kind *kind, int64_t n)
{
	int64_t most = kind->backoff_most_s > kind->backoff_s ? kind->backoff_most_s : kind->backoff_s;
	int64_t pause = kind->backoff_s;

	while (n-- > 0 && pause < most)
		pause *= 2;
	return pause < most ? pause : most;
}

/* Microseconds from now to the deadline, by the database's clock as far as we know it. */
static int64_t left_us(const struct taken *t, int64_t from_us)
{
	if (instant_is_none(t->deadline_at))
		return INT64_MAX;
	return t->deadline_at.us - t->now_at.us - (clock_ticks_us() - from_us);
}

static int64_t at_least_0(int64_t n)
{
	return n > 0 ? n : 0;
}

static struct ending ending_given_up(const struct job_kind *kind, const struct problem *why)
{
	return (struct ending){
		.state = kind->give_up ? JOB_WAITING : JOB_FAILED,
		.giving_up = true,
		.failed = true,
		.why = why,
	};
}

static struct ending ending_of_run(const struct taken *t, const struct problem *p, int64_t from_us)
{
	const struct job_kind *kind = t->known->kind;
	const int64_t left = left_us(t, from_us);

	if (!p)
		return (struct ending){ .state = JOB_DONE };
	if (problem_is(p, &PROBLEM_JOB_LATER)) {
		int64_t pause = p->retry_after_s * US_PER_S;

		/* the look at the deadline finds it passed and gives up */
		return (struct ending){ .state = JOB_WAITING, .pause_us = pause < left ? pause : at_least_0(left) };
	}
	if (is_final(p) || t->attempts + 1 >= kind->attempts)
		return ending_given_up(kind, p);

	int64_t pause_s = backoff_s(kind, t->attempts);

	if (pause_s < p->retry_after_s)
		pause_s = p->retry_after_s;
	if (pause_s * US_PER_S >= left)
		return ending_given_up(kind, p); /* nothing is gained by waiting for the deadline */
	return (struct ending){ .state = JOB_WAITING, .failed = true, .pause_us = pause_s * US_PER_S, .why = p };
}

static struct ending ending_of_give_up(const struct taken *t, const struct problem *last, const struct problem *p)
{
	const struct job_kind *kind = t->known->kind;

	if (!p)
		return (struct ending){ .state = JOB_FAILED, .giving_up = true, .why = last };
	return (struct ending){
		.state = JOB_WAITING,
		.giving_up = true,
		.failed = true,
		.pause_us = backoff_s(kind, at_least_0(t->attempts - kind->attempts)) * US_PER_S,
		.why = last,
	};
}

/* What the row says of the last failure, as a problem again. */
static const struct problem *problem_of_row(struct arena *a, const struct taken *t)
{
	struct problem_kind *kind = ARENA_NEW(a, struct problem_kind);

	kind->status = t->error_status.set ? (int)t->error_status.n : 500;
	kind->code = t->error_code;
	kind->title = t->error_code;
	return problem_new(a, kind, "%s", t->error_detail ? t->error_detail : t->error_code);
}

/* Why the job is not to be tried (again), or NULL. */
static const struct problem *reason_to_give_up(struct arena *a, const struct taken *t)
{
	const bool late = !instant_is_none(t->deadline_at) && t->now_at.us >= t->deadline_at.us;
	const bool failed = t->attempts >= t->known->kind->attempts;

	if (!t->giving_up && t->lost > LOST_MOST)
		return problem_new(a, &PROBLEM_JOB_LOST, NULL);
	if (!t->giving_up && !late && !failed)
		return NULL;
	return t->error_code ? problem_of_row(a, t) : problem_new(a, &PROBLEM_JOB_DEADLINE, NULL);
}

/* ---- the try ---- */

static void log_job(enum log_level level, const char *event, const struct job *j, const struct problem *p, int64_t ms,
                    int64_t pause_us)
{
	LOG(level, event, L_INT("job", j->id), L_TEXT("kind", j->kind), L_INT("subject", j->subject_id),
	    L_INT("attempt", j->attempt), L_INT("ms", ms), L_TEXT("code", p ? p->kind->code : NULL),
	    L_INT("pause_ms", pause_us / 1000));
}

static void log_ending(const struct job *j, const struct ending *e, const struct problem *p, bool ours, int64_t ms)
{
	if (!ours)
		log_job(LOG_WARN, "job was taken over meanwhile", j, p, ms, 0);
	else if (e->state == JOB_DONE)
		log_job(LOG_INFO, "job done", j, p, ms, 0);
	else if (e->state == JOB_FAILED)
		log_job(LOG_WARN, "job given up", j, e->why, ms, 0);
	else if (e->giving_up)
		log_job(LOG_WARN, "job to be given up", j, p, ms, e->pause_us);
	else if (e->failed)
		log_job(LOG_INFO, "job to be tried again", j, p, ms, e->pause_us);
	else
		log_job(LOG_DEBUG, "job put back", j, p, ms, e->pause_us);
}

/* Writes an end, again and again while the database is away: until the lease is over nobody else has the job. */
typedef struct problem *(end_write)(struct child *c, const struct held *h, const void *ending, bool *ours);

static struct problem *end_surely(struct child *c, const struct held *h, end_write *write, const void *ending,
                                  bool *ours)
{
	const int64_t from_us = clock_ticks_us();
	struct problem *p;

	for (int64_t pause_ms = END_PAUSE_FIRST_MS;; pause_ms *= 2) {
		p = write(c, h, ending, ours);
		if (!p || p->kind->status != 503 || *c->stopping || ms_since(from_us) > h->lease_s * 1000)
			return p;
		trouble_note(c->trouble, p);
		if (pause_ms > END_PAUSE_MOST_MS)
			pause_ms = END_PAUSE_MOST_MS;
		wake_wait(NULL, pause_ms, c->stopping);
	}
}

static struct problem *write_job_end(struct child *c, const struct held *h, const void *ending, bool *ours)
{
	return job_end(c->process->db, c->arena, h, ending, ours);
}

static struct problem *job_try(struct child *c, const struct taken *t)
{
	const int64_t from_us = clock_ticks_us();
	const struct job_kind *kind = t->known->kind;
	struct held held = { .id = t->id, .take = t->take, .lease_s = kind->lease_s, .stopping = c->stopping };
	struct job j = {
		.id = t->id,
		.kind = kind->name,
		.subject_id = t->subject_id,
		.attempt = t->attempts + 1,
		.created_at = t->created_at,
		.deadline_at = t->deadline_at,
		.request_id = t->request_id ? t->request_id : "-",
		.db = c->process->db,
		.arena = c->arena,
		.process = c->process,
		.held = &held,
	};
	const struct problem *last = reason_to_give_up(c->arena, t);
	struct problem *p = NULL;
	struct ending ending;
	bool ours;

	if (*c->stopping) {
		ending = (struct ending){ .state = JOB_WAITING, .giving_up = t->giving_up };
	} else if (last) {
		p = kind->give_up ? kind->give_up(&j, last) : NULL;
		ending = ending_of_give_up(t, last, p);
	} else {
		p = kind->run(&j);
		ending = ending_of_run(t, p, from_us);
	}
	db_rollback(j.db);
	if (p && !problem_is(p, &PROBLEM_JOB_LATER))
		log_problem(p);
	TRY(end_surely(c, &held, write_job_end, &ending, &ours));
	log_ending(&j, &ending, p, ours, ms_since(from_us));
	return NULL;
}

/* ---- a schedule's turn ---- */

struct turn_ending {
	const struct problem *why;
	int64_t again_us; /* -1: at the next turn */
};

static struct problem *write_turn_end(struct child *c, const struct held *h, const void *ending, bool *ours)
{
	const struct turn_ending *e = ending;

	return schedule_end(c->process->db, c->arena, h, e->why, e->again_us, ours);
}

static struct problem *schedule_try(struct child *c, struct held *held, const struct schedule *schedule)
{
	const int64_t from_us = clock_ticks_us();
	struct turn_ending ending = { .again_us = -1 };
	struct job j = {
		.kind = schedule->name,
		.attempt = 1,
		.created_at = clock_now(),
		.deadline_at = instant_none(),
		.request_id = uuid_new_hex(c->arena),
		.db = c->process->db,
		.arena = c->arena,
		.process = c->process,
		.held = held,
	};
	struct problem *p = NULL;
	bool ours;

	held->stopping = c->stopping;
	log_request(j.request_id);
	call_trace(j.request_id, NULL);
	if (*c->stopping)
		ending.again_us = 0;
	else
		p = schedule->run(&j);
	db_rollback(j.db);
	if (problem_is(p, &PROBLEM_JOB_LATER) || (p && p->retry_after_s > 0))
		ending.again_us = p->retry_after_s * US_PER_S;
	if (!problem_is(p, &PROBLEM_JOB_LATER))
		ending.why = p;
	if (ending.why)
		log_problem(ending.why);
	TRY(end_surely(c, held, write_turn_end, &ending, &ours));
	LOG(ending.why ? LOG_WARN : LOG_DEBUG, ours ? "schedule had its turn" : "schedule was taken over meanwhile",
	    L_TEXT("schedule", schedule->name), L_INT("ms", ms_since(from_us)),
	    L_TEXT("code", ending.why ? ending.why->kind->code : NULL));
	return NULL;
}

/* ---- the next ---- */

static struct problem *schedule_next(struct child *c, bool *did)
{
	const struct known_schedule *due;
	struct held held;

	TRY(schedule_take(c->process->db, c->arena, c->known, c->owner, &held, &due, did));
	if (!*did)
		return NULL;
	if (c->wake)
		wake_pass(c->wake);
	log_app(due->app);
	return schedule_try(c, &held, due->schedule);
}

static struct problem *job_next(struct child *c, bool *did)
{
	struct taken taken;

	TRY(job_take(c->process->db, c->arena, c->known, c->owner, &taken, did));
	if (!*did)
		return NULL;
	if (c->wake)
		wake_pass(c->wake);
	log_app(taken.known->app);
	log_request(taken.request_id);
	call_trace(taken.request_id, NULL);
	return job_try(c, &taken);
}

struct problem *run_next(struct child *c, bool *did)
{
	struct problem *p = schedule_next(c, did);

	if (!p && !*did)
		p = job_next(c, did);
	log_app(NULL);
	log_request(NULL);
	call_trace(NULL, NULL);
	return p;
}
