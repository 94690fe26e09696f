/* client_docker_call.h - what the files of the Docker client share: one call, and what a refusal becomes. */
#ifndef PORTICO_FACILITY_CLIENT_DOCKER_CALL_H
#define PORTICO_FACILITY_CLIENT_DOCKER_CALL_H

#include "lib/call/call.h"

/* Calls "/v1.NN" and the path. Whatever the status, there is an answer; a problem means that the engine could not be asked.
 * `call` is completed here. With a `chunk` the connection is one without breaker, for streams. */
struct problem *docker_call(struct arena *a, struct call *call, struct answer *out) MUST_CHECK;

/* The engine said no: PROBLEM_NOT_FOUND for 404, PROBLEM_CONFLICT for 409, else FACILITY(P_LAUNCH_ENGINE); its words are
 * the cause. */
struct problem *docker_refused(struct arena *a, const struct call *call, const struct answer *answer);

/* Reads an answer's body; what does not fit is PROBLEM_CALL_FAILED. */
struct problem *docker_read(struct arena *a, const struct answer *answer, const struct shape *shape, void *out)
	MUST_CHECK;

/* A name or reference for a path: all but unreserved characters, `/`, `:` and `@` percent-encoded. */
const char *docker_path(struct arena *a, const char *before, const char *name, const char *after);

#endif
