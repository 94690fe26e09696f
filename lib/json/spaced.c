/* spaced.c - compact JSON once more, in the spelling of Python's json.dumps(). */
#include "lib/json/json.h"

#include <string.h>

/* The code point at text[*at], which moves behind it. The text is valid UTF-8. */
static uint32_t code_point(const char *text, size_t *at)
{
	const unsigned char first = (unsigned char)text[(*at)++];
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0x80 ? 1 : 0;
	uint32_t c = first & (more > 0 ? 0x3fu >> more : 0x7fu);

	while (more-- > 0)
		c = c << 6 | ((unsigned char)text[(*at)++] & 0x3fu);
	return c;
}

static void escape(struct buf *out, uint32_t c)
{
	if (c > 0xffff) { /* RFC 8259 section 7: a surrogate pair */
		escape(out, 0xd7c0 + (c >> 10));
		escape(out, 0xdc00 + (c & 0x3ff));
		return;
	}

	static const char hex[] = "0123456789abcdef";
	const char text[6] = { '\\', 'u', hex[c >> 12], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15] };

	buf_add(out, text, sizeof(text));
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '/' && c != ',' && c != ':';
}

void json_spaced(struct buf *out, const char *json, size_t length)
{
	bool in_string = false;

	for (size_t at = 0; at < length;) {
		const size_t from = at;

		while (at < length && is_plain((unsigned char)json[at]))
			at++;
		buf_add(out, json + from, at - from);
		if (at == length)
			return;

		const unsigned char c = (unsigned char)json[at];

		if (c >= 0x7f) {
			escape(out, code_point(json, &at));
			continue;
		}
		if (c == '/' && at > 0 && json[at - 1] == '<')
			buf_char(out, '\\');
		buf_char(out, (char)c);
		at++;
		if (c == '\\' && at < length)
			buf_char(out, json[at++]);
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == ',' || c == ':'))
			buf_char(out, ' ');
	}
}
