/* browse_doc.c - the documentation of an address on its page, from the same tables as the OpenAPI document. */
#include "lib/web/browse.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/text.h"

static void add_cell(struct buf *b, const char *tag, const char *text)
{
	buf_printf(b, "<%s>", tag);
	html_text(b, text);
	buf_printf(b, "</%s>", tag);
}

static const char *kind_word(struct arena *a, const struct field *f)
{
	static const char *const words[KIND_N] = { "true or false", "integer", "integer", "number", "text",  "instant",
		                                       "one of",        "bytes",   "object",  "list",   "texts", "JSON" };
	struct buf b;

	if (f->flags & LINK)
		return f->kind == KIND_TEXTS ? "links" : "link";
	if (f->kind != KIND_ENUM)
		return words[f->kind];
	buf_init(&b, a, 4096);
	for (size_t i = 0; f->names[i]; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", f->names[i]);
	return buf_string(&b);
}

static void add_bounds(struct buf *b, const struct field *f)
{
	const char *unit = f->kind == KIND_TEXT                            ? " characters"
	                   : f->kind == KIND_TEXTS || f->kind == KIND_LIST ? " items"
	                                                                   : "";

	buf_text(b, "<td>");
	if (f->kind != KIND_BOOL && f->kind != KIND_ENUM && f->min != INT64_MIN && f->max != INT64_MAX)
		buf_printf(b, "%" PRId64 " to %" PRId64 "%s", f->min, f->max, unit);
	else if (f->kind != KIND_BOOL && f->kind != KIND_ENUM && f->max != INT64_MAX)
		buf_printf(b, "at most %" PRId64 "%s", f->max, unit);
	buf_text(b, "</td>");
}

static void add_shape(struct req *r, struct buf *b, const struct shape *shape, const char *caption)
{
	if (!shape)
		return;
	buf_text(b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
	buf_html(b, caption);
	buf_text(b, "\"><table><caption>");
	buf_html(b, caption);
	buf_text(b,
	         "</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What</th><th scope=\"col\">Needed</th>"
	         "<th scope=\"col\">Bounds</th><th scope=\"col\">Meaning</th></tr></thead><tbody>");
	for (const struct field *f = shape->fields; f->name; f++) {
		if ((f->flags & HIDDEN) || f->kind == KIND_BYTES)
			continue;
		buf_text(b, "<tr><th scope=\"row\"><code>");
		buf_html(b, f->name);
		buf_text(b, "</code></th>");
		add_cell(b, "td", kind_word(r->arena, f));
		add_cell(b, "td", f->flags & REQUIRED ? "yes" : "no");
		add_bounds(b, f);
		add_cell(b, "td", f->doc);
		buf_text(b, "</tr>");
	}
	buf_text(b, "</tbody></table></div>");
}

static void add_status(struct buf *b, int status, const char *code, const char *words)
{
	buf_printf(b, "<dt><code>%d</code>", status);
	if (code) {
		buf_text(b, " <code>");
		buf_html(b, code);
		buf_text(b, "</code>");
	}
	buf_text(b, "</dt>");
	add_cell(b, "dd", words);
}

static void add_outcomes(struct buf *b, const struct route *route)
{
	buf_text(b, "<dl class=\"outcomes\">");
	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		add_status(b, doc->status, NULL, doc->doc);
	for (const struct problem_kind *const *kind = route->problems; kind && *kind; kind++)
		add_status(b, (*kind)->status, (*kind)->code, (*kind)->title);
	buf_text(b, "</dl>");
}

static void add_operation(struct req *r, struct buf *b, const struct entry *e)
{
	const char *verb = verb_names[e->route->verb];

	buf_printf(b, "<details><summary><span class=\"verb %s\">%s</span> ", verb, verb);
	buf_html(b, e->route->doc);
	buf_printf(b, "</summary><p>Who may: %s", who_names[route_who(e->route)]);
	if (e->route->permission && route_who(e->route) == PERMITTED) {
		buf_text(b, " (<code>");
		buf_html(b, e->route->permission);
		buf_text(b, "</code>)");
	}
	buf_text(b, ".</p>");
	add_shape(r, b, e->route->query, "Query parameters");
	add_shape(r, b, e->route->body, "Body");
	add_outcomes(b, e->route);
	buf_text(b, "</details>");
}

void browse_docs(struct req *r, struct buf *b)
{
	const struct leaf *leaf = ((const struct inner *)r->inner)->leaf;

	buf_text(b, "<section aria-labelledby=\"docs\"><h2 id=\"docs\">What can be done here</h2>");
	for (int verb = GET; verb < VERB_N; verb++)
		if (leaf->by_verb[verb])
			add_operation(r, b, leaf->by_verb[verb]);
	buf_printf(b, "<p>All of it: <a href=\"%s/docs/\">the interface</a>, ", web_conf.api_prefix);
	buf_printf(b, "<a href=\"%s/openapi.json\">openapi.json</a>.</p></section>", web_conf.api_prefix);
}
