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

static bool may(const struct req *r)
{
	switch (r->route->who) {
	case ANYONE:
	case USER:
		return true;
	case OWNER:
		return text_equal(req_param(r, "username"), r->user->username);
	case OWNER_OR_SUPERUSER:
		return r->user->superuser || text_equal(req_param(r, "username"), r->user->username);
	case SUPERUSER:
		return r->user->superuser;
	case WHO_UNSAID:
	case WHO_N:
		break;
	}
	return false;
}

struct problem *auth_permit(struct req *r)
{
	if (r->route->who == ANYONE)
		return NULL;
	if (!r->user)
		return not_authenticated(r);
	if (may(r))
		return NULL;
	return problem_new(r->arena, r->route->stranger ? r->route->stranger : &PROBLEM_FORBIDDEN, NULL);
}
