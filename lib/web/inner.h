/* inner.h - what the files of lib/web share and nobody outside sees.
 *
 * A request's way through them: web.c begins, limits.c looks at its outline, router.c finds the row, accept.c, site.c,
 * auth.c and csrf.c may refuse, body.c reads, the handler decides, reply.c (or refuse.c for a problem) answers. */
#ifndef PORTICO_WEB_INNER_H
#define PORTICO_WEB_INNER_H

#include <stdatomic.h>

#include "lib/base/buf.h"
#include "lib/web/manner.h"
#include "lib/web/request.h"
#include "lib/web/web.h"

/* Bounds of a request's outline. What is longer was not made by a client of ours. */
enum {
	URI_MOST = 8192,    /* bytes of REQUEST_URI: 414 */
	HEADERS_MOST = 200, /* variables of the front server, headers among them: 431 */
	HEADER_BYTES_MOST = 65536,
	SEGMENT_MOST = 32, /* of a path */
	PARAM_MOST = 8,
	PARAM_CHARS_MOST = 255,
	COOKIE_MOST = 4, /* that one answer sets */
	ID_MOST = 64,    /* characters of a request id that is taken over */
};
#define ANSWER_BYTES_MOST ((size_t)64 << 20)

/* ---- router.c: the tables compiled ---- */

/* In the order in which they are tried. */
enum param_kind { PARAM_INT, PARAM_DIGITS, PARAM_NAME, PARAM_ANY, PARAM_KIND_N };
struct param {
	const char *name;
	enum param_kind kind;
};

/* One row of a route table. */
struct entry {
	const struct mount *mount;
	const struct route *route;
	size_t index;          /* its counters in the metrics; 0 is left for requests without a route */
	const char *path;      /* "/api/facility/users/{username}/": whole, without the kinds of parameters */
	const char *name;      /* "GET /api/facility/users/{username}/", for log and metrics */
	const char *operation; /* operationId */
	size_t prefix_length;  /* bytes of the mount */
	struct param params[PARAM_MOST];
	size_t param_count;
};

/* All that answers at one path. */
struct leaf {
	const struct entry *by_verb[VERB_N];
	const struct entry *first;
	const char *allow;   /* "GET, POST, HEAD, OPTIONS" */
	const char *methods; /* the same without HEAD, which CORS allows anyway (Fetch standard, section 2.2.1) */
	bool exact;          /* no slash is added or taken */
	bool formats;        /* answers with a suffix as well */
};

struct router {
	struct node *root;
	const struct entry **entries;
	size_t count;
	uint64_t fingerprint; /* of all names: another table has another one */
};

enum match_kind { MATCH_NONE, MATCH_BAD_ENCODING, MATCH_LEAF };
struct match {
	enum match_kind kind;
	const struct leaf *leaf;
	bool other_slash;               /* found only by adding or taking the final slash */
	const char *values[PARAM_MOST]; /* decoded */
	const char *suffix;             /* "json" of "/api/users.json"; NULL: none */
};

/* A defect of a table (no permission said, a parameter twice, a row that cannot be reached) is PROBLEM_INTERNAL with the
 * row in its cause. */
struct problem *router_compile(struct arena *a, const struct mount *mounts, struct router *out) MUST_CHECK;
/* `path` is raw and without query. */
void router_match(const struct router *router, struct arena *a, const char *path, size_t length, struct match *out);

/* ---- the request's hidden part ---- */

/* How the answer is to look: as bare JSON, or as a page around it. */
enum view {
	VIEW_UNSAID, /* refused before that was looked at */
	VIEW_JSON,
	VIEW_PAGE,
	VIEW_OTHER, /* the route has a form of its own */
};

enum body_type { BODY_UNKNOWN, BODY_JSON, BODY_FORM, BODY_MULTIPART };

