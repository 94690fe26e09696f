/* text.h - reading text that somebody else wrote: UTF-8, numbers, lists, percent-encoding.
 * Wire data is pointer and length until it has passed here. */
#ifndef PORTICO_BASE_TEXT_H
#define PORTICO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"

/* True if the n bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, no NUL). */
bool utf8_valid(const char *text, size_t n);

/* Characters (code points) in valid UTF-8. */
size_t utf8_length(const char *text);

/* Bytes of the first `chars` characters of valid UTF-8, for cutting without breaking one. */
size_t utf8_cut(const char *text, size_t chars);

/* A decimal integer that fills the whole text: optional `-`, digits, no blanks, no `+`. False when it is
 * not one or lies outside min..max; *out is then unchanged. */
bool num_read(const char *text, int64_t min, int64_t max, int64_t *out);

/* "3G" to bytes: digits and one of B K M G T (powers of 1024, any case; no letter: bytes), at most
 * INT64_MAX. False when it is not such text. */
bool size_read(const char *text, int64_t *bytes);

/* Decodes %XX in n bytes (and `+` as blank when `form`). NULL when a % is not followed by two hex digits, or
 * the result holds NUL or is not UTF-8. */
char *percent_decode(struct arena *a, const char *text, size_t n, bool form);

/* Bytes from hex of either case, or from RFC 4648 base64 (either alphabet, padding optional). False when
 * malformed or longer than `room`; *n is the count of bytes written. */
bool hex_read(const char *text, size_t length, void *out, size_t room, size_t *n);
bool base64_read(const char *text, size_t length, void *out, size_t room, size_t *n);

/* A copy without leading and trailing white space (ASCII and Unicode blanks as Python's str.strip()). */
char *text_trim(struct arena *a, const char *text);

/* Two texts that a reader takes for the same become the same: NFKC_Casefold of the Unicode standard. UTF-8 that was checked. */
char *text_fold(struct arena *a, const char *text);

/* The words of a text, folded and parted by single blanks, without punctuation, symbols and emoji: "Let’s  GO! 🎉" is "let's go".
 * An apostrophe stays inside a word. */
char *text_words(struct arena *a, const char *text);

/* Equality of two secrets in time that depends on the lengths alone. */
bool text_same_secret(const char *a, const char *b);

bool text_equal(const char *a, const char *b);        /* NULL equals NULL only */
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* The entry of a NULL-terminated list nearest to `wrong` (edit distance), or NULL when none is near
 * enough to be what was meant; for "unknown name X, did you mean Y?". */
const char *text_nearest(const char *wrong, const char *const *list);

#endif
