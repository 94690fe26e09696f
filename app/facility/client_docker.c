/* client_docker.c - containers by the Docker Engine API. Contracts are in client_docker.h.
 *
 * /version is asked without a version, everything else with the newest that both sides know (defect 72). */
#include "app/facility/client_docker.h"

#include <string.h>

#include "app/facility/client_docker_call.h"
#include "app/facility/conf.h"
#include "app/facility/problems.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/json/json.h"

/* The API versions this file was written for, as 1.MINOR. Before 1.30 an engine cannot ask a registry for an image. */
enum { API_OLDEST = 30, API_NEWEST = 47 };

enum { BODY_MAX = 16 << 20, CONTAINERS_MOST = 20000 };

static struct {
	struct service *calls;
	struct service *streams;
	int minor; /* of the version agreed on; 0: not yet */
} engine;

/* ---- the engine ---- */

/* A plain TCP engine gives root on its host to whoever reaches it. */
static void warn_of_plain_tcp(const char *url)
{
	if (!text_starts(url, "tcp://") && !text_starts(url, "http://"))
		return;
	if (facility_conf.docker_ca || facility_conf.docker_cert)
		return;
	url = strstr(url, "://") + 3;
	if (!text_starts(url, "127.") && !text_starts(url, "localhost") && !text_starts(url, "[::1]"))
		LOG(LOG_WARN, "facility.docker_url is plain TCP: whoever reaches it is root there; use TLS or a socket");
}

struct problem *docker_open(struct process *p)
{
	struct service_conf conf = {
		.name = "docker",
		.url = facility_conf.docker_url,
		.ca_file = facility_conf.docker_ca,
		.cert_file = facility_conf.docker_cert,
		.key_file = facility_conf.docker_key,
		.connect_ms = facility_conf.docker_ms < 5000 ? facility_conf.docker_ms : 5000,
		.total_ms = facility_conf.docker_ms,
		.answer_bytes = BODY_MAX,
		.breaker_failures = 5,
		.breaker_s = 2,
	};

	engine.minor = 0;
	warn_of_plain_tcp(facility_conf.docker_url);
	TRY(service_new(p, &conf, &engine.calls));
	/* a stream that ends by its time limit is no failure */
	conf.name = "docker-stream";
	conf.breaker_failures = 0;
	return service_new(p, &conf, &engine.streams);
}

/* The words the old client knows; the cause keeps what happened. */
static struct problem *unreachable(struct arena *a, const struct problem *p)
{
	struct problem *out = problem_new(a, p->kind, "Docker daemon not found.");

	out->retry_after_s = p->retry_after_s;
	return problem_because(out, "%s", p->cause ? p->cause : p->detail);
}

struct version {
	const char *newest;
	const char *oldest;
};
static const struct field version_fields[] = {
	FIELD_AS(struct version, newest, "ApiVersion", REQUIRED, 3, 16, "newest API version of the engine"),
	FIELD_AS(struct version, oldest, "MinAPIVersion", OPTIONAL | BLANK, 0, 16, "oldest"),
	FIELD_END,
};
static const struct shape version_shape = SHAPE("DockerVersion", struct version, version_fields);

/* The minor number of "1.41", or -1. */
static int minor_of(const char *version)
{
	int64_t minor;

	return text_starts(version, "1.") && num_read(version + 2, 0, 9999, &minor) ? (int)minor : -1;
}

static struct problem *negotiate(struct arena *a)
{
	struct version v = { .oldest = "1.0" };
	struct call call = { .method = "GET", .path = "/version", .read = &version_shape, .into = &v, .expect = 200 };
	struct problem *p = call_run(a, engine.calls, &call, NULL);
	int newest, oldest;

	if (p)
		return unreachable(a, p);
	newest = minor_of(v.newest);
	oldest = minor_of(v.oldest);
	if (newest < API_OLDEST || oldest > API_NEWEST)
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_ENGINE),
		                                   "The engine speaks an API that is not known here."),
		                       "the engine speaks %s to %s, we 1.%d to 1.%d", v.oldest, v.newest, API_OLDEST,
		                       API_NEWEST);
	engine.minor = newest < API_NEWEST ? newest : API_NEWEST;
	return NULL;
}

struct problem *docker_version(struct arena *a, const char **out)
{
	TRY(negotiate(a));
	*out = arena_printf(a, "1.%d", engine.minor);
	return NULL;
}

