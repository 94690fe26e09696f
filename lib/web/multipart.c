/* multipart.c - multipart/form-data (RFC 7578) with plain fields. Its parts become urlencoded text, so that forms of both
 * kinds are read by one reader. Files are not taken by any route; a part with a file name is refused. */
#include "lib/web/inner.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

enum { PARTS_MOST = 1000, BOUNDARY_MOST = 200, PART_HEADERS_MOST = 2048 };

static struct problem *broken(struct arena *a, const char *why)
{
	return problem_new(a, &PROBLEM_MALFORMED, "Multipart form parse error - %s", why);
}

/* A parameter of a header line, quoted or not; NULL when it is not there. */
static const char *header_param(struct arena *a, const char *line, const char *name)
{
	const size_t n = strlen(name);

	for (const char *at = strchr(line, ';'); at; at = strchr(at, ';')) {
		at++;
		at += strspn(at, " \t");
		if (strncasecmp(at, name, n) != 0 || at[n] != '=')
			continue;
		at += n + 1;
		if (*at != '"')
			return arena_text_n(a, at, strcspn(at, "; \t"));

		char *value = arena_alloc(a, strlen(at));
		size_t length = 0;

		for (at++; *at && *at != '"'; at++) {
			if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
				at++;
			value[length++] = *at;
		}
		return value;
	}
	return NULL;
}

/* Django's rule: visible ASCII, blanks inside, at most 200 characters. */
static bool boundary_is_sane(const char *boundary)
{
	const size_t n = strlen(boundary);

	if (n == 0 || n > BOUNDARY_MOST || boundary[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++)
		if (boundary[i] < ' ' || boundary[i] > '~')
			return false;
	return true;
}

/* The headers of one part: its name. */
static struct problem *part_name(struct arena *a, const char *headers, size_t length, const char **out)
{
	const char *text = arena_text_n(a, headers, length);

	*out = NULL;
	for (const char *line = text; *line;) {
		const size_t n = strcspn(line, "\r\n");
		const char *one = arena_text_n(a, line, n);

		if (strncasecmp(one, "Content-Disposition:", 20) == 0) {
			*out = header_param(a, one, "name");
			if (header_param(a, one, "filename") || header_param(a, one, "filename*")) {
				struct problem *p = NULL;

				problem_field(a, &p, *out && utf8_valid(*out, strlen(*out)) ? *out : "non_field_errors",
				              "Not a valid string.");
				return p;
			}
		}
		line += n;
		line += strspn(line, "\r\n");
	}
	return NULL;
}

static void add_pair(struct buf *out, const char *name, const char *value, size_t length)
{
	if (out->length > 0)
		buf_char(out, '&');
	buf_percent(out, name, strlen(name));
	buf_char(out, '=');
	buf_percent(out, value, length);
}

/* One part between two delimiters: headers, an empty line, the value. */
static struct problem *part_read(struct arena *a, const char *part, size_t length, struct buf *out)
{
	const char *gap = memmem(part, length, "\r\n\r\n", 4);
	const char *name;

	if (length >= 2 && memcmp(part, "\r\n", 2) == 0)
		return NULL; /* no headers: nobody can tell what it is */
	if (!gap || gap - part > PART_HEADERS_MOST)
		return broken(a, "A part without headers");
	TRY(part_name(a, part, (size_t)(gap - part), &name));
	if (name)
		add_pair(out, name, gap + 4, length - (size_t)(gap + 4 - part));
	return NULL;
}

struct problem *multipart_read(struct arena *a, const char *type, const char *text, size_t length, struct buf *out)
{
	const char *boundary = header_param(a, type, "boundary");
	const char *end = text + length, *at, *delimiter;
	size_t n;

	if (!boundary)
		return broken(a, "Invalid boundary in multipart: None");
	if (!boundary_is_sane(boundary))
		return broken(a, "Invalid boundary in multipart");
	delimiter = arena_printf(a, "\r\n--%s", boundary);
	n = strlen(delimiter);
	/* the first delimiter may stand at the very beginning, without its line break */
	at = length >= n - 2 && memcmp(text, delimiter + 2, n - 2) == 0 ? text + n - 2 : memmem(text, length, delimiter, n);
	if (at && at > text + n - 2)
		at += n;
	for (int parts = 0; at; parts++) {
		const char *next;

		if (end - at >= 2 && memcmp(at, "--", 2) == 0)
			return NULL;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		if (end - at < 2 || memcmp(at, "\r\n", 2) != 0 || parts == PARTS_MOST)
			break;
		at += 2;
		/* an empty part: its line break is also the next delimiter's */
		next = memmem(at - 2, (size_t)(end - at) + 2, delimiter, n);
		if (!next)
			break;
		if (next >= at)
			TRY(part_read(a, at, (size_t)(next - at), out));
		at = next + n;
	}
	return broken(a, "The body does not end with its boundary");
}
