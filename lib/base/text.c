/* text.c - reading text that somebody else wrote; see text.h. */
#include "lib/base/text.h"

#include <string.h>

#include <sodium.h>

/* ---- UTF-8 (RFC 3629) ---- */

/* Length of the well-formed character at `at`, at most `left` bytes, or 0. */
static size_t utf8_step(const unsigned char *at, size_t left)
{
	/* The lead byte decides the length and how far the second byte may go: that excludes overlong forms
	 * (c0, c1, e0 80..9f, f0 80..8f), surrogates (ed a0..bf) and what lies above U+10FFFF (f4 90..). */
	static const struct {
		unsigned char lead_lo, lead_hi, second_lo, second_hi, length;
	} forms[] = {
		/* clang-format off */
		{ 0x01, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const size_t length = forms[i].length;

		if (at[0] < forms[i].lead_lo || at[0] > forms[i].lead_hi)
			continue;
		if (length > left)
			return 0;
		if (length > 1 && (at[1] < forms[i].second_lo || at[1] > forms[i].second_hi))
			return 0;
		for (size_t j = 2; j < length; j++)
			if ((at[j] & 0xc0) != 0x80)
				return 0;
		return length;
	}
	return 0;
}

bool utf8_valid(const char *text, size_t n)
{
	const unsigned char *at = (const unsigned char *)text;

	while (n > 0) {
		size_t step = utf8_step(at, n);

		if (step == 0)
			return false;
		at += step;
		n -= step;
	}
	return true;
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t utf8_length(const char *text)
{
	size_t characters = 0;

	for (; *text; text++)
		characters += starts_character(*text);
	return characters;
}

size_t utf8_cut(const char *text, size_t chars)
{
	size_t n = 0;

	for (; text[n]; n++)
		if (starts_character(text[n]) && chars-- == 0)
			break;
	return n;
}

/* ---- numbers ---- */

bool num_read(const char *text, int64_t min, int64_t max, int64_t *out)
{
	const bool negative = *text == '-';
	int64_t n = 0;

	if (negative)
		text++;
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(n, 10, &n))
			return false;
		if (negative ? __builtin_sub_overflow(n, *text - '0', &n) : __builtin_add_overflow(n, *text - '0', &n))
			return false;
	}
	if (n < min || n > max)
		return false;
	*out = n;
	return true;
}

bool size_read(const char *text, int64_t *bytes)
{
	static const char letters[] = "bkmgtBKMGT";
	const size_t digits = strspn(text, "0123456789");
	int shift = 0;
	char number[20]; /* INT64_MAX has 19 digits */
	int64_t n;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	if (text[digits]) {
		const char *letter = strchr(letters, text[digits]);

		if (!letter || text[digits + 1])
			return false;
		shift = (int)((letter - letters) % 5) * 10;
	}
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!num_read(number, 0, INT64_MAX >> shift, &n))
		return false;
	*bytes = n << shift;
	return true;
}

/* ---- encodings ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *percent_decode(struct arena *a, const char *text, size_t n, bool form)
{
	char *out = arena_alloc(a, n + 1);
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c == '+' && form)
			c = ' ';
		if (c == '%') {
			int high = i + 2 < n ? hex_value(text[i + 1]) : -1;
			int low = i + 2 < n ? hex_value(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		}
		out[length++] = c;
	}
	return utf8_valid(out, length) ? out : NULL;
}

bool hex_read(const char *text, size_t length, void *out, size_t room, size_t *n)
{
	return sodium_hex2bin(out, room, text, length, NULL, n, NULL) == 0;
}

bool base64_read(const char *text, size_t length, void *out, size_t room, size_t *n)
{
	const bool url = memchr(text, '-', length) || memchr(text, '_', length);
	size_t bare = length;

	while (bare > 0 && length - bare < 2 && text[bare - 1] == '=')
		bare--;
	if (bare < length && length % 4 != 0)
		return false; /* padding that does not fill the last group */
	return sodium_base642bin(out, room, text, bare, NULL, n, NULL,
	                         url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
	                             : sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0;
}

/* ---- comparing, trimming ---- */

/* Bytes of the blank at `at` (what Python's str.isspace() calls one), or 0. */
static size_t blank(const char *at)
{
	static const char *const wide[] = {
		"\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
		"\u2007",   "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
	};

	if ((*at >= 0x09 && *at <= 0x0d) || (*at >= 0x1c && *at <= 0x20))
		return 1;
	for (size_t i = 0; (unsigned char)*at >= 0x80 && i < sizeof(wide) / sizeof(wide[0]); i++)
		if (text_starts(at, wide[i]))
			return strlen(wide[i]);
	return 0;
}

char *text_trim(struct arena *a, const char *text)
{
	size_t end = 0; /* behind the last character that is no blank */

	while (blank(text))
		text += blank(text);
	for (size_t i = 0; text[i];) {
		size_t step = blank(text + i);

		i += step ? step : 1;
		if (!step)
			end = i;
	}
	return arena_text_n(a, text, end);
}

bool text_same_secret(const char *a, const char *b)
{
	if (!a || !b)
		return false;

	const size_t length = strlen(a);

	return length == strlen(b) && sodium_memcmp(a, b, length) == 0;
}

bool text_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_nocase(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	const size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* ---- suggestions ---- */

#define NAME_LONGEST 64

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, remove, change or swap with their neighbour to turn a into b (optimal string alignment);
 * SIZE_MAX for names longer than NAME_LONGEST. Case does not count. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_LONGEST + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	const size_t n = strlen(a), m = strlen(b);

	if (n > NAME_LONGEST || m > NAME_LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		before[j] = last[j] = j;
	for (size_t i = 1; i <= n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			const bool same = lower(a[i - 1]) == lower(b[j - 1]);

			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}

		size_t *spare = before;

		before = last;
		last = row;
		row = spare;
	}
	return last[m];
}

const char *text_nearest(const char *wrong, const char *const *list)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	for (; *list; list++) {
		const size_t distance = edit_distance(wrong, *list);
		const size_t longer = strlen(wrong) > strlen(*list) ? strlen(wrong) : strlen(*list);

		/* a third of the letters wrong, and it is another word */
		if (distance < best && distance <= (longer + 2) / 3 && distance < longer) {
			best = distance;
			nearest = *list;
		}
	}
	return nearest;
}
