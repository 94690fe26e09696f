/* settings.h - what an admin may set, as tables.
 *
 * A section is a table of settings and the struct they fill. Values come from, later ones winning:
 * the default, the INI file (read by inih), the environment as PORTICO_<SECTION>_<NAME>. A secret may also be given as
 * the path of a file that holds it (`name_file = …`, PORTICO_<SECTION>_<NAME>_FILE); such a file must not be
 * readable by others. A wrong value, an unknown section or an unknown name is a problem (PROBLEM_SETTINGS) that
 * names the setting, the value (never a secret's) and what would be right. */
#ifndef PORTICO_BASE_SETTINGS_H
#define PORTICO_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

enum setting_kind {
	SETTING_TEXT,   /* const char *; default NULL or text */
	SETTING_SECRET, /* const char *; prints as *** */
	SETTING_INT,    /* int64_t in min..max */
	SETTING_BOOL,   /* bool: yes no true false on off 1 0 */
	SETTING_SIZE,   /* int64_t bytes: 3G */
	SETTING_CHOICE, /* int, one of `names` */
	SETTING_LIST,   /* struct texts: items parted by commas or blanks; items with blanks by commas only */
	SETTING_N
};

struct setting {
	const char *name;
	enum setting_kind kind;
	size_t offset;
	const char *initial;      /* the default, as it would stand in the file; NULL: not set */
	int64_t min, max;         /* INT, SIZE */
	const char *const *names; /* CHOICE */
	/* A further rule: NULL when fine, else what would be right. Called with the text that was given. */
	const char *(*check)(struct arena *a, const char *text);
	const char *doc; /* one line; a setting without it fails a test */
};

/* clang-format off */
/* The type of the member is checked by a comparison that is never run. */
#define SETTING_IS(type, member, want) (0 * sizeof(((want *)0) == (&((type *)0)->member)))
#define SET_TEXT(type, member, initial_, words, ...)                                          \
	{ #member, SETTING_TEXT, offsetof(type, member) + SETTING_IS(type, member, const char *), \
	  .initial = (initial_), .doc = (words) __VA_OPT__(,) __VA_ARGS__ }
#define SET_SECRET(type, member, words)                                                         \
	{ #member, SETTING_SECRET, offsetof(type, member) + SETTING_IS(type, member, const char *), \
	  .doc = (words) }
#define SET_INT(type, member, initial_, lo, hi, words)                                   \
	{ #member, SETTING_INT, offsetof(type, member) + SETTING_IS(type, member, int64_t),  \
	  .initial = #initial_, .min = (lo), .max = (hi), .doc = (words) }
#define SET_BOOL(type, member, initial_, words)                                        \
	{ #member, SETTING_BOOL, offsetof(type, member) + SETTING_IS(type, member, bool),  \
	  .initial = (initial_) ? "yes" : "no", .doc = (words) }
#define SET_SIZE(type, member, initial_, lo, hi, words)                                   \
	{ #member, SETTING_SIZE, offsetof(type, member) + SETTING_IS(type, member, int64_t),  \
	  .initial = (initial_), .min = (lo), .max = (hi), .doc = (words) }
#define SET_CHOICE(type, member, initial_, table, words)                               \
	{ #member, SETTING_CHOICE, offsetof(type, member) + SETTING_IS(type, member, int), \
	  .initial = (initial_), .names = (table), .doc = (words) }
#define SET_LIST(type, member, initial_, words, ...)                                            \
	{ #member, SETTING_LIST, offsetof(type, member) + SETTING_IS(type, member, struct texts),  \
	  .initial = (initial_), .doc = (words) __VA_OPT__(,) __VA_ARGS__ }
#define SETTING_END { .name = NULL }
/* clang-format on */

struct settings_section {
	const char *name; /* [facility] */
	const char *doc;
	const struct setting *table;
	void *conf; /* the struct the table describes */
};

/* Fills every section's struct. `path` NULL: no file, defaults and environment only. Texts live in `a`, which
 * belongs to the process. All problems of a file are reported together in the cause and fields. */
struct problem *settings_load(struct arena *a, const char *path, const struct settings_section *sections, size_t count)
	MUST_CHECK;

/* Every setting with value, default, range and documentation: as text for people, or as the Markdown of
 * doc/settings.md (which then shows defaults only, no values). Secrets print as ***. */
void settings_print(struct buf *b, const struct settings_section *sections, size_t count, bool markdown);

/* The whole content of a file of secrets, trimmed: at most 64 KiB, a regular file, mode without group and other
 * bits (defect 24: 0400 or 0600). */
struct problem *secret_read(struct arena *a, const char *path, const char **out) MUST_CHECK;

#endif
