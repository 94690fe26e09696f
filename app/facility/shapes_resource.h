/* shapes_resource.h - resources as they come in, go out and lie in their rows. */
#ifndef PORTICO_FACILITY_SHAPES_RESOURCE_H
#define PORTICO_FACILITY_SHAPES_RESOURCE_H

#include "app/facility/resource.h"

extern const struct shape resource_row;       /* struct resource, by column */
extern const struct shape resource_brief_row; /* struct resource_brief */
extern const struct shape launch_plan_shape;  /* struct launch_plan, the JSON of column `plan` */

/* As the old client sees it: the 16 keys of facility.md section 3.3 in their order, and `id` (defect 69). */
struct container_view {
	int64_t calipso_user;
	const char *calipso_experiment;
	const char *container_id;
	const char *container_name;
	const char *container_status;
	const char *container_logs;
	const char *guacamole_username;
	const char *guacamole_password;
	struct instant creation_date;
	const char *host_port;
	const char *public_name;
	const char *container_info;
	struct maybe_int image;
	int64_t num_cpus;
	const char *memory_allocated;
	const char *hdd_allocated;
	int64_t id;
};
extern const struct shape container_shape;
struct container_view container_view(struct arena *a, const struct resource *r);
struct list container_views(struct arena *a, struct list resources);

/* As it is. */
struct resource_view {
	int64_t id;
	const char *name;
	const char *state;
	const char *type;
	const char *image;
	const char *proposal_id;
	const char *session_number;
	const char *address;
	struct maybe_int port;
	const char *guacamole_username;
	const char *guacamole_password;
	int64_t cpus;
	int64_t memory_bytes;
	int64_t storage_bytes;
	struct instant created_at;
	struct instant changed_at;
	const char *error_code;
	const char *error_detail;
};
extern const struct shape resource_shape;
struct resource_view resource_view(const struct resource *r);
struct list resource_views(struct arena *a, struct list resources);

/* POST /resources/ */
struct resource_ask {
	const char *image;
	const char *proposal_id;
	const char *session_number;
};
extern const struct shape resource_ask_shape;

/* ?page= and ?all= of the list of one's own resources; ?page= alone of the old lists. */
struct resource_query {
	const char *page;
	bool all;
};
extern const struct shape resource_query_shape;

#endif
