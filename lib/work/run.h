/* run.h - one try of one job or schedule; inside lib/work only. */
#ifndef PORTICO_WORK_RUN_H
#define PORTICO_WORK_RUN_H

#include <signal.h>

#include "lib/work/known.h"
#include "lib/work/trouble.h"
#include "lib/work/wake.h"

/* One child of the daemon, which does one thing at a time. */
struct child {
	struct process *process;
	struct arena *arena; /* of the try; the caller empties it */
	const struct known *known;
	const char *owner;       /* "host:pid:random/slot" */
	const struct wake *wake; /* told when something was taken: there may be more. NULL: nobody */
	struct trouble *trouble; /* told when the database goes away over a try. NULL: nobody */
	const volatile sig_atomic_t *stopping;
};

/* Takes what is due (a schedule, else a job), runs it and writes how it ended; *did false: nothing was due. A problem is the
 * database's: a job's own problems end in its row and in the log. */
struct problem *run_next(struct child *c, bool *did) MUST_CHECK;

#endif
