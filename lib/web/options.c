/* options.c - OPTIONS as Django REST framework answers it (accounts-and-conventions.md section 10): what this address is
 * called, which bodies it speaks, and what a caller who may write has to send. The page of browse.c says the same. */
#include "lib/web/inner.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

/* "/users/{username}/experiments/" -> "Experiments List": the last word of the path, and what is behind it. */
static const char *title_of_path(struct arena *a, const struct route *route)
{
	const char *word = route->path, *end = route->path + strlen(route->path);
	const char *last = NULL;
	size_t length = 0;
	struct buf b;

	buf_init(&b, a, 1024);
	for (const char *at = word; at < end; at++) {
		const size_t n = strcspn(at, "/");

		if (n > 0 && *at != '{') {
			last = at;
			length = n;
		}
		at += n;
	}
	if (!last)
		return "Index";
	for (size_t i = 0; i < length; i++) {
		const char c = last[i] == '_' || last[i] == '-' ? ' ' : last[i];

		buf_char(&b, i == 0 || b.data[b.length - 1] == ' ' ? (char)toupper((unsigned char)c) : c);
	}
	if (strchr(last, '{'))
		buf_text(&b, " Instance");
	else if (route->answers && (route->answers[0].form == ANSWER_LIST || route->answers[0].form == ANSWER_PAGE))
		buf_text(&b, " List");
	return buf_string(&b);
}

const char *route_title(struct arena *a, const struct route *route)
{
	return route->title ? route->title : title_of_path(a, route);
}

/* ---- fields ---- */

const char *field_label(struct arena *a, const struct field *f)
{
	char *label;

	if (f->label)
		return f->label;
	label = arena_text(a, f->name);
	for (char *c = label; *c; c++)
		if (*c == '_')
			*c = ' ';
	label[0] = (char)toupper((unsigned char)label[0]);
	return label;
}

const char *field_help(const struct field *f)
{
	const char *help = f->help ? f->help : f->doc;

	return help && *help ? help : NULL;
}

static const char *type_name(const struct field *f)
{
	if (f->flags & LINK)
		return "field";
	switch (f->kind) {
	case KIND_BOOL:
		return "boolean";
	case KIND_INT:
	case KIND_MAYBE:
		return "integer";
	case KIND_DOUBLE:
		return "float";
	case KIND_TEXT:
		return f->format && text_equal(f->format, "email") ? "email"
		       : f->format && text_equal(f->format, "uri") ? "url"
		                                                   : "string";
	case KIND_AT:
		return "datetime";
	case KIND_ENUM:
		return "choice";
	case KIND_OBJECT:
		return "nested object";
	case KIND_LIST:
	case KIND_TEXTS:
		return "list";
	case KIND_RAW:
	case KIND_BYTES:
	case KIND_N:
		break;
	}
	return "field";
}

static void add_text(struct buf *b, const char *name, const char *text)
{
	json_key(b, name);
	buf_json_string(b, text, strlen(text));
}

static void add_flag(struct buf *b, const char *name, bool on)
{
	json_key(b, name);
	buf_text(b, on ? "true" : "false");
}

static void add_bound(struct buf *b, const char *name, int64_t n)
{
	if (n == INT64_MIN || n == INT64_MAX)
		return;
	json_key(b, name);
	buf_int(b, n);
}

static void add_bounds(struct buf *b, const struct field *f)
{
	if (f->kind == KIND_TEXT) {
		if (f->min > 1)
			add_bound(b, "min_length", f->min);
		add_bound(b, "max_length", f->max);
	} else if (f->kind == KIND_INT || f->kind == KIND_MAYBE || f->kind == KIND_DOUBLE) {
		add_bound(b, "min_value", f->min);
		add_bound(b, "max_value", f->max);
	} else if ((f->kind == KIND_TEXTS || f->kind == KIND_LIST) && !(f->flags & LINK)) {
		if (f->min > 0)
			add_bound(b, "min_length", f->min);
		add_bound(b, "max_length", f->max);
	}
}

