/* csrf.c - the double-submit token of Django, so that its clients work unchanged: the cookie `csrftoken` holds 32
 * characters of mask and 32 of the secret shifted by it, over [A-Za-z0-9]; the same secret must come back in the header
 * X-CSRFToken or the form field csrfmiddlewaretoken. Only session callers that change something are asked for it. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/base/uuid.h"

enum { SECRET_LENGTH = 32, TOKEN_LENGTH = 64, LETTERS = 62 };
#define COOKIE_AGE_S 31449600 /* 52 weeks, as Django's CSRF_COOKIE_AGE */

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static int letter_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return -1;
}

static bool all_letters(const char *text)
{
	while (*text && letter_value(*text) >= 0)
		text++;
	return *text == '\0';
}

/* The secret behind a token: masked (64), or as it is (32, later Djangos). False when it is neither. */
static bool token_unmask(const char *token, char out[SECRET_LENGTH + 1])
{
	const size_t n = strlen(token);

	if ((n != SECRET_LENGTH && n != TOKEN_LENGTH) || !all_letters(token))
		return false;
	for (size_t i = 0; i < SECRET_LENGTH; i++) {
		const int mask = n == TOKEN_LENGTH ? letter_value(token[i]) : 0;
		const int value = letter_value(token[n - SECRET_LENGTH + i]);

		out[i] = letters[(value - mask + LETTERS) % LETTERS];
	}
	out[SECRET_LENGTH] = '\0';
	return true;
}

/* 64 random characters are a random mask and a random secret. */
void csrf_rotate(struct req *r)
{
	reply_cookie(r, &(struct cookie){
						.name = "csrftoken",
						.value = random_alnum(r->arena, TOKEN_LENGTH),
						.max_age_s = COOKIE_AGE_S,
						.script = true,
					});
}

const char *csrf_token(const struct req *r)
{
	char secret[SECRET_LENGTH + 1];
	const struct reply *reply = r->reply;
	const char *cookie = req_cookie(r, "csrftoken");

	for (size_t i = 0; i < reply->cookie_count; i++)
		if (text_equal(reply->cookies[i].name, "csrftoken"))
			return reply->cookies[i].value;
	return cookie && token_unmask(cookie, secret) ? cookie : NULL;
}

static struct problem *failed(struct req *r, const char *why)
{
	return problem_new(r->arena, &PROBLEM_CSRF, "CSRF Failed: %s", why);
}

/* Over TLS a man in the middle could set cookies from an http page of the same host: the Referer must be ours. */
static struct problem *referer_check(struct req *r)
{
	const char *referer = req_header(r, "Referer");
	const char *host;

	if (!referer || !*referer)
		return failed(r, "Referer checking failed - no Referer.");
	host = strstr(referer, "://");
	if (!host || host == referer || strcspn(host + 3, "/?#") == 0)
		return failed(r, "Referer checking failed - Referer is malformed.");
	if (!text_starts(referer, "https://"))
		return failed(r, "Referer checking failed - Referer is insecure while host is secure.");
	if (!origin_is_ours(r, referer)) {
		const size_t length = strlen(referer) < 200 ? strlen(referer) : 200;
		const char *shown = utf8_valid(referer, length) ? arena_text_n(r->arena, referer, length) : "Referer";

		return problem_new(r->arena, &PROBLEM_CSRF,
		                   "CSRF Failed: Referer checking failed - %s does not match any trusted origins.", shown);
	}
	return NULL;
}

/* The token the caller sent back, or NULL. */
static struct problem *token_find(struct req *r, const char **out)
{
	const struct inner *in = r->inner;

	*out = req_header(r, "X-CSRFToken");
	if (*out && **out)
		return NULL;
	if (in->type != BODY_FORM && in->type != BODY_MULTIPART)
		return NULL;
	TRY(body_text(r));
	*out = form_value(r->arena, in->text, in->text_length, "csrfmiddlewaretoken");
	return NULL;
}

struct problem *csrf_check(struct req *r)
{
	char wanted[SECRET_LENGTH + 1], given[SECRET_LENGTH + 1];
	const char *cookie, *token = NULL;

	if (r->verb == GET || ((const struct inner *)r->inner)->is_options)
		return NULL;
	if (r->https)
		TRY(referer_check(r));
	cookie = req_cookie(r, "csrftoken");
	if (!cookie || !token_unmask(cookie, wanted))
		return failed(r, "CSRF cookie not set.");
	TRY(token_find(r, &token));
	if (!token || !token_unmask(token, given) || !text_same_secret(wanted, given))
		return failed(r, "CSRF token missing or incorrect.");
	return NULL;
}

static bool from_browser(const struct req *r)
{
	const char *agent = req_header(r, "User-Agent");

	return (agent && text_starts(agent, "Mozilla/")) || req_header(r, "Sec-Fetch-Site") || req_header(r, "Cookie") ||
	       req_header(r, "Origin") || req_header(r, "Referer");
}

/* The first answer to a browser sets the cookie, so that its first change can carry it (facility.md defect 18).
 * Programs that bring their credentials along, and pages nobody logs in at, are left in peace. */
void csrf_offer(struct req *r)
{
	if (!r->route || r->route->auth == AUTH_NONE || r->scheme == SCHEME_BASIC || r->scheme == SCHEME_TOKEN)
		return;
	if (csrf_token(r))
		return;
	if (from_browser(r) && !req_header(r, "Authorization"))
		csrf_rotate(r);
}
