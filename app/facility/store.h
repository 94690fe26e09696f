/* store.h - the SQL of experiments, sessions, images and quotas (store_*.c); resources are in resource.h.
 * A store sees no request and no JSON. Every function returns PROBLEM_NOT_FOUND for a missing row unless it says else. */
#ifndef PORTICO_FACILITY_STORE_H
#define PORTICO_FACILITY_STORE_H

#include "lib/base/shape.h"
#include "lib/db/db.h"

/* How a resource is run; the numbers are on the wire and in the rows (facility.md section 2.4). */
enum resource_type { TYPE_NONE, TYPE_DOCKER, TYPE_KUBERNETES, TYPE_VM, TYPE_LINK, TYPE_N };
extern const char
	*const resource_type_names[TYPE_N + 1]; /* "", "docker_container", "kubernetes", "virtual_machine", "static_link" */

struct image {
	int64_t id;
	const char *public_name;
	const char *image;     /* Docker reference, URL of a link */
	const char *port_hook; /* "5901/tcp" */
	const char *logs_er;   /* readiness: regular expression over the log; "": running is enough */
	const char *protocol;  /* "", "vnc", "rdp", "ssh" */
	int64_t cpu;
	int64_t memory_bytes;
	int64_t hdd_bytes;
	int64_t type; /* enum resource_type */
};
struct problem *image_find(struct db *db, struct arena *a, const char *public_name, struct image *out) MUST_CHECK;
struct problem *image_find_id(struct db *db, struct arena *a, int64_t id, struct image *out) MUST_CHECK;

/* What a user may hold at once: his own row or the settings' defaults. */
struct quota {
	int64_t max_simultaneous;
	int64_t cpu;
	int64_t memory_bytes;
	int64_t hdd_bytes;
};
struct problem *quota_find(struct db *db, struct arena *a, int64_t user_id, struct quota *out) MUST_CHECK;
/* The same, with the user's row locked until the transaction ends (FOR UPDATE): launches of one user queue here. */
struct problem *quota_lock(struct db *db, struct arena *a, int64_t user_id, struct quota *out) MUST_CHECK;

/* A session of an experiment that the user takes part in: what a launch needs. PROBLEM_NOT_FOUND when there is no such
 * session or the user is no participant: a stranger cannot tell which (defect 10). */
struct launch_session {
	int64_t id;
	const char *proposal_id;
	const char *number;
	const char *data_set_path;
	struct maybe_int uid;
	struct maybe_int gid;
};
struct problem *session_for_launch(struct db *db, struct arena *a, int64_t user_id, const char *proposal_id,
                                   const char *number, struct launch_session *out) MUST_CHECK;

#endif
