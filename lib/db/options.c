/* options.c - what the program itself must know of a MariaDB option file; Connector/C reads the rest of it.
 * Only plain `name = value` lines of the client sections matter here; quotes around a value are taken off, as
 * MariaDB's tools do. */
#include "lib/db/internal.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/text.h"

struct reading {
	struct arena *arena;
	struct db_options options;
	FILE *file;
	bool line_too_long;
};

/* clang-format off */
static const char *const sections[] = { "client", "client-server", "client-mariadb", NULL };

static const struct {
	const char *name;
	size_t offset;
} names[] = {
	{ "host",     offsetof(struct db_options, host)     },
	{ "port",     offsetof(struct db_options, port)     },
	{ "socket",   offsetof(struct db_options, socket)   },
	{ "user",     offsetof(struct db_options, user)     },
	{ "database", offsetof(struct db_options, database) },
};
/* clang-format on */

/* inih cuts a line that is longer than its buffer into two; that must not pass unseen. */
static char *read_line(char *to, int room, void *stream)
{
	struct reading *r = stream;

	if (!fgets(to, room, r->file))
		return NULL;
	size_t n = strlen(to);
	if (n + 1 == (size_t)room && to[n - 1] != '\n' && to[0] != '#' && to[0] != ';')
		r->line_too_long = true;
	return to;
}

static char *unquoted(struct arena *a, const char *value)
{
	size_t n = strlen(value);

	if (n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n - 1] == value[0])
		return arena_text_n(a, value + 1, n - 2);
	return arena_text(a, value);
}

static int take(void *context, const char *section, const char *name, const char *value)
{
	struct reading *r = context;

	for (size_t s = 0; sections[s]; s++) {
		if (!text_equal(section, sections[s]))
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (text_equal(name, names[i].name))
				*(const char **)((char *)&r->options + names[i].offset) = unquoted(r->arena, value);
	}
	return 1;
}

/* It holds a password, as the files that secret_read() takes. */
static struct problem *private_check(struct arena *a, const char *path, FILE *file)
{
	struct stat st;

	if (fstat(fileno(file), &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return NULL;
	return problem_new(a, &PROBLEM_SETTINGS, "database option file %s is open to others (mode %04o): chmod 0600 it",
	                   path, (unsigned)st.st_mode & 07777);
}

struct problem *option_file_read(struct arena *a, const char *path, struct db_options *out)
{
	struct reading r = { .arena = a };
	struct problem *p;

	if (path) {
		r.file = fopen(path, "re");
		if (!r.file)
			return problem_because(problem_new(a, &PROBLEM_SETTINGS, "database option file %s: %s", path,
			                                   strerror(errno)),
			                       "%s", strerror(errno));
		p = private_check(a, path, r.file);
		if (p) {
			fclose(r.file);
			return p;
		}
		/* a line without `=` (such as a bare `ssl`) is an error to inih and none to MariaDB */
		(void)ini_parse_stream(read_line, &r, take, &r);
		fclose(r.file);
	}
	if (r.line_too_long)
		return problem_new(a, &PROBLEM_SETTINGS, "database option file %s: a line is longer than 198 bytes", path);
	r.options.file = arena_text(a, path);
	*out = r.options;
	return NULL;
}

/* One of the hosts; the text is ours to cut. */
static bool host_read(char *text, struct db_host *out)
{
	char *colon = strrchr(text, ':');
	int64_t port = 0;

	if (text[0] == '[') { /* an IPv6 address */
		char *end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		colon = end[1] ? end + 1 : NULL;
		*end = '\0';
		text++;
	} else if (colon && strchr(text, ':') != colon) {
		colon = NULL; /* an IPv6 address without a port */
	}
	if (colon) {
		*colon = '\0';
		if (!num_read(colon + 1, 1, 65535, &port))
			return false;
	}
	*out = (struct db_host){ .name = text, .port = (unsigned)port };
	return text[0] != '\0';
}

struct problem *hosts_read(struct arena *a, const char *text, struct db_host **out, size_t *count)
{
	size_t n = 1;
	for (const char *c = text ? text : ""; *c; c++)
		n += *c == ',';
	struct db_host *hosts = ARENA_ARRAY(a, struct db_host, n);
	size_t used = 0;

	for (const char *from = text; from;) {
		size_t length = strcspn(from, ",");
		char *one = text_trim(a, arena_text_n(a, from, length));
		if (one[0] && !host_read(one, &hosts[used++]))
			return problem_new(a, &PROBLEM_SETTINGS, "database host \"%.100s\" is not NAME or NAME:PORT", text);
		from = from[length] ? from + length + 1 : NULL;
	}
	*out = hosts;
	*count = used ? used : 1; /* none named: the zeroed first one */
	return NULL;
}
