/* client_redis.h - the redis server of the original service, for reading alone. */
#ifndef PORTICO_OCCUPANCY_CLIENT_REDIS_H
#define PORTICO_OCCUPANCY_CLIENT_REDIS_H

#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct redis;

/* A key and, if it is a hash, the fields of a space; a field that is missing or holds a NUL is NULL. */
struct redis_space {
	const char *key;
	bool is_hash;
	const char *space_id;
	const char *space_name;
	const char *current;
	const char *maximum;
	const char *created;
	const char *last_updated;
	int64_t left_ms; /* of its lifetime; -1: it has none, -2: it is gone by now */
};

/* redis://[:PASSWORD@]HOST[:PORT][/NUMBER] or unix://PATH; `password` NULL: the URL's, or none. The connection ends with the
 * arena. PROBLEM_USAGE for another URL, PROBLEM_UNAVAILABLE when it cannot be opened. */
struct problem *redis_open(struct arena *a, const char *url, const char *password, struct redis **out) MUST_CHECK;

/* The next keys, a few hundred, as redis_space; *more false: these were the last. A key may come twice. */
struct problem *redis_next(struct redis *redis, struct arena *a, struct list *out, bool *more) MUST_CHECK;

#endif
