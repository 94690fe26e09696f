/* browse_form.c - forms for what may be sent to an address. A POST form works without a script; PUT, PATCH and bodies
 * that are typed in as JSON are sent by browse.js, which shows those forms. A form that was refused comes back with what
 * had been typed in (but for passwords) and the messages beside their fields. */
#include "lib/web/browse.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

#define LONG_TEXT 300 /* characters that are typed into a box of several lines */

struct form {
	struct req *r;
	struct buf *b;
	const struct entry *entry;
	const struct shown *now; /* what PUT and PATCH begin with; NULL: nothing */
	bool refused;            /* this very form has just been sent and refused */
};

/* ---- values and messages ---- */

static const char *value_of(const struct form *f, const struct field *field)
{
	const struct inner *in = f->r->inner;

	if (field->flags & SECRET)
		return NULL;
	if (f->refused && in->type != BODY_JSON && in->text)
		return form_value(f->r->arena, in->text, in->text_length, field->name);
	return f->now ? json_member(f->r->arena, f->now->text, f->now->length, field->name) : NULL;
}

static bool has_message(const struct form *f, const struct field *field)
{
	const struct problem *p = ((const struct inner *)f->r->inner)->problem;

	for (const struct field_error *e = f->refused && p ? p->fields : NULL; e; e = e->next)
		if (text_equal(e->field, field->name))
			return true;
	return false;
}

static void add_messages(const struct form *f, const struct field *field, const char *id)
{
	const struct problem *p = ((const struct inner *)f->r->inner)->problem;

	if (!has_message(f, field))
		return;
	buf_printf(f->b, "<span class=\"wrong\" id=\"%s-wrong\">", id);
	for (const struct field_error *e = p->fields; e; e = e->next)
		if (text_equal(e->field, field->name)) {
			buf_html(f->b, e->message);
			buf_char(f->b, ' ');
		}
	buf_text(f->b, "</span>");
}

/* ---- one field ---- */

/* What stands below a field: also where the interface says nothing, what can be written into a line is not left to guessing. */
static const char *hint_of(const struct field *f)
{
	if (field_help(f))
		return field_help(f);
	if (f->kind == KIND_AT)
		return "date and time such as 2026-01-31T09:05:00Z";
	return f->kind == KIND_TEXTS && !(f->flags & LINK) ? "one of them; several are for raw data" : NULL;
}

/* name, id, and what a screen reader says with it. */
static void add_common(const struct form *f, const struct field *field, const char *id)
{
	buf_text(f->b, " name=\"");
	buf_html(f->b, field->name);
	buf_printf(f->b, "\" id=\"%s\"", id);
	if (hint_of(field) || has_message(f, field)) {
		buf_text(f->b, " aria-describedby=\"");
		if (hint_of(field))
			buf_printf(f->b, "%s-help ", id);
		if (has_message(f, field))
			buf_printf(f->b, "%s-wrong", id);
		buf_char(f->b, '"');
	}
	if (has_message(f, field))
		buf_text(f->b, " aria-invalid=\"true\"");
}

static void add_option(struct buf *b, const char *value, const char *words, bool selected)
{
	buf_text(b, "<option value=\"");
	buf_html(b, value);
	buf_text(b, selected ? "\" selected>" : "\">");
	buf_html(b, words);
	buf_text(b, "</option>");
}

static void add_select(const struct form *f, const struct field *field, const char *id, const char *const *names)
{
	const char *value = value_of(f, field);

	buf_text(f->b, "<select");
	add_common(f, field, id);
	buf_char(f->b, '>');
	if (!(field->flags & REQUIRED))
		add_option(f->b, "", "–", !value);
	for (size_t i = 0; names[i]; i++)
		add_option(f->b, names[i], names[i], value && text_equal(value, names[i]));
	buf_text(f->b, "</select>");
}

/* What is chosen now; browse.js adds what else there is. */
static void add_links(const struct form *f, const struct field *field, const char *id)
{
	struct texts now = { 0 };

	if (f->now)
		now = json_member_texts(f->r->arena, f->now->text, f->now->length, field->name);
	buf_text(f->b, "<select multiple");
	add_common(f, field, id);
	if (field->choices) {
		buf_text(f->b, " data-choices=\"");
		buf_html(f->b, f->entry->mount->prefix);
		buf_html(f->b, field->choices);
		buf_char(f->b, '"');
	}
	buf_char(f->b, '>');
	for (size_t i = 0; i < now.count; i++)
		add_option(f->b, now.items[i], now.items[i], true);
	buf_text(f->b, "</select>");
}

static const char *input_type(const struct field *field)
{
	if (field->flags & SECRET)
		return "password\" autocomplete=\"new-password";
	if (field->kind == KIND_TEXT && field->format && text_equal(field->format, "email"))
		return "email";
	if ((field->kind == KIND_INT || field->kind == KIND_MAYBE) && !(field->flags & LENIENT))
		return "number";
	return "text";
}

