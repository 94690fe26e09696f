/* page_frame.c - the frame of every page: who is here, where this is, what has just happened; and problems as pages. No page
 * has a script, so none may run. */
#include "app/admin/page.h"

#include <ctype.h>
#include <string.h>

#include "app/admin/notice.h"
#include "lib/base/text.h"
#include "lib/web/web.h"

const char *page_capital(struct arena *a, const char *words)
{
	char *text = arena_text(a, words);

	text[0] = (char)toupper((unsigned char)text[0]);
	return text;
}

void page_link(struct buf *b, const char *path, const char *words)
{
	buf_text(b, "<a href=\"");
	buf_html(b, path);
	buf_text(b, "\">");
	buf_html(b, words);
	buf_text(b, "</a>");
}

void page_hidden(struct buf *b, const char *name, const char *value)
{
	buf_text(b, "<input type=\"hidden\" name=\"");
	buf_html(b, name);
	buf_text(b, "\" value=\"");
	buf_html(b, value);
	buf_text(b, "\">");
}

void page_form_begin(struct req *r, struct buf *b, const char *action, const char *label)
{
	if (!csrf_token(r))
		csrf_rotate(r);
	buf_text(b, "<form method=\"post\" action=\"");
	buf_html(b, action ? action : req_address_text(r));
	buf_text(b, "\" aria-label=\"");
	buf_html(b, label);
	buf_text(b, "\">");
	page_hidden(b, "csrfmiddlewaretoken", csrf_token(r));
}

static bool is_inside(const struct req *r)
{
	return r->user && (r->user->superuser || r->user->staff);
}

static void add_header(const struct req *r, struct buf *b)
{
	const char *base = admin_base();

	buf_text(b, "<header><p class=\"brand\">");
	page_link(b, arena_printf(r->arena, "%s/", base), "Portico administration");
	buf_text(b, "</p>");
	if (is_inside(r)) {
		buf_text(b, "<nav class=\"who\" aria-label=\"Account\">Welcome, <strong>");
		buf_html(b, r->user->username);
		buf_text(b, "</strong>. ");
		page_link(b, arena_printf(r->arena, "%s/password_change/", base), "Change password");
		buf_text(b, " / ");
		page_link(b, arena_printf(r->arena, "%s/logout/", base), "Log out");
		buf_text(b, "</nav>");
	}
	buf_text(b, "</header>\n");
}

static void add_crumbs(const struct req *r, struct buf *b, const char *title, const struct crumb *crumbs)
{
	buf_text(b, "<nav aria-label=\"Breadcrumb\"><ol><li>");
	page_link(b, arena_printf(r->arena, "%s/", admin_base()), "Home");
	buf_text(b, "</li>");
	for (; crumbs->words; crumbs++) {
		buf_text(b, "<li>");
		page_link(b, crumbs->path, crumbs->words);
		buf_text(b, "</li>");
	}
	buf_text(b, "<li aria-current=\"page\">");
	buf_html(b, title);
	buf_text(b, "</li></ol></nav>\n");
}

void page_begin(struct req *r, struct buf *b, const char *title, const struct crumb *crumbs)
{
	buf_init(b, r->arena, PAGE_MOST);
	buf_text(b,
	         "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	         "<meta name=\"robots\" content=\"noindex\">\n<title>");
	buf_html(b, title);
	buf_printf(b,
	           " | Portico administration</title>\n<link rel=\"stylesheet\" href=\"%s/static/browse.css\">\n"
	           "<link rel=\"stylesheet\" href=\"%s/static/admin.css\">\n</head>\n<body class=\"admin\">\n"
	           "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n",
	           web_conf.api_prefix, web_conf.api_prefix);
	add_header(r, b);
	if (crumbs)
		add_crumbs(r, b, title, crumbs);
	buf_text(b, "<main id=\"content\" tabindex=\"-1\">\n");
	notice_say(r, b);
	buf_text(b, "<h1>");
	buf_html(b, title);
	buf_text(b, "</h1>\n");
}

struct problem *page_end(struct req *r, struct buf *b, int status)
{
	buf_text(b, "</main>\n</body>\n</html>\n");
	if (b->full)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL), "a page beyond %zu bytes", PAGE_MOST);
	reply_header(r, "Content-Security-Policy",
	             "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'");
	return reply_bytes(r, status, "text/html; charset=utf-8", buf_string(b), b->length);
}

struct problem *page_lead(struct req *r, const char *path)
{
	return reply_redirect(r, 302, path);
}

/* ---- problems ---- */

static struct problem *lead_to_login(struct req *r)
{
	struct buf b;

	buf_init(&b, r->arena, 8192);
	buf_printf(&b, "%s/login/?next=", admin_base());
	for (const char *c = req_address_text(r); *c; c++)
		if (*c == '/') /* stays readable, as Django leaves it */
			buf_char(&b, '/');
		else
			buf_percent(&b, c, 1);
	if (b.full) /* an address that long is not come back to */
		return page_lead(r, arena_printf(r->arena, "%s/login/", admin_base()));
	return page_lead(r, buf_string(&b));
}

/* Whoever is not let in at all is led to the login; the others are told what is wrong, in the frame. */
struct problem *page_refuse(struct req *r, const struct problem *p)
{
	static const struct crumb none[] = { { NULL, NULL } };
	struct buf b;

	if (r->route && r->route->who == STAFF && !is_inside(r) &&
	    (p->kind == &PROBLEM_NO_CREDENTIALS || p->kind == &PROBLEM_FORBIDDEN))
		return lead_to_login(r);
	page_begin(r, &b, p->kind->status == 403 ? "403 Forbidden" : p->kind->title, none);
	buf_text(&b, "<p>");
	buf_html(&b, p->detail);
	buf_text(&b, "</p>\n");
	if (p->kind->status >= 500) {
		buf_text(&b, "<p>The log has more about request ");
		buf_html(&b, r->id);
		buf_text(&b, ".</p>\n");
	}
	return page_end(r, &b, p->kind->status);
}
