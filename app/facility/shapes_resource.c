/* shapes_resource.c - the tables behind shapes_resource.h, and how a row becomes what a client sees. */
#include "app/facility/shapes_resource.h"

#include <assert.h>

#include "app/facility/image.h"
#include "app/facility/volumes.h"

const char *const resource_state_names[] = { "busy",     "created", "stopping", "stopped",
	                                         "removing", "removed", "error",    NULL };
static_assert(sizeof(resource_state_names) / sizeof(resource_state_names[0]) == RESOURCE_STATE_N + 1,
              "a name for each state");

/* clang-format off */
static const struct field row_fields[] = {
	FIELD_OUT(struct resource, id,                      "row"),
	FIELD_OUT(struct resource, uuid,                    "random"),
	FIELD_OUT(struct resource, name,                    "of the container"),
	FIELD_OUT(struct resource, user_id,                 "whose it is"),
	FIELD_OUT(struct resource, image_id,                "what it was launched from"),
	FIELD_OUT(struct resource, public_name,             "name of the image at that time"),
	FIELD_OUT(struct resource, type,                    "enum resource_type"),
	FIELD_OUT(struct resource, proposal_id,             "experiment"),
	FIELD_OUT(struct resource, session_number,          "session, or id of an own resource"),
	FIELD_ENUM(struct resource, state, OPTIONAL, resource_state_names, "enum resource_state"),
	FIELD_OUT(struct resource, container_id,            "the engine's"),
	FIELD_OUT(struct resource, port,                    "of the engine's host"),
	FIELD_OUT(struct resource, address_seal,            "URL"),
	FIELD_OUT(struct resource, guacamole_username,      "made for this resource"),
	FIELD_OUT(struct resource, guacamole_seal,          "its password"),
	FIELD_OUT(struct resource, guacamole_connection_id, "in Guacamole's database"),
	FIELD_OUT(struct resource, vnc_seal,                "the desktop's password"),
	FIELD_OUT(struct resource, num_cpus,                "counted against the quota"),
	FIELD_OUT(struct resource, memory_bytes,            "counted against the quota"),
	FIELD_OUT(struct resource, hdd_bytes,               "counted against the quota"),
	FIELD_OUT(struct resource, uid,                     "user id inside"),
	FIELD_OUT(struct resource, gid,                     "group id inside"),
	FIELD_OUT(struct resource, plan,                    "JSON"),
	FIELD_OUT(struct resource, created_at,              "UTC"),
	FIELD_OUT(struct resource, changed_at,              "UTC"),
	FIELD_OUT(struct resource, error_code,              "what went wrong"),
	FIELD_OUT(struct resource, error_detail,            "in words"),
	FIELD_END,
};
const struct shape resource_row = SHAPE("FacilityResourceRow", struct resource, row_fields);

static const struct field brief_fields[] = {
	FIELD_OUT(struct resource_brief, id,                      "row"),
	FIELD_OUT(struct resource_brief, name,                    "of the container"),
	FIELD_OUT(struct resource_brief, type,                    "enum resource_type"),
	FIELD_ENUM(struct resource_brief, state, OPTIONAL, resource_state_names, "enum resource_state"),
	FIELD_OUT(struct resource_brief, guacamole_username,      "made for this resource"),
	FIELD_OUT(struct resource_brief, guacamole_connection_id, "in Guacamole's database"),
	FIELD_OUT(struct resource_brief, created_at,              "UTC"),
	FIELD_OUT(struct resource_brief, changed_at,              "UTC"),
	FIELD_END,
};
const struct shape resource_brief_row = SHAPE("FacilityResourceBrief", struct resource_brief, brief_fields);

