/* driver.h - how a resource of one type comes into the world and leaves it: four verbs behind one table.
 *
 * Every verb may be repeated: it first asks what is there. Nothing is remembered here; the name of the row is the name
 * outside. */
#ifndef PORTICO_FACILITY_DRIVER_H
#define PORTICO_FACILITY_DRIVER_H

#include "app/facility/resource.h"

/* What is there of a resource. */
struct seen {
	const char *name;
	bool running;
	int64_t exit_code; /* when it is not running */
};

struct driver {
	const char *name;
	enum resource_type type;
	/* Makes it and waits, a few seconds at most, until it is ready; PROBLEM_JOB_LATER when it is not yet. A problem of
	 * 5xx by lib/call is worth another try, one of FACILITY(P_LAUNCH_…) is not. */
	struct problem *(*launch)(struct job *j, const struct resource *r, const struct launch_plan *plan,
	                          struct launched *out);
	/* Ends it within some seconds; what it left is kept. Nothing there is success. */
	struct problem *(*stop)(struct arena *a, const char *instance, const char *name);
	/* Ends it at once and takes away all that is left. Nothing there is success. */
	struct problem *(*remove)(struct arena *a, const char *instance, const char *name);
	/* What is there under `name`; NULL: everything of this installation. A list of struct seen. */
	struct problem *(*look)(struct arena *a, const char *instance, const char *name, struct list *out);
	bool outside; /* something exists outside the row, so there is something to compare */
};

/* NULL: resources of this type cannot be launched here. */
const struct driver *driver_of(int64_t type);

extern const struct driver driver_docker; /* driver_docker.c */
extern const struct driver driver_link;   /* driver_link.c */

#endif
