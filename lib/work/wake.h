/* wake.h - the datagram socket by which a worker that committed a job wakes the daemons of its machine.
 *
 * Every daemon binds RUN_DIR/porticod.PID.sock; its children share that one descriptor. A datagram says no more than
 * "look": losing one costs a poll interval. Inside lib/work only; job_wake() is in job.h. */
#ifndef PORTICO_WORK_WAKE_H
#define PORTICO_WORK_WAKE_H

#include <signal.h>
#include <stdint.h>
#include <sys/un.h>

#include "lib/base/problem.h"

struct wake {
	int fd;     /* -1: there is none, polling has to do */
	int folder; /* the run folder, through which the address leads */
	struct sockaddr_un address;
	const char *path; /* to be removed at the end */
};

/* Binds this process's socket; run_dir NULL leaves it out. */
struct problem *wake_bind(struct arena *a, const char *run_dir, struct wake *out) MUST_CHECK;
/* Closes and removes it: the parent's part. */
void wake_remove(struct wake *w);

/* Sends the daemon's own children a datagram: there may be more to do. */
void wake_pass(const struct wake *w);

/* Waits until a datagram comes (all that lie there are taken), `ms` have passed, or *stop is set by a signal, which
 * must not be blocked; a signal that comes between looking and waiting is not lost. w NULL: no datagrams. */
void wake_wait(const struct wake *w, int64_t ms, const volatile sig_atomic_t *stop);

#endif
