/* strict.c - the grammar of RFC 8259, checked before cJSON reads the text: cJSON takes control characters in strings,
 * numbers like 01 and 1., bytes that are not UTF-8 and \u0000 for good. Pure text work. */
#include "lib/json/strict.h"

#include <string.h>

#include "lib/base/text.h"

const struct json_limits JSON_FROM_CLIENT = { .bytes = 1 << 20, .depth = 16, .values = 50000 };
const struct json_limits JSON_FROM_SERVICE = { .bytes = 16 << 20, .depth = 32, .values = 500000 };

/* cJSON 1.7.15 copies a number into 64 bytes and trips over the digits behind them. */
#define NUMBER_MOST 63

struct scan {
	const char *text;
	size_t length;
	size_t at;
	const char *fault; /* what was wrong, at `at`; NULL: nothing yet */
};

static bool scan_fail(struct scan *s, size_t at, const char *fault)
{
	s->at = at;
	s->fault = fault;
	return false;
}

/* The byte at the place, or 0 behind the end: NUL never passes, so the two need not be told apart. */
static char scan_peek(const struct scan *s)
{
	return s->at < s->length ? s->text[s->at] : '\0';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char scan_space(struct scan *s)
{
	while (is_space(scan_peek(s)))
		s->at++;
	return scan_peek(s);
}

static size_t digits(const char *text, size_t n, size_t at)
{
	while (at < n && is_digit(text[at]))
		at++;
	return at;
}

size_t json_number_length(const char *text, size_t n)
{
	size_t at = n > 0 && text[0] == '-', from = at;

	if (at < n && text[at] == '0')
		at++;
	else
		at = digits(text, n, at);
	if (at == from)
		return 0;
	if (at + 1 < n && text[at] == '.' && is_digit(text[at + 1]))
		at = digits(text, n, at + 1);
	if (at < n && (text[at] == 'e' || text[at] == 'E')) {
		size_t exponent = at + 1;

		if (exponent < n && (text[exponent] == '+' || text[exponent] == '-'))
			exponent++;
		if (exponent < n && is_digit(text[exponent]))
			at = digits(text, n, exponent);
	}
	return at;
}

static bool scan_number(struct scan *s)
{
	size_t n = json_number_length(s->text + s->at, s->length - s->at);

	if (n == 0)
		return scan_fail(s, s->at, "Expecting value");
	if (n > NUMBER_MOST)
		return scan_fail(s, s->at, "Number has too many digits");
	s->at += n;
	return true;
}

/* The four hexadecimal digits behind \u at `at`, or -1. */
static int hex4(const struct scan *s, size_t at)
{
	int value = 0;

	if (at + 4 > s->length)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = s->text[i];

		if (is_digit(c))
			value = value * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return value;
}

/* \uXXXX, or two of them where the first is a high surrogate. `at` is the backslash. */
static bool scan_unicode(struct scan *s)
{
	size_t at = s->at;
	int high = hex4(s, at + 2);

	if (high < 0)
		return scan_fail(s, at, "Invalid \\uXXXX escape");
	if (high == 0)
		return scan_fail(s, at, "Null characters are not allowed");
	s->at = at + 6;
	if (high < 0xD800 || high > 0xDFFF)
		return true;
	if (high <= 0xDBFF && at + 8 <= s->length && s->text[at + 6] == '\\' && s->text[at + 7] == 'u') {
		int low = hex4(s, at + 8);

		if (low >= 0xDC00 && low <= 0xDFFF) {
			s->at = at + 12;
			return true;
		}
	}
	return scan_fail(s, at, "Lone surrogate");
}

static bool scan_string(struct scan *s)
{
	size_t start = s->at++;

	for (;;) {
		char c = scan_peek(s);

		if (s->at >= s->length)
			return scan_fail(s, start, "Unterminated string starting at");
		if (c == '"') {
			s->at++;
			return true;
		}
		if ((unsigned char)c < 0x20)
			return scan_fail(s, s->at, "Invalid control character at");
		if (c != '\\') {
			s->at++;
		} else if (s->at + 1 < s->length && s->text[s->at + 1] == 'u') {
			if (!scan_unicode(s))
				return false;
		} else if (s->at + 1 < s->length && memchr("\"\\/bfnrt", s->text[s->at + 1], 8)) {
			s->at += 2;
		} else {
			return scan_fail(s, s->at, "Invalid \\escape");
		}
	}
}

static bool scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->length - s->at < n || memcmp(s->text + s->at, word, n) != 0)
		return scan_fail(s, s->at, "Expecting value");
	s->at += n;
	return true;
}

