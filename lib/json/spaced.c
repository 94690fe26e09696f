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

/* What must be looked at; between strings there are commas and colons. */
static const bool special[256] = {
	['"'] = true, ['\\'] = true, ['/'] = true, [','] = true, [':'] = true, [0x7f ... 0xff] = true,
};

void json_spaced(struct buf *out, const char *json, size_t length)
{
	bool in_string = false;
	size_t from = 0; /* what was not written yet begins here */

	for (size_t at = 0; at < length;) {
		const unsigned char c = (unsigned char)json[at];

		if (!special[c]) {
			at++;
			continue;
		}
		if (c >= 0x7f) {
			buf_add(out, json + from, at - from);
			escape(out, code_point(json, &at));
			from = at;
			continue;
		}
		if (c == '/' && at > 0 && json[at - 1] == '<') {
			buf_add(out, json + from, at - from);
			buf_char(out, '\\');
			from = at;
		}
		at++;
		if (c == '\\' && at < length) {
			at++; /* what is escaped is neither quote nor comma */
		} else if (c == '"') {
			in_string = !in_string;
		} else if (!in_string && (c == ',' || c == ':')) {
			buf_add(out, json + from, at - from);
			buf_char(out, ' ');
			from = at;
		}
	}
	buf_add(out, json + from, length - from);
}
