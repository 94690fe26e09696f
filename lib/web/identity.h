/* identity.h - that a caller has an identity. Where identities are kept is accounts' business: it hands lib/web this
 * interface at start. */
#ifndef PORTICO_WEB_IDENTITY_H
#define PORTICO_WEB_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"

struct req;

enum scheme { SCHEME_NONE, SCHEME_SESSION, SCHEME_BASIC, SCHEME_TOKEN, SCHEME_N };
extern const char *const scheme_names[SCHEME_N + 1];

struct identity {
	int64_t id;
	const char *username; /* canonical: as it is stored */
	bool superuser;
	bool staff;
	int64_t session_id; /* of SCHEME_SESSION, else 0 */
};

/* *out stays NULL when there is nobody of that key: the caller is then anonymous (session) or told so
 * (Basic, Token). A problem ends the request: throttled, inactive, database away. */
struct identity_source {
	struct problem *(*by_session)(struct req *r, const char *key, const struct identity **out);
	struct problem *(*by_basic)(struct req *r, const char *username, const char *password, const struct identity **out);
	struct problem *(*by_token)(struct req *r, const char *key, const struct identity **out);
	/* Does r->user, who is staff, hold that permission, by itself or by a group? NULL: nobody holds any. */
	struct problem *(*holds)(struct req *r, const char *permission, bool *out);
};

/* Set once, by accounts' start. The struct must outlive the process. */
void identity_source_set(const struct identity_source *source);

/* The kinds of a refused caller (accounts-and-conventions.md sections 8 and 11). */
extern const struct problem_kind
	PROBLEM_NO_CREDENTIALS; /* "Authentication credentials were not provided." 403 or 401 */
extern const struct problem_kind PROBLEM_BAD_CREDENTIALS; /* "Invalid username/password." … 403 or 401 */
extern const struct problem_kind PROBLEM_FORBIDDEN;       /* 403 "You do not have permission to perform this action." */
extern const struct problem_kind PROBLEM_CSRF;            /* 403 "CSRF Failed: …" */
extern const struct problem_kind PROBLEM_CROSS_SITE;      /* 403: a change that another site's page asks for */
extern const struct problem_kind PROBLEM_THROTTLED;       /* 429 + Retry-After */

#endif