/* An engine that was upgraded meanwhile refuses the version agreed on with its predecessor. */
static bool version_refused(const struct answer *answer)
{
	return answer->status == 400 && strstr(answer->body, "client version");
}

static struct problem *call_once(struct arena *a, struct call *call, const char *path, struct answer *out)
{
	struct problem *p;

	if (!engine.minor)
		TRY(negotiate(a));
	call->path = arena_printf(a, "/v1.%d%s", engine.minor, path);
	call->any_status = true;
	p = call_run(a, call->chunk ? engine.streams : engine.calls, call, out);
	if (p || version_refused(out))
		engine.minor = 0; /* it may come back as another engine */
	if (!p)
		return NULL;
	return p->kind == &PROBLEM_CALL_TIMEOUT && call->chunk ? p : unreachable(a, p);
}

struct problem *docker_call(struct arena *a, struct call *call, struct answer *out)
{
	const char *path = call->path;

	TRY(call_once(a, call, path, out));
	return version_refused(out) ? call_once(a, call, path, out) : NULL;
}

struct said {
	const char *message;
};
static const struct field said_fields[] = {
	FIELD(struct said, message, OPTIONAL | BLANK, 0, 100000, "what the engine said"),
	FIELD_END,
};
static const struct shape said_shape = SHAPE("DockerError", struct said, said_fields);

struct problem *docker_refused(struct arena *a, const struct call *call, const struct answer *answer)
{
	const struct problem_kind *kind = FACILITY(P_LAUNCH_ENGINE);
	struct said said = { .message = "" };

	if (answer->status == 404)
		kind = &PROBLEM_NOT_FOUND;
	if (answer->status == 409)
		kind = &PROBLEM_CONFLICT;
	if (json_read(a, answer->body, answer->length, &JSON_FROM_SERVICE, &said_shape, &said))
		said.message = "words that are no JSON";
	return problem_because(problem_new(a, kind, NULL), "docker: %s %.*s: %d: %.*s", call->method,
	                       (int)strcspn(call->path, "?"), call->path, answer->status, (int)utf8_cut(said.message, 500),
	                       said.message);
}

struct problem *docker_read(struct arena *a, const struct answer *answer, const struct shape *shape, void *out)
{
	struct problem *p = json_read(a, answer->body, answer->length, &JSON_FROM_SERVICE, shape, out);

	if (!p)
		return NULL;
	return problem_because(problem_new(a, &PROBLEM_CALL_FAILED, "The engine gave no proper answer."),
	                       "%s does not fit: %s %s", shape->name, p->fields ? p->fields->field : p->detail,
	                       p->fields ? p->fields->message : "");
}

const char *docker_path(struct arena *a, const char *before, const char *name, const char *after)
{
	struct buf b;

	buf_init(&b, a, 4096);
	buf_text(&b, before);
	for (const char *c = name; *c; c++) {
		if (strchr("/:@", *c))
			buf_char(&b, *c);
		else
			buf_percent(&b, c, 1);
	}
	buf_text(&b, after);
	return buf_string(&b);
}

/* ---- one container ---- */

/* Makes the call and reads an answer of 200 into `shape`; another 2xx or 304 is success without reading. */
static struct problem *ask(struct arena *a, const char *method, const char *path, int64_t extra_ms,
                           const struct shape *shape, void *out)
{
	struct call call = { .method = method, .path = path };
	struct answer answer;

	if (extra_ms)
		call.total_ms = facility_conf.docker_ms + extra_ms;
	TRY(docker_call(a, &call, &answer));
	if (answer.status == 304 || (answer.status >= 200 && answer.status < 300))
		return shape && answer.status == 200 ? docker_read(a, &answer, shape, out) : NULL;
	return docker_refused(a, &call, &answer);
}

struct labels {
	const char *instance;
	const char *resource;
	const char *user;
};
static const struct field labels_fields[] = {
	FIELD_AS(struct labels, instance, "org.portico.instance", OPTIONAL | BLANK, 0, 1000, "installation"),
	FIELD_AS(struct labels, resource, "org.portico.resource", OPTIONAL | BLANK, 0, 1000, "row"),
	FIELD_AS(struct labels, user, "org.portico.user", OPTIONAL | BLANK, 0, 1000, "user"),
	FIELD_END,
};
static const struct shape labels_shape = SHAPE("DockerLabels", struct labels, labels_fields);

