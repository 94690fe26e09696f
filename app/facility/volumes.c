/* volumes.c - which host folders a resource sees: reads a session's map, keeps it below the roots, adds the site's folders.
 * Pure code, no I/O. Contracts are in volumes.h. */
#include "app/facility/volumes.h"

#include <stdarg.h>
#include <string.h>

#include "app/facility/conf.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/json/json.h"

#define FIELD_NAME "data_set_path"
#define PATH_MOST 4096 /* bytes of a path: Linux's PATH_MAX */
#define VOLUMES_MOST 64

/* clang-format off */
static const struct field volume_fields[] = {
	FIELD(struct volume, host,      REQUIRED | NO_TRIM, 1, PATH_MOST, "folder of the engine's host"),
	FIELD(struct volume, container, REQUIRED | NO_TRIM, 1, PATH_MOST, "where it appears"),
	FIELD(struct volume, writable,  REQUIRED, 0, 1, "may be written to"),
	FIELD_END,
};
const struct shape volume_shape = SHAPE("Volume", struct volume, volume_fields);
/* clang-format on */

/* Absolute and normalized: no empty segment, `.` or `..`; no `:`, which parts a bind, and no control character. One
 * slash at the end is allowed, as the facility's own maps have it. */
static bool path_is_plain(const char *path)
{
	size_t n = strlen(path);

	if (path[0] != '/' || n >= PATH_MOST)
		return false;
	for (const char *c = path; *c; c++)
		if (*c == ':' || (unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	for (const char *segment = path + 1; *segment;) {
		size_t length = strcspn(segment, "/");

		if (length == 0 || (length == 1 && segment[0] == '.') ||
		    (length == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
		segment += length;
		if (*segment == '/')
			segment++;
	}
	return true;
}

/* Without the slash at the end. */
static char *path_plain(struct arena *a, const char *path)
{
	size_t n = strlen(path);

	return arena_text_n(a, path, n > 1 && path[n - 1] == '/' ? n - 1 : n);
}

static bool path_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	while (n > 1 && root[n - 1] == '/')
		n--;
	return strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0') && n > 1;
}

static bool path_below_roots(const char *path)
{
	for (size_t i = 0; i < facility_conf.data_roots.count; i++)
		if (path_below(path, facility_conf.data_roots.items[i]))
			return true;
	return false;
}

static struct problem *wrong(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct problem *wrong(struct arena *a, const char *format, ...)
{
	struct problem *p = NULL;
	va_list args;

	va_start(args, format);
	problem_field(a, &p, FIELD_NAME, "%s", arena_vprintf(a, format, args));
	va_end(args);
	return p;
}

/* ---- the map: {"/host": {"bind": "/path", "mode": "ro"}}, quotes of either kind ---- */

struct reader {
	struct arena *arena;
	const char *at;
};

static void skip_blanks(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
		r->at++;
}

static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

/* A string in ' or ". Inside, a backslash takes the next character as it is; JSON's \/ \\ \" and Python's \' are all that a
 * path needs, other escapes are refused rather than guessed. NULL when there is no such string. */
static char *take_string(struct reader *r)
{
	struct buf b;
	char quote;

	skip_blanks(r);
	quote = *r->at;
	if (quote != '\'' && quote != '"')
		return NULL;
	buf_init(&b, r->arena, PATH_MOST);
	for (r->at++; *r->at != quote; r->at++) {
		if (*r->at == '\0')
			return NULL;
		if (*r->at == '\\') {
			r->at++;
			if (!strchr("/\\\"'", *r->at) || *r->at == '\0')
				return NULL;
		}
		buf_char(&b, *r->at);
	}
	r->at++;
	return b.full ? NULL : arena_text(r->arena, buf_string(&b));
}

/* {"bind": "/path", "mode": "ro"} */
static bool take_target(struct reader *r, const char **bind, const char **mode)
{
	*bind = *mode = NULL;
	if (!take(r, '{'))
		return false;
	do {
		const char *key = take_string(r);
		const char **value = !key ? NULL : text_equal(key, "bind") ? bind : text_equal(key, "mode") ? mode : NULL;

		if (!value || *value || !take(r, ':'))
			return false;
		*value = take_string(r);
		if (!*value)
			return false;
	} while (take(r, ','));
	return take(r, '}') && *bind && *mode;
}

void volumes_settle(struct arena *a)
{
	facility_conf.datasets_root = path_plain(a, facility_conf.datasets_root);
	facility_conf.output_root = path_plain(a, facility_conf.output_root);
}

/* Puts a volume into the list, over an earlier one of the same host path. */
static struct problem *volume_put(struct arena *a, struct list *list, struct volume v)
{
	struct volume *volumes = list->items;

	for (size_t i = 0; i < list->count; i++) {
		if (text_equal(volumes[i].host, v.host)) {
			volumes[i] = v;
			return NULL;
		}
	}
	if (list->count == VOLUMES_MOST)
		return wrong(a, "At most %d folders can be mounted.", VOLUMES_MOST);
	volumes[list->count++] = v;
	return NULL;
}

static struct problem *volume_of_map(struct arena *a, const char *host, const char *bind, const char *mode,
                                     struct volume *out)
{
	bool writable = text_equal(mode, "rw");

	if (!writable && !text_equal(mode, "ro"))
		return wrong(a, "The mode of %s must be ro or rw.", host);
	if (!path_is_plain(host))
		return wrong(a, "%s is not an absolute, normalized path.", host);
	if (!path_is_plain(bind))
		return wrong(a, "%s is not an absolute, normalized path.", bind);
	out->host = path_plain(a, host);
	out->container =
		path_plain(a,
	               arena_printf(a, "%s%s", writable ? facility_conf.output_root : facility_conf.datasets_root, bind));
	out->writable = writable;
	if (!path_below_roots(out->host))
		return wrong(a, "%s lies below none of the folders that may be mounted.", host);
	return NULL;
}

static struct problem *map_read(struct arena *a, const char *text, struct list *out)
{
	struct reader r = { a, text };
	const char *host, *bind, *mode;

	if (!take(&r, '{'))
		return wrong(a, "A map such as {\"/data/p1\": {\"bind\": \"/p1\", \"mode\": \"ro\"}} is required.");
	if (take(&r, '}'))
		return NULL;
	do {
		struct volume v;

		host = take_string(&r);
		if (!host || !take(&r, ':') || !take_target(&r, &bind, &mode))
			return wrong(a, "The map cannot be read at \"%s\".", arena_text_n(a, r.at, utf8_cut(r.at, 20)));
		TRY(volume_of_map(a, host, bind, mode, &v));
		TRY(volume_put(a, out, v));
	} while (take(&r, ','));
	if (!take(&r, '}'))
		return wrong(a, "The map cannot be read at \"%s\".", arena_text_n(a, r.at, utf8_cut(r.at, 20)));
	skip_blanks(&r);
	return *r.at ? wrong(a, "The map is followed by \"%s\".", arena_text_n(a, r.at, utf8_cut(r.at, 20))) : NULL;
}

/* Two folders cannot appear at one place: the engine would refuse each launch. */
static struct problem *places_check(struct arena *a, const struct list *list)
{
	const struct volume *volumes = list->items;

	for (size_t i = 0; i < list->count; i++)
		for (size_t n = i + 1; n < list->count; n++)
			if (text_equal(volumes[i].container, volumes[n].container))
				return wrong(a, "%s and %s would both be mounted at %s.", volumes[i].host, volumes[n].host,
				             volumes[i].container);
	return NULL;
}

static struct list volumes_empty(struct arena *a)
{
	return (struct list){ ARENA_ARRAY(a, struct volume, VOLUMES_MOST), 0 };
}

struct problem *volumes_read(struct arena *a, const char *data_set_path, struct list *out)
{
	struct list list = volumes_empty(a);

	TRY(map_read(a, data_set_path, &list));
	TRY(places_check(a, &list));
	*out = list;
	return NULL;
}

/* ---- what is mounted besides ---- */

/* source:target:mode */
static bool entry_read(struct arena *a, const char *text, struct volume *out)
{
	const char *first = strchr(text, ':');
	const char *second = first ? strchr(first + 1, ':') : NULL;

	if (!second)
		return false;
	out->host = arena_text_n(a, text, (size_t)(first - text));
	out->container = arena_text_n(a, first + 1, (size_t)(second - first - 1));
	out->writable = text_equal(second + 1, "rw");
	if ((!out->writable && !text_equal(second + 1, "ro")) || !path_is_plain(out->host) ||
	    !path_is_plain(out->container))
		return false;
	out->host = path_plain(a, out->host);
	out->container = path_plain(a, out->container);
	return true;
}

const char *volume_entry_check(struct arena *a, const char *text)
{
	struct volume v;

	return entry_read(a, text, &v) ? NULL : "source:target:mode with absolute paths and mode ro or rw";
}

static struct problem *own_folder(struct arena *a, struct list *list, const char *root, const char *inside,
                                  const char *username, bool writable)
{
	struct volume v = { .writable = writable };

	if (!root)
		return NULL;
	v.host = arena_printf(a, "%s/%s", path_plain(a, root), username);
	v.container = arena_printf(a, "%s/%s", inside, username);
	if (!path_is_plain(v.host) || !path_is_plain(v.container))
		return wrong(a, "%s cannot be mounted.", v.host);
	return volume_put(a, list, v);
}

struct problem *volumes_of_launch(struct arena *a, const char *data_set_path, const char *username, struct list *out)
{
	struct list list = volumes_empty(a);

	if (data_set_path && *data_set_path) {
		TRY(map_read(a, data_set_path, &list));
	} else {
		TRY(own_folder(a, &list, facility_conf.own_results, facility_conf.output_root, username, true));
		TRY(own_folder(a, &list, facility_conf.own_data, facility_conf.datasets_root, username, false));
	}
	for (size_t i = 0; i < facility_conf.other_dirs.count; i++) {
		struct volume v;

		if (!entry_read(a, facility_conf.other_dirs.items[i], &v))
			return problem_new(a, &PROBLEM_SETTINGS, "facility.other_dirs: %s", facility_conf.other_dirs.items[i]);
		TRY(volume_put(a, &list, v));
	}
	TRY(places_check(a, &list));
	*out = list;
	return NULL;
}
