/* browse_json.c - JSON for eyes: indented, escaped, and with links that can be followed. */
#include "lib/web/browse.h"

#include <string.h>

#include "lib/base/text.h"

#define SHOWN_MOST ((size_t)512 << 10) /* bytes; whoever wants more takes the bare JSON */

static void add_escaped(struct buf *b, struct arena *a, const char *text, size_t n)
{
	buf_html(b, arena_text_n(a, text, n));
}

/* Only what a browser may be led to: http and https. */
static bool is_address(const char *text)
{
	return (text_starts(text, "https://") || text_starts(text, "http://")) && !strpbrk(text, "\\ ");
}

static bool is_mail(const char *text)
{
	const char *at = strchr(text, '@');

	return at && at != text && !strchr(at + 1, '@') && strchr(at, '.') && !strpbrk(text, "\\ <>:;,/");
}

/* One string with its quotes. */
static void add_string(struct buf *b, struct arena *a, const char *text, size_t n, bool is_key)
{
	const char *inside = arena_text_n(a, text + 1, n - 2);

	buf_text(b, is_key ? "<span class=\"key\">&quot;" : "<span class=\"text\">&quot;");
	if (!is_key && (is_address(inside) || is_mail(inside))) {
		buf_text(b, is_address(inside) ? "<a rel=\"noreferrer\" href=\"" : "<a href=\"mailto:");
		buf_html(b, inside);
		buf_text(b, "\">");
		buf_html(b, inside);
		buf_text(b, "</a>");
	} else {
		buf_html(b, inside);
	}
	buf_text(b, "&quot;</span>");
}

static size_t string_length(const char *text, const char *end)
{
	const char *at = text + 1;

	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < end ? (size_t)(at - text) + 1 : (size_t)(end - text);
}

void browse_json(struct buf *b, struct arena *a, const char *text, size_t length)
{
	struct buf wide;
	const char *at, *end;

	buf_init(&wide, a, ANSWER_BYTES_MOST);
	json_indent(&wide, text, length, 4);
	at = buf_string(&wide);
	end = at + (wide.length < SHOWN_MOST ? wide.length : utf8_cut(at, SHOWN_MOST / 4));
	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));

		add_escaped(b, a, at, (size_t)((quote ? quote : end) - at));
		if (!quote)
			break;

		const size_t n = string_length(quote, end);

		if (n < 2) {
			break;
		}
		add_string(b, a, quote, n, quote + n < end && quote[n] == ':');
		at = quote + n;
	}
	if (end < buf_string(&wide) + wide.length)
		buf_text(b, "\n… <em>The rest is only in the JSON itself.</em>");
}
