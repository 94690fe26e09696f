/* store.c - the harness of the store tests. */
#include "tests/store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/buf.h"

/* Rows that migrations leave behind (seeds) are kept in this database, to be put back before each test. */
#define SEED_DATABASE "portico_seed"

/* ---- places and programs ---- */

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	if (!value) {
		fprintf(stderr, "%s is not set: store tests are started by tests/store/run\n", name);
		exit(1);
	}
	return value;
}

static char default_cnf[4096], root_cnf[4096];

const char *store_option_file(void)
{
	snprintf(default_cnf, sizeof(default_cnf), "%s/db/default.cnf", environment("PORTICO_TEST_STATE"));
	return default_cnf;
}

const char *store_root_option_file(void)
{
	snprintf(root_cnf, sizeof(root_cnf), "%s/db/root.cnf", environment("PORTICO_TEST_STATE"));
	return root_cnf;
}

const char *store_path(struct store *s, const char *name)
{
	return arena_printf(s->arena, "%s/%s", environment("PORTICO_TEST_STATE"), name);
}

int store_program(const char *const *argv)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		int nowhere = open("/dev/null", O_RDWR);
		dup2(nowhere, 0);
		dup2(nowhere, 1);
		dup2(nowhere, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void server(const char *verb)
{
	char program[4096], folder[4096];

	snprintf(program, sizeof(program), "%s/tests/lib/private-mariadb", environment("PORTICO_TEST_SOURCE"));
	snprintf(folder, sizeof(folder), "%s/db", environment("PORTICO_TEST_STATE"));
	assert_int_equal(store_program((const char *const[]){ program, verb, folder, NULL }), 0);
}

void store_server_kill(void)
{
	server("kill");
}

void store_server_start(void)
{
	server("start");
}

/* ---- problems ---- */

static void fail_with(const struct problem *p, const char *what, const char *file, int line)
{
	print_error("%s\n  is %s: %s\n  because %s\n", what, p ? p->kind->code : "fine", p ? p->detail : "-",
	            p && p->cause ? p->cause : "-");
	_fail(file, line);
}

void store_assert_fine(const struct problem *p, const char *what, const char *file, int line)
{
	if (p)
		fail_with(p, what, file, line);
}

void store_assert_problem(const struct problem *p, const struct problem_kind *kind, const char *what, const char *file,
                          int line)
{
	if (!problem_is(p, kind))
		fail_with(p, what, file, line);
}

/* ---- a clean database ---- */

struct table {
	const char *name;
	const char *columns; /* those that can be written, parted by commas */
};
static const struct field table_fields[] = {
	FIELD_OUT(struct table, name, "of the table"),
	FIELD_OUT(struct table, columns, "that can be written"),
	FIELD_END,
};
static const struct shape table_shape = SHAPE("Table", struct table, table_fields);

static struct arena *group_arena;
static struct db *group_root; /* as root, in the tests' database */
static struct list group_tables;

static struct db *connect_as(struct arena *a, const char *file, const char *database, int64_t statement_ms)
{
	struct db *db;

	assert_fine(db_open(a,
	                    &(struct db_conf){ .option_file = file,
	                                       .database = database,
	                                       .connect_ms = 2000,
	                                       .statement_ms = statement_ms ? statement_ms : 10000 },
	                    &db));
	return db;
}

static void run_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run_text(const char *format, ...)
{
	struct arena *a = arena_new();
	va_list args;

	va_start(args, format);
	assert_fine(db_run(group_root, a, arena_vprintf(a, format, args), DB_NONE, NULL));
	va_end(args);
	arena_free(a);
}

static int64_t ask_number(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int64_t ask_number(const char *format, ...)
{
	struct arena *a = arena_new();
	int64_t n = 0;
	va_list args;

	va_start(args, format);
	assert_fine(db_number(group_root, a, arena_vprintf(a, format, args), DB_NONE, &n));
	va_end(args);
	arena_free(a);
	return n;
}

static void seeds_keep(void)
{
	const struct table *tables = group_tables.items;

	run_text("DROP DATABASE IF EXISTS " SEED_DATABASE);
	run_text("CREATE DATABASE " SEED_DATABASE);
	for (size_t i = 0; i < group_tables.count; i++)
		if (ask_number("SELECT EXISTS (SELECT 1 FROM %s)", tables[i].name))
			run_text("CREATE TABLE " SEED_DATABASE ".%s AS SELECT %s FROM %s", tables[i].name, tables[i].columns,
			         tables[i].name);
}

static bool seed_exists(const char *name)
{
	return ask_number("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '" SEED_DATABASE
	                  "' AND table_name = '%s'",
	                  name) > 0;
}

int store_open(void **state)
{
	static const char sql[] =
		"SELECT c.table_name AS name, GROUP_CONCAT(CONCAT('`', c.column_name, '`') ORDER BY c.ordinal_position) AS columns"
		"  FROM information_schema.columns c"
		"  JOIN information_schema.tables t USING (table_schema, table_name)"
		" WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
		"   AND c.table_name NOT IN ('changes', 'dependencies', 'events', 'projects', 'releases', 'tags')"
		" GROUP BY c.table_name"
		" ORDER BY c.table_name";

	(void)state;
	group_arena = arena_new();
	group_root = connect_as(group_arena, store_root_option_file(), "portico", 0);
	run_text("SET SESSION group_concat_max_len = 100000");
	assert_fine(db_rows(group_root, group_arena, sql, DB_NONE, &table_shape, &group_tables));
	assert_true(group_tables.count > 0);
	/* a program before may have left its rows; the first one finds what the migrations left */
	if (!ask_number("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '" SEED_DATABASE "'"))
		seeds_keep();
	return 0;
}

int store_close(void **state)
{
	(void)state;
	db_close(group_root);
	arena_free(group_arena);
	return 0;
}

static void tables_clean(void)
{
	const struct table *tables = group_tables.items;

	run_text("SET SESSION foreign_key_checks = 0");
	for (size_t i = 0; i < group_tables.count; i++) {
		if (!ask_number("SELECT EXISTS (SELECT 1 FROM %s)", tables[i].name))
			continue;
		run_text("TRUNCATE TABLE %s", tables[i].name);
		if (seed_exists(tables[i].name))
			run_text("INSERT INTO %s (%s) SELECT %s FROM " SEED_DATABASE ".%s", tables[i].name, tables[i].columns,
			         tables[i].columns, tables[i].name);
	}
	run_text("SET SESSION foreign_key_checks = 1");
}

int store_begin(void **state)
{
	struct arena *a = arena_new();
	struct store *s = ARENA_NEW(a, struct store);

	tables_clean();
	s->arena = a;
	s->db = store_connect(s, 0);
	*state = s;
	return 0;
}

int store_end(void **state)
{
	struct store *s = *state;

	arena_free(s->arena);
	return 0;
}

static void connection_end(void *db)
{
	db_close(db);
}

struct db *store_connect(struct store *s, int64_t statement_ms)
{
	struct db *db = connect_as(s->arena, store_option_file(), NULL, statement_ms);

	arena_defer(s->arena, connection_end, db);
	return db;
}

void store_as_root(struct store *s, const char *sql)
{
	struct db *root = connect_as(s->arena, store_root_option_file(), NULL, 0);

	assert_fine(db_run(root, s->arena, sql, DB_NONE, NULL));
	db_close(root);
}
