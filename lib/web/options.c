/* options.c - OPTIONS as Django REST framework answers it: what this address is called and which bodies it speaks. */
#include "lib/web/inner.h"

#include <ctype.h>
#include <string.h>

#include "lib/json/json.h"

/* "/users/{username}/experiments/" -> "Experiments List": the last word of the path, and what is behind it. */
static void add_name(struct buf *b, const struct route *route)
{
	const char *word = route->path, *end = route->path + strlen(route->path);
	const char *last = NULL;
	size_t length = 0;

	for (const char *at = word; at < end; at++) {
		const size_t n = strcspn(at, "/");

		if (n > 0 && *at != '{') {
			last = at;
			length = n;
		}
		at += n;
	}
	if (!last) {
		buf_text(b, "Index");
		return;
	}
	for (size_t i = 0; i < length; i++) {
		const char c = last[i] == '_' || last[i] == '-' ? ' ' : last[i];

		buf_char(b, i == 0 || b->data[b->length - 1] == ' ' ? (char)toupper((unsigned char)c) : c);
	}
	if (strchr(last, '{'))
		buf_text(b, " Instance");
	else if (route->answers && (route->answers[0].form == ANSWER_LIST || route->answers[0].form == ANSWER_PAGE))
		buf_text(b, " List");
}

struct problem *options_reply(struct req *r)
{
	struct buf b, name;

	buf_init(&b, r->arena, 4096);
	buf_init(&name, r->arena, 1024);
	add_name(&name, r->route);
	buf_text(&b, "{\"name\":");
	buf_json_string(&b, buf_string(&name), name.length);
	json_key(&b, "description");
	buf_json_string(&b, r->route->doc, strlen(r->route->doc));
	buf_text(&b,
	         ",\"renders\":[\"application/json\"],\"parses\":[\"application/json\","
	         "\"application/x-www-form-urlencoded\",\"multipart/form-data\"]}");
	return reply_json(r, 200, buf_string(&b));
}
