/* site.c - which site a request comes from. No other site's page may make a visitor's browser change something here, nor set
 * off one of the old GET addresses that change something (facility.md section 11, defect 1), which serve the client's
 * scripts and no link or image either. */
#include "lib/web/inner.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

/* The length of "scheme://host[:port]" at the beginning of a URL, a default port left out; 0: it is none. */
static size_t origin_length(const char *url)
{
	size_t scheme = text_starts(url, "https://") ? 8 : text_starts(url, "http://") ? 7 : 0;
	size_t n = scheme == 0 ? 0 : scheme + strcspn(url + scheme, "/?#");

	if (n == scheme || memchr(url, '@', n))
		return 0;
	if (scheme == 8 && n > 4 && strncmp(url + n - 4, ":443", 4) == 0)
		return n - 4;
	if (scheme == 7 && n > 3 && strncmp(url + n - 3, ":80", 3) == 0)
		return n - 3;
	return n;
}

static bool same_origin(const char *left, const char *right)
{
	const size_t n = origin_length(left);

	return n > 0 && n == origin_length(right) && strncasecmp(left, right, n) == 0;
}

bool origin_is_ours(const struct req *r, const char *origin)
{
	if (r->base_url && same_origin(origin, r->base_url))
		return true;
	/* the base may be configured while a browser on another name of ours still calls itself by that */
	if (((const struct inner *)r->inner)->host) {
		const char *scheme = r->https ? "https://" : "http://";

		if (same_origin(origin, arena_printf(r->arena, "%s%s", scheme, ((const struct inner *)r->inner)->host)))
			return true;
	}
	for (size_t i = 0; i < web_conf.cors_origins.count; i++)
		if (same_origin(origin, web_conf.cors_origins.items[i]))
			return true;
	return false;
}

struct problem *site_check(struct req *r)
{
	const char *site = req_header(r, "Sec-Fetch-Site");
	const char *mode = req_header(r, "Sec-Fetch-Mode");
	const char *origin = req_header(r, "Origin");
	const char *referer = req_header(r, "Referer");
	bool foreign = site && text_equal(site, "cross-site");

	/* a script's call has mode cors or same-origin; links, forms, images and frames have others */
	foreign = foreign || (mode && !text_equal(mode, "cors") && !text_equal(mode, "same-origin"));
	foreign = foreign || (origin && !origin_is_ours(r, origin));
	foreign = foreign || (referer && !origin_is_ours(r, referer));
	return foreign ? problem_new(r->arena, &PROBLEM_CROSS_SITE, NULL) : NULL;
}

/* Asked of every caller, since the CSRF token protects only who has a session: a form of another site could log its visitor in as
 * somebody else, or use the Basic credentials that his browser remembers. A token is in no browser's memory. */
struct problem *origin_check(struct req *r)
{
	const char *site = req_header(r, "Sec-Fetch-Site");
	const char *origin = req_header(r, "Origin");
	bool foreign = origin != NULL;

	if (r->verb <= GET || r->route->auth == AUTH_NONE || r->scheme == SCHEME_TOKEN)
		return NULL;
	if (origin && origin_is_ours(r, origin))
		return NULL;
	/* the browser knows which address it called, also where a front server before ours changed Host or ended TLS */
	if (site)
		foreign = !text_equal(site, "same-origin") && !text_equal(site, "none");
	return foreign ? problem_new(r->arena, &PROBLEM_CROSS_SITE, NULL) : NULL;
}
