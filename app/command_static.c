/* command_static.c - portico collectstatic: the files of the pages, for a web server that is to serve them by itself. They are
 * part of the program, which serves them as well; so this is for who wants to spare the workers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "lib/command/command.h"
#include "lib/web/assets.h"

static const struct problem_kind PROBLEM_WRITING = {
	.status = 500,
	.code = "portico.collectstatic",
	.title = "A file could not be written",
};

/* Where they answer below the prefix of the API. */
static const struct {
	const char *folder, *name;
	const struct asset *asset;
} files[] = {
	{ "static", "browse.css", &asset_browse_css }, { "static", "browse.js", &asset_browse_js },
	{ "docs", "index.html", &asset_docs_html },    { "docs", "docs.css", &asset_docs_css },
	{ "docs", "docs.js", &asset_docs_js },         { "static", "admin.css", &asset_admin_css },
};
#define FILE_COUNT (sizeof(files) / sizeof(files[0]))

struct static_ask {
	const char *folder;
};
static const struct field static_ask_fields[] = {
	FIELD(struct static_ask, folder, REQUIRED | NO_TRIM, 1, 4000, "where to"),
	FIELD_END,
};
static const struct shape static_ask_shape = SHAPE("StaticAsk", struct static_ask, static_ask_fields);

static struct problem *failed(struct arena *a, const char *path)
{
	return problem_new(a, &PROBLEM_WRITING, "%s: %s", path, strerror(errno));
}

/* Through a file of another name: who reads meanwhile sees the old one or the new one. */
static struct problem *file_write(struct arena *a, const char *path, const struct asset *asset)
{
	const char *half = arena_printf(a, "%s.new", path);
	FILE *f = fopen(half, "w");
	bool whole;

	if (!f)
		return failed(a, half);
	whole = fwrite(asset->bytes, 1, asset->size, f) == asset->size;
	whole = fclose(f) == 0 && whole;
	return whole && rename(half, path) == 0 ? NULL : failed(a, half);
}

static struct problem *collect(struct invocation *in)
{
	static const char *const positional[] = { "folder", NULL };
	struct static_ask ask = { 0 };

	TRY(arguments_read(in, &static_ask_shape, positional, &ask));
	for (size_t i = 0; i < FILE_COUNT; i++) {
		const char *folder = arena_printf(in->arena, "%s/%s", ask.folder, files[i].folder);

		if (mkdir(folder, 0755) < 0 && errno != EEXIST)
			return failed(in->arena, folder);
		TRY(file_write(in->arena, arena_printf(in->arena, "%s/%s", folder, files[i].name), files[i].asset));
	}
	if (!in->quiet)
		fprintf(in->out, "%zu static files copied to '%s'.\n", FILE_COUNT, ask.folder);
	return NULL;
}

const struct command static_commands[] = {
	{ "collectstatic", "FOLDER", "Writes the files of the pages, so that a web server can serve them by itself.", false,
	  collect },
	{ .name = NULL },
};
