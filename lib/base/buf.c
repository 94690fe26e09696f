/* buf.c - bounded growing bytes and the notations text is written in; see buf.h. */
#include "lib/base/buf.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define ROOM_FIRST ((size_t)256)

static const char hex_digits[] = "0123456789abcdef";

void buf_init(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){ .arena = a, .max = max };
}

void buf_over(struct buf *b, char *storage, size_t size)
{
	*b = (struct buf){ .data = storage, .room = size, .max = size - 1 };
	storage[0] = '\0';
}

bool buf_grow(struct buf *b, size_t n)
{
	if (b->full || n > b->max - b->length) {
		b->full = true;
		return false;
	}

	size_t wanted = b->length + n + 1;

	if (wanted <= b->room)
		return true;

	size_t room = b->room > 0 ? b->room : ROOM_FIRST;

	while (room < wanted)
		room = room > SIZE_MAX / 2 ? wanted : room * 2;
	if (room - 1 > b->max)
		room = b->max + 1;

	char *larger = arena_alloc(b->arena, room);

	if (b->length > 0)
		memcpy(larger, b->data, b->length);
	b->data = larger;
	b->room = room;
	return true;
}

/* Without printf: it stands in nearly every answer and log line. */
void buf_int(struct buf *b, int64_t n)
{
	char digits[20]; /* -9223372036854775808 */
	size_t at = sizeof(digits);
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	const size_t left = b->full ? 0 : b->room - b->length;
	va_list again;

	va_copy(again, args);

	/* most of what is written fits: it is formatted once */
	int n = vsnprintf(left > 0 ? b->data + b->length : NULL, left, format, args);

	if (left > 0 && (n < 0 || (size_t)n >= left))
		b->data[b->length] = '\0';
	if (n < 0)
		b->full = true;
	else if (buf_room(b, (size_t)n)) {
		if ((size_t)n >= left)
			vsnprintf(b->data + b->length, (size_t)n + 1, format, again);
		b->length += (size_t)n;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_clear(struct buf *b)
{
	b->length = 0;
	b->full = false;
	if (b->data)
		b->data[0] = '\0';
}

const char *buf_string(const struct buf *b)
{
	return b->data ? b->data : "";
}

/* ---- notations ---- */

/* The short escape of a character that JSON has one for, else 0. */
static char json_short(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

/* Bytes of the character at `at` that must be written as \uXXXX, its code point in *code; 0 when it may stand as it
 * is. Besides the controls these are U+2028 and U+2029, which end a line in JavaScript. */
static size_t json_escaped(const unsigned char *at, size_t left, unsigned *code)
{
	if (at[0] < 0x20 || at[0] == 0x7f) {
		*code = at[0];
		return 1;
	}
	if (left >= 2 && at[0] == 0xc2 && at[1] < 0xa0) {
		*code = at[1];
		return 2;
	}
	if (left >= 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9)) {
		*code = 0x2000u | (at[2] & 0x3fu);
		return 3;
	}
	return 0;
}

/* What must be looked at: controls, quote, backslash, and what controls and line ends beyond ASCII begin with. */
static const bool json_special[256] = {
	[0 ... 0x1f] = true, ['"'] = true, ['\\'] = true, [0x7f] = true, [0xc2] = true, [0xe2] = true,
};

void buf_json_string(struct buf *b, const char *text, size_t n)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t plain = 0; /* start of what was not written yet */
	size_t i = 0;

	buf_char(b, '"');
	while (i < n) {
		if (!json_special[in[i]]) {
			i++;
			continue;
		}

		unsigned code = 0;
		char letter = json_short(in[i]);
		size_t length = letter ? 1 : json_escaped(in + i, n - i, &code);

		if (length == 0) {
			i++;
			continue;
		}
		buf_add(b, text + plain, i - plain);
		if (letter)
			buf_add(b, (const char[]){ '\\', letter }, 2);
		else
			buf_printf(b, "\\u%04x", code);
		i += length;
		plain = i;
	}
	buf_add(b, text + plain, n - plain);
	buf_char(b, '"');
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void buf_html(struct buf *b, const char *text)
{
	for (const char *plain = text;; plain = text) {
		while (*text && !html_entity(*text))
			text++;
		buf_add(b, plain, (size_t)(text - plain));
		if (!*text)
			return;
		buf_text(b, html_entity(*text++));
	}
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

void buf_percent(struct buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_unreserved(c))
			buf_char(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

void buf_hex(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *in = bytes;

	if (!buf_room(b, 2 * n))
		return;
	for (size_t i = 0; i < n; i++) {
		b->data[b->length++] = hex_digits[in[i] >> 4];
		b->data[b->length++] = hex_digits[in[i] & 15];
	}
	b->data[b->length] = '\0';
}

/* Whole groups of three bytes do not depend on their neighbours, so the text is made piece by piece. */
static void add_base64(struct buf *b, const void *bytes, size_t n, int variant)
{
	enum { PIECE = 384 };
	const unsigned char *in = bytes;
	char text[sodium_base64_ENCODED_LEN(PIECE, sodium_base64_VARIANT_ORIGINAL)];

	for (size_t i = 0; i < n; i += PIECE) {
		sodium_bin2base64(text, sizeof(text), in + i, n - i < PIECE ? n - i : PIECE, variant);
		buf_text(b, text);
	}
}

void buf_base64url(struct buf *b, const void *bytes, size_t n)
{
	add_base64(b, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void buf_base64(struct buf *b, const void *bytes, size_t n)
{
	add_base64(b, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}
