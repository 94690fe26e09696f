/* client_docker_create.c - the body of POST /containers/create: what a resource may do and what it may not
 * (facility.md section 5.5 with defects 19, 39 and 65). */
#include <string.h>

#include "app/facility/client_docker.h"
#include "app/facility/client_docker_call.h"
#include "app/facility/conf.h"
#include "lib/base/log.h"
#include "lib/json/json.h"

/* The group "users" of most images, whose files a resource may share (facility.md section 5.5). */
#define GROUP_USERS "100"

struct host_config {
	struct texts binds;
	int64_t memory;
	int64_t memory_swap;
	int64_t nano_cpus;
	int64_t pids_limit;
	struct texts cap_drop;
	struct texts security;
	struct texts groups;
	struct raw_json ports;
	struct raw_json storage;
	struct raw_json restart;
	struct raw_json log;
};
/* clang-format off */
static const struct field host_fields[] = {
	FIELD_AS(struct host_config, binds,       "Binds",         OPTIONAL, 0, INT64_MAX, "host:container:mode"),
	FIELD_AS(struct host_config, memory,      "Memory",        OPTIONAL, 0, INT64_MAX, "bytes"),
	FIELD_AS(struct host_config, memory_swap, "MemorySwap",    OPTIONAL, 0, INT64_MAX, "memory and swap together: equal means no swap"),
	FIELD_AS(struct host_config, nano_cpus,   "NanoCpus",      OPTIONAL, 0, INT64_MAX, "10^9 is one CPU"),
	FIELD_AS(struct host_config, pids_limit,  "PidsLimit",     OPTIONAL, 0, INT64_MAX, "processes"),
	FIELD_AS(struct host_config, cap_drop,    "CapDrop",       OPTIONAL, 0, INT64_MAX, "capabilities taken away"),
	FIELD_AS(struct host_config, security,    "SecurityOpt",   OPTIONAL, 0, INT64_MAX, "no new privileges by set-uid programs"),
	FIELD_AS(struct host_config, groups,      "GroupAdd",      OPTIONAL, 0, INT64_MAX, "further groups"),
	FIELD_AS(struct host_config, ports,       "PortBindings",  OPTIONAL, 0, INT64_MAX, "what is published, and where"),
	FIELD_AS(struct host_config, storage,     "StorageOpt",    OPTIONAL, 0, INT64_MAX, "largest root file system"),
	FIELD_AS(struct host_config, restart,     "RestartPolicy", OPTIONAL, 0, INT64_MAX, "a resource that ended stays ended"),
	FIELD_AS(struct host_config, log,         "LogConfig",     OPTIONAL, 0, INT64_MAX, "a log that cannot fill the disk"),
	FIELD_END,
};
static const struct shape host_shape = SHAPE("DockerHostConfig", struct host_config, host_fields);

struct create_body {
	const char *image;
	const char *user;
	struct texts env;
	const char *working_dir;
	struct raw_json labels;
	struct raw_json exposed;
	struct host_config HostConfig;
};
static const struct field create_fields[] = {
	FIELD_AS(struct create_body, image,       "Image",        OPTIONAL, 0, INT64_MAX, "reference"),
	FIELD_AS(struct create_body, user,        "User",         OPTIONAL, 0, INT64_MAX, "uid:gid"),
	FIELD_AS(struct create_body, env,         "Env",          OPTIONAL, 0, INT64_MAX, "NAME=value"),
	FIELD_AS(struct create_body, working_dir, "WorkingDir",   OPTIONAL, 0, INT64_MAX, "\"\": the image's"),
	FIELD_AS(struct create_body, labels,      "Labels",       OPTIONAL, 0, INT64_MAX, "whose it is"),
	FIELD_AS(struct create_body, exposed,     "ExposedPorts", OPTIONAL, 0, INT64_MAX, "what is published must be exposed"),
	FIELD_OBJECT(struct create_body, HostConfig, OPTIONAL, host_shape, "limits"),
	FIELD_END,
};
static const struct shape create_shape = SHAPE("DockerCreate", struct create_body, create_fields);

struct created {
	const char *id;
};
static const struct field created_fields[] = {
	FIELD_AS(struct created, id, "Id", REQUIRED, 1, 64, "64 hexadecimal digits"),
	FIELD_END,
};
static const struct shape created_shape = SHAPE("DockerCreated", struct created, created_fields);
/* clang-format on */

