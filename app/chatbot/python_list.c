/* python_list.c - a list of string literals as repr() writes it; see python_list.h.
 * https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals */
#include "app/chatbot/python_list.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/buf.h"

struct reader {
	struct arena *arena;
	const char *at;
};

static void blanks(struct reader *r)
{
	r->at += strspn(r->at, " \t\r\n");
}

static bool take(struct reader *r, char c)
{
	blanks(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

static void add_character(struct buf *b, uint32_t c)
{
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		buf_char(b, (char)c);
	} else if (c < 0x800) {
		buf_char(b, (char)(0xc0 | c >> 6));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_char(b, (char)(0xe0 | c >> 12));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_char(b, (char)(0xf0 | c >> 18));
		buf_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	}
}

static bool hex(struct reader *r, int digits, struct buf *b)
{
	uint32_t c = 0;

	for (int i = 0; i < digits; i++, r->at++) {
		if (!isxdigit((unsigned char)*r->at))
			return false;
		c = c << 4 |
		    (uint32_t)(isdigit((unsigned char)*r->at) ? *r->at - '0' : (tolower((unsigned char)*r->at) - 'a') + 10);
	}
	add_character(b, c);
	return true;
}

static void octal(struct reader *r, struct buf *b)
{
	uint32_t c = 0;

	for (int i = 0; i < 3 && *r->at >= '0' && *r->at <= '7'; i++, r->at++)
		c = c << 3 | (uint32_t)(*r->at - '0');
	add_character(b, c);
}

/* What stands behind a backslash. */
static bool escape(struct reader *r, struct buf *b)
{
	static const char letters[] = "abfnrtv\\'\"", means[] = "\a\b\f\n\r\t\v\\'\"";
	const char c = *r->at;
	const char *known = c ? strchr(letters, c) : NULL;

	if (c == '\0')
		return false;
	if (known) {
		buf_char(b, means[known - letters]);
		r->at++;
		return true;
	}
	if (c >= '0' && c <= '7') {
		octal(r, b);
		return true;
	}
	if (c == 'x' || c == 'u' || c == 'U') {
		r->at++;
		return hex(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, b);
	}
	if (c == '\n') {
		r->at++; /* the literal goes on in the next line */
		return true;
	}
	buf_char(b, '\\'); /* no escape: Python keeps the backslash */
	return true;
}

static bool string(struct reader *r, const char **out)
{
	struct buf b;
	char quote;

	blanks(r);
	if (*r->at == 'u')
		r->at++;
	quote = *r->at;
	if (quote != '\'' && quote != '"')
		return false;
	r->at++;
	buf_init(&b, r->arena, 3 * strlen(r->at) + 1);
	while (*r->at && *r->at != quote) {
		if (*r->at != '\\') {
			buf_char(&b, *r->at++);
			continue;
		}
		r->at++;
		if (!escape(r, &b))
			return false;
	}
	if (*r->at != quote)
		return false;
	r->at++;
	*out = buf_string(&b);
	return true;
}

bool python_list_read(struct arena *a, const char *text, struct texts *out)
{
	struct reader r = { .arena = a, .at = text };
	struct texts list = { .items = ARENA_ARRAY(a, const char *, strlen(text) / 2 + 1) };

	if (!take(&r, '['))
		return false;
	while (!take(&r, ']')) {
		if (list.count > 0 && (!take(&r, ',') || take(&r, ']')))
			return false;
		if (!string(&r, &list.items[list.count]))
			return false;
		list.count++;
	}
	blanks(&r);
	if (*r.at)
		return false;
	*out = list;
	return true;
}
