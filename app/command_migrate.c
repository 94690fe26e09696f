/* command_migrate.c - portico migrate: calls Sqitch on the database of the option file.
 *
 * Sqitch and the mariadb client both read the option file themselves, so the password is on no command line and in
 * no environment. Two migrations never run at once: the option file is locked for as long as anything of the first one
 * lives (the lock is inherited by Sqitch and its clients, and the kernel lets go of it), and across machines the
 * database's own lock is held. A migration killed anywhere is mended by the next one. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/conf.h"
#include "lib/base/buf.h"
#include "lib/base/seal.h"
#include "lib/command/command.h"
#include "lib/db/db.h"

#define SQITCH_NOTHING_YET 1 /* how `sqitch status` ends when nothing is deployed */
#define LOCK_WAIT_S 60
#define PLAN_LINE 1000

static const struct problem_kind PROBLEM_MIGRATE = {
	.status = 500,
	.code = "portico.migrate",
	.title = "The migration did not succeed",
};

struct migrate_ask {
	bool plan;
	bool status;
	bool verify;
	const char *revert_to;
};
static const struct field migrate_ask_fields[] = {
	FIELD(struct migrate_ask, plan, OPTIONAL, 0, 1, "lists what would be deployed, and changes nothing"),
	FIELD(struct migrate_ask, status, OPTIONAL, 0, 1, "what is deployed, and when it was"),
	FIELD(struct migrate_ask, verify, OPTIONAL, 0, 1, "checks that every deployed change is really there"),
	FIELD(struct migrate_ask, revert_to, OPTIONAL, 1, 200, "undoes the changes after this one, with their data"),
	FIELD_END,
};
static const struct shape migrate_ask_shape = SHAPE("MigrateAsk", struct migrate_ask, migrate_ask_fields);

/* ---- where and how Sqitch is called ---- */

/* The option file by its full path: Sqitch runs in another folder. */
static struct problem *option_file(struct arena *a, const char **out)
{
	char *path = realpath(portico_conf.default_cnf, NULL);

	if (!path)
		return problem_new(a, &PROBLEM_SETTINGS, "portico.default_cnf: %s: %s", portico_conf.default_cnf,
		                   strerror(errno));
	*out = arena_text(a, path);
	free(path);
	return NULL;
}

/* db:mysql://HOST:PORT/DATABASE?mysql_read_default_file=FILE; what is left out is read from the file. */
static const char *target_uri(struct arena *a, const struct db *db, const char *file)
{
	struct buf b;
	unsigned port;
	const char *host = db_host(db, &port), *database = db_options(db)->database;

	buf_init(&b, a, 8000);
	buf_text(&b, "db:mysql://");
	if (host && strchr(host, ':'))
		buf_printf(&b, "[%s]", host);
	else if (host)
		buf_percent(&b, host, strlen(host));
	if (port)
		buf_printf(&b, ":%u", port);
	buf_char(&b, '/');
	buf_percent(&b, database, strlen(database));
	buf_text(&b, "?mysql_read_default_file=");
	for (const char *slash; (slash = strchr(file, '/')); file = slash + 1) {
		buf_percent(&b, file, (size_t)(slash - file));
		buf_char(&b, '/');
	}
	buf_percent(&b, file, strlen(file));
	return buf_string(&b);
}

/* Sqitch signs its books with a name and an address; without these it refuses some accounts. */
static void sign(struct arena *a)
{
	const struct passwd *who = getpwuid(geteuid());
	const char *name = who ? who->pw_name : "portico";
	char host[256] = "localhost";

	gethostname(host, sizeof(host) - 1);
	setenv("SQITCH_FULLNAME", name, 1);
	setenv("SQITCH_EMAIL", arena_printf(a, "%s@%s", name, host), 1);
}

