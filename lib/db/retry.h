/* retry.h - how often and how long a contended statement or transaction is tried again. */
#ifndef PORTICO_DB_RETRY_H
#define PORTICO_DB_RETRY_H

#include "lib/db/internal.h"

#define TRIES_MOST 8

/* After the `failed`-th try since from_us: waits a random, growing while and says true, or false when enough was tried:
 * TRIES_MOST, or as long as one statement may take. */
bool retry_pause(struct db *db, size_t failed, int64_t from_us);

/* Why no statement runs in the open transaction any more. */
struct problem *doom_problem(struct db *db, struct arena *a);

#endif
