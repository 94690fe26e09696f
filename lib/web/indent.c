/* indent.c - JSON for people: `Accept: application/json; indent=4` (accounts-and-conventions.md section 5). */
#include "lib/web/inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WIDTH_MOST 8

/* The number behind `indent=` in the part of Accept that names JSON; 0: none was asked for. */
static int width_asked(const struct req *r)
{
	const char *accept = req_header(r, "Accept");
	const char *at = accept ? strcasestr(accept, "application/json") : NULL;
	const char *indent = at ? strcasestr(at, "indent=") : NULL;
	long width;

	if (!indent || indent > at + strcspn(at, ",") || indent[7] < '0' || indent[7] > '9')
		return 0;
	width = strtol(indent + 7, NULL, 10);
	return width < WIDTH_MOST ? (int)width : WIDTH_MOST;
}

static void new_line(struct buf *b, int columns)
{
	buf_char(b, '\n');
	for (int i = 0; i < columns; i++)
		buf_char(b, ' ');
}

/* The bytes of a string with its quotes. */
static size_t string_length(const char *text, const char *end)
{
	const char *at = text + 1;

	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < end ? (size_t)(at - text) + 1 : (size_t)(end - text);
}

/* `text` is compact JSON of our own. */
void json_indent(struct buf *b, const char *text, size_t length, int width)
{
	const char *end = text + length;
	int depth = 0;

	for (const char *at = text; at < end; at++) {
		const bool opens = *at == '{' || *at == '[';

		if (*at == '"') {
			const size_t n = string_length(at, end);

			buf_add(b, at, n);
			at += n - 1;
		} else if (opens && at + 1 < end && (at[1] == '}' || at[1] == ']')) {
			buf_add(b, at++, 2);
		} else if (*at == '}' || *at == ']') {
			new_line(b, --depth * width);
			buf_char(b, *at);
		} else {
			buf_char(b, *at);
			if (opens)
				new_line(b, ++depth * width);
			else if (*at == ',')
				new_line(b, depth * width);
			else if (*at == ':')
				buf_char(b, ' ');
		}
	}
}

void reply_indent(struct req *r)
{
	struct reply *reply = r->reply;
	const int width = reply->type && reply->length > 0 ? width_asked(r) : 0;
	struct buf b;

	if (width == 0 ||
	    (strcmp(reply->type, "application/json") != 0 && strcmp(reply->type, "application/problem+json") != 0))
		return;
	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	json_indent(&b, reply->body, reply->length, width);
	if (b.full)
		return; /* too large to be read by people */
	reply->body = b.data;
	reply->length = b.length;
}