struct inspect_state {
	const char *status;
	bool running;
	int64_t exit_code;
};
static const struct field state_fields[] = {
	FIELD_AS(struct inspect_state, status, "Status", REQUIRED | BLANK, 0, 40, "created, running, exited, …"),
	FIELD_AS(struct inspect_state, running, "Running", REQUIRED, 0, 1, "it runs"),
	FIELD_AS(struct inspect_state, exit_code, "ExitCode", REQUIRED, INT64_MIN, INT64_MAX, "of the main process"),
	FIELD_END,
};
static const struct shape state_shape = SHAPE("DockerState", struct inspect_state, state_fields);

struct inspect_config {
	struct raw_json labels;
};
static const struct field config_fields[] = {
	FIELD_AS(struct inspect_config, labels, "Labels", NULLABLE, 0, INT64_MAX, "key and value"),
	FIELD_END,
};
static const struct shape config_shape = SHAPE("DockerConfig", struct inspect_config, config_fields);

struct inspect_network {
	struct raw_json ports;
};
static const struct field network_fields[] = {
	FIELD_AS(struct inspect_network, ports, "Ports", NULLABLE, 0, INT64_MAX, "5901/tcp: where it is published"),
	FIELD_END,
};
static const struct shape network_shape = SHAPE("DockerNetwork", struct inspect_network, network_fields);

struct inspect {
	const char *id;
	const char *name;
	struct inspect_state State;
	struct inspect_config Config;
	struct inspect_network NetworkSettings;
};
static const struct field inspect_fields[] = {
	FIELD_AS(struct inspect, id, "Id", REQUIRED, 1, 64, "64 hexadecimal digits"),
	FIELD_AS(struct inspect, name, "Name", REQUIRED, 1, 1000, "with a slash before it"),
	FIELD_OBJECT(struct inspect, State, REQUIRED, state_shape, "what it does"),
	FIELD_OBJECT(struct inspect, Config, REQUIRED, config_shape, "what it was made with"),
	FIELD_OBJECT(struct inspect, NetworkSettings, REQUIRED, network_shape, "how it is reached"),
	FIELD_END,
};
static const struct shape inspect_shape = SHAPE("DockerInspect", struct inspect, inspect_fields);

struct problem *docker_inspect(struct arena *a, const char *name, struct docker_container *out)
{
	struct inspect i = { 0 };
	struct labels l = { .instance = "", .resource = "", .user = "" };
	const char *labels;

	TRY(ask(a, "GET", docker_path(a, "/containers/", name, "/json"), 0, &inspect_shape, &i));
	labels = i.Config.labels.text;
	if (labels && json_read(a, labels, strlen(labels), &JSON_FROM_SERVICE, &labels_shape, &l))
		l = (struct labels){ .instance = "", .resource = "", .user = "" }; /* not ours, then */
	*out = (struct docker_container){
		.id = i.id,
		.name = i.name[0] == '/' ? i.name + 1 : i.name,
		.status = i.State.status,
		.running = i.State.running,
		.exit_code = i.State.exit_code,
		.owner = { .instance = l.instance, .resource = l.resource, .user = l.user },
		.ports = i.NetworkSettings.ports,
	};
	return NULL;
}

/* The value of one key of a JSON object whose keys are data; NULL when it is absent or null. */
static const char *member_of(struct arena *a, struct raw_json object, const char *key, bool *there)
{
	struct raw_json value = { NULL };
	struct {
		struct raw_json value;
		uint64_t given;
	} one = { { NULL }, 0 };
	const struct field fields[] = {
		{ .name = key, .kind = KIND_RAW, .flags = NULLABLE, .max = INT64_MAX },
		FIELD_END,
	};
	const struct shape shape = {
		.name = "DockerMember", .fields = fields, .size = sizeof(one), .given_offset = sizeof(value) + 1
	};

	*there = false;
	if (!object.text || json_read(a, object.text, strlen(object.text), &JSON_FROM_SERVICE, &shape, &one))
		return NULL;
	*there = one.given != 0;
	return one.value.text;
}

struct binding {
	const char *host_port;
};
static const struct field binding_fields[] = {
	FIELD_AS(struct binding, host_port, "HostPort", OPTIONAL | BLANK, 0, 10, "port of the host"),
	FIELD_END,
};
static const struct shape binding_shape = SHAPE("DockerBinding", struct binding, binding_fields);

