/* job.c - what a request and a job's function do with a job; adding it is in store_job.c, waking the daemon in wake.c. */
#include "lib/work/job.h"

#include <assert.h>
#include <limits.h>
#include <time.h>

#include "lib/base/shared.h"
#include "lib/work/store.h"

#define WAITERS_FILE "work.waiters"
#define POLL_LEAST_US INT64_C(5000)
#define POLL_MOST_US INT64_C(100000)

struct problem *job_renew(struct job *j)
{
	bool ours = true;

	if (j->held)
		TRY(held_renew(j->db, j->arena, j->held, &ours));
	return ours ? NULL : problem_new(j->arena, &PROBLEM_CONFLICT, "Another daemon has taken the job over.");
}

bool job_should_stop(const struct job *j)
{
	return j->held && j->held->stopping && *j->held->stopping;
}

/* ---- waiting ---- */

struct standing {
	int state;
	const char *error_code;
	const char *error_detail;
};

static const struct field standing_fields[] = {
	FIELD_ENUM(struct standing, state, OPTIONAL, job_state_names, "how far it is"),
	FIELD_OUT(struct standing, error_code, "why the last try failed"),
	FIELD_OUT(struct standing, error_detail, "why the last try failed"),
	FIELD_END,
};
static const struct shape standing_shape = SHAPE("Standing", struct standing, standing_fields);

static void sleep_us(int64_t us)
{
	nanosleep(&(struct timespec){ .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 }, NULL);
}

/* Whoever waits learns of it late by a sixteenth of what it took; at least and at most by these. */
static int64_t pause_us(int64_t waited_us)
{
	const int64_t part_us = waited_us / 16;

	return part_us < POLL_LEAST_US ? POLL_LEAST_US : part_us > POLL_MOST_US ? POLL_MOST_US : part_us;
}

static struct problem *look_until(struct db *db, struct arena *a, wait_look *look, void *context, int64_t wait_ms,
                                  bool *over)
{
	const int64_t from_us = clock_ticks_us();

	for (;;) {
		TRY(look(db, a, context, over));

		const int64_t waited_us = clock_ticks_us() - from_us, left_us = wait_ms * 1000 - waited_us;

		if (*over || left_us <= 0)
			return NULL;
		sleep_us(pause_us(waited_us) < left_us ? pause_us(waited_us) : left_us);
	}
}

struct problem *row_wait(struct process *p, struct arena *a, wait_look *look, void *context, int64_t wait_ms,
                         bool *over)
{
	assert(!db_in_transaction(p->db));

	const int most = (int)(work_conf.waiters < INT_MAX ? work_conf.waiters : INT_MAX);
	int slot = most > 0 && wait_ms > 0 ? slot_enter(p->run_dir, WAITERS_FILE, most) : -1;
	struct problem *problem;

	*over = false;
	problem = look_until(p->db, a, look, context, slot < 0 ? 0 : wait_ms, over);
	if (slot >= 0)
		slot_leave(slot);
	return problem;
}

/* ---- of a job ---- */

struct job_look {
	int64_t id;
	struct standing standing;
};

static struct problem *job_look(struct db *db, struct arena *a, void *context, bool *over)
{
	static const char sql[] = "SELECT state, error_code, error_detail FROM work_job WHERE id = ?";
	struct job_look *l = context;

	TRY(db_one(db, a, sql, DB_ARGS(db_int(l->id)), &standing_shape, &l->standing));
	*over = l->standing.state >= JOB_DONE;
	return NULL;
}

struct problem *job_wait(struct process *p, struct arena *a, int64_t id, int64_t wait_ms, enum job_state *out,
                         const char **why)
{
	struct job_look l = { .id = id };
	bool over;

	TRY(row_wait(p, a, job_look, &l, wait_ms, &over));
	*out = (enum job_state)l.standing.state;
	*why = l.standing.state == JOB_FAILED ? arena_printf(a, "%s: %s", l.standing.error_code, l.standing.error_detail)
	                                      : NULL;
	return NULL;
}
