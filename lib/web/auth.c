/* auth.c - who is calling, and may he? Credentials are read here and judged by the identity source (accounts); the
 * words of every refusal are those of accounts-and-conventions.md section 11. */
#include "lib/web/inner.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

#define HEADER_MOST 4096 /* bytes of an Authorization header */

static const struct identity_source *source;

void identity_source_set(const struct identity_source *s)
{
	source = s;
}

const struct identity_source *identity_source(void)
{
	return source;
}

/* ---- Authorization: Basic … and Token … ---- */

/* "Basic b64" -> its words; the header's scheme is known to be there. */
struct authorization {
	enum scheme scheme;
	const char *credentials; /* the second word; NULL: none */
	bool more;               /* a third one */
};

static struct authorization authorization_read(struct req *r)
{
	static const char blanks[] = " \t";
	struct authorization out = { .scheme = SCHEME_NONE };
	const char *header = req_header(r, "Authorization");
	size_t n;

	if (!header || strlen(header) > HEADER_MOST)
		return out;
	header += strspn(header, blanks);
	n = strcspn(header, blanks);
	if (n == 5 && strncasecmp(header, "Basic", n) == 0)
		out.scheme = SCHEME_BASIC;
	else if (n == 5 && strncasecmp(header, "Token", n) == 0)
		out.scheme = SCHEME_TOKEN;
	header += n;
	header += strspn(header, blanks);
	n = strcspn(header, blanks);
	if (n > 0)
		out.credentials = arena_text_n(r->arena, header, n);
	header += n;
	out.more = header[strspn(header, blanks)] != '\0';
	return out;
}

static struct problem *bad(struct req *r, const char *detail)
{
	return problem_new(r->arena, &PROBLEM_BAD_CREDENTIALS, detail ? "%s" : NULL, detail);
}

static struct problem *by_basic(struct req *r, const struct authorization *given)
{
	const char *credentials = given->credentials;
	char *pair, *colon;
	size_t n = 0;

	if (!credentials)
		return bad(r, "Invalid basic header. No credentials provided.");
	if (given->more)
		return bad(r, "Invalid basic header. Credentials string should not contain spaces.");
	pair = arena_alloc(r->arena, strlen(credentials) + 1);
	if (!base64_read(credentials, strlen(credentials), pair, strlen(credentials), &n))
		return bad(r, "Invalid basic header. Credentials not correctly base64 encoded.");
	pair[n] = '\0';
	colon = memchr(pair, ':', n);
	if (!colon || !utf8_valid(pair, n))
		return bad(r, NULL);
	*colon = '\0';
	TRY(source->by_basic(r, pair, colon + 1, &r->user));
	return r->user ? NULL : bad(r, NULL);
}

static struct problem *by_token(struct req *r, const struct authorization *given)
{
	const char *key = given->credentials;

	if (!key)
		return bad(r, "Invalid token header. No credentials provided.");
	if (given->more)
		return bad(r, "Invalid token header. Token string should not contain spaces.");
	if (!utf8_valid(key, strlen(key)))
		return bad(r, "Invalid token header. Token string should not contain invalid characters.");
	TRY(source->by_token(r, key, &r->user));
	return r->user ? NULL : bad(r, "Invalid token.");
}

static struct problem *by_header(struct req *r)
{
	const struct authorization given = authorization_read(r);
	struct problem *p = NULL;

	if (given.scheme == SCHEME_BASIC)
		p = by_basic(r, &given);
	else if (given.scheme == SCHEME_TOKEN)
		p = by_token(r, &given);
	if (!p && r->user)
		r->scheme = given.scheme;
	return p;
}

/* ---- the session cookie ---- */

/* A session that is no longer there makes nobody of the caller; its cookie is taken back. */
static struct problem *by_session(struct req *r)
{
	const char *key = req_cookie(r, "sessionid");

	if (!key || !*key || strlen(key) > 128)
		return NULL;
	TRY(source->by_session(r, key, &r->user));
	if (!r->user) {
		reply_cookie(r, &(struct cookie){ .name = "sessionid", .max_age_s = -1 });
		return NULL;
	}
	r->scheme = SCHEME_SESSION;
	return csrf_check(r);
}

/* With Basic looked at first, a refusal is 401 and carries a challenge. */
static struct problem *as_challenge(struct problem *p)
{
	if (problem_is(p, &PROBLEM_BAD_CREDENTIALS))
		p->kind = &PROBLEM_WEB_BAD_CHALLENGE;
	else if (problem_is(p, &PROBLEM_NO_CREDENTIALS))
		p->kind = &PROBLEM_WEB_CHALLENGE;
	return p;
}

struct problem *auth_identify(struct req *r)
{
	if (!source)
		return NULL;
	switch (r->route->auth) {
	case AUTH_SESSION_BASIC:
		TRY(by_session(r));
		return r->user ? NULL : by_header(r);
	case AUTH_BASIC_SESSION:
		TRY(as_challenge(by_header(r)));
		return r->user ? NULL : by_session(r);
	case AUTH_SESSION:
		return by_session(r);
	case AUTH_NONE:
	case AUTH_N:
		break;
	}
	return NULL;
}

/* ---- permission ---- */

static struct problem *not_authenticated(struct req *r)
{
	struct problem *p = problem_new(r->arena, &PROBLEM_NO_CREDENTIALS, NULL);

	return r->route->auth == AUTH_BASIC_SESSION ? as_challenge(p) : p;
}

struct problem *auth_holds(struct req *r, const char *permission, bool *out)
{
	*out = r->user && r->user->superuser;
	if (*out || !r->user || !r->user->staff || !source || !source->holds)
		return NULL;
	return source->holds(r, permission, out);
}

static struct problem *may(struct req *r, const struct route *route, bool *out)
{
	switch (route->who) {
	case ANYONE:
	case USER:
		*out = true;
		break;
	case OWNER:
		*out = text_equal(req_param(r, "username"), r->user->username);
		break;
	case OWNER_OR_SUPERUSER:
		*out = r->user->superuser || text_equal(req_param(r, "username"), r->user->username);
		break;
	case SUPERUSER:
		*out = r->user->superuser;
		break;
	case STAFF:
		*out = r->user->superuser || r->user->staff;
		break;
	case PERMITTED:
		return auth_holds(r, route->permission, out);
	case WHO_UNSAID:
	case WHO_N:
		*out = false;
		break;
	}
	return NULL;
}

enum who route_who(const struct route *route)
{
	return route->opened && route->opened() ? ANYONE : route->who;
}

struct problem *auth_permits(struct req *r, const struct route *route, bool *out)
{
	*out = route_who(route) == ANYONE;
	return *out || !r->user ? NULL : may(r, route, out);
}

struct problem *auth_permit(struct req *r)
{
	bool permitted;

	TRY(auth_permits(r, r->route, &permitted));
	if (permitted)
		return NULL;
	if (!r->user)
		return not_authenticated(r);
	return problem_new(r->arena, r->route->stranger ? r->route->stranger : &PROBLEM_FORBIDDEN, NULL);
}
