/* browse.c - the page that a browser gets instead of bare JSON (accounts-and-conventions.md section 13): the same answer
 * with the same status, readable, with links, documentation and forms to try it. Everything that came from outside is
 * escaped; style and script are files of the program, and nothing else may be loaded. */
#include "lib/web/browse.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/web/assets.h"

#define PAGE_MOST ((size_t)32 << 20)

void html_text(struct buf *b, const char *text)
{
	buf_html(b, text ? text : "");
}

static struct problem *send(struct req *r, const char *type, const struct asset *asset)
{
	reply_header(r, "Cache-Control", "no-cache");
	return reply_bytes(r, 200, type, asset->bytes, asset->size);
}

struct problem *browse_style(struct req *r)
{
	return send(r, "text/css; charset=utf-8", &asset_browse_css);
}

struct problem *admin_style(struct req *r)
{
	return send(r, "text/css; charset=utf-8", &asset_admin_css);
}

struct problem *browse_script(struct req *r)
{
	return send(r, "text/javascript; charset=utf-8", &asset_browse_js);
}

/* ---- the frame ---- */

static const struct route *address_route(const struct leaf *leaf)
{
	return (leaf->by_verb[GET] ? leaf->by_verb[GET] : leaf->first)->route;
}

static const char *page_title(struct req *r)
{
	const struct inner *in = r->inner;

	return in->leaf ? route_title(r->arena, address_route(in->leaf)) : status_reason(r->reply->status);
}

static void add_head(struct req *r, struct buf *b, const char *title)
{
	buf_text(b,
	         "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	         "<meta name=\"robots\" content=\"noindex\">\n<title>");
	buf_html(b, title);
	buf_text(b, " – Portico</title>\n");
	buf_printf(b, "<link rel=\"stylesheet\" href=\"%s/static/browse.css\">\n", web_conf.api_prefix);
	buf_printf(b, "<script src=\"%s/static/browse.js\" defer></script>\n", web_conf.api_prefix);
	buf_text(b,
	         "</head>\n<body>\n<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n<header><p class=\"brand\">");
	buf_printf(b, "<a href=\"%s/\">Portico</a></p><p class=\"who\">", web_conf.api_prefix);
	if (r->user) {
		buf_text(b, "Signed in as <strong>");
		buf_html(b, r->user->username);
		buf_printf(b, "</strong> (%s)", scheme_names[r->scheme]);
	} else {
		buf_text(b, "Not signed in");
	}
	buf_text(b, "</p></header>\n");
}

/* Every address above this one that answers GET. */
static void add_crumbs(struct req *r, struct buf *b, const char *title)
{
	const struct inner *in = r->inner;
	struct buf path;

	buf_text(b, "<nav aria-label=\"Breadcrumb\"><ol>");
	for (size_t n = 1; n + 1 < in->path_length; n++) {
		struct match match;

		if (in->whole_path[n] != '/')
			continue;
		router_match(&web.router, r->arena, in->whole_path, n + 1, &match);
		if (match.kind != MATCH_LEAF || match.other_slash || !match.leaf->by_verb[GET] || match.leaf == in->leaf)
			continue;
		buf_init(&path, r->arena, (size_t)4 * URI_MOST);
		uri_clean(&path, in->whole_path, n + 1);
		buf_text(b, "<li><a href=\"");
		buf_html(b, buf_string(&path));
		buf_text(b, "\">");
		buf_html(b, route_title(r->arena, match.leaf->by_verb[GET]->route));
		buf_text(b, "</a></li>");
	}
	buf_text(b, "<li aria-current=\"page\">");
	buf_html(b, title);
	buf_text(b, "</li></ol></nav>\n");
}

/* ---- the answer ---- */

static void add_line(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "<strong>%s:</strong> ", name);
	html_text(b, value);
	buf_char(b, '\n');
}

