/* index.c - GET /api/: the names of what is mounted with their absolute addresses. What an app answers directly below
 * the index (users, groups) stands under its own name, an app with a prefix of its own under the app's. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

static void add_link(struct req *r, struct buf *b, const char *name, const char *path, const char *more)
{
	json_key(b, name);
	buf_char(b, '"');
	buf_text(b, r->base_url);
	buf_text(b, path);
	buf_text(b, more);
	buf_char(b, '"');
}

/* An address that has formats repeats the one that was asked for. */
static void add_route(struct req *r, struct buf *b, const char *name, const struct mount *m, const struct route *route)
{
	if (route->formats && text_equal(m->prefix, r->mount->prefix)) {
		json_key(b, name);
		buf_printf(b, "\"%s\"", req_link(r, "%s", route->path));
	} else {
		add_link(r, b, name, m->prefix, route->path);
	}
}

/* GET "/users/" of an app that is mounted where the index is. */
static void add_top_routes(struct req *r, struct buf *b, const struct mount *m)
{
	for (const struct route *route = m->app->routes; route && route->path; route++) {
		const char *word = route->path + 1;
		const size_t n = strcspn(word, "/");

		if (route->verb == GET && !route->changes && n > 0 && text_equal(word + n, "/") && !memchr(word, '{', n))
			add_route(r, b, arena_text_n(r->arena, word, n), m, route);
	}
}

struct problem *index_show(struct req *r)
{
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	buf_char(&b, '{');
	for (const struct mount *m = web.mounts; m->prefix; m++) {
		if (m->app == &own_app || mount_repeats(web.mounts, m) || m->prefix[0] == '\0')
			continue; /* what answers at the host's root belongs to an app that is named elsewhere */
		if (text_equal(m->prefix, web_conf.api_prefix))
			add_top_routes(r, &b, m);
		else
			add_link(r, &b, m->app->name, m->prefix, "/");
	}
	add_link(r, &b, "openapi", web_conf.api_prefix, "/openapi.json");
	add_link(r, &b, "docs", web_conf.api_prefix, "/docs/");
	add_link(r, &b, "health", web_conf.api_prefix, "/health/ready");
	buf_char(&b, '}');
	return reply_json(r, 200, buf_string(&b));
}