static void add_input(const struct form *f, const struct field *field, const char *id)
{
	const char *value = value_of(f, field);
	const bool is_text = field->kind == KIND_TEXT;

	buf_printf(f->b, "<input type=\"%s\"", input_type(field));
	add_common(f, field, id);
	if (is_text && field->max != INT64_MAX && field->max > 0)
		buf_printf(f->b, " maxlength=\"%" PRId64 "\"", field->max);
	if (field->kind == KIND_INT && field->min != INT64_MIN)
		buf_printf(f->b, " min=\"%" PRId64 "\"", field->min);
	if (field->kind == KIND_INT && field->max != INT64_MAX)
		buf_printf(f->b, " max=\"%" PRId64 "\"", field->max);
	if (field->flags & REQUIRED)
		buf_text(f->b, " required");
	if (value) {
		buf_text(f->b, " value=\"");
		buf_html(f->b, value);
		buf_char(f->b, '"');
	}
	buf_char(f->b, '>');
}

static void add_box(const struct form *f, const struct field *field, const char *id)
{
	buf_text(f->b, "<textarea rows=\"4\"");
	add_common(f, field, id);
	buf_text(f->b, ">\n");
	html_text(f->b, value_of(f, field));
	buf_text(f->b, "</textarea>");
}

static void add_field(const struct form *f, const struct field *field)
{
	static const char *const truths[] = { "true", "false", NULL };
	const char *verb = verb_names[f->entry->route->verb];
	const char *id = arena_printf(f->r->arena, "%s-%s", verb, field->name);

	buf_printf(f->b, "<div class=\"field\"><label for=\"%s\">", id);
	buf_html(f->b, field_label(f->r->arena, field));
	buf_text(f->b, field->flags & REQUIRED ? " <span class=\"needed\">(needed)</span></label>" : "</label>");
	if (field->kind == KIND_TEXTS && (field->flags & LINK))
		add_links(f, field, id);
	else if (field->kind == KIND_ENUM || field->kind == KIND_BOOL)
		add_select(f, field, id, field->kind == KIND_ENUM ? field->names : truths);
	else if (field->kind == KIND_TEXT && field->max > LONG_TEXT && field->max != INT64_MAX && !(field->flags & SECRET))
		add_box(f, field, id);
	else
		add_input(f, field, id);
	if (hint_of(field)) {
		buf_printf(f->b, "<span class=\"help\" id=\"%s-help\">", id);
		buf_html(f->b, hint_of(field));
		buf_text(f->b, "</span>");
	}
	add_messages(f, field, id);
	buf_text(f->b, "</div>");
}

/* ---- whole forms ---- */

static bool is_sent(const struct field *f)
{
	return !(f->flags & HIDDEN) && f->kind != KIND_BYTES;
}

/* Objects inside objects cannot be said in a form. */
static bool fits_form(const struct shape *shape)
{
	for (const struct field *f = shape->fields; f->name; f++)
		if (is_sent(f) && (f->kind == KIND_OBJECT || f->kind == KIND_LIST || f->kind == KIND_RAW))
			return false;
	return true;
}

static void add_action(const struct form *f)
{
	const struct inner *in = f->r->inner;
	struct buf path;

	buf_init(&path, f->r->arena, (size_t)4 * URI_MOST);
	uri_clean(&path, in->whole_path, in->path_length);
	buf_html(f->b, buf_string(&path));
}

