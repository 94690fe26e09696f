/* link.c - addresses of objects: made for an answer, and read back from a body (accounts-and-conventions.md sections 1
 * and 9). */
#include "lib/web/inner.h"

#include <stdarg.h>
#include <string.h>

#include "lib/base/text.h"

const char *req_link(struct req *r, const char *format, ...)
{
	const struct inner *in = r->inner;
	const char *asked = NULL;
	struct buf b;
	va_list args;

	buf_init(&b, r->arena, (size_t)4 * URI_MOST);
	buf_text(&b, r->base_url);
	buf_text(&b, r->mount->prefix);
	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	if (in->suffix) {
		if (b.length > 0 && b.data[b.length - 1] == '/')
			b.data[--b.length] = '\0';
		buf_printf(&b, ".%s", in->suffix);
	} else if (*r->query_text) {
		asked = form_value(r->arena, r->query_text, strlen(r->query_text), "format");
	}
	if (asked && *asked) {
		buf_text(&b, "?format=");
		buf_percent(&b, asked, strlen(asked));
	}
	return buf_string(&b);
}

/* The path of an address; the whole text when it is no absolute one. */
static const char *path_of(const char *link, size_t *length)
{
	const char *path = link;

	if (text_starts(link, "http:") || text_starts(link, "https:")) {
		path = strchr(link, ':') + 1;
		if (text_starts(path, "//"))
			path += 2 + strcspn(path + 2, "/?#");
		*length = strcspn(path, "?#");
	} else {
		*length = strlen(path);
	}
	return path;
}

enum link_kind link_read(struct req *r, const char *link, const char *path, const char **value)
{
	size_t length;
	const char *at = path_of(link, &length);
	struct match match;
	const struct route *found;

	if (length > URI_MOST)
		return LINK_NOWHERE;
	router_match(&web.router, r->arena, at, length, &match);
	if (match.kind != MATCH_LEAF || match.other_slash)
		return LINK_NOWHERE;
	found = match.leaf->first->route;
	if (match.leaf->first->mount->app != r->mount->app || !text_equal(found->path, path))
		return LINK_OTHER;
	*value = match.values[0];
	return LINK_FITS;
}
