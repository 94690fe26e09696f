/* client_docker_image.c - images and logs by the Docker Engine API: the answers that come as a stream. */
#include <string.h>

#include "app/facility/client_docker.h"
#include "app/facility/client_docker_call.h"
#include "app/facility/conf.h"
#include "app/facility/problems.h"
#include "app/facility/readiness.h"
#include "lib/base/text.h"
#include "lib/json/json.h"

/* A line of a pull's progress, and how often its caller is asked whether it goes on. */
enum { LINE_MAX_BYTES = 65536, ALIVE_EVERY_US = 3000000 };

/* ---- images ---- */

struct image_config {
	struct raw_json ports;
};
static const struct field image_config_fields[] = {
	FIELD_AS(struct image_config, ports, "ExposedPorts", NULLABLE, 0, INT64_MAX, "5901/tcp: {}"),
	FIELD_END,
};
static const struct shape image_config_shape = SHAPE("DockerImageConfig", struct image_config, image_config_fields);
struct image_inspect {
	struct image_config Config;
};
static const struct field image_fields[] = {
	FIELD_OBJECT(struct image_inspect, Config, OPTIONAL, image_config_shape, "what containers are made with"),
	FIELD_END,
};
static const struct shape image_shape = SHAPE("DockerImage", struct image_inspect, image_fields);

/* A reference has no empty and no dotted segment; one that has would reach another path. */
static bool reference_is_plain(const char *image)
{
	return *image && *image != '/' && !strstr(image, "..") && !strstr(image, "//");
}

struct problem *docker_image_ports(struct arena *a, const char *image, struct raw_json *out)
{
	struct image_inspect i = { 0 };
	struct call call = { .method = "GET", .path = docker_path(a, "/images/", image, "/json") };
	struct answer answer;

	if (!reference_is_plain(image))
		return problem_new(a, &PROBLEM_NOT_FOUND, NULL);
	TRY(docker_call(a, &call, &answer));
	if (answer.status != 200)
		return docker_refused(a, &call, &answer);
	TRY(docker_read(a, &answer, &image_shape, &i));
	*out = i.Config.ports;
	return NULL;
}

struct problem *docker_image_known(struct arena *a, const char *image, bool *out)
{
	struct call call = { .method = "GET", .path = docker_path(a, "/distribution/", image, "/json") };
	struct raw_json ports;
	struct answer answer;
	struct problem *p = docker_image_ports(a, image, &ports);

	*out = !p;
	if (!p || !problem_is(p, &PROBLEM_NOT_FOUND) || !reference_is_plain(image))
		return problem_is(p, &PROBLEM_NOT_FOUND) ? NULL : p;
	TRY(docker_call(a, &call, &answer));
	*out = answer.status == 200;
	if (answer.status >= 500)
		return problem_because(problem_new(a, &PROBLEM_CALL_FAILED, "The registry could not be asked."), "%s",
		                       docker_refused(a, &call, &answer)->cause);
	return NULL;
}

/* ---- pulling ---- */

struct pull {
	struct arena *arena;
	char line[LINE_MAX_BYTES];
	size_t length;
	const char *error;
	int64_t told_at_us;
	struct problem *(*alive)(void *context);
	void *context;
	struct problem *stopped;
};

struct progress {
	const char *error;
};
static const struct field progress_fields[] = {
	FIELD(struct progress, error, OPTIONAL | BLANK, 0, LINE_MAX_BYTES, "why it failed"),
	FIELD_END,
};
static const struct shape progress_shape = SHAPE("DockerProgress", struct progress, progress_fields);

/* The engine has said 200 long before it knows whether the pull works: errors are lines of the stream. */
static void pull_line(struct pull *pull)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct progress progress = { NULL };

	if (!pull->error && pull->length && memmem(pull->line, pull->length, "\"error\"", 7) &&
	    !json_read(a, pull->line, pull->length, &JSON_FROM_SERVICE, &progress_shape, &progress))
		pull->error = arena_text(pull->arena, progress.error);
	pull->length = 0;
}

static bool pull_chunk(void *context, const char *bytes, size_t n)
{
	struct pull *pull = context;

	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r')
			pull_line(pull);
		else if (pull->length < sizeof(pull->line))
			pull->line[pull->length++] = bytes[i];
	}
	return true;
}

/* Layers are unpacked in silence, and a registry may be slow. */
static bool pull_alive(void *context)
{
	struct pull *pull = context;

	if (pull->alive && clock_ticks_us() - pull->told_at_us > ALIVE_EVERY_US) {
		pull->stopped = pull->alive(pull->context);
		pull->told_at_us = clock_ticks_us();
	}
	return !pull->stopped;
}

/* With neither tag nor digest the engine would fetch every tag there is. */
static const char *with_tag(struct arena *a, const char *image)
{
	const char *slash = strrchr(image, '/');

	return strpbrk(slash ? slash : image, ":@") ? image : arena_printf(a, "%s:latest", image);
}

struct problem *docker_pull(struct arena *a, const char *image, struct problem *(*alive)(void *context), void *context)
{
	struct pull *pull = ARENA_NEW(a, struct pull);
	struct call call = { .method = "POST",
		                 .path = docker_path(a, "/images/create?fromImage=", with_tag(a, image), ""),
		                 .total_ms = facility_conf.pull_s * 1000,
		                 .expect = 200,
		                 .chunk = pull_chunk,
		                 .alive = pull_alive,
		                 .context = pull };
	struct answer answer;
	struct problem *p;

	*pull = (struct pull){ .arena = a, .told_at_us = clock_ticks_us(), .alive = alive, .context = context };
	if (!reference_is_plain(image))
		return problem_new(a, FACILITY(P_LAUNCH_IMAGE), NULL);
	p = docker_call(a, &call, &answer);
	if (problem_is(p, &PROBLEM_CALL_TIMEOUT))
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_IMAGE), "The image did not arrive in time."),
		                       "pull of %s", image);
	if (pull->stopped)
		return pull->stopped;
	TRY(p);
	pull_line(pull);
	if (answer.status != 200)
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_IMAGE), NULL), "%s",
		                       docker_refused(a, &call, &answer)->cause);
	if (pull->error)
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_IMAGE), NULL), "pull of %s: %s", image, pull->error);
	return NULL;
}

/* ---- logs ---- */

struct follow {
	struct frames frames;
	docker_log_bytes *take;
	void *context;
};

static bool follow_chunk(void *context, const char *bytes, size_t n)
{
	struct follow *f = context;

	return frames_feed(&f->frames, bytes, n, f->take, f->context);
}

struct problem *docker_follow(struct arena *a, const char *name, int64_t ms, docker_log_bytes *take, void *context,
                              bool *ended)
{
	struct follow follow = { .take = take, .context = context };
	struct call call = { .method = "GET",
		                 .path = docker_path(a, "/containers/", name,
		                                     "/logs?stdout=1&stderr=1&timestamps=0&follow=1&tail=all"),
		                 .total_ms = ms,
		                 .expect = 200,
		                 .chunk = follow_chunk,
		                 .context = &follow };
	struct answer answer;
	struct problem *p = docker_call(a, &call, &answer);

	*ended = false;
	if (problem_is(p, &PROBLEM_CALL_TIMEOUT))
		return NULL;
	TRY(p);
	if (answer.status != 200)
		return docker_refused(a, &call, &answer);
	if (follow.frames.broken)
		return problem_because(problem_new(a, &PROBLEM_CALL_FAILED, "The engine gave no proper answer."),
		                       "the log has no frames");
	*ended = !answer.stopped;
	return NULL;
}
