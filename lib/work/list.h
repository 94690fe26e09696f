/* list.h - jobs, schedules and daemons as the admin sees them: on the command line, on the admin pages, in the metrics. */
#ifndef PORTICO_WORK_LIST_H
#define PORTICO_WORK_LIST_H

#include "lib/work/job.h"

struct job_view {
	int64_t id;
	const char *kind;
	int64_t subject_id;
	int state;              /* enum job_state */
	bool giving_up;         /* what is left is to undo */
	int64_t attempts;       /* tries that failed */
	int64_t lost;           /* tries that ended without a word */
	const char *request_id; /* NULL: none */
	struct instant created_at;
	struct instant run_at;      /* not before */
	struct instant deadline_at; /* NONE: none, or not taken yet */
	const char *owner;          /* NULL: nobody has it now */
	struct instant lease_until; /* NONE: nobody has it now */
	struct instant finished_at; /* NONE: not finished */
	struct maybe_int error_status;
	const char *error_code; /* of the last failure; NULL: none */
	const char *error_detail;
};
extern const struct shape job_view_shape;

/* What to list: NULL or negative leaves a condition out. */
struct job_filter {
	int state; /* enum job_state, or -1 */
	const char *kind;
	struct maybe_int subject_id;
	int64_t before_id; /* older ones only, for the next page; 0: from the newest */
	int64_t limit;     /* at most 1000 */
};

/* Newest first, as struct job_view. */
struct problem *job_list(struct db *db, struct arena *a, const struct job_filter *filter, struct list *out) MUST_CHECK;

/* PROBLEM_NOT_FOUND when there is none. */
struct problem *job_find(struct db *db, struct arena *a, int64_t id, struct job_view *out) MUST_CHECK;

/* Has a failed job tried anew from the start, or a waiting one at once. PROBLEM_NOT_FOUND; PROBLEM_CONFLICT when it runs or is
 * done, or when another waiting job does the same. After it (and the commit) call job_wake(). */
struct problem *job_retry(struct db *db, struct arena *a, int64_t id) MUST_CHECK;

struct schedule_view {
	const char *name;
	int64_t every_s;
	struct instant next_at;
	const char *owner; /* NULL: nobody has its turn now */
	struct instant lease_until;
	struct instant started_at; /* the last turn; NONE: never */
	struct instant ended_at;   /* of the last turn that ended */
	struct maybe_int error_status;
	const char *error_code; /* of the last turn that ended; NULL: it went well */
	const char *error_detail;
};
extern const struct shape schedule_view_shape;

/* By name, as struct schedule_view. */
struct problem *schedule_list(struct db *db, struct arena *a, struct list *out) MUST_CHECK;

/* Makes a schedule due now. PROBLEM_NOT_FOUND. */
struct problem *schedule_hasten(struct db *db, struct arena *a, const char *name) MUST_CHECK;

struct daemon_view {
	const char *name; /* host:pid:random */
	const char *version;
	int64_t processes;
	struct instant started_at;
	struct instant seen_at;    /* its children write it every 10 seconds, between two jobs */
	struct instant stopped_at; /* NONE: runs, or died without a word */
	int64_t holds;             /* jobs and schedules it has now */
};
extern const struct shape daemon_view_shape;

/* Newest first, as struct daemon_view. */
struct problem *daemon_list(struct db *db, struct arena *a, struct list *out) MUST_CHECK;

/* The queue in numbers, for metrics and health. */
struct work_stats {
	int64_t waiting; /* all that wait, those for a later time included */
	int64_t due;     /* of these, those that could run now */
	int64_t running;
	int64_t failed;    /* among those that are still kept */
	int64_t oldest_ms; /* how long the one that is due longest has been so; 0: none is */
	int64_t daemons;   /* seen within the last minute and not stopped */
};
extern const struct shape work_stats_shape;
struct problem *work_stats(struct db *db, struct arena *a, struct work_stats *out) MUST_CHECK;

/* The schedule work.cleanup. */
struct problem *work_cleanup(struct job *j);

#endif
