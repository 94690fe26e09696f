/* cleanup.h - expired sessions and forgotten failures leave by the clock. */
#ifndef PORTICO_ACCOUNTS_CLEANUP_H
#define PORTICO_ACCOUNTS_CLEANUP_H

#include "lib/work/job.h"

/* The schedule accounts.cleanup. */
struct problem *accounts_cleanup(struct job *j) MUST_CHECK;

#endif