int64_t docker_port_published(struct arena *a, const struct docker_container *c, const char *port)
{
	bool there;
	const char *bindings = member_of(a, c->ports, port, &there);
	struct list list = { NULL, 0 };
	int64_t n = 0;

	if (!bindings || json_read_list(a, bindings, strlen(bindings), &JSON_FROM_SERVICE, &binding_shape, 64, &list))
		return 0;
	for (size_t i = 0; i < list.count && n == 0; i++) {
		const struct binding *b = (const struct binding *)list.items + i;

		if (b->host_port && !num_read(b->host_port, 1, 65535, &n))
			n = 0;
	}
	return n;
}

bool docker_port_exposed(struct arena *a, struct raw_json ports, const char *port)
{
	bool there;

	(void)member_of(a, ports, port, &there);
	return there;
}

struct problem *docker_start(struct arena *a, const char *name)
{
	return ask(a, "POST", docker_path(a, "/containers/", name, "/start"), 0, NULL, NULL);
}

static struct problem *unless_missing(struct problem *p)
{
	return problem_is(p, &PROBLEM_NOT_FOUND) ? NULL : p;
}

struct problem *docker_stop(struct arena *a, const char *name)
{
	const char *after = arena_printf(a, "/stop?t=%lld", (long long)facility_conf.stop_grace_s);

	return unless_missing(
		ask(a, "POST", docker_path(a, "/containers/", name, after), facility_conf.stop_grace_s * 1000, NULL, NULL));
}

struct problem *docker_remove(struct arena *a, const char *name)
{
	struct problem *p =
		unless_missing(ask(a, "DELETE", docker_path(a, "/containers/", name, "?v=true&force=true"), 0, NULL, NULL));

	/* 409: its removal is under way already */
	return problem_is(p, &PROBLEM_CONFLICT) ? NULL : p;
}

/* ---- all of ours ---- */

struct listed {
	struct texts names;
	const char *state;
	const char *status;
};
static const struct field listed_fields[] = {
	FIELD_AS(struct listed, names, "Names", REQUIRED, 0, 100, "with a slash before each"),
	FIELD_AS(struct listed, state, "State", REQUIRED, 0, 40, "created, running, exited, …"),
	FIELD_AS(struct listed, status, "Status", OPTIONAL | BLANK, 0, 1000, "in words: Exited (3) 2 hours ago"),
	FIELD_END,
};
static const struct shape listed_shape = SHAPE("DockerListed", struct listed, listed_fields);

/* "Exited (3) 2 hours ago": the list has the exit code nowhere else. */
static int64_t exit_code_of(struct arena *a, const char *status)
{
	const char *open = status ? strchr(status, '(') : NULL, *close = open ? strchr(open, ')') : NULL;
	int64_t code = 0;

	if (close && text_starts(status, "Exited") &&
	    !num_read(arena_text_n(a, open + 1, (size_t)(close - open - 1)), 0, 255, &code))
		code = 0;
	return code;
}

struct problem *docker_list(struct arena *a, const char *instance, struct list *out)
{
	const char *filters = arena_printf(a, "{\"label\":[\"org.portico.instance=%s\"]}", instance);
	struct call call = { .method = "GET" };
	struct answer answer;
	struct list list;
	struct docker_listed *made;
	struct buf path;

	buf_init(&path, a, 1000);
	buf_text(&path, "/containers/json?all=true&filters=");
	buf_percent(&path, filters, strlen(filters));
	call.path = buf_string(&path);
	TRY(docker_call(a, &call, &answer));
	if (answer.status != 200)
		return docker_refused(a, &call, &answer);
	if (json_read_list(a, answer.body, answer.length, &JSON_FROM_SERVICE, &listed_shape, CONTAINERS_MOST, &list))
		return problem_because(problem_new(a, &PROBLEM_CALL_FAILED, "The engine gave no proper answer."),
		                       "its list of containers does not fit");
	made = ARENA_ARRAY(a, struct docker_listed, list.count);
	for (size_t i = 0; i < list.count; i++) {
		const struct listed *l = (const struct listed *)list.items + i;
		const char *name = l->names.count ? l->names.items[0] : "";

		made[i] = (struct docker_listed){ .name = name[0] == '/' ? name + 1 : name,
			                              .status = l->state,
			                              .exit_code = exit_code_of(a, l->status) };
	}
	*out = (struct list){ .items = made, .count = list.count };
	return NULL;
}
