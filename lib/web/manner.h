/* manner.h - how an app's addresses speak where lib/web speaks for them.
 *
 * Problems, CORS, OPTIONS and the form of JSON are lib/web's for all apps alike. An app that replaces another service may
 * name here what the clients of that one expect instead; it holds for everything below the app's mounts, also for what is refused
 * before a route has been found. */
#ifndef PORTICO_WEB_MANNER_H
#define PORTICO_WEB_MANNER_H

#include <stdbool.h>

#include "lib/base/problem.h"

struct req;

struct manner {
	/* What lib/ itself refuses with application/problem+json is said as the kind of the same status in this list (NULL-ended):
	 * in its form and, if it has any, with its words. What is not in it stays. */
	const struct problem_kind *const *refusals;
	/* Not NULL: scripts of any origin may call, without credentials. Every answer says so and lists these headers; OPTIONS
	 * is 204 on every path, with `preflight_methods`. web.cors_origins is not looked at. */
	const char *any_origin_headers;
	const char *preflight_methods;
	const char *json_type;   /* Content-Type of JSON answers; NULL: application/json */
	bool json_spaced;        /* JSON as json_spaced() writes it */
	bool etag;               /* a GET that is 200 carries an ETag, and If-None-Match is honoured */
	bool accept_ignored;     /* neither Accept nor ?format= is looked at */
	bool allow_only_refused; /* the header Allow is on 405 alone */
	/* Answers a problem as a page of the app's own. It must not ask the database: that may be what is away. NULL: nothing special. */
	struct problem *(*refuse)(struct req *r, const struct problem *p);
};

#endif
