/* log.c - one key=value line per event, one write(2) per line; see log.h.
 *
 * A line is built on the stack: logging must work when memory does not. It stays within PIPE_BUF, so that lines of several
 * processes on one pipe do not mix; what does not fit is cut and the line then ends in cut=1. */
#include "lib/base/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/problem.h"
#include "lib/base/text.h"

#define VALUE_MOST 1500 /* bytes of one value before quoting */
static const char cut_mark[] = " cut=1";

const char *const log_level_names[LOG_LEVEL_N + 1] = { "debug", "info", "warn", "error", NULL };
static_assert(sizeof(log_level_names) / sizeof(log_level_names[0]) == LOG_LEVEL_N + 1, "a name for every level");

static struct {
	const char *app;
	const char *request;
	enum log_level threshold;
	int fd;
	char path[PATH_MAX]; /* "" while standard error is used */
} state = { .threshold = LOG_INFO, .fd = STDERR_FILENO };

/* True if the text may stand without quotes. "-" is what a missing text looks like. */
static bool is_bare(const char *text, size_t n)
{
	if (n == 0 || (n == 1 && text[0] == '-'))
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=')
			return false;
	}
	return true;
}

/* Quotes bytes that are not UTF-8: what is not ASCII becomes U+FFFD. */
static void add_dirty(struct buf *b, const char *text, size_t n)
{
	char clean[3 * VALUE_MOST + 1];
	struct buf made;

	buf_over(&made, clean, sizeof(clean));
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)text[i] < 0x80)
			buf_char(&made, text[i]);
		else
			buf_text(&made, "\uFFFD");
	}
	buf_json_string(b, made.data, made.length);
}

static void add_value(struct buf *b, const char *text)
{
	const bool long_text = strlen(text) > VALUE_MOST;
	char shortened[VALUE_MOST + 1];
	size_t n = strlen(text);

	if (long_text) {
		n = VALUE_MOST - strlen("…");
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) /* do not cut a character */
			n--;
		memcpy(shortened, text, n);
		memcpy(shortened + n, "…", sizeof("…"));
		text = shortened;
		n = strlen(shortened);
	}
	if (is_bare(text, n))
		buf_add(b, text, n);
	else if (utf8_valid(text, n))
		buf_json_string(b, text, n);
	else
		add_dirty(b, text, n);
}

/* One pair, or nothing of it and cut=1 later. */
static void add_pair(struct buf *b, const struct log_pair *pair)
{
	const size_t before = b->length;

	buf_char(b, ' ');
	buf_text(b, pair->key);
	buf_char(b, '=');
	if (!pair->is_text)
		buf_int(b, pair->number);
	else if (pair->text)
		add_value(b, pair->text);
	else
		buf_char(b, '-');
	if (b->full)
		b->data[b->length = before] = '\0';
}

static void write_line(const char *line, size_t n)
{
	ssize_t written;

	do
		written = write(state.fd, line, n);
	while (written < 0 && errno == EINTR);
	/* a log that cannot be written has nowhere to say so */
}

void log_write(enum log_level level, const char *event, const struct log_pair *pairs)
{
	char line[PIPE_BUF];
	struct buf b;

	if (level < state.threshold)
		return;
	buf_over(&b, line, sizeof(line) - sizeof(cut_mark)); /* leaves room for the mark and the line's end */
	buf_text(&b, "at=");
	instant_write(&b, clock_now(), true);
	add_pair(&b, &L_TEXT("level", log_level_names[level]));
	if (state.app)
		add_pair(&b, &L_TEXT("app", state.app));
	add_pair(&b, &L_TEXT("event", event));
	if (state.request)
		add_pair(&b, &L_TEXT("req", state.request));
	for (; pairs && pairs->key; pairs++)
		add_pair(&b, pairs);

	const bool cut = b.full;

	b.max = sizeof(line) - 1;
	b.room = sizeof(line);
	b.full = false;
	if (cut)
		buf_text(&b, cut_mark);
	buf_char(&b, '\n');
	write_line(b.data, b.length);
}

void log_problem(const struct problem *p)
{
	const enum log_level level = p->kind->status >= 500 ? LOG_ERROR : LOG_INFO;
	struct log_pair pairs[8];
	size_t n = 0;

	pairs[n++] = L_TEXT("code", p->kind->code);
	pairs[n++] = L_INT("status", p->kind->status);
	pairs[n++] = L_TEXT("detail", p->detail);
	if (p->fields) {
		pairs[n++] = L_TEXT("field", p->fields->field);
		pairs[n++] = L_TEXT("message", p->fields->message);
	}
	if (p->cause)
		pairs[n++] = L_TEXT("cause", p->cause);
	pairs[n] = (struct log_pair){ .key = NULL };
	log_write(level, "problem", pairs);
}

void log_app(const char *app)
{
	state.app = app;
}

void log_request(const char *request_id)
{
	state.request = request_id;
}

void log_threshold(enum log_level level)
{
	state.threshold = level;
}

int log_open(const char *path)
{
	const size_t n = strlen(path);

	if (n >= sizeof(state.path)) {
		errno = ENAMETOOLONG;
		return 0;
	}

	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);

	if (fd < 0)
		return 0;
	if (state.fd != STDERR_FILENO)
		close(state.fd);
	state.fd = fd;
	memmove(state.path, path, n + 1);
	return 1;
}

int log_reopen(void)
{
	return state.path[0] == '\0' || log_open(state.path);
}