/* Method and address as they came, status and headers as a program would get them. */
static void add_exchange(struct req *r, struct buf *b)
{
	const struct inner *in = r->inner;
	const struct reply *reply = r->reply;
	struct buf uri;

	buf_init(&uri, r->arena, (size_t)8 * URI_MOST);
	uri_clean(&uri, in->whole_path, in->path_length);
	if (*r->query_text) {
		buf_char(&uri, '?');
		uri_clean(&uri, r->query_text, strlen(r->query_text));
	}
	buf_text(
		b,
		"<section id=\"answer\" tabindex=\"-1\" aria-labelledby=\"answer-title\"><h2 id=\"answer-title\">Answer</h2>\n"
		"<pre class=\"exchange\" tabindex=\"0\" aria-label=\"Request, status and headers\"><b>");
	buf_html(b, arena_text_n(r->arena, in->method, strspn(in->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")));
	buf_char(b, ' ');
	buf_html(b, buf_string(&uri));
	buf_printf(b, "</b>\n<b class=\"%s\">HTTP %d %s</b>\n", reply->status < 400 ? "good" : "bad", reply->status,
	           status_reason(reply->status));
	if (in->leaf)
		add_line(b, "Allow", in->leaf->allow);
	if (reply->type)
		add_line(b, "Content-Type", reply->type);
	html_text(b, buf_string(&reply->headers));
	if (reply_vary(r))
		add_line(b, "Vary", reply_vary(r));
	add_line(b, "X-Request-Id", r->id);
	buf_text(b, "</pre>\n");
}

static void add_answer(struct req *r, struct buf *b)
{
	const struct reply *reply = r->reply;

	add_exchange(r, b);
	if (reply->length > 0) {
		buf_text(b, "<pre class=\"body\" tabindex=\"0\" aria-label=\"Body\">");
		browse_json(b, r->arena, reply->body, reply->length);
		buf_text(b, "</pre>\n");
	} else {
		buf_text(b, "<p>No body.</p>\n");
	}
	buf_text(b, "</section>\n");
}

/* GET again, and as bare JSON: links, so that they work without a script. */
static void add_get(struct req *r, struct buf *b)
{
	struct buf plain, json;

	buf_init(&plain, r->arena, (size_t)8 * URI_MOST);
	buf_init(&json, r->arena, (size_t)8 * URI_MOST);
	query_link(r, &plain, (const struct query_set[]){ { "format", NULL }, { NULL, NULL } });
	query_link(r, &json, (const struct query_set[]){ { "format", "json" }, { NULL, NULL } });
	buf_text(b, "<a class=\"button GET\" href=\"");
	buf_html(b, buf_string(&plain));
	buf_text(b, "\">GET</a> <a class=\"button\" href=\"");
	buf_html(b, buf_string(&json));
	buf_text(b, "\">GET as json</a> ");
}

static bool deletes(struct req *r)
{
	const struct entry *e = ((const struct inner *)r->inner)->leaf->by_verb[DELETE];
	bool may = false;

	return e && !auth_permits(r, e->route, &may) && may; /* who cannot be asked about may not either */
}

static void add_verbs(struct req *r, struct buf *b, bool deletable)
{
	const struct leaf *leaf = ((const struct inner *)r->inner)->leaf;

	buf_text(b, "<div class=\"verbs\" role=\"group\" aria-label=\"Requests\">");
	if (leaf->by_verb[GET] && !leaf->by_verb[GET]->route->changes)
		add_get(r, b);
	buf_text(b, "<button type=\"button\" class=\"scripted\" data-verb=\"OPTIONS\" hidden>OPTIONS</button> ");
	if (deletable)
		buf_text(b, "<button type=\"button\" class=\"scripted DELETE\" data-verb=\"DELETE\" hidden>DELETE</button>");
	buf_text(
		b, "</div>\n<section id=\"tried\" class=\"scripted\" aria-live=\"polite\" tabindex=\"-1\" hidden></section>\n");
}

static void add_dialog(struct buf *b)
{
	buf_text(
		b,
		"<dialog id=\"sure\" aria-labelledby=\"sure-words\"><form method=\"dialog\"><p id=\"sure-words\">Delete what this "
		"address names? This cannot be undone.</p><button value=\"no\" autofocus>Keep it</button> "
		"<button value=\"yes\" class=\"DELETE\">Delete</button></form></dialog>\n");
}

static bool is_json(const char *type)
{
	return type && (text_starts(type, "application/json") || text_starts(type, "application/problem+json"));
}

/* A page stands in the place of JSON, or of a refusal without a body; never of a redirect. */
static bool wanted(struct req *r)
{
	struct inner *in = r->inner;
	const struct reply *reply = r->reply;

	if (!r->base_url || reply->status < 200 || (reply->status >= 300 && reply->status < 400) || reply->status == 204)
		return false;
	if (reply->type ? !is_json(reply->type) : reply->status < 400)
		return false;
	if (in->view == VIEW_UNSAID)
		in->view = accept_view(r);
	return in->view == VIEW_PAGE;
}

void browse_wrap(struct req *r)
{
	const struct inner *in = r->inner;
	struct reply *reply = r->reply;
	const bool gone = reply->status == 404; /* what is not there cannot be changed */
	const char *title, *about;
	bool deletable = false;
	struct buf b;

	if (!wanted(r))
		return;
	title = page_title(r);
	buf_init(&b, r->arena, PAGE_MOST);
	add_head(r, &b, title);
	add_crumbs(r, &b, title);
	buf_text(&b, "<main>\n<h1>");
	buf_html(&b, title);
	buf_text(&b, "</h1>\n");
	if (in->leaf) {
		const struct route *route = address_route(in->leaf);

		about = route->about ? route->about : route->doc;
		if (*about) {
			buf_text(&b, "<p>");
			buf_html(&b, about);
			buf_text(&b, "</p>\n");
		}
		deletable = !gone && deletes(r);
		add_verbs(r, &b, deletable);
	}
	add_answer(r, &b);
	if (in->leaf) {
		const struct shown now = { reply->body, reply->length };
		const bool shows = !in->problem && r->verb == GET && !in->is_options;

		if (!gone)
			browse_forms(r, &b, shows ? &now : NULL);
		browse_docs(r, &b);
		if (deletable)
			add_dialog(&b);
	}
	buf_text(&b, "</main>\n</body>\n</html>\n");
	if (b.full)
		return; /* too large for a page: the JSON itself */
	reply->type = "text/html; charset=utf-8";
	reply->body = b.data;
	reply->length = b.length;
	reply->own_policy = false;
	reply_header(r, "Content-Security-Policy",
	             "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
	             "base-uri 'none'; frame-ancestors 'self'");
}
