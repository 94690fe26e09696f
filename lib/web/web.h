/* web.h - from a front server's words to a handler and back. web_handle() knows no FastCGI: fcgi.c is one front,
 * uwsgi-alt another. */
#ifndef PORTICO_WEB_WEB_H
#define PORTICO_WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/app.h"
#include "lib/base/buf.h"
#include "lib/base/settings.h"

/* How a front reads and writes one request. Names of variables are CGI's (RFC 3875): REQUEST_URI, HTTP_HOST … */
enum {
	TRANSPORT_CUT = -1,  /* the client or the front server went away in the middle of the body */
	TRANSPORT_LATE = -2, /* nothing came within the time */
};
struct transport {
	void *context;
	const char *(*variable)(void *context, const char *name); /* NULL when absent */
	/* Bytes of the body, as they come: 0 at its end, or one of the numbers above. `wait_ms` is the longest pause. */
	ssize_t (*read)(void *context, void *out, size_t n, int64_t wait_ms);
	bool (*write)(void *context, const void *bytes, size_t n); /* false: the client went away */
	size_t variable_count; /* how many there are and their bytes together; 0: the front bounds them itself */
	size_t variable_bytes;
};

struct web_conf {
	struct texts hosts;        /* Host values answered; empty: only loopback names */
	const char *base_url;      /* canonical base of links; NULL: from the request */
	struct texts cors_origins; /* "https://portal.example.org", scheme compared too */
	int secure_cookies;        /* auto, yes, no */
	int64_t body_bytes;        /* largest body */
	int64_t request_s;         /* a body must have arrived by then: 408 */
	int64_t answer_s;          /* the answer must have been taken by then, or the connection is cut */
	bool server_timing;
	bool hsts;                        /* Strict-Transport-Security on HTTPS answers */
	const char *metrics_token;        /* bearer token for /api/metrics; NULL: loopback callers only */
	const char *api_prefix;           /* "/api" */
	int64_t idempotency_keep_s;       /* how long an Idempotency-Key and its answer are kept */
	int64_t idempotency_lease_s;      /* a request that holds a key longer is taken for dead */
	int64_t idempotency_answer_bytes; /* largest answer that is kept */
	int64_t idempotency_keys;         /* keys of one caller */
	int64_t idempotency_rows;         /* keys of all */
};
extern const char *const secure_cookies_names[]; /* of web_conf.secure_cookies */
extern struct web_conf web_conf;
extern const struct setting web_settings[]; /* section [web] */

/* The apps and where they answer; what lib/web itself answers (index, openapi.json, docs, health, metrics) is added.
 * `schema` is the last change of the Sqitch plan this was built with. Compiles the routes; a defect in a table (no permission, a
 * parameter twice, an unreachable row) is a problem. */
struct problem *web_start(struct process *p, const struct mount *mounts, const char *schema) MUST_CHECK;

/* The apps that answer here, as web_start() got them: for pages that show what there is. */
const struct mount *web_mounts(void);

/* Answers one request; never fails: whatever happened has been sent and logged. */
void web_handle(struct transport *t);

/* Something that lib/web cannot count itself (how many jobs wait): appends lines in Prometheus' text format, once per
 * scrape. What it cannot find out it leaves away. */
typedef void(metrics_source)(struct process *p, struct arena *a, struct buf *b);
void metrics_source_add(metrics_source *source);

/* Runs the FastCGI loop on descriptor 0 until SIGTERM or SIGINT; the process's exit status. A worker finishes its request
 * and leaves at once when idle; `hard_stop_s` after the signal it is ended anyway. */
int fcgi_run(struct process *p, int64_t hard_stop_s);

/* The documents made from the tables. */
void openapi_write(struct buf *b, const struct mount *mounts, const char *base_url);
void routes_print(struct buf *b, const struct mount *mounts);

#endif
