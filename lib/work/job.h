/* job.h - work that outlives a request, as rows that porticod takes.
 *
 * A job is written in the same transaction as what it is about (job_add), so both exist or neither. It is taken with
 * FOR UPDATE SKIP LOCKED under a lease, tried again with a growing pause, and given up after its attempts or its
 * deadline; then `give_up` undoes what is left. Every step of a job may be repeated: it first asks the outside world
 * what is already there. A kill -9 anywhere costs at most the lease; a daemon that starts on the same machine knows who is dead
 * there (alive.h) and does not wait for it. */
#ifndef PORTICO_WORK_JOB_H
#define PORTICO_WORK_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/app.h"
#include "lib/base/clock.h"
#include "lib/base/problem.h"
#include "lib/db/db.h"

struct held; /* lib/work's own: what a try holds */

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_STATE_N };
extern const char *const job_state_names[JOB_STATE_N + 1];

/* A job as its function sees it. */
struct job {
	int64_t id;
	const char *kind;
	int64_t subject_id; /* the row it is about */
	int64_t attempt;    /* 1 at the first try */
	struct instant created_at;
	struct instant deadline_at; /* no try begins after it */
	const char *request_id;     /* of the request that asked for it, or "-" */
	struct db *db;
	struct arena *arena; /* emptied after each try */
	struct process *process;
	struct held *held; /* NULL in tests that call a job's function by themselves */
};

struct job_kind {
	const char *name; /* "facility.launch" */
	const char *doc;
	/* NULL: done. A problem: tried again after the backoff (or its retry_after_s, if that is longer), unless it is final
	 * (status 4xx except 409/429) or PROBLEM_JOB_LATER. */
	struct problem *(*run)(struct job *j);
	/* Called in its own try when the job is given up; `last` is why, read back from the row: its kind has the status and
	 * code but is not the constant it was raised with. It must leave things whole; a problem is retried, without end, and once
	 * it has returned NULL it is not called again. NULL: nothing to undo. */
	struct problem *(*give_up)(struct job *j, const struct problem *last);
	int attempts;  /* tries that may fail */
	int backoff_s; /* pause after the first failure; doubles up to backoff_most_s */
	int backoff_most_s;
	int lease_s;    /* how long a try may be silent before another daemon takes it over */
	int deadline_s; /* after its creation; 0: none */
};

/* Not a failure: look again in retry_after_s seconds; does not count as an attempt. */
extern const struct problem_kind PROBLEM_JOB_LATER;

struct job_ask {
	const char *kind;
	int64_t subject_id;
	int64_t delay_s;
	const char *request_id; /* NULL: none */
	/* When a waiting job of this kind and subject exists that was added with `once` too, that one is meant. It does not
	 * begin before the caller's commit, so it sees what the caller wrote. */
	bool once;
	bool hasten; /* with once: the job that is meant does not sit out its pause after a failure */
};
/* Writes the row in the caller's transaction. After the commit call job_wake(). */
struct problem *job_add(struct db *db, struct arena *a, const struct job_ask *ask, int64_t *id) MUST_CHECK;

/* Deletes the jobs of this kind and subject that nobody runs, finished ones too: for erasing what they were about. */
struct problem *job_drop(struct db *db, struct arena *a, const char *kind, int64_t subject_id) MUST_CHECK;

/* Nudges the daemon of this machine by a datagram, in a transaction after its commit; never fails (polling is the fallback). */
void job_wake(const struct process *p);

/* The lease starts anew; PROBLEM_CONFLICT when somebody else has the job by now: stop at once. Long steps call it. */
struct problem *job_renew(struct job *j) MUST_CHECK;

/* True when the daemon is about to stop: a long step ends early by returning PROBLEM_JOB_LATER, the job is then put back and
 * runs again, at the next daemon. What does not end within work_conf.stop_s is killed and put back likewise. */
bool job_should_stop(const struct job *j);

/* Waits until the job is done or given up, at most wait_ms; *out is its state then (WAITING or RUNNING: still under way),
 * *why the problem's code and detail of a failed one as "code: detail", else NULL. Only work_conf.waiters requests of a
 * machine wait at once; beyond that it returns at once. Must not be called in a transaction, which would not see the job
 * move. PROBLEM_NOT_FOUND when there is no such job. */
struct problem *job_wait(struct process *p, struct arena *a, int64_t id, int64_t wait_ms, enum job_state *out,
                         const char **why) MUST_CHECK;

/* Waits in the same way for something that is no job's state but a row of the app's: until `look` sets *over, or wait_ms have
 * passed (*over is then still false). */
typedef struct problem *(wait_look)(struct db *db, struct arena *a, void *context, bool *over);
struct problem *row_wait(struct process *p, struct arena *a, wait_look *look, void *context, int64_t wait_ms,
                         bool *over) MUST_CHECK;

/* A job by the clock: one owner at a time, over all daemons; a missed turn is made up once. */
struct schedule {
	const char *name; /* "facility.reconcile" */
	const char *doc;
	int every_s;
	bool at_start; /* also when a daemon starts */
	int lease_s;
	/* subject_id 0. A problem with retry_after_s is tried again after that, when it is sooner than the next turn. */
	struct problem *(*run)(struct job *j);
};

/* ---- the daemon ---- */
struct work_conf {
	int64_t processes;      /* jobs at once in one daemon */
	int64_t poll_ms;        /* when no datagram comes */
	int64_t waiters;        /* requests of one machine that may wait for a job at once */
	int64_t keep_done_days; /* finished jobs are kept that long */
	int64_t stop_s;         /* time for running jobs at a clean stop; the rest is killed and put back */
};
extern struct work_conf work_conf;
extern const struct setting work_settings[]; /* section [work] */

/* Takes jobs and runs schedules until SIGTERM or SIGINT; `once`: until nothing is due. Forks conf.processes children that each
 * open their own connection by `open` and replaces those that die; the parent holds no connection. The exit status of the process. */
int daemon_run(struct process *p, const struct mount *mounts, bool once, struct problem *(*open)(struct process *p));

/* Clean-up of lib/work's own rows, a schedule of every daemon. */
extern const struct schedule work_schedules[];

#endif
