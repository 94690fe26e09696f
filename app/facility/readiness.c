/* readiness.c - a container's log against an image's regular expression.
 * Pure code: what a container writes is as untrusted as what a browser sends, so lines, matches and the work of the
 * regular expression are bounded. Contracts are in readiness.h. */
#include "app/facility/readiness.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/text.h"

/* Steps and memory of one match; a well-made pattern needs a few hundred steps on a line of 16 KiB. */
enum { MATCH_STEPS = 200000, MATCH_DEPTH = 10000, MATCH_HEAP_KIB = 4096 };

enum { STREAMS = 2 };

struct line {
	size_t length;
	char bytes[READINESS_LINE_MAX];
};

struct readiness {
	struct arena *arena;
	pcre2_code *code; /* NULL: the empty pattern */
	pcre2_match_data *data;
	pcre2_match_context *limits;
	const char *match;
	enum readiness_state state;
	struct line *lines[STREAMS];
};

static void release_code(void *code)
{
	pcre2_code_free(code);
}

static void release_data(void *data)
{
	pcre2_match_data_free(data);
}

static void release_limits(void *limits)
{
	pcre2_match_context_free(limits);
}

/* The compiled pattern, or NULL and why. */
static pcre2_code *compile(struct arena *a, const char *pattern, const char **why)
{
	const uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
	int error = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR words[120];
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, flags, &error, &at, NULL);

	if (code)
		return code;
	if (pcre2_get_error_message(error, words, sizeof(words)) < 0)
		words[0] = '\0';
	*why = arena_printf(a, "Not a regular expression: %s at offset %zu.", (const char *)words, (size_t)at);
	return NULL;
}

const char *readiness_pattern_check(struct arena *a, const char *text)
{
	const char *why = NULL;

	pcre2_code_free(compile(a, text, &why));
	return why;
}

struct problem *readiness_new(struct arena *a, const char *pattern, struct readiness **out)
{
	struct readiness *r = ARENA_NEW(a, struct readiness);
	const char *why = NULL;

	r->arena = a;
	r->match = "";
	for (int i = 0; i < STREAMS; i++)
		r->lines[i] = ARENA_NEW(a, struct line);
	if (*pattern) {
		r->code = compile(a, pattern, &why);
		if (!r->code)
			return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%s", why);
		arena_defer(a, release_code, r->code);
		r->data = pcre2_match_data_create_from_pattern(r->code, NULL);
		r->limits = pcre2_match_context_create(NULL);
		if (r->data)
			arena_defer(a, release_data, r->data);
		if (r->limits)
			arena_defer(a, release_limits, r->limits);
		if (!r->data || !r->limits)
			return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "no memory for a regular expression");
		pcre2_set_match_limit(r->limits, MATCH_STEPS);
		pcre2_set_depth_limit(r->limits, MATCH_DEPTH);
		pcre2_set_heap_limit(r->limits, MATCH_HEAP_KIB);
	}
	*out = r;
	return NULL;
}

static void keep_match(struct readiness *r, const char *line, int groups)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->data);
	int group = groups > 1 && at[2] != PCRE2_UNSET ? 1 : 0;
	PCRE2_SIZE from = at[2 * group], to = at[2 * group + 1];

	/* \K may put the start behind the end */
	if (to < from)
		to = from;
	if (to - from > READINESS_MATCH_MAX)
		to = from + READINESS_MATCH_MAX;
	r->match = arena_text_n(r->arena, line + from, to - from);
	r->state = READINESS_SEEN;
}

static void look_at(struct readiness *r, const struct line *line)
{
	int groups;

	if (line->length == 0 || r->state != READINESS_WAITING)
		return;
	groups = pcre2_match(r->code, (PCRE2_SPTR)line->bytes, line->length, 0, 0, r->data, r->limits);
	if (groups > 0)
		keep_match(r, line->bytes, groups);
	else if (groups != PCRE2_ERROR_NOMATCH)
		r->state = READINESS_TOO_HARD;
}

enum readiness_state readiness_take(struct readiness *r, int stream, const char *bytes, size_t n)
{
	struct line *line = r->lines[stream == 2 ? 1 : 0];

	if (!r->code)
		r->state = READINESS_SEEN;
	for (size_t i = 0; i < n && r->state == READINESS_WAITING; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r') {
			look_at(r, line);
			line->length = 0;
		} else if (line->length < sizeof(line->bytes)) {
			line->bytes[line->length++] = bytes[i];
		}
	}
	return r->state;
}

enum readiness_state readiness_pause(struct readiness *r)
{
	if (r->code)
		for (int i = 0; i < STREAMS; i++)
			look_at(r, r->lines[i]);
	return r->state;
}

const char *readiness_match(const struct readiness *r)
{
	return r->match;
}

const char *readiness_address(struct arena *a, const char *pattern, const char *match, const char *host, int64_t port)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%";
	struct buf b;

	if (!*match || text_equal(pattern, match))
		return NULL;
	buf_init(&b, a, 256 + 3 * READINESS_MATCH_MAX);
	buf_printf(&b, "http://%s%s%s:%lld/?", strchr(host, ':') ? "[" : "", host, strchr(host, ':') ? "]" : "",
	           (long long)port);
	for (const char *c = match; *c; c++) {
		if (strchr(plain, *c))
			buf_char(&b, *c);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)*c);
	}
	return buf_string(&b);
}

bool frames_feed(struct frames *f, const char *bytes, size_t n, frames_take *take, void *context)
{
	while (n > 0 && !f->broken) {
		size_t step;

		if (f->head_bytes < sizeof(f->head)) {
			f->head[f->head_bytes++] = (unsigned char)*bytes++;
			n--;
			if (f->head_bytes < sizeof(f->head))
				continue;
			f->left = (uint32_t)f->head[4] << 24 | (uint32_t)f->head[5] << 16 | (uint32_t)f->head[6] << 8 | f->head[7];
			f->broken = f->head[0] > 2 || f->head[1] || f->head[2] || f->head[3];
		} else {
			step = n < f->left ? n : f->left;
			if (!take(context, f->head[0], bytes, step))
				return false;
			bytes += step;
			n -= step;
			f->left -= (uint32_t)step;
		}
		if (f->left == 0)
			f->head_bytes = 0;
	}
	return !f->broken;
}

const char *protocol_port(const char *protocol)
{
	static const struct {
		const char *protocol, *port;
	} ports[] = { { "vnc", "5901/tcp" }, { "rdp", "3389/tcp" }, { "ssh", "22/tcp" } };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (text_equal_nocase(protocol, ports[i].protocol))
			return ports[i].port;
	return NULL;
}

const char *port_hook_check(struct arena *a, const char *text)
{
	const char *slash = strchr(text, '/');
	int64_t port;

	if (!*text)
		return NULL;
	if (slash && (text_equal(slash, "/tcp") || text_equal(slash, "/udp")) &&
	    num_read(arena_text_n(a, text, (size_t)(slash - text)), 1, 65535, &port))
		return NULL;
	return "A port such as 5901/tcp is required.";
}
