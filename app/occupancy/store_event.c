/* store_event.c - the history of a space, from rows of occupancy_event.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h. */
#include "app/occupancy/store.h"

/* clang-format off */
static const struct field point_row_fields[] = {
	FIELD_OUT(struct point, at, "when"),
	FIELD_OUT(struct point, current, "count at its end"),
	FIELD_OUT(struct point, maximum, "most"),
	FIELD_OUT(struct point, low, "lowest count"),
	FIELD_OUT(struct point, high, "highest count"),
	FIELD_OUT(struct point, changes, "how many"),
	FIELD_END,
};
static const struct shape point_row = SHAPE("PointRow", struct point, point_row_fields);
/* clang-format on */

struct problem *event_rows(struct db *db, struct arena *a, struct bytes space_id, const struct range *range,
                           struct list *out)
{
	static const char each[] =
		"SELECT at, current, maximum, low, high, changes FROM occupancy_event"
		" WHERE space_id = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?";
	/* the last row of each stretch tells how it ended */
	static const char summed[] =
		"SELECT TIMESTAMPADD(SECOND, s.stretch * ?, CAST('1970-01-01' AS DATETIME(6))) AS at, e.current, e.maximum, s.low, s.high, s.changes"
		"  FROM (SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', at) DIV ? AS stretch, MAX(at) AS last_at, MIN(low) AS low,"
		"               MAX(high) AS high, CAST(SUM(changes) AS SIGNED) AS changes"
		"          FROM occupancy_event WHERE space_id = ? AND at >= ? AND at < ? GROUP BY stretch ORDER BY stretch LIMIT ?) s"
		"  JOIN occupancy_event e ON e.space_id = ? AND e.at = s.last_at"
		" ORDER BY last_at";
	const struct db_arg id = db_bytes(space_id), from = db_at(range->from), to = db_at(range->to),
						limit = db_int(range->limit), width = db_int(range->width_s);

	if (range->width_s == 0)
		return db_rows(db, a, each, DB_ARGS(id, from, to, limit), &point_row, out);
	return db_rows(db, a, summed, DB_ARGS(width, width, id, from, to, limit, id), &point_row, out);
}
