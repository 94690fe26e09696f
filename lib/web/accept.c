/* accept.c - which form of the answer the caller can take: JSON, or a page around it (accounts-and-conventions.md
 * section 6). The most specific media type of Accept decides, q values are not looked at, and JSON wins a tie.
 * ?format= and the suffix of a path narrow the choice; Accept must still allow it. */
#include "lib/web/inner.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

/* In order of preference; problem+json is what our JSON refusals say of themselves. */
static const struct renderer {
	const char *format;
	const char *main, *sub, *other_sub;
	enum view view;
} renderers[] = {
	{ "json", "application", "json", "problem+json", VIEW_JSON },
	{ "api", "text", "html", "html", VIEW_PAGE },
};
#define RENDERERS (sizeof(renderers) / sizeof(renderers[0]))

/* Pages, metrics and documents have one form each; RFC 9110 section 12.4.1 lets a server send it to anybody. */
bool route_negotiates(const struct route *route)
{
	const struct answer_doc *doc = route->answers;

	if (route->formats || !doc || doc->status == 0)
		return true;
	for (; doc->status != 0; doc++)
		if (doc->form != ANSWER_OTHER)
			return true;
	return false;
}

static bool word_is(const char *text, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(text, word, n) == 0;
}

/* Are there parameters beside q? */
static bool has_params(const char *item, size_t n)
{
	for (const char *at = memchr(item, ';', n); at; at = memchr(at, ';', n - (size_t)(at - item))) {
		at++;
		at += strspn(at, " \t");
		if (at < item + n && strncasecmp(at, "q=", 2) != 0)
			return true;
	}
	return false;
}

/* How specifically one item of Accept names the renderer, from 1; 0: it does not. */
static int rank(const char *item, size_t n, const struct renderer *to)
{
	const size_t type = strcspn(item, "; \t,");
	const char *slash = memchr(item, '/', type);
	const char *sub = slash ? slash + 1 : item + type;
	const size_t main_length = slash ? (size_t)(slash - item) : type, sub_length = type - (size_t)(sub - item);

	if (word_is(item, main_length, "*"))
		return word_is(sub, sub_length, "*") || !slash ? 1 : 0;
	if (!word_is(item, main_length, to->main))
		return 0;
	if (word_is(sub, sub_length, "*"))
		return 2;
	if (!word_is(sub, sub_length, to->sub) && !word_is(sub, sub_length, to->other_sub))
		return 0;
	return has_params(item, n) ? 4 : 3;
}

static enum view choose(const char *accept, const char *format)
{
	enum view view = VIEW_UNSAID;
	int best = 0;

	if (!accept || !*accept)
		accept = "*/*";
	for (const char *at = accept; *at; at += *at == ',') {
		at += strspn(at, " \t");

		const size_t n = strcspn(at, ",");

		for (size_t i = 0; i < RENDERERS; i++) {
			const int now = format && !text_equal(format, renderers[i].format) ? 0 : rank(at, n, &renderers[i]);

			if (now > best || (now > 0 && now == best && renderers[i].view == VIEW_JSON)) {
				best = now;
				view = renderers[i].view;
			}
		}
		at += n;
	}
	return view;
}

static bool format_known(const char *format)
{
	for (size_t i = 0; i < RENDERERS; i++)
		if (text_equal(format, renderers[i].format))
			return true;
	return false;
}

enum view accept_view(struct req *r)
{
	return choose(req_header(r, "Accept"), NULL);
}

struct problem *accept_check(struct req *r)
{
	struct inner *in = r->inner;
	const char *format = in->suffix;

	if (!route_negotiates(r->route) || (in->manner && in->manner->accept_ignored)) {
		in->view = VIEW_OTHER;
		return NULL;
	}
	if (!format && *r->query_text)
		format = form_value(r->arena, r->query_text, strlen(r->query_text), "format");
	if (format && !*format)
		format = NULL;
	if (format && !format_known(format))
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	in->view = choose(req_header(r, "Accept"), format);
	if (in->view != VIEW_UNSAID)
		return NULL;
	in->view = VIEW_JSON;
	return problem_new(r->arena, &PROBLEM_WEB_ACCEPT, NULL);
}