static void add_form(const struct form *f)
{
	const enum verb verb = f->entry->route->verb;
	const char *token = csrf_token(f->r);

	buf_printf(f->b, "<form class=\"%s\" method=\"post\" data-verb=\"%s\"%s action=\"",
	           verb == POST ? "plain" : "scripted plain", verb_names[verb], verb == POST ? "" : " hidden");
	add_action(f);
	buf_printf(f->b, "\" aria-label=\"%s form\">", verb_names[verb]);
	if (token) {
		buf_text(f->b, "<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"");
		buf_html(f->b, token);
		buf_text(f->b, "\">");
	}
	for (const struct field *field = f->entry->route->body->fields; field->name; field++)
		if (is_sent(field))
			add_field(f, field);
	buf_printf(f->b, "<button class=\"%s\">%s</button></form>\n", verb_names[verb], verb_names[verb]);
}

/* A body to begin with: what is shown now, else empty values of the right kind. */
static void add_template(const struct form *f)
{
	struct buf compact, wide;

	buf_init(&compact, f->r->arena, ANSWER_BYTES_MOST);
	buf_init(&wide, f->r->arena, ANSWER_BYTES_MOST);
	buf_char(&compact, '{');
	for (const struct field *field = f->entry->route->body->fields; field->name; field++) {
		const char *now = NULL;

		if (!is_sent(field) || ((field->flags & SECRET) && f->now))
			continue;
		if (f->now && field->kind != KIND_BOOL)
			now = json_member(f->r->arena, f->now->text, f->now->length, field->name);
		json_key(&compact, field->name);
		if (now && (field->kind == KIND_TEXT || field->kind == KIND_ENUM || field->kind == KIND_AT))
			buf_json_string(&compact, now, strlen(now));
		else if (now)
			buf_text(&compact, now);
		else if (field->kind == KIND_TEXT)
			buf_text(&compact, "\"\"");
		else if (field->kind == KIND_TEXTS || field->kind == KIND_LIST)
			buf_text(&compact, "[]");
		else if (field->kind == KIND_BOOL)
			buf_text(&compact, "false");
		else
			buf_text(&compact, "null");
	}
	buf_char(&compact, '}');
	json_indent(&wide, buf_string(&compact), compact.length, 4);
	html_text(f->b, buf_string(&wide));
}

/* The body as text, for the verbs of one shape: POST, or PUT and PATCH. */
static void add_raw(const struct form *f, const struct entry *other)
{
	const char *verb = verb_names[f->entry->route->verb];

	buf_printf(f->b, "<form class=\"scripted raw\" data-verb=\"%s\" hidden aria-label=\"%s, raw\">", verb, verb);
	buf_printf(f->b,
	           "<div class=\"field\"><label for=\"%s-media\">Media type</label><select id=\"%s-media\" name=\"media\">",
	           verb, verb);
	add_option(f->b, "application/json", "application/json", true);
	if (fits_form(f->entry->route->body))
		add_option(f->b, "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", false);
	buf_printf(f->b, "</select></div><div class=\"field\"><label for=\"%s-content\">Content</label>", verb);
	buf_printf(f->b, "<textarea id=\"%s-content\" name=\"content\" rows=\"8\" spellcheck=\"false\">\n", verb);
	add_template(f);
	buf_printf(f->b, "</textarea></div><button class=\"%s\" value=\"%s\">%s</button>", verb, verb, verb);
	if (other)
		buf_text(f->b, " <button class=\"PATCH\" value=\"PATCH\">PATCH</button>");
	buf_text(f->b, "</form>\n");
}

/* A verb without a body is a button. */
static void add_button(const struct form *f)
{
	const char *verb = verb_names[f->entry->route->verb];

	buf_printf(f->b, "<p><button type=\"button\" class=\"scripted %s\" data-verb=\"%s\" hidden>%s</button> ", verb,
	           verb, verb);
	buf_html(f->b, f->entry->route->doc);
	buf_text(f->b, "</p>\n");
}

static void add_verb(const struct form *f, const struct entry *other)
{
	const char *verb = verb_names[f->entry->route->verb];

	buf_printf(f->b, "<section aria-labelledby=\"send-%s\"><h2 id=\"send-%s\">%s: ", verb, verb, verb);
	buf_html(f->b, f->entry->route->doc);
	buf_text(f->b, "</h2>\n");
	if (!f->entry->route->body) {
		add_button(f);
	} else {
		if (fits_form(f->entry->route->body))
			add_form(f);
		buf_printf(f->b, "<details class=\"scripted\" hidden%s><summary>%s%s as raw data</summary>\n",
		           fits_form(f->entry->route->body) ? "" : " open", verb, other ? " or PATCH" : "");
		add_raw(f, other);
		buf_text(f->b, "</details>\n");
	}
	buf_text(f->b, "</section>\n");
}

/* The query parameters of GET, as a form that needs no script. */
static void add_query(struct req *r, struct buf *b, const struct entry *get)
{
	const struct form f = { .r = r, .b = b, .entry = get };

	if (!get || !get->route->query || get->route->changes)
		return;
	buf_text(b, "<details><summary>GET with parameters</summary><form method=\"get\" aria-label=\"Query parameters\">");
	for (const struct field *field = get->route->query->fields; field->name; field++)
		add_field(&f, field);
	buf_text(b, "<button class=\"GET\">GET</button></form></details>\n");
}

void browse_forms(struct req *r, struct buf *b, const struct shown *now)
{
	static const enum verb verbs[] = { POST, PUT, PATCH };
	const struct inner *in = r->inner;
	const struct leaf *leaf = in->leaf;

	add_query(r, b, leaf->by_verb[GET]);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct entry *e = leaf->by_verb[verbs[i]];
		const struct entry *patch = verbs[i] == PUT ? entry_writing(leaf, PATCH) : NULL;
		bool may = false;

		if (!e || (verbs[i] == PATCH && entry_writing(leaf, PUT)))
			continue;
		if (auth_permits(r, e->route, &may) || !may)
			continue; /* who cannot be asked about may not either */
		add_verb(&(struct form){ .r = r,
		                         .b = b,
		                         .entry = e,
		                         .now = verbs[i] == POST ? NULL : now,
		                         .refused = in->problem && r->verb == verbs[i] },
		         patch);
	}
}
