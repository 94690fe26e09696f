/* app.h - an app's door: the tables that are the program, and nothing else.
 *
 * lib/web reads the routes, lib/work the jobs and schedules, the command line the commands, everybody the settings and
 * problems. An app is its folder and one line in app/mounts.c. Tables end with an all-zero entry. */
#ifndef PORTICO_BASE_APP_H
#define PORTICO_BASE_APP_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/problem.h"
#include "lib/base/settings.h"

struct db;
struct route;       /* lib/web/route.h */
struct manner;      /* lib/web/manner.h */
struct admin_model; /* lib/web/admin.h */
struct job_kind;    /* lib/work/job.h */
struct schedule;    /* lib/work/job.h */

/* What every process of the program holds while it lives: a worker, the daemon, a command. */
struct process {
	struct arena *arena; /* lives as long as the process */
	struct db *db;       /* its one connection; NULL for commands that need none */
	const char *name;    /* "worker", "daemon", "command" */
	const char *run_dir; /* shared files and sockets of this installation; NULL: none */
};

/* One command-line invocation: portico NOUN [VERB] … */
struct invocation {
	struct process *process;
	struct arena *arena; /* of this invocation */
	struct db *db;       /* open when the command's `needs_db`; schema checked */
	int argc;            /* words after the command's own name */
	char **argv;
	FILE *out, *err;
	bool quiet; /* no progress */
};

struct command {
	const char *name;  /* "experiment add": blanks between the words */
	const char *usage; /* "--public-number N --title T [--uid U]" */
	const char *doc;   /* one line */
	bool needs_db;
	struct problem *(*run)(struct invocation *in);
};

/* One thing that `portico check` looked at. */
struct check_report {
	void (*say)(struct check_report *to, bool ok, const char *what, const char *advice);
	void *context;
};

struct app {
	const char *name; /* also the section of its settings */
	const char *doc;  /* one line for the index and the documentation */
	const struct route *routes;
	const struct manner *manner; /* how its addresses speak where lib/web speaks for them; NULL: as lib/web does */
	const struct setting *settings;
	void *conf;
	const struct problem_kind *problems; /* ends with status 0 */
	const struct job_kind *jobs;
	const struct schedule *schedules;
	const struct command *commands;
	const struct admin_model *admin; /* what the administration shows of it; NULL: nothing */
	/* Makes what outlives a request (services, caches); called once per process after the settings. */
	struct problem *(*start)(struct process *p);
	void (*stop)(struct process *p);
	/* Looks at what the app depends on, for `portico check`. */
	void (*check)(struct process *p, struct arena *a, struct check_report *report);
};

struct mount {
	const char *prefix; /* "/api/facility"; "": the root of the host */
	const struct app *app;
};

/* True if the app of `m` stands in an earlier row of the table too: what is done once per app has been done then. */
static inline bool mount_repeats(const struct mount *mounts, const struct mount *m)
{
	while (mounts != m && mounts->app != m->app)
		mounts++;
	return mounts != m;
}

#endif
