/* settings.c - filling the settings from defaults, file and environment; see settings.h.
 *
 * First it is gathered what was given for each setting and where; then every setting is stored once. Nothing stops at the
 * first mistake: an admin sees all of them together. */
#include "lib/base/settings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "lib/base/settings_value.h"
#include "lib/base/text.h"

#define FILE_BYTES_MOST ((size_t)1024 * 1024)
#define LINE_MOST 8192 /* bytes; a list of many items still fits */

/* Where a value comes from; later sources win. */
enum source { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, SOURCE_N };

/* What one source gave for one setting. */
struct given {
	const char *value; /* name = value */
	const char *path;  /* name_file = path, for secrets */
	const char *where; /* "portico.ini line 3", "PORTICO_A_B" */
};

struct place {
	const struct settings_section *section;
	const struct setting *setting;
	struct given given[SOURCE_N];
};

struct loading {
	struct arena *arena;
	const struct settings_section *sections;
	size_t section_count;
	struct place *places;
	size_t place_count;
	struct problem *problem;
	size_t mistakes;

	/* of the file */
	const char *path;
	bool others_may_read;
	const char *rest; /* text not read yet */
	int line;         /* number of the line handed out last */
	const char *last_unknown_section;
};

extern char **environ;

/* ---- mistakes ---- */

__attribute__((format(printf, 3, 4))) static void mistake(struct loading *l, const char *name, const char *format, ...)
{
	va_list args;

	if (!l->problem)
		l->problem = problem_new(l->arena, &PROBLEM_SETTINGS, NULL);
	va_start(args, format);
	problem_field(l->arena, &l->problem, name, "%s", arena_vprintf(l->arena, format, args));
	va_end(args);
	l->mistakes++;
}

/* Detail and cause from the collected fields. */
static struct problem *outcome(struct loading *l)
{
	struct buf cause;

	if (!l->problem)
		return NULL;
	buf_init(&cause, l->arena, 64 * 1024);
	for (const struct field_error *e = l->problem->fields; e; e = e->next)
		buf_printf(&cause, "%s%s: %s", e == l->problem->fields ? "" : "; ", e->field, e->message);
	l->problem->cause = buf_string(&cause);
	l->problem->detail =
		l->mistakes == 1 ? "A setting is wrong." : arena_printf(l->arena, "%zu settings are wrong.", l->mistakes);
	return l->problem;
}

static const char *file_place(struct loading *l)
{
	return arena_printf(l->arena, "%s line %d", l->path, l->line);
}

/* ---- names ---- */

static const struct settings_section *section_find(const struct loading *l, const char *name)
{
	for (size_t i = 0; i < l->section_count; i++)
		if (text_equal(l->sections[i].name, name))
			return &l->sections[i];
	return NULL;
}

/* The setting called `name` in a section, or the secret whose file it names (*is_file). */
static struct place *place_find(struct loading *l, const char *section, const char *name, bool *is_file)
{
	for (size_t i = 0; i < l->place_count; i++) {
		struct place *p = &l->places[i];
		const size_t n = strlen(p->setting->name);

		if (!text_equal(p->section->name, section) || !text_starts(name, p->setting->name))
			continue;
		*is_file = p->setting->kind == SETTING_SECRET && text_equal(name + n, "_file");
		if (*is_file || name[n] == '\0')
			return p;
	}
	return NULL;
}

/* "; did you mean X?" or what else may help, or "". */
static const char *section_hint(const struct loading *l, const char *wrong)
{
	const char **names = ARENA_ARRAY(l->arena, const char *, l->section_count + 1);

	for (size_t i = 0; i < l->section_count; i++)
		names[i] = l->sections[i].name;

	const char *meant = text_nearest(wrong, names);

	return meant ? arena_printf(l->arena, "; did you mean [%s]?", meant) : "";
}

static const char *name_hint(const struct loading *l, const char *section, const char *wrong)
{
	const char **names = ARENA_ARRAY(l->arena, const char *, 2 * l->place_count + 1);
	const char *elsewhere = NULL;
	size_t n = 0;

	for (size_t i = 0; i < l->place_count; i++) {
		const struct place *p = &l->places[i];

		if (!text_equal(p->section->name, section)) {
			if (text_equal(p->setting->name, wrong))
				elsewhere = p->section->name;
			continue;
		}
		names[n++] = p->setting->name;
		if (p->setting->kind == SETTING_SECRET)
			names[n++] = arena_printf(l->arena, "%s_file", p->setting->name);
	}

	const char *meant = text_nearest(wrong, names);

	if (meant)
		return arena_printf(l->arena, "; did you mean %s?", meant);
	return elsewhere ? arena_printf(l->arena, "; it belongs in [%s]", elsewhere) : "";
}

