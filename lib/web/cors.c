/* cors.c - scripts of other origins (Fetch standard, section 3.3): of listed ones with credentials, or of any one without
 * where an app's manner says so. On every answer, refusals and redirects too. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"

/* An Origin header is compared whole: scheme, host and port. */
static const char *listed_origin(const struct req *r)
{
	const char *origin = web_conf.cors_origins.count > 0 ? req_header(r, "Origin") : NULL;

	for (size_t i = 0; origin && i < web_conf.cors_origins.count; i++)
		if (text_equal_nocase(origin, web_conf.cors_origins.items[i]))
			return web_conf.cors_origins.items[i];
	return NULL;
}

/* Which methods: those of the path; before it is known or where there is none, reading. */
static void write_any_origin(const struct inner *in, struct buf *head)
{
	const char *methods = in->is_options ? in->manner->preflight_methods
	                      : in->leaf     ? in->leaf->methods
	                                     : "GET, OPTIONS";

	buf_text(head, "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: ");
	buf_text(head, in->manner->any_origin_headers);
	buf_text(head, "\r\nAccess-Control-Allow-Methods: ");
	buf_text(head, methods);
	buf_text(head, "\r\n");
}

static bool any_origin(const struct inner *in)
{
	return in->manner && in->manner->any_origin_headers;
}

void cors_write(struct req *r, struct buf *head)
{
	const char *origin;

	if (any_origin(r->inner)) {
		write_any_origin(r->inner, head);
		return;
	}
	origin = listed_origin(r);
	if (!origin)
		return;
	buf_text(head, "Access-Control-Allow-Origin: ");
	buf_text(head, origin);
	buf_text(
		head,
		"\r\n"
		"Access-Control-Allow-Credentials: true\r\n"
		"Access-Control-Expose-Headers: Idempotent-Replayed, Location, Retry-After, X-Calipso-Error, X-Request-Id\r\n");
}

bool cors_preflight(struct req *r)
{
	const struct inner *in = r->inner;
	struct problem *none;

	if (in->is_options && any_origin(in)) {
		none = reply_empty(r, 204);
		(void)none;
		return true;
	}
	if (!in->is_options || !req_header(r, "Origin") || !req_header(r, "Access-Control-Request-Method"))
		return false;
	if (listed_origin(r)) {
		reply_header(r, "Access-Control-Allow-Methods", "DELETE, GET, OPTIONS, PATCH, POST, PUT");
		reply_header(
			r, "Access-Control-Allow-Headers",
			"accept, accept-encoding, authorization, content-type, dnt, idempotency-key, origin, user-agent, x-csrftoken, "
			"x-request-id, x-requested-with");
		reply_header(r, "Access-Control-Max-Age", "86400");
	}
	none = reply_empty(r, 200);
	(void)none;
	return true;
}
