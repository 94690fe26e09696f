/* own.c - what lib/web answers itself, as a table like everybody else's: the index, the contract and a page to read
 * it, health and metrics. */
#include "lib/web/own.h"
#include "lib/web/inner.h"

/* clang-format off */
static const struct field health_fields[] = {
	FIELD(struct health, status, REQUIRED, INT64_MIN, INT64_MAX, "\"ok\" or \"unavailable\""),
	FIELD_OUT(struct health, why, "what is missing; null when nothing is"),
	FIELD_END,
};
const struct shape health_shape = SHAPE("Health", struct health, health_fields);

#define MEDIA(type, words) ANSWERS({ 200, ANSWER_OTHER, NULL, type, words })

static const struct route own_routes[] = {
	{ GET, "/", index_show, ANYONE, NULL, "says what answers here",
	  MEDIA("application/json", "names of what is mounted, with their absolute addresses"), .formats = true,
	  .title = "Api Root", .about = "The default basic root view for DefaultRouter" },
	{ GET, "/openapi.json", openapi_show, ANYONE, NULL, "the contract of everything that answers here, as OpenAPI 3.1",
	  MEDIA("application/json", "the document"), .auth = AUTH_NONE, .no_suffix = true },
	{ GET, "/docs/", docs_show, ANYONE, NULL, "a page to read the contract and try it",
	  MEDIA("text/html; charset=utf-8", "the page"), .auth = AUTH_NONE },
	{ GET, "/docs/docs.css", docs_style, ANYONE, NULL, "how that page looks",
	  MEDIA("text/css; charset=utf-8", "the style sheet"), .auth = AUTH_NONE, .no_suffix = true, .hidden = true },
	{ GET, "/docs/docs.js", docs_script, ANYONE, NULL, "how that page works",
	  MEDIA("text/javascript; charset=utf-8", "the script"), .auth = AUTH_NONE, .no_suffix = true, .hidden = true },
	{ GET, "/static/browse.css", browse_style, ANYONE, NULL, "how the pages around answers look",
	  MEDIA("text/css; charset=utf-8", "the style sheet"), .auth = AUTH_NONE, .no_suffix = true, .hidden = true },
	{ GET, "/static/admin.css", admin_style, ANYONE, NULL, "how the pages of the administration look, beyond that",
	  MEDIA("text/css; charset=utf-8", "the style sheet"), .auth = AUTH_NONE, .no_suffix = true, .hidden = true },
	{ GET, "/static/browse.js", browse_script, ANYONE, NULL, "how the pages around answers work",
	  MEDIA("text/javascript; charset=utf-8", "the script"), .auth = AUTH_NONE, .no_suffix = true, .hidden = true },
	{ GET, "/health/live", health_live, ANYONE, NULL, "answers as long as a worker lives",
	  ANSWERS({ 200, ANSWER_OBJECT, &health_shape, NULL, "it lives" }), .auth = AUTH_NONE },
	{ GET, "/health/ready", health_ready, ANYONE, NULL, "says whether requests can be served, and why not",
	  ANSWERS({ 200, ANSWER_OBJECT, &health_shape, NULL, "ready" }, { 503, ANSWER_OBJECT, &health_shape, NULL, "not ready" }),
	  .auth = AUTH_NONE },
	{ GET, "/metrics", metrics_show, ANYONE, NULL, "counters for Prometheus",
	  MEDIA("text/plain; version=0.0.4; charset=utf-8", "Prometheus' text format"), PROBLEMS(&PROBLEM_WEB_METRICS), .auth = AUTH_NONE },
	{ 0 },
};
/* clang-format on */

const struct app own_app = {
	.name = "portico",
	.doc = "What is mounted, its contract, health and metrics.",
	.routes = own_routes,
};

const struct mount *mounts_with_own(struct arena *a, const struct mount *mounts)
{
	size_t count = 0;

	while (mounts[count].prefix)
		count++;

	struct mount *all = ARENA_ARRAY(a, struct mount, count + 2);

	for (size_t i = 0; i < count; i++)
		all[i] = mounts[i];
	all[count] = (struct mount){ web_conf.api_prefix, &own_app };
	return all;
}
