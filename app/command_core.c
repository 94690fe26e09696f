/* command_core.c - commands about the program itself: what it accepts, what it offers, whether it could run. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/conf.h"
#include "app/schema.h"
#include "lib/base/buf.h"
#include "lib/base/seal.h"
#include "lib/command/command.h"
#include "lib/db/db.h"
#include "lib/web/web.h"

#define DOCUMENT_BYTES (16 * 1024 * 1024)

static struct problem *print(struct invocation *in, const struct buf *b)
{
	if (b->full)
		return problem_new(in->arena, &PROBLEM_INTERNAL, "the document is longer than %d bytes", DOCUMENT_BYTES);
	fwrite(b->data, 1, b->length, in->out);
	return NULL;
}

struct settings_ask {
	bool markdown;
};
static const struct field settings_ask_fields[] = {
	FIELD(struct settings_ask, markdown, OPTIONAL, 0, 1, "as doc/settings.md"),
	FIELD_END,
};
static const struct shape settings_ask_shape = SHAPE("SettingsAsk", struct settings_ask, settings_ask_fields);

static struct problem *settings_list(struct invocation *in)
{
	struct settings_ask ask = { 0 };
	const struct settings_section *sections;
	struct buf b;

	TRY(arguments_read(in, &settings_ask_shape, NULL, &ask));

	size_t count = conf_sections(&sections);

	buf_init(&b, in->arena, DOCUMENT_BYTES);
	settings_print(&b, sections, count, ask.markdown);
	return print(in, &b);
}

static struct problem *routes_list(struct invocation *in)
{
	struct buf b;

	buf_init(&b, in->arena, DOCUMENT_BYTES);
	routes_print(&b, mounts_enabled(in->arena));
	return print(in, &b);
}

static struct problem *openapi_print(struct invocation *in)
{
	struct buf b;

	buf_init(&b, in->arena, DOCUMENT_BYTES);
	openapi_write(&b, mounts_enabled(in->arena), web_conf.base_url ? web_conf.base_url : "http://localhost");
	return print(in, &b);
}

static struct problem *commands_list(struct invocation *in)
{
	const struct command *c;

	fputs("# Commands\n\nMade from the program's tables by `portico commands`.\n", in->out);
	for (size_t i = 0; (c = command_at(i, NULL)); i++)
		fprintf(in->out, "\n## portico %s\n\n%s\n\n    portico %s %s\n", c->name, c->doc, c->name, c->usage);
	return NULL;
}

/* ---- check ---- */

static const struct problem_kind PROBLEM_CHECKS = {
	503, "command.checks", "Some checks failed", NULL, FORM_PROBLEM, 0
};

struct check {
	struct check_report report;
	FILE *out;
	int failed;
};

static void check_say(struct check_report *to, bool ok, const char *what, const char *advice)
{
	struct check *check = to->context;

	fprintf(check->out, "%-6s %s\n", ok ? "ok" : "WRONG", what);
	if (!ok && advice)
		fprintf(check->out, "       -> %s\n", advice);
	check->failed += !ok;
}

static void check_mode(struct check *check, struct arena *a, const char *path)
{
	struct stat s;

	if (!path)
		return;
	if (stat(path, &s) < 0)
		check_say(&check->report, false, arena_printf(a, "%s is there", path), "make it, see doc/install.md");
	else
		check_say(&check->report, (s.st_mode & (S_IRWXG | S_IRWXO)) == 0,
		          arena_printf(a, "only its owner may read %s", path), arena_printf(a, "chmod 0600 %s", path));
}

static void check_database(struct check *check, struct process *p, struct arena *a)
{
	const char *why = NULL;
	struct problem *problem = conf_open_database(p);
	bool ready = !problem && db_ready(p->db, a, PORTICO_SCHEMA, &why);

	check_say(&check->report, ready,
	          ready ? "the database is ready"
	                : arena_printf(a, "the database is ready: %s", problem ? problem_words(problem) : why),
	          "see doc/troubleshooting.md; `portico migrate` brings the schema up to date");
}

static void apps_check(struct process *p, struct arena *a, struct check_report *report)
{
	const struct mount *mounts = mounts_enabled(a);

	for (const struct mount *m = mounts; m->prefix; m++)
		if (m->app->check && !mount_repeats(mounts, m))
			m->app->check(p, a, report);
}

static struct problem *check_all(struct invocation *in)
{
	struct process *p = in->process;
	struct check check = { .out = in->out };
	struct arena *a = in->arena;
	struct problem *problem;

	check.report = (struct check_report){ .say = check_say, .context = &check };
	check_say(&check.report, true, "the settings are right", NULL);
	check_mode(&check, a, portico_conf.default_cnf);
	check_mode(&check, a, portico_conf.seal_key_file);
	check_say(&check.report, p->run_dir && access(p->run_dir, W_OK) == 0,
	          arena_printf(a, "the run folder %s can be written", p->run_dir ? p->run_dir : "-"),
	          "make it and give it to the user that workers and daemon run as");
	check_database(&check, p, a);
	problem = apps_start(p, mounts_enabled(p->arena));
	if (problem)
		check_say(&check.report, false, "the apps start", problem->cause ? problem->cause : problem->detail);
	else
		apps_check(p, a, &check.report);
	if (check.failed)
		return problem_new(a, &PROBLEM_CHECKS, "%d of the checks failed", check.failed);
	return NULL;
}

/* clang-format off */
const struct command core_commands[] = {
	{ "check",    "",             "looks at database, schema, settings, secrets and services, and says what to do", false, check_all },
	{ "settings", "[--markdown]", "lists every setting with its value, default and meaning",                        false, settings_list },
	{ "routes",   "",             "lists every route with who may call it",                                         false, routes_list },
	{ "openapi",  "",             "prints the OpenAPI document",                                                    false, openapi_print },
	{ "commands", "",             "prints this list as doc/commands.md",                                            false, commands_list },
	{ NULL,       NULL,           NULL,                                                                             false, NULL },
};
/* clang-format on */
