/* shapes.h - what goes out of the occupancy app, and the query of a history. */
#ifndef PORTICO_OCCUPANCY_SHAPES_H
#define PORTICO_OCCUPANCY_SHAPES_H

#include "lib/base/shape.h"

struct occupancy {
	int64_t current;
	int64_t maximum;
};

/* A space as its clients see it. */
struct space_view {
	const char *space_id;
	const char *space_name;
	struct occupancy occupancy;
	struct instant created;
	struct instant last_updated;
	const char *read_only_id;
	bool applied; /* of a step */
};
extern const struct shape space_shape;      /* without `applied` */
extern const struct shape space_step_shape; /* with it */

enum resolution { BY_EVENT, BY_MINUTE, BY_HOUR, BY_DAY, RESOLUTION_N };
extern const char *const resolution_names[RESOLUTION_N + 1];
enum history_format { AS_JSON, AS_CSV, HISTORY_FORMAT_N };

struct history_query {
	struct instant from;
	struct instant to;
	int resolution;
	int64_t limit; /* 0: not given */
	int format;
};
extern const struct shape history_query_shape;

struct history_view {
	const char *space_id;
	int resolution;
	struct instant from;
	struct instant to;
	struct list points; /* of struct point */
	struct instant next;
};
extern const struct shape history_shape;

#endif
