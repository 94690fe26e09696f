/* call.h - outbound HTTP by libcurl: every call has a time, a size and a count limit.
 *
 * A service is one base URL with its limits, one kept-alive handle per process, and a breaker shared by the
 * processes of the machine. What comes back is as untrusted as what a browser sends: it is read through a shape. */
#ifndef PORTICO_CALL_CALL_H
#define PORTICO_CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/app.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

extern const struct problem_kind PROBLEM_CALL_FAILED;  /* 502 call.failed: refused, cut off, garbage, wrong status */
extern const struct problem_kind PROBLEM_CALL_TIMEOUT; /* 504 call.timeout */
extern const struct problem_kind PROBLEM_CALL_OPEN;    /* 503 call.open + Retry-After: the breaker is open */

struct service_conf {
	const char *name;           /* "docker": in logs, metrics, details */
	const char *url;            /* http://… https://… tcp://host:port (as http) unix:///path/socket */
	const char *ca_file;        /* PEM; NULL: the system's */
	const char *cert_file;      /* TLS client certificate and its key */
	const char *key_file;       /* NULL: in cert_file */
	const char *basic_user;     /* HTTP Basic; NULL: none */
	const char *basic_password; /* NULL: empty */
	int64_t connect_ms;         /* until the service took the connection (and TLS) */
	int64_t total_ms;           /* until the last byte of the answer */
	int64_t answer_bytes;       /* largest body */
	int breaker_failures;       /* consecutive failures that open the breaker; 0: no breaker */
	int64_t breaker_s;          /* seconds it stays open before one call may try */
};

struct service; /* owned by the process's arena */

/* Checks the URL and makes the service; the texts of `conf` must outlive it. PROBLEM_SETTINGS when the URL is none,
 * holds credentials (they have settings of their own) or a limit is not positive. tcp:// is spoken as http, or as https
 * when there is a CA or a client certificate. TLS 1.2 and newer, always verified: against ca_file alone when it is given.
 * A process forked later gets connections of its own. SIGPIPE is ignored from now on unless it has a handler. */
struct problem *service_new(struct process *p, const struct service_conf *conf, struct service **out) MUST_CHECK;

struct call {
	const char *method;       /* "GET" */
	const char *path;         /* appended to the base; already percent-encoded; "" when the URL is whole */
	const struct shape *send; /* body: a shape … */
	const void *from;         /* … and its struct, … */
	const char *send_text;    /* … or text of `send_type` */
	const char *send_type;    /* NULL: application/json */
	const char *bearer;       /* Authorization: Bearer …; NULL: none */
	int expect;               /* status that means success; 0: any 2xx */
	int expect_too;           /* another one, or 0 */
	const struct shape *read; /* how the answer is read, for an expected status; NULL: body as text */
	void *into;               /* the struct of `read` */
	int64_t total_ms;         /* instead of the service's; 0: the service's */
	/* Called with each piece of an expected answer's body instead of keeping it; false ends the call successfully.
	 * answer_bytes does not apply; total_ms does, however long the service is silent in between. */
	bool (*chunk)(void *context, const char *bytes, size_t n);
	/* Asked about once a second while the call goes on, in silence too, and more often while something comes; false ends
	 * the call successfully, with what has come of the answer by then. NULL: nobody. */
	bool (*alive)(void *context);
	void *context;   /* for both */
	bool any_status; /* no status is a failure; look at answer.status (an unreachable service still is) */
};

struct answer {
	int status;               /* 0: there was no answer (yet) */
	const char *body;         /* NUL-terminated; "" when streamed */
	size_t length;            /* of body, in bytes */
	const char *content_type; /* "" when none */
	bool stopped;             /* chunk or alive ended it */
};

/* Makes the call. Unexpected status: PROBLEM_CALL_FAILED, with the service's words in the cause (and in *out, which
 * may be NULL and is set whenever there was an answer; its status is 0 when there was none). Redirects are not
 * followed: they are a status like another. Answers 204 and 304 have no body and are not read into anything. The
 * request id and traceparent travel along.
 *
 * The breaker counts as failures: no connection, no answer in time, an answer cut off or not HTTP, and the statuses
 * 502, 503 and 504. Any other answer is a success. While it is open, PROBLEM_CALL_OPEN comes at once; while another call tries
 * whether the service is back, its outcome is waited for, a second at most. */
struct problem *call_run(struct arena *a, struct service *s, const struct call *call, struct answer *out) MUST_CHECK;

/* Ids that calls carry from now on (the current request's or job's); NULL: none. */
void call_trace(const char *request_id, const char *traceparent);

/* Microseconds and calls since last asked, for metrics. */
void call_spent(int64_t *us, int64_t *calls);

#endif
