/* page_value.c - what stands in rows, as people read it. */
#include <stdlib.h>
#include <string.h>

#include "app/admin/page.h"
#include "lib/base/text.h"
#include "lib/json/json.h"

#define CELL_CHARS 200

/* Whole seconds: what the database writes behind the dot is for programs. */
void page_time(struct buf *b, const char *at)
{
	const char *whole = arena_text_n(b->arena, at, strcspn(at, "."));

	buf_text(b, "<time datetime=\"");
	for (const char *c = whole; *c; c++)
		buf_char(b, *c == ' ' ? 'T' : *c);
	buf_text(b, "Z\">");
	buf_html(b, whole);
	buf_text(b, " UTC</time>");
}

static void add_age(const struct req *r, struct buf *b, const char *at)
{
	static const struct {
		int64_t s;
		const char *one, *many;
	} units[] = {
		{ 86400, "day", "days" }, { 3600, "hour", "hours" }, { 60, "minute", "minutes" }, { 1, "second", "seconds" }
	};
	struct instant then;
	int64_t seconds, count;
	size_t i = 0;

	if (!instant_read(at, &then)) {
		buf_html(b, at);
		return;
	}
	seconds = (r->now.us - then.us) / US_PER_S;
	while (i < 3 && llabs(seconds) < units[i].s)
		i++;
	count = llabs(seconds) / units[i].s;
	buf_text(b, seconds < 0 ? "in " : "");
	buf_int(b, count);
	buf_printf(b, " %s%s", count == 1 ? units[i].one : units[i].many, seconds < 0 ? "" : " ago");
}

static void add_choice(struct buf *b, const struct admin_column *c, const char *value)
{
	int64_t n, i = 0;

	if (num_read(value, 0, INT32_MAX, &n)) {
		while (i < n && c->names[i])
			i++;
		if (c->names[i]) {
			buf_html(b, c->names[i]);
			return;
		}
	}
	buf_html(b, value);
}

static void add_text(struct buf *b, const char *value, bool whole)
{
	const size_t cut = whole ? strlen(value) : utf8_cut(value, CELL_CHARS);

	buf_html(b, arena_text_n(b->arena, value, cut));
	if (value[cut])
		buf_text(b, "…");
}

struct strings {
	struct texts list;
};
static const struct field strings_fields[] = { FIELD(struct strings, list, REQUIRED, 0, INT64_MAX, "lines"),
	                                           FIELD_END };
static const struct shape strings_shape = SHAPE("AdminStrings", struct strings, strings_fields);

/* What is no such list is shown as it is. */
static void add_strings(struct buf *b, const char *json, bool whole)
{
	const char *object = arena_printf(b->arena, "{\"list\":%s}", json);
	const struct json_limits limits = { .bytes = PAGE_MOST, .depth = 2 };
	struct strings strings = { { NULL, 0 } };

	if (json_read(b->arena, object, strlen(object), &limits, &strings_shape, &strings))
		add_text(b, json, whole);
	for (size_t i = 0; i < strings.list.count; i++) {
		buf_text(b, i > 0 ? "\n" : "");
		add_text(b, strings.list.items[i], whole);
	}
}

void page_value(struct req *r, struct buf *b, const struct admin_column *c, const char *value, bool whole)
{
	if (!value || !*value) {
		buf_text(b, "<span aria-label=\"none\">–</span>");
		return;
	}
	switch (c->kind) {
	case ADMIN_TEXT:
		add_text(b, value, whole);
		break;
	case ADMIN_LINES:
		buf_text(b, whole ? "<pre>" : "");
		add_text(b, value, whole);
		buf_text(b, whole ? "</pre>" : "");
		break;
	case ADMIN_STRINGS:
		buf_text(b, whole ? "<pre>" : "");
		add_strings(b, value, whole);
		buf_text(b, whole ? "</pre>" : "");
		break;
	case ADMIN_YES:
		buf_text(b, text_equal(value, "1") ? "Yes" : "No");
		break;
	case ADMIN_CHOICE:
		add_choice(b, c, value);
		break;
	case ADMIN_AT:
		page_time(b, value);
		break;
	case ADMIN_AGE:
		add_age(r, b, value);
		break;
	case ADMIN_KIND_N:
		break;
	}
}
