/* store_upkeep.c - what the daemon does to the rows: removing what has expired, summing up what is old.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h. */
#include "app/occupancy/store.h"

enum { EVENTS_AT_ONCE = 10000 };

/* clang-format off */
static const struct field id_row_fields[] = { FIELD_OUT(struct space, id, "id"), FIELD_END };
static const struct shape id_row = SHAPE("SpaceIdRow", struct space, id_row_fields);

struct hour {
	struct instant from, last_at;
	int64_t low, high, changes;
};
static const struct field hour_row_fields[] = {
	FIELD_AS(struct hour, from, "from_at", OPTIONAL, INT64_MIN, INT64_MAX, "its first event"),
	FIELD_OUT(struct hour, last_at, "its last event"),
	FIELD_OUT(struct hour, low, "lowest count"),
	FIELD_OUT(struct hour, high, "highest count"),
	FIELD_OUT(struct hour, changes, "how many"),
	FIELD_END,
};
static const struct shape hour_row = SHAPE("HourRow", struct hour, hour_row_fields);
/* clang-format on */

/* Deletes by a statement with a LIMIT until nothing is left. */
static struct problem *events_delete(struct db *db, struct arena *a, struct bytes id, struct instant before)
{
	static const char sql[] = "DELETE FROM occupancy_event WHERE space_id = ? AND at < ? LIMIT ?";
	struct db_done done;

	do {
		TRY(db_run(db, a, sql, DB_ARGS(db_bytes(id), db_at(before), db_int(EVENTS_AT_ONCE)), &done));
	} while (done.affected == EVENTS_AT_ONCE);
	return NULL;
}

/* ---- what has expired: nobody sees it any more, so no event is added behind our back ---- */

struct problem *spaces_purge(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *removed)
{
	static const char expired[] = "SELECT id FROM occupancy_space WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
	static const char remove[] = "DELETE FROM occupancy_space WHERE id = ? AND expires_at <= ?";
	static const struct instant end = { INT64_C(253402300799) * US_PER_S }; /* of the year 9999 */
	struct list list;
	const struct space *spaces;

	TRY(db_rows(db, a, expired, DB_ARGS(db_at(now), db_int(most)), &id_row, &list));
	spaces = list.items;
	for (size_t i = 0; i < list.count; i++) {
		TRY(events_delete(db, a, spaces[i].id, end));
		TRY(db_run(db, a, remove, DB_ARGS(db_bytes(spaces[i].id), db_at(now)), NULL));
	}
	*removed = (int64_t)list.count;
	return NULL;
}

/* ---- what is old ---- */

struct summing {
	struct bytes id;
	const struct hour *hour;
};

/* The hour's last event becomes the sum of all; killed in between, all or nothing of it has happened. */
static struct problem *hour_work(struct db *db, struct arena *a, void *context)
{
	static const char sum[] =
		"UPDATE occupancy_event SET kind = ?, low = ?, high = ?, changes = ? WHERE space_id = ? AND at = ?";
	static const char rest[] = "DELETE FROM occupancy_event WHERE space_id = ? AND at >= ? AND at < ?";
	const struct summing *s = context;
	const struct db_arg id = db_bytes(s->id), last_at = db_at(s->hour->last_at);

	TRY(db_run(db, a, sum,
	           DB_ARGS(db_int(EVENT_HOUR), db_int(s->hour->low), db_int(s->hour->high), db_int(s->hour->changes), id,
	                   last_at),
	           NULL));
	return db_run(db, a, rest, DB_ARGS(id, db_at(s->hour->from), last_at), NULL);
}

static struct problem *space_sum(struct db *db, struct arena *a, struct bytes id, struct instant until,
                                 struct instant forget)
{
	static const char hours[] =
		"SELECT MIN(e.at) AS from_at, MAX(e.at) AS last_at, MIN(e.low) AS low, MAX(e.high) AS high,"
		"       CAST(SUM(e.changes) AS SIGNED) AS changes"
		"  FROM occupancy_event e JOIN occupancy_space s ON s.id = e.space_id"
		" WHERE e.space_id = ? AND e.at >= s.summed_until - INTERVAL 1 HOUR AND e.at < ?"
		" GROUP BY TIMESTAMPDIFF(SECOND, '1970-01-01', e.at) DIV 3600 HAVING COUNT(*) > 1";
	static const char done[] = "UPDATE occupancy_space SET summed_until = ? WHERE id = ?";
	struct summing summing = { .id = id };
	struct list list;

	TRY(events_delete(db, a, id, forget));
	TRY(db_rows(db, a, hours, DB_ARGS(db_bytes(id), db_at(until)), &hour_row, &list));
	for (size_t i = 0; i < list.count; i++) {
		summing.hour = (const struct hour *)list.items + i;
		TRY(db_transaction(db, a, hour_work, &summing));
	}
	return db_run(db, a, done, DB_ARGS(db_at(until), db_bytes(id)), NULL);
}

struct problem *events_sum(struct db *db, struct arena *a, struct instant until, struct instant forget, int64_t most,
                           int64_t *done)
{
	static const char waiting[] = "SELECT id FROM occupancy_space WHERE summed_until < ? ORDER BY summed_until LIMIT ?";
	struct list list;
	const struct space *spaces;

	TRY(db_rows(db, a, waiting, DB_ARGS(db_at(until), db_int(most)), &id_row, &list));
	spaces = list.items;
	for (size_t i = 0; i < list.count; i++)
		TRY(space_sum(db, a, spaces[i].id, until, forget));
	*done = (int64_t)list.count;
	return NULL;
}