/* ---- the file ---- */

/* Keeps what one source gave; the same name twice in one source is a mistake, and so is a secret as value and as file. */
static void keep(struct loading *l, struct place *p, enum source source, bool is_file, const char *value,
                 const char *where)
{
	struct given *g = &p->given[source];

	if (g->where) {
		mistake(l, arena_printf(l->arena, "%s.%s", p->section->name, p->setting->name), "is given twice (%s and %s)",
		        g->where, where);
		return;
	}
	g->where = where;
	if (is_file)
		g->path = arena_text(l->arena, value);
	else
		g->value = arena_text(l->arena, value);
}

/* For inih: each line with a name. Never 0, which would mean that the line could not be read. */
static int file_entry(void *user, const char *section, const char *name, const char *value)
{
	struct loading *l = user;
	const char *full = arena_printf(l->arena, "%s.%s", section, name);
	bool is_file = false;

	if (!*section) {
		mistake(l, name, "stands before the first [section] (%s)", file_place(l));
		return 1;
	}
	if (!section_find(l, section)) {
		if (!text_equal(l->last_unknown_section, section)) /* once, not for each name in it */
			mistake(l, section, "is no section%s (%s)", section_hint(l, section), file_place(l));
		l->last_unknown_section = arena_text(l->arena, section);
		return 1;
	}

	struct place *p = place_find(l, section, name, &is_file);

	if (!p)
		mistake(l, full, "is no setting%s (%s)", name_hint(l, section, name), file_place(l));
	else if (!value)
		mistake(l, full, "has no value: write %s = … (%s)", name, file_place(l));
	else
		keep(l, p, FROM_FILE, is_file, value, file_place(l));
	return 1;
}

