/* fold.c - texts made comparable: Unicode's compatibility forms and case folding, by utf8proc. */
#include "lib/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/base/buf.h"

char *text_fold(struct arena *a, const char *text)
{
	/* NFKC_Casefold of the Unicode standard, section 3.13 */
	const int options =
		UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_uint8_t *made = NULL;
	char *kept;

	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &made, (utf8proc_option_t)options) < 0)
		return arena_text(a, text);
	kept = arena_text(a, (const char *)made);
	free(made);
	return kept;
}

enum letter { LETTER_NONE, LETTER_WORD, LETTER_APOSTROPHE };

static enum letter letter_of(utf8proc_int32_t c)
{
	if (c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x02bc)
		return LETTER_APOSTROPHE;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return LETTER_WORD;
	default:
		return LETTER_NONE;
	}
}

char *text_words(struct arena *a, const char *text)
{
	const char *folded = text_fold(a, text);
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)folded;
	bool gap = false, apostrophe = false;
	utf8proc_int32_t c;
	utf8proc_ssize_t n;
	struct buf b;

	buf_init(&b, a, strlen(folded) + 1);
	for (; *at && (n = utf8proc_iterate(at, -1, &c)) > 0; at += n) {
		const enum letter letter = letter_of(c);

		if (letter != LETTER_WORD) {
			gap = gap || letter == LETTER_NONE || apostrophe;
			apostrophe = letter == LETTER_APOSTROPHE;
			continue;
		}
		if (b.length > 0 && gap)
			buf_char(&b, ' ');
		else if (b.length > 0 && apostrophe)
			buf_char(&b, '\'');
		buf_add(&b, at, (size_t)n);
		gap = apostrophe = false;
	}
	return arena_text(a, buf_string(&b));
}