struct inner {
	const struct entry *entry; /* NULL: no route */
	const struct leaf *leaf;
	const struct manner *manner; /* of the app below whose mount the path lies; NULL: lib/web's own */
	const char *method;          /* as it came */
	const char *whole_path;      /* raw, from the root, without query */
	size_t path_length;
	const char *values[PARAM_MOST];
	const char *host; /* NULL until it has been checked */
	bool is_options;
	int64_t began_us; /* monotonic */
	/* the body: `text` is NULL until it has been read; a multipart body is kept as the same fields in urlencoded form */
	const char *text;
	size_t text_length;
	enum body_type type;
	const char *code; /* of the problem, for the log */
	enum view view;
	const char *suffix;            /* of the path, which asks for a format: "json"; NULL: none */
	const struct problem *problem; /* that is being answered; NULL: none */
	const struct key *key;         /* the Idempotency-Key this request holds; NULL: none */
};

struct reply {
	int status;       /* 0: not answered yet */
	const char *type; /* Content-Type; NULL: no body */
	const void *body;
	size_t length;
	struct buf headers; /* lines beyond what every answer carries */
	struct cookie cookies[COOKIE_MOST];
	size_t cookie_count;
	bool own_caching; /* the handler said how long it may be kept */
	bool own_policy;  /* and what a page of it may load */
};

/* What one process knows. */
struct web {
	struct process *process;
	struct arena *arena; /* of the request under way */
	const struct mount *mounts_of_apps;
	const struct mount *mounts; /* those, then lib/web's own */
	const char *schema;
	struct router router;
	const char *document; /* the OpenAPI document once it was asked for, */
	size_t document_length;
	const char *document_base; /* and the base of links it was made with */
};
extern struct web web;
const struct identity_source *identity_source(void);

/* The apps and lib/web's own pages behind them. */
const struct mount *mounts_with_own(struct arena *a, const struct mount *mounts);
extern const struct app own_app;

/* ---- steps: each may refuse ---- */
struct problem *outline_check(struct req *r) MUST_CHECK; /* limits.c: sizes, Host */
struct problem *accept_check(struct req *r) MUST_CHECK;  /* accept.c: Accept and ?format= */
struct problem *site_check(struct req *r) MUST_CHECK;    /* site.c: a GET that changes something */
struct problem *auth_identify(struct req *r) MUST_CHECK; /* auth.c: who is it */
struct problem *origin_check(struct req *r) MUST_CHECK;  /* site.c: a change that another site's page asks for */
struct problem *auth_permit(struct req *r) MUST_CHECK;   /* auth.c: may he */
struct problem *auth_permits(struct req *r, const struct route *route, bool *out) MUST_CHECK; /* another row's */
struct problem *csrf_check(struct req *r) MUST_CHECK; /* csrf.c: only for session callers that change */
struct problem *body_text(struct req *r) MUST_CHECK;  /* body.c: reads it, once */
enum body_type body_type_read(const char *type);      /* body.c: NULL: none was sent */
struct problem *input_read(struct req *r) MUST_CHECK; /* input.c: query and body into their structs */
/* Asks the route's `check` about a body whose shape is right; once, when nothing has answered yet. */
struct problem *input_check(struct req *r) MUST_CHECK;

/* accept.c: has the route more than one form? And which one, where nothing may be refused any more? */
bool route_negotiates(const struct route *route);
enum view accept_view(struct req *r);

/* auth.c: who may call a route, the installation's settings taken into account. */
enum who route_who(const struct route *route);

/* options.c */
struct problem *options_reply(struct req *r) MUST_CHECK;
const char *route_title(struct arena *a, const struct route *route); /* "Users List" */
const char *field_label(struct arena *a, const struct field *f);     /* "First name" */
const char *field_help(const struct field *f);                       /* NULL: none */
const struct shape *route_view(const struct route *route);           /* what its first answer shows; NULL: no shape */
const struct entry *entry_writing(const struct leaf *leaf, enum verb v); /* its row with a body; NULL: none */

/* browse.c: the answer as a page for a browser that prefers it. */
void browse_wrap(struct req *r);

