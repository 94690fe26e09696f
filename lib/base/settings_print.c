/* settings_print.c - the settings for people: as a file that could be read again, and as documentation. */
#include "lib/base/settings_value.h"

#include <string.h>

static const char preface[] =
	"# Settings\n\n"
	"Values come from the defaults, the settings file and the environment, later ones winning. In the file a setting\n"
	"stands in its section as `name = value`; in the environment it is called `PORTICO_<SECTION>_<NAME>` in capitals.\n"
	"A line that starts with `#` or `;` is a comment; a value is the rest of its line. A wrong value, an unknown name\n"
	"and a name given twice stop the start.\n\n";

/* What the environment calls it. */
static void print_variable(struct buf *b, const char *section, const char *name)
{
	buf_text(b, "PORTICO_");
	setting_capitals(b, section);
	buf_char(b, '_');
	setting_capitals(b, name);
}

/* # documentation, # what it takes, name = value */
static void print_setting(struct buf *b, const struct settings_section *section, const struct setting *s)
{
	const bool is_set = setting_is_set(s, section->conf);

	buf_printf(b, "\n# %s\n# ", s->doc);
	setting_range(b, s);
	if (s->initial)
		buf_printf(b, "; default: %s", *s->initial ? s->initial : "empty");
	buf_text(b, "; ");
	print_variable(b, section->name, s->name);
	buf_char(b, '\n');
	if (s->kind == SETTING_SECRET)
		buf_printf(b, "# is %s; better kept in a file of its own: %s_file = PATH\n", is_set ? "set" : "not set",
		           s->name);
	if (s->kind == SETTING_SECRET || !is_set)
		buf_char(b, '#'); /* read again, the line says nothing */
	buf_printf(b, "%s =", s->name);
	if (is_set) {
		buf_char(b, ' ');
		setting_show(b, s, section->conf);
	}
	buf_char(b, '\n');
}

/* A cell's text: a bar would end the cell. */
static void print_cell(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_char(b, '\\');
		buf_char(b, *text);
	}
}

static void print_row(struct buf *b, const struct setting *s)
{
	struct buf range;
	char room[1024];

	buf_over(&range, room, sizeof(room));
	setting_range(&range, s);
	buf_printf(b, "| `%s` | ", s->name);
	print_cell(b, buf_string(&range));
	if (s->initial && *s->initial) {
		buf_text(b, " | `");
		print_cell(b, s->initial);
		buf_text(b, "` | ");
	} else {
		buf_text(b, s->initial ? " | empty | " : " | not set | ");
	}
	print_cell(b, s->doc);
	if (s->kind == SETTING_SECRET)
		buf_printf(b, " (or `%s_file`: path of a file that only the program may read)", s->name);
	buf_text(b, " |\n");
}

static void print_section(struct buf *b, const struct settings_section *section, bool markdown)
{
	if (markdown)
		buf_printf(b, "## [%s]\n\n%s\n\n| Name | Takes | Default | Meaning |\n|---|---|---|---|\n", section->name,
		           section->doc);
	else
		buf_printf(b, "[%s]\n# %s\n", section->name, section->doc);
	for (const struct setting *s = section->table; s->name; s++) {
		if (markdown)
			print_row(b, s);
		else
			print_setting(b, section, s);
	}
}

void settings_print(struct buf *b, const struct settings_section *sections, size_t count, bool markdown)
{
	bool first = true;

	if (markdown)
		buf_text(b, preface);
	for (size_t i = 0; i < count; i++) {
		if (!sections[i].table || !sections[i].table[0].name)
			continue;
		if (!first)
			buf_char(b, '\n');
		first = false;
		print_section(b, &sections[i], markdown);
	}
}