/* Whether the engine's storage driver can bound a container's file system: found out by asking. Kept per process. */
static bool storage_unbounded;

static void json_pair(struct buf *b, const char *key, const char *value)
{
	json_key(b, key);
	buf_json_string(b, value, strlen(value));
}

static struct raw_json labels_json(struct arena *a, const struct docker_owner *owner)
{
	struct buf b;

	buf_init(&b, a, 4096);
	buf_char(&b, '{');
	json_pair(&b, "org.portico.instance", owner->instance);
	json_pair(&b, "org.portico.resource", owner->resource);
	json_pair(&b, "org.portico.user", owner->user);
	buf_char(&b, '}');
	return (struct raw_json){ buf_string(&b) };
}

/* {"5901/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]}: the engine picks a free port. */
static struct raw_json bindings_json(struct arena *a, const char *port)
{
	struct buf b;

	buf_init(&b, a, 4096);
	buf_char(&b, '{');
	json_key(&b, port);
	buf_text(&b, "[{");
	json_pair(&b, "HostIp", facility_conf.bind_address);
	json_pair(&b, "HostPort", "");
	buf_text(&b, "}]}");
	return (struct raw_json){ buf_string(&b) };
}

static struct texts groups_of(struct arena *a)
{
	const struct texts *extra = &facility_conf.extra_groups;
	const char **groups = ARENA_ARRAY(a, const char *, extra->count + 1);

	for (size_t i = 0; i < extra->count; i++)
		groups[i] = extra->items[i];
	groups[extra->count] = GROUP_USERS;
	return (struct texts){ groups, extra->count + 1 };
}

static struct create_body body_of(struct arena *a, const struct docker_create *ask)
{
	static const char *all[] = { "ALL" }, *no_new[] = { "no-new-privileges" };

	return (struct create_body){
		.image = ask->image,
		.user = arena_printf(a, "%lld:%lld", (long long)ask->uid, (long long)ask->gid),
		.env = ask->env,
		.working_dir = ask->working_dir ? ask->working_dir : "",
		.labels = labels_json(a, &ask->owner),
		.exposed = { arena_printf(a, "{\"%s\":{}}", ask->port) },
		.HostConfig = {
			.binds = ask->binds,
			.memory = ask->memory_bytes,
			.memory_swap = ask->memory_bytes,
			.nano_cpus = ask->cpus * INT64_C(1000000000),
			.pids_limit = facility_conf.pids_limit,
			.cap_drop = { all, 1 },
			.security = { no_new, 1 },
			.groups = groups_of(a),
			.ports = bindings_json(a, ask->port),
			.storage = { ask->hdd_bytes > 0 && !storage_unbounded
			                     ? arena_printf(a, "{\"size\":\"%lld\"}", (long long)ask->hdd_bytes)
			                     : "{}" },
			.restart = { "{\"Name\":\"no\"}" },
			.log = { "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10m\",\"max-file\":\"2\"}}" },
		},
	};
}

static struct problem *create_once(struct arena *a, const struct docker_create *ask, const char **id)
{
	const struct create_body body = body_of(a, ask);
	struct call call = { .method = "POST",
		                 .path = docker_path(a, "/containers/create?name=", ask->name, ""),
		                 .send = &create_shape,
		                 .from = &body };
	struct created made = { NULL };
	struct answer answer;

	TRY(docker_call(a, &call, &answer));
	if (answer.status != 201)
		return docker_refused(a, &call, &answer);
	TRY(docker_read(a, &answer, &created_shape, &made));
	*id = made.id;
	return NULL;
}

struct problem *docker_create(struct arena *a, const struct docker_create *ask, const char **id)
{
	struct problem *p = create_once(a, ask, id);

	/* "--storage-opt is supported only for overlay over xfs with 'pquota' mount option", and the like of other drivers */
	if (!p || storage_unbounded || !p->cause ||
	    !(strstr(p->cause, "torage-opt") || strstr(p->cause, "torageOpt") || strstr(p->cause, "quota")))
		return p;
	storage_unbounded = true;
	LOG(LOG_WARN, "the engine's storage driver cannot bound the disk of a resource", L_TEXT("engine", p->cause));
	return create_once(a, ask, id);
}