static void add_choices(struct buf *b, const struct field *f)
{
	json_key(b, "choices");
	buf_char(b, '[');
	for (size_t i = 0; f->names[i]; i++) {
		buf_text(b, i > 0 ? ",{" : "{");
		add_text(b, "value", f->names[i]);
		add_text(b, "display_name", f->names[i]);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void add_fields(struct arena *a, struct buf *b, const struct shape *view, const struct shape *body);

static void add_field(struct arena *a, struct buf *b, const struct field *f, bool read_only)
{
	const char *help = field_help(f);

	json_key(b, f->name);
	buf_char(b, '{');
	add_text(b, "type", type_name(f));
	add_flag(b, "required", !read_only && (f->flags & REQUIRED));
	add_flag(b, "read_only", read_only);
	add_text(b, "label", field_label(a, f));
	if (help)
		add_text(b, "help_text", help);
	if (!read_only)
		add_bounds(b, f);
	if (!read_only && f->kind == KIND_ENUM)
		add_choices(b, f);
	if (f->kind == KIND_TEXTS && !(f->flags & LINK))
		buf_text(b, ",\"child\":{\"type\":\"string\",\"required\":true,\"read_only\":false}");
	if (f->kind == KIND_OBJECT || f->kind == KIND_LIST) {
		json_key(b, f->kind == KIND_OBJECT ? "children" : "child");
		buf_text(b, f->kind == KIND_OBJECT
		                ? "{"
		                : "{\"type\":\"nested object\",\"required\":true,\"read_only\":false,\"children\":{");
		add_fields(a, b, read_only ? f->items : NULL, read_only ? NULL : f->items);
		buf_text(b, f->kind == KIND_OBJECT ? "}" : "}}");
	}
	buf_char(b, '}');
}

static bool is_shown(const struct field *f)
{
	return !(f->flags & HIDDEN) && f->kind != KIND_BYTES;
}

/* What is shown comes first, in its order; what is only written comes after it. Either may be NULL. */
static void add_fields(struct arena *a, struct buf *b, const struct shape *view, const struct shape *body)
{
	for (const struct field *f = view ? view->fields : NULL; f && f->name; f++) {
		const struct field *written = body ? shape_field(body, f->name, NULL) : NULL;

		if (is_shown(f))
			add_field(a, b, written ? written : f, !written);
	}
	for (const struct field *f = body ? body->fields : NULL; f && f->name; f++)
		if (is_shown(f) && !(view && shape_field(view, f->name, NULL)))
			add_field(a, b, f, false);
}

/* ---- rows of the address ---- */

const struct shape *route_view(const struct route *route)
{
	return route->answers ? route->answers[0].shape : NULL;
}

const struct entry *entry_writing(const struct leaf *leaf, enum verb v)
{
	const struct entry *e = leaf->by_verb[v];

	return e && e->route->body ? e : NULL;
}

/* Is what the address names there, for this caller? An address without parameters always is. */
static bool object_exists(struct req *r)
{
	const struct inner *in = r->inner;
	const struct entry *get = in->leaf->by_verb[GET];
	struct problem *p;

	if (!get || get->route->changes || get->route->query || get->param_count == 0)
		return true;
	p = get->route->handle(r);
	buf_clear(&r->reply->headers);
	r->reply->status = 0;
	r->reply->body = NULL;
	r->reply->length = 0;
	r->reply->own_caching = r->reply->own_policy = false;
	return !p;
}

/* POST of a list, PUT of an item: whichever the caller may call. */
static struct problem *add_actions(struct req *r, struct buf *b)
{
	static const enum verb verbs[] = { PUT, POST };
	const struct leaf *leaf = ((const struct inner *)r->inner)->leaf;
	bool any = false;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct entry *e = entry_writing(leaf, verbs[i]);
		const struct entry *get = leaf->by_verb[GET];
		bool may = false;

		if (e)
			TRY(auth_permits(r, e->route, &may));
		if (!may || (verbs[i] == PUT && !object_exists(r)))
			continue;
		if (!any) {
			json_key(b, "actions");
			buf_char(b, '{');
		}
		any = true;
		json_key(b, verb_names[verbs[i]]);
		buf_char(b, '{');
		add_fields(r->arena, b, get ? route_view(get->route) : NULL, e->route->body);
		buf_char(b, '}');
	}
	if (any)
		buf_char(b, '}');
	return NULL;
}

struct problem *options_reply(struct req *r)
{
	struct buf b;
	const char *about = r->route->about ? r->route->about : r->route->doc;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	buf_char(&b, '{');
	add_text(&b, "name", route_title(r->arena, r->route));
	add_text(&b, "description", about);
	buf_text(&b, route_negotiates(r->route) ? ",\"renders\":[\"application/json\",\"text/html\"]"
	                                        : ",\"renders\":[\"application/json\"]");
	buf_text(&b, ",\"parses\":[\"application/json\",\"application/x-www-form-urlencoded\",\"multipart/form-data\"]");
	TRY(add_actions(r, &b));
	buf_char(&b, '}');
	return reply_json(r, 200, buf_string(&b));
}
