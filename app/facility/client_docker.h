/* client_docker.h - the Docker Engine API, as far as a launch needs it (https://docs.docker.com/reference/api/engine/).
 *
 * The API version is negotiated once per process and again after a failure. What the engine says is read through shapes;
 * its words go to the cause, never to the client. Problems are those of lib/call (502, 503, 504), and where it says so
 * PROBLEM_NOT_FOUND and PROBLEM_CONFLICT. */
#ifndef PORTICO_FACILITY_CLIENT_DOCKER_H
#define PORTICO_FACILITY_CLIENT_DOCKER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/app.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct problem *docker_open(struct process *p) MUST_CHECK; /* at start: makes the services of facility.docker_url */

/* "1.41": of the API that is spoken. The engine answers. */
struct problem *docker_version(struct arena *a, const char **out) MUST_CHECK;

/* Whose container it is: its labels. */
struct docker_owner {
	const char *instance; /* org.portico.instance: of this installation */
	const char *resource; /* org.portico.resource: uuid of the row */
	const char *user;     /* org.portico.user */
};

struct docker_create {
	const char *name;
	const char *image;
	struct docker_owner owner;
	int64_t uid, gid;
	struct texts env;
	const char *working_dir; /* NULL: the image's */
	struct texts binds;      /* host:container:mode */
	const char *port;        /* "5901/tcp", published on facility.bind_address */
	int64_t memory_bytes;
	int64_t cpus;
	int64_t hdd_bytes;
};
/* PROBLEM_NOT_FOUND: the engine lacks the image. PROBLEM_CONFLICT: the name is taken. */
struct problem *docker_create(struct arena *a, const struct docker_create *ask, const char **id) MUST_CHECK;

struct docker_container {
	const char *id;
	const char *name;
	const char *status; /* created, running, paused, restarting, removing, exited, dead */
	bool running;
	int64_t exit_code;
	struct docker_owner owner;
	struct raw_json ports; /* docker_port_published() */
};
/* PROBLEM_NOT_FOUND: no such container. */
struct problem *docker_inspect(struct arena *a, const char *name, struct docker_container *out) MUST_CHECK;
/* The host's port of "5901/tcp", or 0: not published. */
int64_t docker_port_published(struct arena *a, const struct docker_container *c, const char *port);

/* Running already is success. */
struct problem *docker_start(struct arena *a, const char *name) MUST_CHECK;
/* Asks the main process to end, kills it after facility.stop_grace_s. Not running, or not there, is success. */
struct problem *docker_stop(struct arena *a, const char *name) MUST_CHECK;
/* Kills and deletes, with anonymous volumes. Not there is success. */
struct problem *docker_remove(struct arena *a, const char *name) MUST_CHECK;

/* All containers labelled with `instance`, running or not; struct docker_listed. */
struct docker_listed {
	const char *name;
	const char *status;
	int64_t exit_code;
};
struct problem *docker_list(struct arena *a, const char *instance, struct list *out) MUST_CHECK;

/* Follows the log from its beginning for at most `ms`. `line_bytes` gets what the container wrote, by stream (1 output, 2
 * errors); false ends it. *ended true: the log came to its end. */
typedef bool(docker_log_bytes)(void *context, int stream, const char *bytes, size_t n);
struct problem *docker_follow(struct arena *a, const char *name, int64_t ms, docker_log_bytes *take, void *context,
                              bool *ended) MUST_CHECK;

/* Which of an image's ports are exposed: {"5901/tcp":{}}. PROBLEM_NOT_FOUND: the engine lacks the image. */
struct problem *docker_image_ports(struct arena *a, const char *image, struct raw_json *out) MUST_CHECK;
bool docker_port_exposed(struct arena *a, struct raw_json ports, const char *port);

/* Fetches an image, at most facility.pull_s; `alive` (may be NULL) is called every few seconds meanwhile, and a problem it
 * returns ends the pull. Errors inside the stream are problems. */
struct problem *docker_pull(struct arena *a, const char *image, struct problem *(*alive)(void *context), void *context)
	MUST_CHECK;

/* True if the engine has the image, or its registry knows it. */
struct problem *docker_image_known(struct arena *a, const char *image, bool *out) MUST_CHECK;

#endif
