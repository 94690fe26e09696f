/* notice.c - the sentences, and the cookie that names one of them. */
#include "app/admin/notice.h"

#include <string.h>

#include "lib/base/text.h"

#define COOKIE "messages"
#define TEXT_CHARS_MOST 200
#define TEXT_BYTES_MOST ((size_t)4 * TEXT_CHARS_MOST)
#define COOKIE_BYTES_MOST 1200

/* clang-format off */
static const struct {
	const char *before, *after; /* around the text */
	const char *class;
} sentences[NOTICE_N] = {
	[NOTICE_DELETED]    = { "Successfully deleted ", ".", "good" },
	[NOTICE_NOT_CHOSEN] = { "Items must be selected in order to perform actions on them. No items have been changed.", "", "bad" },
	[NOTICE_NO_ACTION]  = { "No action selected.", "", "bad" },
	[NOTICE_TOO_MANY]   = { "Nothing was done: that many at once would hold up others. At most ", " can be selected.", "bad" },
	[NOTICE_MISSING]    = { "", " doesn’t exist. Perhaps it was deleted?", "bad" },
	[NOTICE_ADDED]      = { "The ", " was added successfully.", "good" },
	[NOTICE_CHANGED]    = { "The ", " was changed successfully.", "good" },
	[NOTICE_PASSWORD]   = { "Password changed successfully.", "", "good" },
	[NOTICE_DONE]       = { "Done: ", ".", "good" },
	[NOTICE_FAILED]     = { "Not done: ", ".", "bad" },
	[NOTICE_SIGNED_OUT] = { "You are logged out.", "", "good" },
};
/* clang-format on */

void notice_set(struct req *r, enum notice n, const char *text)
{
	const size_t length = text ? utf8_cut(text, TEXT_CHARS_MOST) : 0;
	struct buf b;

	buf_init(&b, r->arena, COOKIE_BYTES_MOST);
	buf_printf(&b, "%d.", (int)n);
	buf_base64url(&b, text ? text : "", length);
	reply_cookie(r, &(struct cookie){ .name = COOKIE, .value = buf_string(&b), .max_age_s = -1 });
}

/* The text behind the dot; false when nobody here has written that. */
static bool text_read(const char *wire, char *out, size_t room)
{
	size_t n = 0;

	if (!base64_read(wire, strlen(wire), out, room - 1, &n) || !utf8_valid(out, n))
		return false;
	out[n] = '\0';
	return utf8_length(out) <= TEXT_CHARS_MOST;
}

void notice_say(struct req *r, struct buf *b)
{
	const char *cookie = req_cookie(r, COOKIE);
	char text[TEXT_BYTES_MOST + 1];
	const char *dot;
	int64_t n;

	if (!cookie)
		return;
	reply_cookie(r, &(struct cookie){ .name = COOKIE });
	dot = strchr(cookie, '.');
	if (!dot || strlen(cookie) > COOKIE_BYTES_MOST ||
	    !num_read(arena_text_n(r->arena, cookie, (size_t)(dot - cookie)), 0, NOTICE_N - 1, &n) ||
	    !text_read(dot + 1, text, sizeof(text)))
		return;
	buf_printf(b, "<p class=\"notice %s\" role=\"status\">", sentences[n].class);
	buf_text(b, sentences[n].before);
	buf_html(b, text);
	buf_text(b, sentences[n].after);
	buf_text(b, "</p>\n");
}