struct problem *idempotency_run(struct req *r) MUST_CHECK; /* idempotency.c: the handler, at most once per key */
struct problem *route_handle(struct req *r) MUST_CHECK;    /* web.c: the handler, and that it answered */

/* True when the request is a CORS preflight, which is then answered. */
bool cors_preflight(struct req *r);
/* Adds the lines a listed origin needs; to every answer. */
void cors_write(struct req *r, struct buf *head);
/* "https://host" of an Origin or Referer: is it this server's own, or a listed one? */
bool origin_is_ours(const struct req *r, const char *origin);

/* Gives a browser that has none its CSRF cookie, where that makes sense. */
void csrf_offer(struct req *r);

/* ---- manner.c: lib/web's words and forms as an app wants them ---- */

/* NULL: nothing special. `path` is raw. */
const struct manner *manner_of(const char *path, size_t length);
/* The kind that this manner puts in another's place, or the same. */
const struct problem_kind *manner_kind(const struct manner *m, const struct problem_kind *kind);
const struct problem *manner_problem(struct req *r, const struct problem *p);
/* The form of JSON, the ETag: when the answer is otherwise complete. */
void manner_finish(struct req *r);

/* refuse.c: turns a problem into the answer. */
void reply_problem(struct req *r, const struct problem *p);
/* indent.c: lays the body out for people, if that was asked for. */
void reply_indent(struct req *r);
void json_indent(struct buf *b, const char *text, size_t length, int width); /* compact JSON of our own */
/* reply.c: head and body to the front server. */
const char *status_reason(int status);       /* "Not Found" */
const char *reply_vary(const struct req *r); /* NULL: the answer depends on nothing the caller said */
void reply_send(struct req *r);
bool reply_head_allowed(const struct leaf *leaf);

/* multipart.c: multipart/form-data with plain fields into urlencoded text. */
struct problem *multipart_read(struct arena *a, const char *type, const char *text, size_t length, struct buf *out)
	MUST_CHECK;

/* page.c: the request's own address with some parameters of its query set, or (value NULL) left out; sorted by name. */
#define QUERY_SET_MOST 2
struct query_set {
	const char *name, *value; /* name NULL ends it */
};
void query_link(struct req *r, struct buf *b, const struct query_set *set);

/* ---- small readers ---- */
/* The value of `name` in a query or form text, decoded; NULL when absent. The last one counts. */
const char *form_value(struct arena *a, const char *text, size_t length, const char *name);
/* True when `value` begins with the media type, up to its end, ';' or ','. */
bool media_is(const char *value, const char *media);

/* Appends a raw path so that it may stand in a header or a link: what may not stand in a URI is percent-encoded. */
void uri_clean(struct buf *b, const char *raw, size_t length);

/* ---- metrics.c ---- */
struct problem *metrics_start(struct process *p) MUST_CHECK;
void metrics_begin(void);
void metrics_end(size_t index, int status, int64_t us);
struct spent {
	int64_t db_us, db_statements, call_us, calls;
};
/* Database and call-out time since the last call; added to the counters. */
struct spent metrics_spent(void);

/* ---- lib/web's own handlers ---- */
handler index_show, openapi_show, docs_show, docs_style, docs_script, browse_style, browse_script, admin_style,
	health_live, health_ready, metrics_show;

/* ---- kinds raised here and said nowhere else ---- */
extern const struct problem_kind PROBLEM_WEB_HOST, PROBLEM_WEB_PATH, PROBLEM_WEB_URI, PROBLEM_WEB_HEADERS,
	PROBLEM_WEB_METHOD, PROBLEM_WEB_ACCEPT, PROBLEM_WEB_MEDIA, PROBLEM_WEB_CUT, PROBLEM_WEB_LATE, PROBLEM_WEB_CHALLENGE,
	PROBLEM_WEB_BAD_CHALLENGE, PROBLEM_WEB_METRICS;

#endif
