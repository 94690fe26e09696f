/* page.c - what searches need to become LIKE patterns. */
#include "lib/db/db.h"

#include <string.h>

#include "lib/base/buf.h"

#define TERMS_MOST 16

char *db_like(struct arena *a, const char *term)
{
	struct buf b;

	buf_init(&b, a, 2 * strlen(term) + 2);
	buf_char(&b, '%');
	for (; *term; term++) {
		if (strchr("%_\\", *term))
			buf_char(&b, '\\');
		buf_char(&b, *term);
	}
	buf_char(&b, '%');
	return arena_text(a, buf_string(&b));
}

const char *db_ids(struct arena *a, const int64_t *ids, size_t count)
{
	struct buf b;

	buf_init(&b, a, 22 * count + 2);
	buf_char(&b, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&b, ',');
		buf_int(&b, ids[i]);
	}
	buf_char(&b, ']');
	return buf_string(&b);
}

/* Bytes of the separator at `text`: a comma, or what Python's str.split() takes for white space; 0: none. */
static size_t separator_length(const char *text)
{
	/* clang-format off */
	static const char *const wide[] = {
		"\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
		"\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
	};
	/* clang-format on */

	if (!text[0])
		return 0;
	if (strchr(", \t\n\v\f\r\x1c\x1d\x1e\x1f", text[0]))
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	return 0;
}

struct texts db_search_terms(struct arena *a, const char *search)
{
	struct texts terms = { .items = ARENA_ARRAY(a, const char *, TERMS_MOST) };

	for (const char *at = search ? search : ""; *at && terms.count < TERMS_MOST;) {
		size_t n = separator_length(at);
		if (n) {
			at += n;
			continue;
		}
		const char *from = at;
		while (*at && !separator_length(at))
			at++;
		terms.items[terms.count++] = arena_text_n(a, from, (size_t)(at - from));
	}
	return terms;
}