/* In the child: nothing of the caller's environment but the search path may change what Sqitch does. */
static void environment_set(struct arena *a, const struct db *db, const char *file)
{
	const char *path = getenv("PATH");

	path = arena_text(a, path ? path : "/usr/local/bin:/usr/bin:/bin");
	clearenv();
	setenv("PATH", path, 1);
	setenv("HOME", "/", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("SQITCH_SYSTEM_CONFIG", "/dev/null", 1);
	setenv("SQITCH_USER_CONFIG", "/dev/null", 1);
	if (db_options(db)->user)
		setenv("SQITCH_USERNAME", db_options(db)->user, 1);
	setenv("PORTICO_DEFAULT_CNF", file, 1);
	sign(a);
}

/* Runs `sqitch WORDS… --registry DATABASE --client ./client --target URI` in the project's folder. It may end with
 * `fine` as well as with 0. */
static struct problem *sqitch_run(struct invocation *in, const struct db *db, const char *const *words, int fine)
{
	const char *file, *argv[20] = { "sqitch" };
	size_t n = 1;
	TRY(option_file(in->arena, &file));

	if (in->quiet)
		argv[n++] = "--quiet";
	for (size_t i = 0; words[i]; i++)
		argv[n++] = words[i];
	argv[n++] = "--registry";
	argv[n++] = db_options(db)->database;
	argv[n++] = "--client";
	argv[n++] = "./client";
	argv[n++] = "--target";
	argv[n++] = target_uri(in->arena, db, file);

	fflush(in->out);
	fflush(in->err);
	pid_t child = fork();
	if (child == 0) {
		environment_set(in->arena, db, file);
		if (chdir(portico_conf.sql_dir) < 0 || dup2(fileno(in->out), 1) < 0 || dup2(fileno(in->err), 2) < 0)
			_exit(126);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(errno == ENOENT ? 127 : 126);
	}

	int status;
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			child = -1;
	if (child < 0)
		return problem_new(in->arena, &PROBLEM_MIGRATE, "sqitch could not be started: %s", strerror(errno));
	if (WIFSIGNALED(status))
		return problem_new(in->arena, &PROBLEM_MIGRATE, "sqitch was ended by signal %d; run portico migrate again",
		                   WTERMSIG(status));
	if (WEXITSTATUS(status) == fine)
		return NULL;
	switch (WEXITSTATUS(status)) {
	case 0:
		return NULL;
	case 126:
		return problem_new(in->arena, &PROBLEM_SETTINGS, "portico.sql_dir: %s cannot be used", portico_conf.sql_dir);
	case 127:
		return problem_new(in->arena, &PROBLEM_MIGRATE,
		                   "sqitch is missing: install sqitch, libdbd-mysql-perl and mariadb-client");
	default:
		return problem_new(in->arena, &PROBLEM_MIGRATE, "sqitch ended with status %d, see above", WEXITSTATUS(status));
	}
}

/* ---- one at a time ---- */

static void pause_tenth(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
}

static struct problem *locked_too_long(struct arena *a)
{
	return problem_new(a, &PROBLEM_MIGRATE, "another migration has been running for %d s", LOCK_WAIT_S);
}

/* Locks the option file for this process and all that it starts; the descriptor stays open on purpose. */
static struct problem *machine_lock(struct arena *a)
{
	int fd = open(portico_conf.default_cnf, O_RDONLY | O_NOCTTY);

	if (fd < 0)
		return problem_new(a, &PROBLEM_SETTINGS, "portico.default_cnf: %s: %s", portico_conf.default_cnf,
		                   strerror(errno));
	for (int tenths = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; tenths++) {
		if (tenths == 10 * LOCK_WAIT_S)
			return locked_too_long(a);
		pause_tenth();
	}
	return NULL;
}

static struct problem *database_lock(struct db *db, struct arena *a)
{
	for (int tenths = 0; tenths < 10 * LOCK_WAIT_S; tenths++) {
		int64_t got = 0;

		TRY(db_number(db, a, "SELECT GET_LOCK(CONCAT('portico migrate ', DATABASE()), 0)", DB_NONE, &got));
		if (got)
			return NULL;
		pause_tenth();
	}
	return locked_too_long(a);
}

/* ---- what the command does ---- */

/* Calls `each` for the changes of the plan, in their order. */
static struct problem *plan_read(struct arena *a, void (*each)(void *context, const char *name), void *context)
{
	const char *path = arena_printf(a, "%s/sqitch.plan", portico_conf.sql_dir);
	FILE *f = fopen(path, "re");
	char line[PLAN_LINE];

	if (!f)
		return problem_new(a, &PROBLEM_SETTINGS, "portico.sql_dir: %s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		size_t n = strcspn(line, " \t\n");

		if (n && !strchr("%#@", line[0])) {
			line[n] = '\0';
			each(context, line);
		}
	}
	fclose(f);
	return NULL;
}

struct pending {
	FILE *out;        /* NULL: only look for `last` */
	const char *last; /* deployed; NULL: nothing is */
	bool found;       /* it has been passed */
	int64_t count;
};

static void pending_each(void *context, const char *name)
{
	struct pending *p = context;

	if (p->found && p->out) {
		fprintf(p->out, "%s\n", name);
		p->count++;
	}
	if (p->last && strcmp(name, p->last) == 0)
		p->found = true;
}

static struct problem *plan_unknown(struct arena *a, const char *last)
{
	return problem_new(a, &PROBLEM_MIGRATE, "the database is at \"%s\", which this version's plan does not know", last);
}

static struct problem *plan_show(struct invocation *in, struct db *db)
{
	const char *last = NULL;
	struct pending look = { 0 };
	TRY(db_schema_change(db, in->arena, &last));

	look.last = last;
	TRY(plan_read(in->arena, pending_each, &look));
	if (last && !look.found)
		return plan_unknown(in->arena, last);

	struct pending show = { .out = in->out, .last = last, .found = !last };
	TRY(plan_read(in->arena, pending_each, &show));
	if (!show.count && !in->quiet)
		fprintf(in->out, "nothing to deploy\n");
	return NULL;
}

static struct problem *deploy(struct invocation *in, struct db *db)
{
	bool repaired;

	TRY(machine_lock(in->arena));
	TRY(db_create_database(db, in->arena));
	TRY(database_lock(db, in->arena));
	TRY(db_repair_registry(db, in->arena, &repaired));
	if (repaired && !in->quiet)
		fprintf(in->out, "Sqitch's registry was only half made; it is made anew\n");
	TRY(sqitch_run(in, db, (const char *const[]){ "deploy", "--mode", "change", "--verify", NULL }, 0));
	return portico_conf.seal_key_file ? seal_key_load(in->arena, portico_conf.seal_key_file, true) : NULL;
}

static struct problem *revert(struct invocation *in, struct db *db, const char *to)
{
	TRY(machine_lock(in->arena));
	TRY(database_lock(db, in->arena));
	return sqitch_run(in, db, (const char *const[]){ "revert", "-y", "--to", to, NULL }, 0);
}

static struct problem *migrate(struct invocation *in)
{
	struct migrate_ask ask = { 0 };
	TRY(arguments_read(in, &migrate_ask_shape, NULL, &ask));
	if (ask.plan + ask.status + ask.verify + (ask.revert_to != NULL) > 1)
		return problem_new(in->arena, &PROBLEM_USAGE, "one of --plan, --status, --verify and --revert-to at a time");

	struct process *p = in->process;
	TRY(conf_open_database(p));
	if (!db_options(p->db)->database)
		return problem_new(in->arena, &PROBLEM_SETTINGS, "portico.default_cnf: %s names no database in [client]",
		                   portico_conf.default_cnf);
	if (ask.plan)
		return plan_show(in, p->db);
	if (ask.status)
		return sqitch_run(in, p->db, (const char *const[]){ "status", NULL }, SQITCH_NOTHING_YET);
	if (ask.verify)
		return sqitch_run(in, p->db, (const char *const[]){ "verify", NULL }, 0);
	return ask.revert_to ? revert(in, p->db, ask.revert_to) : deploy(in, p->db);
}

/* ---- what Django's console has besides ---- */

struct showing {
	FILE *out;
	const char *last; /* deployed; NULL: nothing is */
	bool passed;
};

static void show_each(void *context, const char *name)
{
	struct showing *s = context;

	fprintf(s->out, "[%c]  %s\n", s->last && !s->passed ? 'X' : ' ', name);
	s->passed = s->passed || (s->last && strcmp(name, s->last) == 0);
}

/* The plan in its order, with a cross at what the database has. */
static struct problem *showmigrations(struct invocation *in)
{
	struct pending look = { 0 };
	struct showing show = { .out = in->out };

	if (in->argc > 0 && strcmp(in->argv[0], "--plan") != 0 && strcmp(in->argv[0], "--list") != 0)
		return problem_new(in->arena, &PROBLEM_USAGE, "\"%s\" is not expected here", in->argv[0]);
	TRY(conf_open_database(in->process));
	TRY(db_schema_change(in->process->db, in->arena, &look.last));
	TRY(plan_read(in->arena, pending_each, &look));
	if (look.last && !look.found)
		return plan_unknown(in->arena, look.last);
	show.last = look.last;
	return plan_read(in->arena, show_each, &show);
}

static struct problem *database_named(struct invocation *in, const char **out)
{
	TRY(conf_open_database(in->process));
	*out = db_options(in->process->db)->database;
	if (!*out)
		return problem_new(in->arena, &PROBLEM_SETTINGS, "portico.default_cnf: %s names no database in [client]",
		                   portico_conf.default_cnf);
	return NULL;
}

/* Becomes MariaDB's own client, which reads the same option file. */
static struct problem *dbshell(struct invocation *in)
{
	const char *database, *file;

	if (in->argc > 0)
		return problem_new(in->arena, &PROBLEM_USAGE, "\"%s\" is one word too many", in->argv[0]);
	TRY(database_named(in, &database));
	TRY(option_file(in->arena, &file));
	fflush(in->out);
	execlp("mariadb", "mariadb", arena_printf(in->arena, "--defaults-file=%s", file), database, (char *)NULL);
	return problem_new(in->arena, &PROBLEM_MIGRATE, "mariadb could not be started: %s", strerror(errno));
}

struct flush_ask {
	const char *database;
};
static const struct field flush_ask_fields[] = {
	FIELD(struct flush_ask, database, OPTIONAL | NO_TRIM, 1, 64, "the name of the database that is to be emptied"),
	FIELD_END,
};
static const struct shape flush_ask_shape = SHAPE("FlushAsk", struct flush_ask, flush_ask_fields);

/* The name typed in is the confirmation: nobody empties a database without saying which. */
static struct problem *flush_confirm(struct invocation *in, const char *database, const char *given)
{
	char line[128] = "";

	if (!given) {
		fprintf(in->err, "All data in \"%s\" will be lost. Type its name to go on: ", database);
		if (!fgets(line, sizeof(line), stdin))
			line[0] = '\0';
		line[strcspn(line, "\n")] = '\0';
		given = line;
	}
	if (strcmp(given, database) != 0)
		return problem_new(in->arena, &PROBLEM_USAGE, "the database is \"%s\"; nothing was done", database);
	return NULL;
}

/* Reverting everything and deploying it again leaves what a fresh installation has, seeds and all. */
static struct problem *flush(struct invocation *in)
{
	struct flush_ask ask = { 0 };
	const char *database;

	TRY(arguments_read(in, &flush_ask_shape, NULL, &ask));
	TRY(database_named(in, &database));
	TRY(flush_confirm(in, database, ask.database));
	TRY(machine_lock(in->arena));
	TRY(database_lock(in->process->db, in->arena));
	TRY(sqitch_run(in, in->process->db, (const char *const[]){ "revert", "-y", NULL }, 0));
	return sqitch_run(in, in->process->db, (const char *const[]){ "deploy", "--mode", "change", "--verify", NULL }, 0);
}

const struct command migrate_commands[] = {
	{ "migrate", "[--plan | --status | --verify | --revert-to CHANGE]",
	  "Brings the database to the schema of this version, with Sqitch.", false, migrate },
	{ "showmigrations", "[--list | --plan]",
	  "Lists all changes of the schema, with a cross at those that the database has.", false, showmigrations },
	{ "dbshell", "", "Opens MariaDB's client on the database.", false, dbshell },
	{ "flush", "[--database NAME]", "Empties the database, after its name has been typed in.", false, flush },
	{ .name = NULL },
};
