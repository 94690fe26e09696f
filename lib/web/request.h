/* request.h - one request as a handler sees it, and what it may answer.
 *
 * A handler reads its parameters from here, decides, and ends with one reply_…() call; a problem it returns is
 * sent by the loop. Everything in it lives in r->arena and dies with the reply. */
#ifndef PORTICO_WEB_REQUEST_H
#define PORTICO_WEB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/app.h"
#include "lib/base/clock.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"
#include "lib/db/db.h"
#include "lib/web/identity.h"
#include "lib/web/route.h"

struct reply;
struct transport;

struct req {
	struct arena *arena;
	struct db *db;
	struct process *process;
	const struct mount *mount;
	const struct route *route;
	enum verb verb;
	bool head;              /* HEAD: the loop drops the body */
	const char *path;       /* raw, below the mount, without query */
	const char *query_text; /* raw, "" when none */
	const void *body;       /* a struct of route->body, checked; NULL when the route has none or it may be absent */
	const void *query;      /* a struct of route->query, checked */
	const struct identity *user; /* NULL: anonymous */
	enum scheme scheme;          /* how the user was recognized */
	struct instant now;          /* when the request began */
	const char *id;              /* request id: from X-Request-Id when it is sane, else new */
	const char *base_url;        /* "https://host[:port]", the configured one or from the checked Host */
	bool https;
	struct reply *reply;
	struct transport *transport;
	void *inner; /* lib/web's own */
};

/* A path parameter, decoded; it must be one of the route's. */
const char *req_param(const struct req *r, const char *name);
int64_t req_param_int(const struct req *r, const char *name);

/* A header by its usual name ("Sec-Fetch-Site"), or NULL. */
const char *req_header(const struct req *r, const char *name);
/* A variable of the front server (Shibboleth's EAAHash): never something a client can send. NULL when absent. */
const char *req_variable(const struct req *r, const char *name);
/* A cookie's value, or NULL. */
const char *req_cookie(const struct req *r, const char *name);
/* The caller's address as the front server sees it; for throttling and the audit trail. */
const char *req_address(const struct req *r);
/* The part of an address that one caller cannot change at will: of IPv6 the /64, which is what one customer is given. */
const char *address_network(struct arena *a, const char *address);

/* Was the body a form? What a form leaves out may mean something else than what JSON leaves out. */
bool req_body_is_form(const struct req *r);

/* Does the caller hold a permission ("accounts.user.change")? Superusers hold all, others only when they are staff. */
struct problem *auth_holds(struct req *r, const char *permission, bool *out) MUST_CHECK;

/* ---- links (link.c) ---- */

/* The absolute address of a path below the app's mount: "/groups/7/" -> https://host/api/groups/7/. It repeats how the
 * caller asked for a format: …/groups/7.json, …/groups/7/?format=json. */
const char *req_link(struct req *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What an address that a client sent means: absolute or a bare path, with or without a suffix; scheme and host are
 * not looked at. `path` is that of one of the app's routes with one parameter: "/groups/{pk}/"; *value gets it. */
enum link_kind {
	LINK_NOWHERE, /* nothing answers there: MSG_LINK_NOWHERE */
	LINK_OTHER,   /* something else does: MSG_LINK_OTHER */
	LINK_FITS,
};
enum link_kind link_read(struct req *r, const char *link, const char *path, const char **value);
#define MSG_LINK_NOWHERE "Invalid hyperlink - No URL match."
#define MSG_LINK_OTHER "Invalid hyperlink - Incorrect URL match."
#define MSG_LINK_GONE "Invalid hyperlink - Object does not exist."

/* ---- answers: each sets status, headers and body, and returns NULL so that a handler can end with it ---- */
struct problem *reply_shape(struct req *r, int status, const struct shape *shape, const void *object) MUST_CHECK;
struct problem *reply_list(struct req *r, int status, const struct shape *items, struct list list) MUST_CHECK;
struct problem *reply_string(struct req *r, int status, const char *text) MUST_CHECK; /* "Login OK" with quotes */
struct problem *reply_json(struct req *r, int status, const char *json) MUST_CHECK;   /* made by a buf of yours */
struct problem *reply_empty(struct req *r, int status) MUST_CHECK;
struct problem *reply_bytes(struct req *r, int status, const char *content_type, const void *bytes, size_t n)
	MUST_CHECK;
struct problem *reply_redirect(struct req *r, int status, const char *location) MUST_CHECK;

/* One page of a list: page numbers start at 1, `last` is understood by page_read(). */
struct page {
	int64_t number;
	int64_t size;
	int64_t count; /* of all items; set by the store */
	bool last;     /* ?page=last */
};
extern const struct problem_kind PROBLEM_PAGE; /* 404 web.page: "Invalid page." */

/* Reads ?page= (absent or empty: 1). */
struct problem *page_read(struct req *r, int64_t size, struct page *out) MUST_CHECK;
/* After `count` is known: resolves `last`, refuses a page out of range (page 1 of an empty set is fine), and gives
 * the offset of its first item. */
struct problem *page_settle(struct req *r, struct page *page, int64_t *offset) MUST_CHECK;
/* {"next","previous","count","results","page_size"} (facility.md section 3.1). Links are absolute and keep the other parameters. */
struct problem *reply_page(struct req *r, const struct shape *items, struct list list, const struct page *page)
	MUST_CHECK;

/* Adds a header; a second one of that name is sent too. The value must hold no control characters. */
void reply_header(struct req *r, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

struct cookie {
	const char *name;
	const char *value; /* NULL: the cookie is deleted */
	int64_t max_age_s; /* -1: as long as the browser runs */
	bool script;       /* readable by script (no HttpOnly) */
};
/* Path=/, SameSite=Lax, Secure on HTTPS (setting web.secure_cookies). */
void reply_cookie(struct req *r, const struct cookie *cookie);

/* A new CSRF token for this browser (at login); sets the cookie. */
void csrf_rotate(struct req *r);
/* The token that this browser has or gets with this answer, for the hidden field of a form; NULL: none. */
const char *csrf_token(const struct req *r);

/* ---- for pages whose form depends on more than the route ---- */

/* The body, which must be a form, through a shape; a missing body says nothing. PROBLEM_FIELDS. */
struct problem *req_form(struct req *r, const struct shape *shape, void *out) MUST_CHECK;

/* A field of a form body as it was typed; NULL: it was not sent. Only behind req_form(). */
const char *req_form_value(const struct req *r, const char *name);

/* Names and values of the query in their order, decoded; what cannot be decoded is left away. */
struct query_pair {
	const char *name, *value;
};
size_t req_query_pairs(struct req *r, struct query_pair *out, size_t most);

/* The address as it came, from the root, with its query; cleaned, so that it may stand in a header or a page. */
const char *req_address_text(struct req *r);

#endif
