/* accept.c - which answers the caller can take. Everything said here is JSON, so the question is only whether JSON is
 * among them (accounts-and-conventions.md section 6: q values are not looked at). */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"

/* Pages, metrics and documents have one form each; RFC 9110 section 12.4.1 lets a server send it to anybody. */
static bool only_other_media(const struct route *route)
{
	const struct answer_doc *doc = route->answers;

	if (!doc || doc->status == 0)
		return false;
	for (; doc->status != 0; doc++)
		if (doc->form != ANSWER_OTHER)
			return false;
	return true;
}

static bool takes_json(const char *accept)
{
	static const char *const fitting[] = { "*/*", "application/json", "application/*", "application/problem+json" };

	for (const char *at = accept; *at; at += *at == ',') {
		at += strspn(at, " \t");
		for (size_t i = 0; i < sizeof(fitting) / sizeof(fitting[0]); i++)
			if (media_is(at, fitting[i]))
				return true;
		at += strcspn(at, ",");
	}
	return false;
}

struct problem *accept_check(struct req *r)
{
	const struct manner *manner = ((const struct inner *)r->inner)->manner;
	const char *accept;

	if (only_other_media(r->route) || (manner && manner->accept_ignored))
		return NULL;
	if (*r->query_text) {
		const char *format = form_value(r->arena, r->query_text, strlen(r->query_text), "format");

		if (format && *format && !text_equal(format, "json"))
			return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	}
	accept = req_header(r, "Accept");
	if (accept && *accept && !takes_json(accept))
		return problem_new(r->arena, &PROBLEM_WEB_ACCEPT, NULL);
	return NULL;
}
