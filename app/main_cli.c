/* main_cli.c - portico: the admin's command line. Finds the command, opens what it needs, says what went wrong. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/conf.h"
#include "app/options.h"
#include "app/schema.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/db/db.h"

static const char help[] =
	"usage: portico [--config FILE] [--quiet] COMMAND …\n"
	"\n"
	"  --config FILE  settings (else $PORTICO_CONFIG, else " PORTICO_SITEDIR
	"/portico.ini)\n"
	"  --quiet        no progress and no success texts\n"
	"  --help         shows this; `portico help` lists all commands, `portico COMMAND --help` shows one\n"
	"  --version      shows the version\n";

#define EXIT_FAILED 1
#define EXIT_USAGE 2

const struct command *command_at(size_t n, const char **group)
{
	const struct command *own[] = { core_commands, migrate_commands, static_commands, work_commands };
	const char *unasked;

	group = group ? group : &unasked;
	*group = "portico";
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		for (const struct command *c = own[i]; c->name; c++)
			if (n-- == 0)
				return c;
	for (const struct mount *m = mounts_all(); m->prefix; m++) {
		*group = m->app->name;
		for (const struct command *c = mount_repeats(mounts_all(), m) ? NULL : m->app->commands; c && c->name; c++)
			if (n-- == 0)
				return c;
	}
	return NULL;
}

/* How many of the words are the command's name; 0: they are not it. */
static int words_match(const char *name, int argc, char **argv)
{
	int words = 0;

	while (*name) {
		size_t n = strcspn(name, " ");

		if (words == argc || strlen(argv[words]) != n || strncmp(argv[words], name, n) != 0)
			return 0;
		words++;
		name += n;
		name += *name == ' ';
	}
	return words;
}

static const struct command *command_find(int argc, char **argv, int *words)
{
	const struct command *best = NULL, *c;

	*words = 0;
	for (size_t i = 0; (c = command_at(i, NULL)); i++) {
		int n = words_match(c->name, argc, argv);

		if (n > *words) {
			*words = n;
			best = c;
		}
	}
	return best;
}

/* By app, as Django's console does it. */
static void commands_print(FILE *out)
{
	const char *group, *before = NULL;
	const struct command *c;

	fputs(help, out);
	for (size_t i = 0; (c = command_at(i, &group)); i++) {
		if (!before || strcmp(before, group) != 0)
			fprintf(out, "\n[%s]\n", group);
		fprintf(out, "  %-24s %s\n", c->name, c->doc);
		before = group;
	}
}

static int command_unknown(struct arena *a, int argc, char **argv)
{
	const char *names[256] = { NULL };
	const char *said = argc > 1 ? arena_printf(a, "%s %s", argv[0], argv[1]) : argv[0];
	const struct command *c;

	for (size_t i = 0; i < 255 && (c = command_at(i, NULL)); i++)
		names[i] = c->name;

	const char *nearest = text_nearest(said, names);

	fprintf(stderr, "portico: there is no command \"%s\"", said);
	if (nearest)
		fprintf(stderr, ", did you mean \"%s\"?", nearest);
	fputs(" `portico help` lists all.\n", stderr);
	return EXIT_USAGE;
}

static int problem_print(const struct command *c, const struct problem *p)
{
	bool usage = problem_is(p, &PROBLEM_USAGE) || problem_is(p, &PROBLEM_FIELDS);

	if (!p->fields)
		fprintf(stderr, "portico: %s\n", problem_words(p));
	for (const struct field_error *e = p->fields; e; e = e->next)
		fprintf(stderr, "portico: %s: %s\n", e->field, e->message);
	if (p->cause)
		fprintf(stderr, "  because: %s\n", p->cause);
	if (usage && c)
		fprintf(stderr, "usage: portico %s %s\n", c->name, c->usage);
	return usage ? EXIT_USAGE : EXIT_FAILED;
}

static struct problem *command_run(const struct command *c, struct invocation *in)
{
	struct process *p = in->process;

	if (c->needs_db) {
		TRY(conf_open_database(p));
		TRY(apps_start(p, mounts_enabled(p->arena)));

		const char *why;

		if (!db_ready(p->db, in->arena, PORTICO_SCHEMA, &why))
			return problem_new(in->arena, &PROBLEM_UNAVAILABLE, "the database is not ready: %s", why);
		in->db = p->db;
	}
	return c->run(in);
}

static bool wants_help(int argc, char **argv)
{
	return argc == 1 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0);
}

int main(int argc, char **argv)
{
	struct process process = { .arena = arena_new(), .name = "command" };
	struct options options;
	int words, status = options_read(argc, argv, help, &options);

	if (status >= 0)
		return status;
	argc -= options.rest;
	argv += options.rest;
	if (argc == 0) {
		commands_print(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[0], "help") == 0 && argc == 1) {
		commands_print(stdout);
		return 0;
	}

	const struct command *c = command_find(argc, argv, &words);

	if (!c)
		return command_unknown(process.arena, argc, argv);
	argc -= words;
	argv += words;
	if (wants_help(argc, argv)) {
		printf("usage: portico %s %s\n\n%s\n", c->name, c->usage, c->doc);
		return 0;
	}

	struct invocation in = {
		.process = &process,
		.arena = arena_new(),
		.argc = argc,
		.argv = argv,
		.out = stdout,
		.err = stderr,
		.quiet = options.quiet,
	};
	struct problem *problem = conf_load(&process, options.config);

	if (!problem)
		problem = command_run(c, &in);
	status = problem ? problem_print(c, problem) : 0;
	if (process.db)
		apps_stop(&process, mounts_enabled(process.arena));
	arena_free(in.arena);
	arena_free(process.arena);
	if (fflush(stdout) != 0)
		return EXIT_FAILED;
	return status;
}
