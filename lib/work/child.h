/* child.h - what parent and children of the daemon have in common; inside lib/work only. */
#ifndef PORTICO_WORK_CHILD_H
#define PORTICO_WORK_CHILD_H

#include <stdatomic.h>
#include <sys/types.h>

#include "lib/work/alive.h"
#include "lib/work/known.h"
#include "lib/work/trouble.h"
#include "lib/work/wake.h"

/* Lies in memory that parent and children share. */
struct daemon_shared {
	struct trouble trouble;
	_Atomic int64_t seen_us; /* ticks of the last heartbeat */
};

struct daemon {
	const char *name; /* "host:pid:random" */
	pid_t pid;        /* of the parent */
	const struct process *process;
	const struct known *known;
	struct problem *(*open)(struct process *p);
	bool once;
	struct wake wake;
	struct alive alive;
	struct daemon_shared *shared;
	sigset_t signals_before; /* the mask the children go back to */
};

/* Exit statuses of a child (sysexits.h: EX_TEMPFAIL). */
#define CHILD_DONE 0
#define CHILD_FAILED 75

/* The whole life of a child in one of the daemon's slots: opens its connection, gives back what its predecessor in the slot
 * held, works until it is told to stop. Returns its exit status. */
int child_run(const struct daemon *d, int slot);

/* A child that only puts back what killed children held, without counting their tries, and marks the daemon as stopped. */
int child_sweep(const struct daemon *d, const bool *killed, int slots);

#endif
