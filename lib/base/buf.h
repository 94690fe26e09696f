/* buf.h - a growing run of bytes in an arena that knows its maximum.
 *
 * Writing past the maximum does not fail at once: it drops that piece and all later ones and sets `full`, which the
 * maker looks at once at the end. */
#ifndef PORTICO_BASE_BUF_H
#define PORTICO_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/arena.h"

struct buf {
	char *data; /* NUL-terminated after every write; NULL before the first */
	size_t length;
	size_t room;
	size_t max; /* bytes of content it may reach */
	bool full;  /* something did not fit and was dropped */
	struct arena *arena;
};

/* An empty buffer that may grow to `max` bytes. */
void buf_init(struct buf *b, struct arena *a, size_t max);

/* A buffer in the `size` bytes (at least 1) of `storage`, without an arena: it holds size - 1 bytes of content. */
void buf_over(struct buf *b, char *storage, size_t size);

/* Makes room for n more bytes and the NUL. False, with `full` set, when they may not be added. */
bool buf_grow(struct buf *b, size_t n);

/* Answers and log lines are made of these: they are written out where they are called. */
static inline bool buf_room(struct buf *b, size_t n)
{
	return (!b->full && n < b->room - b->length) || buf_grow(b, n);
}

static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!buf_room(b, n))
		return;
	if (n > 0)
		memcpy(b->data + b->length, bytes, n);
	b->length += n;
	b->data[b->length] = '\0';
}

static inline void buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

static inline void buf_char(struct buf *b, char c)
{
	if (!buf_room(b, 1))
		return;
	b->data[b->length++] = c;
	b->data[b->length] = '\0';
}

void buf_int(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Forgets the content, keeps the room. */
void buf_clear(struct buf *b);

/* The content as a C string, never NULL. */
const char *buf_string(const struct buf *b);

/* Text in another notation. The input is UTF-8 that has been checked. */
void buf_json_string(struct buf *b, const char *text, size_t n); /* with quotes; controls, U+2028/9 escaped */
void buf_html(struct buf *b, const char *text);                  /* & < > " ' as entities */
void buf_percent(struct buf *b, const char *text, size_t n);     /* all but RFC 3986 unreserved */
void buf_hex(struct buf *b, const void *bytes, size_t n);        /* lower case */
void buf_base64url(struct buf *b, const void *bytes, size_t n);  /* RFC 4648 section 5, no padding */
void buf_base64(struct buf *b, const void *bytes, size_t n);     /* RFC 4648 section 4, padded */

#endif
