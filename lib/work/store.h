/* store.h - the rows of jobs, schedules and daemons; inside lib/work only.
 *
 * Every instant is taken from the database's clock, so that daemons whose clocks differ agree on what is due. */
#ifndef PORTICO_WORK_STORE_H
#define PORTICO_WORK_STORE_H

#include <signal.h>

#include "lib/work/job.h"
#include "lib/work/known.h"

#define WORK_DETAIL_MOST 1000 /* characters of columns error_detail */

/* What a try holds: one row, told from the tries before and after it by `take`. */
struct held {
	int64_t id;           /* of the job; 0: a schedule */
	const char *schedule; /* its name; NULL: a job */
	int64_t take;
	int64_t lease_s;
	const volatile sig_atomic_t *stopping;
};

/* A job's row as whoever takes it sees it. */
struct taken {
	int64_t id;
	const char *kind;
	int64_t subject_id;
	const char *request_id; /* NULL: none */
	bool giving_up;
	int64_t attempts; /* failed so far */
	int64_t lost;     /* ended without a word, the one taken over just now included */
	int64_t take;
	struct instant created_at;
	struct instant asked_at;    /* the deadline counts from here */
	struct instant deadline_at; /* NONE: none */
	struct instant now_at;      /* when it was taken, by the database's clock */
	struct maybe_int error_status;
	const char *error_code; /* NULL: has not failed yet */
	const char *error_detail;
	const struct known_kind *known; /* what to do with it */
};

/* Takes the job that has been due longest, of the kinds that are known here; *found false: none. First those whose owner's
 * lease has run out. One short transaction. */
struct problem *job_take(struct db *db, struct arena *a, const struct known *known, const char *owner,
                         struct taken *out, bool *found) MUST_CHECK;

/* How a try ended. */
struct ending {
	enum job_state state;      /* WAITING: put back */
	bool giving_up;            /* what is left is to undo */
	bool failed;               /* counts as an attempt */
	int64_t pause_us;          /* with WAITING */
	const struct problem *why; /* NULL: keeps what the row says */
};
/* Writes it; *ours false when somebody else has the job by now (or it was written already): nothing was changed. A job that is
 * to be put back while a newer one of the same `once` kind and subject waits ends as PROBLEM_JOB_REPLACED. */
struct problem *job_end(struct db *db, struct arena *a, const struct held *h, const struct ending *e, bool *ours)
	MUST_CHECK;

/* Moves the lease of a job or schedule; *ours as above. */
struct problem *held_renew(struct db *db, struct arena *a, const struct held *h, bool *ours) MUST_CHECK;

/* Puts back what a dead process held, so that nobody has to wait for its lease. `lost`: the tries count as lost. */
struct problem *owner_release(struct db *db, struct arena *a, const char *owner, bool lost, int64_t *count) MUST_CHECK;

/* The same for all children of a daemon that is known to be dead; their tries count as lost. */
struct problem *daemon_release(struct db *db, struct arena *a, const char *name, int64_t *count) MUST_CHECK;

/* Takes a schedule that is due; *out is what it holds. */
struct problem *schedule_take(struct db *db, struct arena *a, const struct known *known, const char *owner,
                              struct held *out, const struct known_schedule **schedule, bool *found) MUST_CHECK;
/* Writes how the turn went; `why` NULL: well. `again_us` >= 0: due again by then. */
struct problem *schedule_end(struct db *db, struct arena *a, const struct held *h, const struct problem *why,
                             int64_t again_us, bool *ours) MUST_CHECK;

/* Milliseconds until something is due or a lease runs out, at most `most_ms`; 0: now. */
struct problem *work_next_ms(struct db *db, struct arena *a, const struct known *known, int64_t most_ms, int64_t *out)
	MUST_CHECK;

/* The daemon's row and the rows of its schedules; the first child of a daemon does it, for the others it is nothing. */
struct problem *daemon_register(struct db *db, struct arena *a, const char *name, int64_t processes,
                                const struct known *known) MUST_CHECK;
struct problem *daemon_seen(struct db *db, struct arena *a, const char *name) MUST_CHECK;
struct problem *daemon_stopped(struct db *db, struct arena *a, const char *name) MUST_CHECK;

#endif
