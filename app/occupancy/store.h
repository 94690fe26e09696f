/* store.h - spaces and their history as rows (store_*.c). An expired space is not there, even while its row still is. */
#ifndef PORTICO_OCCUPANCY_STORE_H
#define PORTICO_OCCUPANCY_STORE_H

#include "app/occupancy/space_id.h"
#include "lib/db/db.h"

enum { OCCUPANCY_MAXIMUM_MOST = 100000 };

/* A row of occupancy_space. */
struct space {
	struct bytes id;
	struct bytes read_only_id;
	const char *name; /* NULL: none */
	int64_t current;
	int64_t maximum;
	struct instant created_at;
	struct instant updated_at;
	struct instant expires_at;
	bool applied; /* filled by changes alone */
};

/* What a row of occupancy_event tells of. */
enum event_kind {
	EVENT_CREATED,
	EVENT_INCREMENT,
	EVENT_DECREMENT,
	EVENT_MAXIMUM,
	EVENT_IMPORTED,
	EVENT_HOUR, /* the sum of an hour */
	EVENT_N,
};

/* ---- store_space.c ---- */

/* A new space, and the first event of its history. PROBLEM_DB_DUPLICATE: there is one of that id. */
struct problem *space_insert(struct db *db, struct arena *a, const struct space *space, enum event_kind kind)
	MUST_CHECK;

/* By either id, one SELECT; PROBLEM_NOT_FOUND. */
struct problem *space_find(struct db *db, struct arena *a, const struct space_id *id, struct instant now,
                           struct space *out) MUST_CHECK;

/* Restarts the lifetime if the last restart is worth a write: older than a 1440th of the lifetime, one minute of a day. */
struct problem *space_touch(struct db *db, struct arena *a, const struct space *space, struct instant now) MUST_CHECK;

/* One more or one less (`kind`), unless that would leave the range; *applied tells. The row and its history in one round trip.
 * PROBLEM_NOT_FOUND. The id is not a read-only one. */
struct problem *space_step(struct db *db, struct arena *a, const struct space_id *id, enum event_kind kind,
                           struct instant now, struct space *out, bool *applied) MUST_CHECK;

/* The maximum, and the count lowered to it, likewise. PROBLEM_NOT_FOUND. */
struct problem *space_limit(struct db *db, struct arena *a, const struct space_id *id, int64_t maximum,
                            struct instant now, struct space *out) MUST_CHECK;

/* ---- store_event.c ---- */

/* One row of history, or several summed up. */
struct point {
	struct instant at;
	int64_t current; /* at its end */
	int64_t maximum;
	int64_t low; /* within it */
	int64_t high;
	int64_t changes;
};
struct range {
	struct instant from; /* at or after */
	struct instant to;   /* before */
	int64_t width_s;     /* rows are summed up by so many seconds of UTC; 0: each as it is */
	int64_t limit;       /* of rows, the oldest first */
};
struct problem *event_rows(struct db *db, struct arena *a, struct bytes space_id, const struct range *range,
                           struct list *out) MUST_CHECK;

/* ---- store_upkeep.c: for the daemon ---- */

/* Removes expired spaces with their history, at most `most` of them; *removed tells how many. */
struct problem *spaces_purge(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *removed)
	MUST_CHECK;

/* Sums up the events before `until` by the hour and forgets those before `forget`, of at most `most` spaces where that has
 * not been done yet; *done tells of how many. */
struct problem *events_sum(struct db *db, struct arena *a, struct instant until, struct instant forget, int64_t most,
                           int64_t *done) MUST_CHECK;

#endif
