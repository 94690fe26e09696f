/* shapes.c - what goes out of the occupancy app, and the query of a history. The keys of a space come in the order of the
 * service that is replaced; what is ours follows them. */
#include "app/occupancy/shapes.h"

#include <assert.h>

#include "app/occupancy/store.h"

const char *const resolution_names[] = { "event", "minute", "hour", "day", NULL };
static_assert(sizeof(resolution_names) / sizeof(resolution_names[0]) == RESOLUTION_N + 1, "a name for each");
static const char *const format_names[] = { "json", "csv", NULL };
static_assert(sizeof(format_names) / sizeof(format_names[0]) == HISTORY_FORMAT_N + 1, "a name for each");

/* clang-format off */
static const struct field occupancy_fields[] = {
	FIELD(struct occupancy, current, REQUIRED, 0, INT32_MAX, "how many are in"),
	FIELD(struct occupancy, maximum, REQUIRED, 1, OCCUPANCY_MAXIMUM_MOST, "how many may be in"),
	FIELD_END,
};
static const struct shape occupancy_shape = SHAPE("Occupancy", struct occupancy, occupancy_fields);

#define SPACE_FIELDS \
	FIELD(struct space_view, space_id, REQUIRED, 36, 36, "the id that was asked by: it may change the space, or only read it", .format = "uuid"), \
	FIELD_OUT(struct space_view, space_name, "its name; null: none"), \
	FIELD_OBJECT(struct space_view, occupancy, REQUIRED, occupancy_shape, "the counter"), \
	FIELD(struct space_view, created, REQUIRED | MICROS, 0, 0, "since when it is there"), \
	FIELD(struct space_view, last_updated, REQUIRED | MICROS, 0, 0, "when the counter or the maximum was last changed"), \
	FIELD(struct space_view, read_only_id, REQUIRED, 36, 36, "the id to hand to those who may only read", .format = "uuid")

static const struct field space_fields[] = {
	SPACE_FIELDS,
	FIELD_END,
};
const struct shape space_shape = SHAPE("Space", struct space_view, space_fields);

static const struct field space_step_fields[] = {
	SPACE_FIELDS,
	FIELD(struct space_view, applied, REQUIRED, 0, 1, "false: the step would have left the range, and nothing was changed"),
	FIELD_END,
};
const struct shape space_step_shape = SHAPE("SpaceStep", struct space_view, space_step_fields);

static const struct field history_query_fields[] = {
	FIELD(struct history_query, from, OPTIONAL, 0, 0, "the first instant; without it a day before `to`"),
	FIELD(struct history_query, to, OPTIONAL, 0, 0, "the instant behind the last one; without it now"),
	FIELD_ENUM(struct history_query, resolution, OPTIONAL, resolution_names, "each change, or one point for a stretch of UTC time in which there were changes"),
	FIELD(struct history_query, limit, OPTIONAL, 1, 10000, "the most points; without it 1000"),
	FIELD_ENUM(struct history_query, format, OPTIONAL, format_names, "json or csv"),
	FIELD_END,
};
const struct shape history_query_shape = SHAPE("HistoryQuery", struct history_query, history_query_fields);

static const struct field point_fields[] = {
	FIELD(struct point, at, REQUIRED | MICROS, 0, 0, "when: of a change, or where a stretch begins"),
	FIELD(struct point, current, REQUIRED, 0, INT32_MAX, "how many were in then, or at the stretch's end"),
	FIELD(struct point, maximum, REQUIRED, 1, OCCUPANCY_MAXIMUM_MOST, "how many might be in, likewise"),
	FIELD(struct point, low, REQUIRED, 0, INT32_MAX, "the least after a change of the stretch"),
	FIELD(struct point, high, REQUIRED, 0, INT32_MAX, "the most after a change of the stretch"),
	FIELD(struct point, changes, REQUIRED, 1, INT32_MAX, "how many changes"),
	FIELD_END,
};
static const struct shape point_shape = SHAPE("HistoryPoint", struct point, point_fields);

static const struct field history_fields[] = {
	FIELD(struct history_view, space_id, REQUIRED, 36, 36, "the id that was asked by", .format = "uuid"),
	FIELD_ENUM(struct history_view, resolution, REQUIRED, resolution_names, "what a point stands for"),
	FIELD(struct history_view, from, REQUIRED | MICROS, 0, 0, "the first instant"),
	FIELD(struct history_view, to, REQUIRED | MICROS, 0, 0, "the instant behind the last one"),
	FIELD_LIST(struct history_view, points, REQUIRED, point_shape, 0, 10000, "the oldest first"),
	FIELD(struct history_view, next, MICROS, 0, 0, "`from` of what follows; null: that was all"),
	FIELD_END,
};
const struct shape history_shape = SHAPE("History", struct history_view, history_fields);
/* clang-format on */