/* Read back from our own row: the bounds are those of the rows it was made from. */
#define PLAN_TEXT (REQUIRED | BLANK | NO_TRIM)
static const struct field plan_fields[] = {
	FIELD(struct launch_plan, image,     PLAN_TEXT, 0, 4096, "Docker reference or URL"),
	FIELD(struct launch_plan, protocol,  PLAN_TEXT, 0, 4096, "vnc, rdp, ssh or empty"),
	FIELD(struct launch_plan, port_hook, PLAN_TEXT, 0, 4096, "5901/tcp"),
	FIELD(struct launch_plan, logs_er,   PLAN_TEXT, 0, 4096, "readiness"),
	FIELD(struct launch_plan, username,  PLAN_TEXT, 0, 4096, "whose it is"),
	FIELD_LIST(struct launch_plan, volumes, REQUIRED, volume_shape, 0, 10000, "host folders"),
	FIELD_END,
};
const struct shape launch_plan_shape = SHAPE("FacilityLaunchPlan", struct launch_plan, plan_fields);

static const struct field container_fields[] = {
	FIELD_OUT(struct container_view, calipso_user,       "id of the account"),
	FIELD_OUT(struct container_view, calipso_experiment, "session number, or id of an own resource"),
	FIELD_OUT(struct container_view, container_id,       "the engine's; empty while there is none"),
	FIELD_OUT(struct container_view, container_name,     "for resource/stop/ and resource/rm/"),
	FIELD_OUT(struct container_view, container_status,   "busy, created, stopped, removed or error"),
	FIELD_OUT(struct container_view, container_logs,     "always ..."),
	FIELD_OUT(struct container_view, guacamole_username, "empty when it is not reached through Guacamole"),
	FIELD_OUT(struct container_view, guacamole_password, "empty when it is not reached through Guacamole"),
	{ .name = "creation_date", .kind = KIND_AT, .flags = NO_ZONE, .offset = offsetof(struct container_view, creation_date), .doc = "UTC" },
	FIELD_OUT(struct container_view, host_port,          "port, or URL"),
	FIELD_OUT(struct container_view, public_name,        "name of the image"),
	FIELD_OUT(struct container_view, container_info,     "public number of the experiment"),
	FIELD_AS(struct container_view, image, "image", NULLABLE, INT64_MIN, INT64_MAX, "id of the image; null when that is gone"),
	FIELD_OUT(struct container_view, num_cpus,           "CPUs"),
	FIELD_OUT(struct container_view, memory_allocated,   "memory, such as 3G"),
	FIELD_OUT(struct container_view, hdd_allocated,      "storage, such as 5G"),
	FIELD_OUT(struct container_view, id,                 "for resources/"),
	FIELD_END,
};
const struct shape container_shape = SHAPE("FacilityContainer", struct container_view, container_fields);

static const struct field resource_fields[] = {
	FIELD_OUT(struct resource_view, id,                 "for its other operations"),
	FIELD_OUT(struct resource_view, name,               "of the container"),
	FIELD_OUT(struct resource_view, state,              "busy, created (runs), stopping, stopped, removing, removed or error"),
	FIELD_OUT(struct resource_view, type,               "docker_container, kubernetes, virtual_machine or static_link"),
	FIELD_OUT(struct resource_view, image,              "public name of the image"),
	FIELD_OUT(struct resource_view, proposal_id,        "public number of the experiment"),
	FIELD_OUT(struct resource_view, session_number,     "session, or id of an own resource"),
	FIELD_OUT(struct resource_view, address,            "URL; empty when it is reached otherwise or does not run"),
	FIELD_AS(struct resource_view, port, "port", NULLABLE, 1, 65535, "of the engine's host; null when it does not run or has none"),
	FIELD_OUT(struct resource_view, guacamole_username, "empty when it is not reached through Guacamole"),
	FIELD_OUT(struct resource_view, guacamole_password, "empty when it is not reached through Guacamole"),
	FIELD_OUT(struct resource_view, cpus,               "CPUs"),
	FIELD_OUT(struct resource_view, memory_bytes,       "bytes"),
	FIELD_OUT(struct resource_view, storage_bytes,      "bytes"),
	FIELD_OUT(struct resource_view, created_at,         "when it was asked for"),
	FIELD_OUT(struct resource_view, changed_at,         "when its state changed last"),
	FIELD_OUT(struct resource_view, error_code,         "what went wrong last; empty when nothing did"),
	FIELD_OUT(struct resource_view, error_detail,       "in words"),
	FIELD_END,
};
const struct shape resource_shape = SHAPE("FacilityResource", struct resource_view, resource_fields);

