/* route.h - what an app answers, as a table.
 *
 *   const struct route facility_routes[] = {
 *           { GET,  "/images/",            image_list, USER, NULL, "lists what can be launched", … },
 *           { POST, "/resources/",         resource_start, USER, &resource_ask_shape, … },
 *           { GET,  "/resources/{id:int}/", resource_show, USER, … },
 *           { 0 }
 *   };
 *
 * Paths are below the app's mount. `{name}` is one non-empty segment, percent-decoded after routing (so a name may
 * hold %2F), at most 255 characters; `{name:int}` is 1..18 digits. For paths of replaced services: `{name:digits}` are digits
 * as many as a URL holds, as they came (not percent-encoded), and `{name:any}` is a segment whose length and content the
 * handler judges. HEAD is answered from GET, OPTIONS from the table.
 * A path that only lacks its final slash (or has one too many) gets 301 for GET and HEAD; for methods with a body
 * it is served as it is, so that nothing is lost. From the same rows come routing, authentication, checks, the OpenAPI
 * document, `portico routes`, the docs page and the contract tests. */
#ifndef PORTICO_WEB_ROUTE_H
#define PORTICO_WEB_ROUTE_H

#include <stdbool.h>

#include "lib/base/app.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct req;

enum verb { VERB_NONE, GET, POST, PUT, PATCH, DELETE, VERB_N };
extern const char *const verb_names[VERB_N + 1];

/* Who may call a route; every route says so, anonymous is a choice written down. */
enum who {
	WHO_UNSAID, /* a defect: `portico routes` and a test refuse it */
	ANYONE,     /* also without an identity */
	USER,       /* any identity; objects are the handler's and its WHERE's to guard */
	OWNER,      /* path parameter {username} is the caller's own name, byte for byte */
	OWNER_OR_SUPERUSER,
	SUPERUSER,
	STAFF,     /* superusers and staff: the pages of the administration, which look further themselves */
	PERMITTED, /* superusers, and staff who hold the route's `permission` */
	WHO_N
};
extern const char *const who_names[WHO_N + 1];

/* Which credentials count, and in which order they are looked at (facility.md section 3.1, groups A, B, C). The first one
 * decides what an anonymous caller is told: 403 without, 401 with a challenge. */
enum auth_order {
	AUTH_SESSION_BASIC, /* A: session, then Basic or Token; 403 */
	AUTH_BASIC_SESSION, /* B: Basic or Token, then session; 401 with WWW-Authenticate */
	AUTH_SESSION,       /* C: session only, other credentials are ignored */
	AUTH_NONE,          /* credentials are not looked at: health, documents */
	AUTH_N
};

/* What a request with an Idempotency-Key means for the handler (idempotency.h). */
enum keyed {
	KEYED_WHOLE, /* it runs in one transaction with its kept answer: it neither calls out nor waits for a job */
	KEYED_STEPS, /* it has transactions of its own and may be run again after dying anywhere */
	KEYED_NEVER  /* the header is ignored */
};

enum answer_form {
	ANSWER_EMPTY,
	ANSWER_OBJECT, /* of `shape` */
	ANSWER_LIST,   /* array of `shape` */
	ANSWER_PAGE,   /* a page of `shape`, facility order of keys */
	ANSWER_PAGES,  /* a page of `shape` by number, offset or cursor: paging.h */
	ANSWER_STRING, /* one JSON string */
	ANSWER_OTHER,  /* another media type, named by `media` */
	ANSWER_N
};

struct answer_doc {
	int status; /* 0 ends the table */
	enum answer_form form;
	const struct shape *shape;
	const char *media;
	const char *doc;
};
#define ANSWERS(...)                       \
	.answers = (const struct answer_doc[]) \
	{                                      \
		__VA_ARGS__,                       \
		{                                  \
			0                              \
		}                                  \
	}

typedef struct problem *(handler)(struct req *r);

struct route {
	enum verb verb;
	const char *path;
	handler *handle;
	enum who who;
	const struct shape *body;                   /* NULL: a body is not read */
	const char *doc;                            /* one line: what it does, for people */
	const struct answer_doc *answers;           /* successes; those of 4xx/5xx only when they have no problem kind */
	const struct problem_kind *const *problems; /* beyond what the framework raises itself; NULL-ended */
	const struct shape *query;                  /* query parameters; unknown ones are passed over */
	enum auth_order auth;
	const struct problem_kind *stranger; /* what OWNER says to others; NULL: the usual 403 */
	bool body_optional;                  /* an empty body is accepted: r->body is then NULL */
	bool body_lenient;      /* a body that cannot be read is PROBLEM_FIELDS of `body`, not 400 malformed/415:
	                                     * the handler gets r->body NULL and decides (facility login) */
	bool changes;           /* an old GET that changes something: cross-site callers are refused */
	bool no_suffix;         /* the path is exact: no slash added or taken */
	bool hidden;            /* not in the OpenAPI document */
	bool csrf;              /* asks for the CSRF token of everybody, of who has no session yet as well: a login form */
	bool formats;           /* also answers at its path with .json or .api instead of the final slash; the last
	                    * parameter then holds no dot */
	const char *permission; /* of PERMITTED: "accounts.user.add" */
	bool (*opened)(void);   /* true when a setting opens the route to anybody; NULL: never */
	/* What must be asked of the database before a body is right (is the name taken?): adds to *wrong, also when the
	 * shape has found something, so that all is told at once. Fields in *wrong may not be set in `body`. */
	struct problem *(*check)(struct req *r, void *body, struct problem **wrong);
	const char *title; /* of its address, in OPTIONS and on pages: "User List"; NULL: made from the path */
	const char *about; /* and what that is for; NULL: `doc` */
	enum keyed keyed;  /* of unsafe verbs */
	handler *limit;    /* refuses who calls too often, before anything is read or a key is claimed; NULL: nobody */
};
#define PROBLEMS(...)                                \
	.problems = (const struct problem_kind *const[]) \
	{                                                \
		__VA_ARGS__, NULL                            \
	}

#endif
