/* alive.h - which daemons of this machine live. Each holds a lock on a file of the run folder that bears its name, and its
 * children hold it with it: it falls when the last of them is gone, however they died. So whoever starts next knows that what
 * such a daemon had taken need not wait for its leases. Inside lib/work only. */
#ifndef PORTICO_WORK_ALIVE_H
#define PORTICO_WORK_ALIVE_H

#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct alive {
	int fd; /* -1: no lock */
	const char *path;
};

/* Takes the lock, before the children are forked. run_dir NULL: leaves it out. */
struct problem *alive_begin(struct arena *a, const char *run_dir, const char *name, struct alive *out) MUST_CHECK;
/* At a clean stop: leaves no file. */
void alive_end(struct alive *l);

/* The names of those that died and are not forgotten yet. */
struct texts alive_dead(struct arena *a, const char *run_dir);
/* What they held has been given back. */
void alive_forget(struct arena *a, const char *run_dir, const char *name);

#endif