static const struct field ask_fields[] = {
	FIELD(struct resource_ask, image,          REQUIRED,            1, 255, "public name of the image"),
	FIELD(struct resource_ask, proposal_id,    OPTIONAL | NULLABLE, 1, 50,  "public number of the experiment; absent: a resource of one's own", .with = "session_number"),
	FIELD(struct resource_ask, session_number, OPTIONAL | NULLABLE, 1, 50,  "its session; for a resource of one's own an id that tells it from others, made up when absent"),
	FIELD_END,
};
const struct shape resource_ask_shape = SHAPE("FacilityResourceAsk", struct resource_ask, ask_fields);

static const struct field query_fields[] = {
	FIELD(struct resource_query, page, OPTIONAL | BLANK,   0, 20, "number of the page from 1, or `last`"),
	FIELD(struct resource_query, all,  OPTIONAL | LENIENT, 0, 1,  "removed ones too"),
	FIELD_END,
};
const struct shape resource_query_shape = SHAPE("FacilityResourceQuery", struct resource_query, query_fields);
/* clang-format on */

/* The old client knows no state between running and stopped, or stopped and removed. */
static const char *old_status(int state)
{
	switch ((enum resource_state)state) {
	case RESOURCE_BUSY:
	case RESOURCE_STOPPING:
		return "busy";
	case RESOURCE_CREATED:
		return "created";
	case RESOURCE_STOPPED:
	case RESOURCE_REMOVING:
		return "stopped";
	case RESOURCE_REMOVED:
		return "removed";
	case RESOURCE_ERROR:
	case RESOURCE_STATE_N:
		break;
	}
	return "error";
}

static const char *host_port(struct arena *a, const struct resource *r)
{
	if (*r->address)
		return r->address;
	return r->port.set ? arena_printf(a, "%lld", (long long)r->port.n) : "";
}

struct container_view container_view(struct arena *a, const struct resource *r)
{
	return (struct container_view){
		.calipso_user = r->user_id,
		.calipso_experiment = r->session_number,
		.container_id = r->container_id,
		.container_name = r->name,
		.container_status = old_status(r->state),
		.container_logs = "...",
		.guacamole_username = r->guacamole_username ? r->guacamole_username : "",
		.guacamole_password = r->guacamole_password,
		.creation_date = r->created_at,
		.host_port = host_port(a, r),
		.public_name = r->public_name,
		.container_info = r->proposal_id,
		.image = r->image_id,
		.num_cpus = r->num_cpus,
		.memory_allocated = size_text(a, r->memory_bytes),
		.hdd_allocated = size_text(a, r->hdd_bytes),
		.id = r->id,
	};
}

struct list container_views(struct arena *a, struct list resources)
{
	struct container_view *views = ARENA_ARRAY(a, struct container_view, resources.count);

	for (size_t i = 0; i < resources.count; i++)
		views[i] = container_view(a, (const struct resource *)resources.items + i);
	return (struct list){ views, resources.count };
}

struct resource_view resource_view(const struct resource *r)
{
	return (struct resource_view){
		.id = r->id,
		.name = r->name,
		.state = enum_name(resource_state_names, r->state),
		.type = enum_name(resource_type_names, (int)r->type),
		.image = r->public_name,
		.proposal_id = r->proposal_id,
		.session_number = r->session_number,
		.address = r->address,
		.port = resource_is_active(r->state) ? r->port : (struct maybe_int){ .set = false },
		.guacamole_username = r->guacamole_username ? r->guacamole_username : "",
		.guacamole_password = r->guacamole_password,
		.cpus = r->num_cpus,
		.memory_bytes = r->memory_bytes,
		.storage_bytes = r->hdd_bytes,
		.created_at = r->created_at,
		.changed_at = r->changed_at,
		.error_code = r->error_code,
		.error_detail = r->error_detail,
	};
}

struct list resource_views(struct arena *a, struct list resources)
{
	struct resource_view *views = ARENA_ARRAY(a, struct resource_view, resources.count);

	for (size_t i = 0; i < resources.count; i++)
		views[i] = resource_view((const struct resource *)resources.items + i);
	return (struct list){ views, resources.count };
}