/* For inih: the next line, counted, as fgets() would give it. A line that is too long counts as empty. */
static char *file_line(char *out, int room, void *stream)
{
	struct loading *l = stream;
	const size_t n = strcspn(l->rest, "\n");

	if (!*l->rest)
		return NULL;
	l->line++;
	if (room < 2 || n >= (size_t)room - 1) {
		mistake(l, l->path, "line %d is longer than %d bytes", l->line, LINE_MOST);
		out[0] = '\0';
	} else {
		memcpy(out, l->rest, n);
		out[n] = '\0';
	}
	l->rest += n + (l->rest[n] != '\0');
	return out;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* The file's text, or NULL after a mistake. */
static const char *file_text(struct loading *l)
{
	AUTO(fd_close) int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n = 1;

	if (fd < 0 || fstat(fd, &st) < 0) {
		mistake(l, l->path, "cannot be read: %s", strerror(errno));
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		mistake(l, l->path, "is not a regular file");
		return NULL;
	}
	l->others_may_read = (st.st_mode & S_IROTH) != 0;
	if (st.st_size > (off_t)FILE_BYTES_MOST) {
		mistake(l, l->path, "is larger than 1 MiB");
		return NULL;
	}

	const size_t size = (size_t)st.st_size;
	char *text = arena_alloc(l->arena, size + 1);
	size_t length = 0;

	while (length < size && n != 0) {
		n = read(fd, text + length, size - length);
		if (n < 0 && errno != EINTR) {
			mistake(l, l->path, "cannot be read: %s", strerror(errno));
			return NULL;
		}
		length += n > 0 ? (size_t)n : 0;
	}
	if (!utf8_valid(text, length)) {
		mistake(l, l->path, "is not UTF-8 text");
		return NULL;
	}
	return text;
}

static void gather_file(struct loading *l)
{
	l->rest = file_text(l);
	if (!l->rest)
		return;
	/* inih's rules are variables of the process in Debian's build of it */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false; /* a password may hold " ;" */
	ini_allow_no_value = true;         /* so that it is we who complain, for every such line */
	ini_use_stack = false;
	ini_allow_realloc = false;
	ini_initial_alloc = LINE_MOST;
	ini_max_line = LINE_MOST;

	const int wrong_line = ini_parse_stream(file_line, l, file_entry, l);

	if (wrong_line > 0)
		mistake(l, l->path, "line %d is neither [section] nor name = value", wrong_line);
	else if (wrong_line < 0)
		mistake(l, l->path, "cannot be read: out of memory");
}

/* ---- the environment ---- */

/* SECTION_NAME, or SECTION_ for an empty name. */
static const char *capitals(struct loading *l, const char *section, const char *name)
{
	struct buf out;

	buf_init(&out, l->arena, 1024);
	setting_capitals(&out, section);
	buf_char(&out, '_');
	setting_capitals(&out, name);
	return buf_string(&out);
}

/* "name" from "NAME", for suggestions. */
static const char *small(struct loading *l, const char *name)
{
	char *out = arena_text(l->arena, name);

	for (char *c = out; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return out;
}

/* PORTICO_SECTION_NAME=value, cut after the `=`. Variables of no section of ours are somebody else's. */
static void gather_variable(struct loading *l, const char *variable, const char *value)
{
	const char *words = variable + strlen("PORTICO_");
	const struct settings_section *section = NULL;
	size_t section_length = 0;

	for (size_t i = 0; i < l->place_count; i++) {
		struct place *p = &l->places[i];
		const char *name = capitals(l, p->section->name, p->setting->name);
		const bool is_value = text_equal(words, name);
		const bool is_file =
			p->setting->kind == SETTING_SECRET && text_equal(words, arena_printf(l->arena, "%s_FILE", name));

		if (!is_value && !is_file)
			continue;
		if (!utf8_valid(value, strlen(value)))
			mistake(l, variable, "is not UTF-8 text");
		else
			keep(l, p, FROM_ENVIRONMENT, is_file, value, variable);
		return;
	}
	for (size_t i = 0; i < l->section_count; i++) {
		const char *prefix = capitals(l, l->sections[i].name, "");

		if (text_starts(words, prefix) && strlen(prefix) > section_length) {
			section = &l->sections[i];
			section_length = strlen(prefix);
		}
	}
	if (section)
		mistake(l, variable, "is no setting of [%s]%s", section->name,
		        name_hint(l, section->name, small(l, words + section_length)));
}

static void gather_environment(struct loading *l)
{
	for (char **entry = environ; *entry; entry++) {
		const size_t n = strcspn(*entry, "=");

		if (!text_starts(*entry, "PORTICO_") || (*entry)[n] == '\0')
			continue;

		const char *variable = arena_text_n(l->arena, *entry, n);

		if (!text_equal(variable, "PORTICO_CONFIG"))
			gather_variable(l, variable, *entry + n + 1);
	}
}

/* ---- storing ---- */

/* The source that counts for a setting. */
static const struct given *given_last(const struct place *p)
{
	enum source s = FROM_ENVIRONMENT;

	while (s > FROM_DEFAULT && !p->given[s].where)
		s--;
	return &p->given[s];
}

static void store(struct loading *l, struct place *p)
{
	const char *name = arena_printf(l->arena, "%s.%s", p->section->name, p->setting->name);
	const struct given *given = given_last(p);
	const bool secret = p->setting->kind == SETTING_SECRET;
	const char *text = given->value;

	if (given->path && *given->path) {
		struct problem *unread = secret_read(l->arena, given->path, &text);

		if (unread) {
			mistake(l, name, "%s (%s)", unread->cause, given->where);
			return;
		}
	} else if (secret && given == &p->given[FROM_FILE] && l->others_may_read && text && *text) {
		mistake(l, name, "is a secret in a file that everybody may read: chmod o-r %s, or use %s_file = PATH (%s)",
		        l->path, p->setting->name, given->where);
		return;
	}

	setting_unset(p->setting, p->section->conf);
	if (!text)
		return;

	const char *wrong = setting_apply(l->arena, p->setting, text, p->section->conf);

	assert(!wrong || given != &p->given[FROM_DEFAULT]); /* the table's own default must be fine */
	if (wrong && secret)
		mistake(l, name, "%s (%s)", wrong, given->where);
	else if (wrong)
		mistake(l, name, "%s, not \"%.*s\" (%s)", wrong, (int)utf8_cut(text, 100), text, given->where);
}

/* One place for each setting of all sections, holding its default. */
static void places_make(struct loading *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->section_count; i++)
		for (const struct setting *s = l->sections[i].table; s && s->name; s++)
			n++;
	l->places = ARENA_ARRAY(l->arena, struct place, n);
	for (size_t i = 0; i < l->section_count; i++)
		for (const struct setting *s = l->sections[i].table; s && s->name; s++) {
			assert(s->doc && *s->doc);
			l->places[l->place_count++] = (struct place){
				.section = &l->sections[i],
				.setting = s,
				.given[FROM_DEFAULT] = { .value = s->initial, .where = "default" },
			};
		}
}

struct problem *settings_load(struct arena *a, const char *path, const struct settings_section *sections, size_t count)
{
	struct loading l = { .arena = a, .sections = sections, .section_count = count, .path = path };

	places_make(&l);
	if (path)
		gather_file(&l);
	gather_environment(&l);
	for (size_t i = 0; i < l.place_count; i++)
		store(&l, &l.places[i]);
	return outcome(&l);
}