static bool scan_scalar(struct scan *s)
{
	switch (scan_peek(s)) {
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return scan_number(s);
	}
}

/* "key": and the blanks around them. */
static bool scan_key(struct scan *s)
{
	if (scan_space(s) != '"')
		return scan_fail(s, s->at, "Expecting property name enclosed in double quotes");
	if (!scan_string(s))
		return false;
	if (scan_space(s) != ':')
		return scan_fail(s, s->at, "Expecting ':' delimiter");
	s->at++;
	return true;
}

/* Behind a value: closes what ends here, and stops before the next value. *depth 0: the text's one value is whole. */
static bool scan_after(struct scan *s, const char *closers, int *depth)
{
	while (*depth > 0) {
		char c = scan_space(s);

		if (c == ',') {
			s->at++;
			return closers[*depth - 1] == ']' || scan_key(s);
		}
		if (c != closers[*depth - 1])
			return scan_fail(s, s->at, "Expecting ',' delimiter");
		s->at++;
		--*depth;
	}
	return true;
}

static bool scan_all(struct scan *s, const struct json_limits *limits)
{
	char closers[JSON_DEPTH_MOST];
	int most = limits->depth < JSON_DEPTH_MOST ? limits->depth : JSON_DEPTH_MOST, depth = 0;
	size_t values = 0;

	do {
		char c = scan_space(s);

		if (limits->values > 0 && ++values > limits->values)
			return scan_fail(s, s->at, "Too many values");
		if (c != '{' && c != '[') {
			if (!scan_scalar(s))
				return false;
		} else {
			if (depth == most)
				return scan_fail(s, s->at, "Nested too deeply");
			closers[depth++] = c == '{' ? '}' : ']';
			s->at++;
			if (scan_space(s) != closers[depth - 1]) {
				if (c == '{' && !scan_key(s))
					return false;
				continue;
			}
			s->at++;
			depth--;
		}
		if (!scan_after(s, closers, &depth))
			return false;
	} while (depth > 0);

	scan_space(s);
	return s->at == s->length || scan_fail(s, s->at, "Extra data");
}

static struct problem *fault_problem(struct arena *a, const struct scan *s)
{
	size_t line = 1, column = 1, characters = 0;

	for (size_t i = 0; i < s->at; i++) {
		if (((unsigned char)s->text[i] & 0xC0) == 0x80)
			continue;
		characters++;
		column++;
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return problem_new(a, &PROBLEM_MALFORMED, "JSON parse error - %s: line %zu column %zu (char %zu)", s->fault, line,
	                   column, characters);
}

struct problem *json_strict(struct arena *a, const char *text, size_t length, const struct json_limits *limits)
{
	struct scan s = { .text = text, .length = length };

	if (length > limits->bytes)
		return problem_new(a, &PROBLEM_TOO_LARGE, NULL);
	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		return problem_new(a, &PROBLEM_MALFORMED, "JSON parse error - Unexpected byte order mark");
	if (length > 0 && !utf8_valid(text, length))
		return problem_new(a, &PROBLEM_MALFORMED, "JSON parse error - Invalid UTF-8");
	return scan_all(&s, limits) ? NULL : fault_problem(a, &s);
}

const char *json_after_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

static const char *after_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		at += *at == '\\';
	return at < end ? at + 1 : end;
}

/* A number, or true, false, null. */
static const char *after_word(const char *at, const char *end)
{
	while (at < end && !is_space(*at) && *at != ',' && *at != ']' && *at != '}')
		at++;
	return at;
}

const char *json_after_value(const char *at, const char *end)
{
	int depth = 0;

	do {
		if (at < end && *at == '"') {
			at = after_string(at, end);
			continue;
		}
		if (at < end && (*at == '{' || *at == '['))
			depth++;
		else if (at < end && (*at == '}' || *at == ']'))
			depth--;
		else if (depth == 0)
			return after_word(at, end);
		at++;
	} while (depth > 0 && at < end);
	return at;
}
