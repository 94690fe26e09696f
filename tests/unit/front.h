/* front.h - a front server made of text, and a small app behind lib/web, for the tests of lib/web.
 *
 * A request is a list of CGI variables and a body; ask() hands it to web_handle() and keeps what came back. */
#ifndef PORTICO_TESTS_FRONT_H
#define PORTICO_TESTS_FRONT_H

#include "lib/base/text.h"
#include "lib/web/inner.h"
#include "tests/unit/unit.h"

struct front {
	const char *variables[40]; /* name, value, name, value, …, NULL */
	const char *body;
	size_t body_length;
	size_t body_at;
	size_t piece;  /* the body comes in pieces of so many bytes; 0: at once */
	ssize_t stops; /* what a read at the body's end says: 0, TRANSPORT_CUT, TRANSPORT_LATE */
	bool deaf;     /* the client went away: writes fail */
	size_t variable_count, variable_bytes;
	char answer[1 << 20];
	size_t length;
};

__attribute__((unused)) static const char *front_variable(void *context, const char *name)
{
	const struct front *f = context;

	for (size_t i = 0; f->variables[i]; i += 2)
		if (strcmp(f->variables[i], name) == 0)
			return f->variables[i + 1];
	return NULL;
}

__attribute__((unused)) static ssize_t front_read(void *context, void *out, size_t n, int64_t wait_ms)
{
	struct front *f = context;
	size_t left = f->body_length - f->body_at;

	(void)wait_ms;
	if (left == 0)
		return f->stops;
	if (f->piece > 0 && n > f->piece)
		n = f->piece;
	if (n > left)
		n = left;
	memcpy(out, f->body + f->body_at, n);
	f->body_at += n;
	return (ssize_t)n;
}

__attribute__((unused)) static bool front_write(void *context, const void *bytes, size_t n)
{
	struct front *f = context;

	if (f->deaf || f->length + n >= sizeof(f->answer))
		return false;
	memcpy(f->answer + f->length, bytes, n);
	f->length += n;
	f->answer[f->length] = '\0';
	return true;
}

static struct front front;

/* Sends what `front` holds. */
__attribute__((unused)) static void front_send(void)
{
	struct transport t = {
		.context = &front,
		.variable = front_variable,
		.read = front_read,
		.write = front_write,
		.variable_count = front.variable_count,
		.variable_bytes = front.variable_bytes,
	};

	front.length = 0;
	front.answer[0] = '\0';
	front.body_at = 0;
	web_handle(&t);
}

/* ASK("GET", "/api/x/", "HTTP_ACCEPT", "text/html"): a request without a body; Host is localhost unless it is given. */
#define ASK(...) ask(NULL, (const char *const[]){ __VA_ARGS__, NULL })
/* SEND("{}", "POST", "/api/x/", "CONTENT_TYPE", "application/json"): one with a body; CONTENT_LENGTH is its own unless given. */
#define SEND(text, ...) ask((text), (const char *const[]){ __VA_ARGS__, NULL })

__attribute__((unused)) static void ask(const char *body, const char *const *words)
{
	static char digits[24];
	size_t n = 0;

	memset(front.variables, 0, sizeof(front.variables));
	front.body = body ? body : "";
	front.body_length = strlen(front.body);
	front.variables[n++] = "REQUEST_METHOD";
	front.variables[n++] = words[0];
	front.variables[n++] = "REQUEST_URI";
	front.variables[n++] = words[1];
	for (size_t i = 2; words[i]; i++)
		front.variables[n++] = words[i];
	front.variables[n++] = "HTTP_HOST";
	front.variables[n++] = "localhost";
	front.variables[n++] = "REMOTE_ADDR";
	front.variables[n++] = "127.0.0.1";
	front.variables[n++] = "CONTENT_LENGTH";
	snprintf(digits, sizeof(digits), "%zu", front.body_length);
	front.variables[n++] = body ? digits : "";
	front_send();
}

__attribute__((unused)) static int answer_status(void)
{
	char digits[4] = "";
	int64_t status = -1;

	if (strncmp(front.answer, "Status: ", 8) == 0)
		memcpy(digits, front.answer + 8, 3);
	return num_read(digits, 100, 599, &status) ? (int)status : -1;
}

__attribute__((unused)) static const char *answer_body(void)
{
	const char *gap = strstr(front.answer, "\r\n\r\n");

	return gap ? gap + 4 : "(no answer)";
}

/* The value of the first header of that name, or NULL. */
__attribute__((unused)) static const char *answer_header(const char *name)
{
	static char value[4096];
	const char *end = strstr(front.answer, "\r\n\r\n");
	size_t n = strlen(name);

	for (const char *line = front.answer; line && line < end; line = strstr(line, "\r\n") + 2)
		if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
			snprintf(value, sizeof(value), "%.*s", (int)(strstr(line, "\r\n") - line - (ptrdiff_t)n - 2), line + n + 2);
			return value;
		}
	return NULL;
}

#define assert_status(wanted)                                                            \
	do {                                                                                 \
		if (answer_status() != (wanted))                                                 \
			fail_msg("status %d, not %d:\n%s", answer_status(), (wanted), front.answer); \
	} while (0)
#define assert_header(name, wanted)                \
	do {                                           \
		const char *header_ = answer_header(name); \
		assert_non_null(header_);                  \
		assert_string_equal(header_, wanted);      \
	} while (0)
#define assert_no_header(name) assert_null(answer_header(name))
/* Header names a cookie that begins so. */
#define assert_cookie(beginning) assert_contains(front.answer, "Set-Cookie: " beginning)

/* Starts lib/web once more with these apps and default settings. */
__attribute__((unused)) static void front_start(const struct mount *mounts)
{
	static struct arena *of_process;
	static struct process process;

	arena_free(of_process);
	of_process = arena_new();
	process = (struct process){ .arena = of_process, .name = "test" };
	web_conf = (struct web_conf){ .body_bytes = 1 << 20, .request_s = 20, .hsts = true, .api_prefix = "/api" };
	memset(&front, 0, sizeof(front));
	assert_fine(web_start(&process, mounts, NULL));
}

#endif
