/* test_outage.c - a server that goes away, hangs, refuses or is elsewhere. */
#include "tests/store/store.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/text.h"

static const char note_create[] = "CREATE OR REPLACE TABLE test_note (n INT NOT NULL) ENGINE = InnoDB";
static const char note_add[] = "INSERT INTO test_note (n) VALUES (?)";

static int begin(void **state)
{
	store_begin(state);
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, note_create, DB_NONE, NULL));
	return 0;
}

static int end(void **state)
{
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, "DROP TABLE test_note", DB_NONE, NULL));
	return store_end(state);
}

static struct problem *add(struct store *s, int64_t n)
{
	return db_run(s->db, s->arena, note_add, DB_ARGS(db_int(n)), NULL);
}

static int64_t ask(struct store *s, struct db *db, const char *sql)
{
	int64_t n = -1;
	assert_fine(db_number(db, s->arena, sql, DB_NONE, &n));
	return n;
}

static int64_t notes(struct store *s)
{
	return ask(s, s->db, "SELECT COUNT(*) FROM test_note");
}

/* ---- lost ---- */

static void a_server_that_was_restarted_between_statements_goes_unnoticed(void **state)
{
	struct store *s = *state;

	assert_fine(add(s, 1));
	store_server_kill();
	store_server_start();
	assert_fine(add(s, 2));
	assert_int_equal(notes(s), 2);
	store_server_kill();
	store_server_start();
	assert_int_equal(notes(s), 2);
}

static void a_server_that_is_away_is_a_503_and_heals(void **state)
{
	struct store *s = *state;
	const char *why;

	assert_fine(add(s, 1));
	store_server_kill();
	struct problem *p = add(s, 2);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_int_equal(p->kind->status, 503);
	assert_true(p->retry_after_s > 0);
	assert_problem(add(s, 3), PROBLEM_DB_DOWN);
	assert_false(db_ready(s->db, s->arena, NULL, &why));
	store_server_start();
	assert_fine(add(s, 4));
	assert_int_equal(notes(s), 2);
	assert_true(db_ready(s->db, s->arena, NULL, &why));
}

struct outage {
	struct store *store;
	int runs;
	bool swallow;
};

static struct problem *restarted_in_the_middle(struct db *db, struct arena *a, void *context)
{
	struct outage *o = context;

	(void)db;
	o->runs++;
	TRY(add(o->store, 1));
	store_server_kill();
	store_server_start();
	struct problem *p = add(o->store, 2);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_problem(add(o->store, 3), PROBLEM_DB_DOWN); /* not on a new connection either */
	(void)a;
	return o->swallow ? NULL : p;
}

static void a_server_lost_in_a_transaction_is_not_asked_again_behind_its_back(void **state)
{
	struct store *s = *state;
	struct outage o = { .store = s };

	assert_problem(db_transaction(s->db, s->arena, restarted_in_the_middle, &o), PROBLEM_DB_DOWN);
	assert_int_equal(o.runs, 1);
	assert_int_equal(notes(s), 0);
	o.swallow = true;
	assert_problem(db_transaction(s->db, s->arena, restarted_in_the_middle, &o), PROBLEM_DB_DOWN);
	assert_int_equal(notes(s), 0);
	assert_fine(add(s, 4));
	assert_int_equal(notes(s), 1);
}

static struct problem *adds_one(struct db *db, struct arena *a, void *context)
{
	(void)context;
	return db_run(db, a, note_add, DB_ARGS(db_int(1)), NULL);
}

static void a_transaction_after_a_restart_begins_anew(void **state)
{
	struct store *s = *state;

	assert_fine(add(s, 1));
	store_server_kill();
	store_server_start();
	assert_fine(db_transaction(s->db, s->arena, adds_one, NULL));
	assert_int_equal(notes(s), 2);
}

/* Ends the connection `id` in a moment, from another process. */
static pid_t kill_soon(struct store *s, int64_t id)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct store own = { .arena = arena_new() };
		nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
		store_as_root(&own, arena_printf(own.arena, "KILL %lld", (long long)id));
		_exit(0);
	}
	(void)s;
	return pid;
}

static void a_write_lost_on_the_way_is_not_repeated_and_a_read_is(void **state)
{
	struct store *s = *state;
	int64_t id = ask(s, s->db, "SELECT CONNECTION_ID()");
	pid_t killer = kill_soon(s, id);
	struct problem *p = db_run(s->db, s->arena, "INSERT INTO test_note SELECT SLEEP(3)", DB_NONE, NULL);

	assert_int_equal(waitpid(killer, NULL, 0), killer);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_int_equal(notes(s), 0);

	id = ask(s, s->db, "SELECT CONNECTION_ID()");
	killer = kill_soon(s, id);
	int64_t from = clock_ticks_us();
	assert_int_equal(ask(s, s->db, "SELECT SLEEP(0.6)"), 0);
	assert_true(clock_ticks_us() - from > 800000);
	assert_int_equal(waitpid(killer, NULL, 0), killer);
	assert_true(ask(s, s->db, "SELECT CONNECTION_ID()") != id);
}

/* ---- slow ---- */

static void a_statement_that_takes_too_long_is_ended(void **state)
{
	struct store *s = *state;
	struct db *db = store_connect(s, 200);
	int64_t n, from = clock_ticks_us();
	static const char slow[] = "SELECT COUNT(*) FROM seq_1_to_1000000000 WHERE seq % 7 = 3";

	assert_problem(db_number(db, s->arena, slow, DB_NONE, &n), PROBLEM_DB_TIMEOUT);
	assert_true(clock_ticks_us() - from < 30000000);
	assert_int_equal(ask(s, db, "SELECT 5"), 5);
}

static pid_t server_pid(struct store *s)
{
	FILE *f = fopen(store_path(s, "db/run/pid"), "re");
	char line[32] = "";
	int64_t pid = 0;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	assert_true(num_read(line, 2, INT32_MAX, &pid));
	return (pid_t)pid;
}

/* True when every thread of the process has come to its stop. */
static bool all_stopped(pid_t pid)
{
	char path[64], file[PATH_MAX], state = 'T';
	struct dirent *task;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	assert_non_null(tasks);
	while (state == 'T' && (task = readdir(tasks))) {
		FILE *stat = NULL;

		if (task->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s/stat", path, task->d_name);
		stat = fopen(file, "re");
		if (!stat)
			continue;
		/* pid (name) state: the server's name holds no bracket */
		for (int c = getc(stat); c != EOF && c != ')'; c = getc(stat))
			;
		(void)getc(stat);
		state = (char)getc(stat);
		(void)fclose(stat);
	}
	(void)closedir(tasks);
	return state == 'T';
}

/* SIGSTOP, and until it holds: kill() returns before the threads stand still. */
static void server_hang(pid_t pid)
{
	assert_int_equal(kill(pid, SIGSTOP), 0);
	while (!all_stopped(pid))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void a_server_that_hangs_is_waited_for_no_longer_than_said(void **state)
{
	struct store *s = *state;
	struct db *db = store_connect(s, 900);
	pid_t pid = server_pid(s);

	static const char sql[] = "UPDATE test_note SET n = 0";

	assert_fine(db_run(db, s->arena, sql, DB_NONE, NULL)); /* prepared: only the change itself is to hang */
	server_hang(pid);
	struct problem *p = db_run(db, s->arena, sql, DB_NONE, NULL);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_int_equal(ask(s, db, "SELECT 1"), 1);
}

/* ---- elsewhere ---- */

/* An option file as the tests' own, with other lines behind; the last of a name counts. */
static const char *option_file(struct store *s, const char *more)
{
	const char *path = store_path(s, "other.cnf");
	char text[2048];
	FILE *f = fopen(store_option_file(), "re");

	assert_non_null(f);
	size_t n = fread(text, 1, sizeof(text), f);
	fclose(f);
	f = fopen(path, "we");
	assert_non_null(f);
	fwrite(text, 1, n, f);
	fputs(more, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
	return path;
}

static struct problem *open_other(struct store *s, const char *more, struct db **out)
{
	return db_open(s->arena,
	               &(struct db_conf){ .option_file = option_file(s, more), .connect_ms = 500, .statement_ms = 1000 },
	               out);
}

static void hosts_are_tried_in_their_order(void **state)
{
	struct store *s = *state;
	struct db *db;
	int64_t n = 0;
	unsigned port;

	assert_fine(open_other(s, "host = 127.0.0.1:1, [::1]:1 ,localhost\n", &db));
	assert_fine(db_number(db, s->arena, "SELECT 7", DB_NONE, &n));
	assert_int_equal(n, 7);
	assert_string_equal(db_host(db, &port), "localhost");
	db_close(db);

	assert_fine(open_other(s, "host = 127.0.0.1:1,127.0.0.1:2\n", &db));
	struct problem *p = db_number(db, s->arena, "SELECT 7", DB_NONE, &n);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_non_null(strstr(p->cause, ";")); /* both are told */
	db_close(db);
}

static void a_server_that_became_read_only_is_a_503_for_changes(void **state)
{
	struct store *s = *state;

	assert_fine(add(s, 1));
	store_as_root(s, "SET GLOBAL read_only = 1");
	struct problem *p = add(s, 2);
	struct problem *q = db_transaction(s->db, s->arena, adds_one, NULL);
	store_as_root(s, "SET GLOBAL read_only = 0");
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_problem(q, PROBLEM_DB_DOWN);
	assert_fine(add(s, 3));
	assert_int_equal(notes(s), 2);
}

static void a_wrong_option_file_is_told_at_once(void **state)
{
	struct store *s = *state;
	struct db *db;
	char line[400];
	struct db_conf missing = { .option_file = "/nowhere/default.cnf", .connect_ms = 500, .statement_ms = 1000 };

	assert_problem(db_open(s->arena, &missing, &db), PROBLEM_SETTINGS);
	assert_problem(open_other(s, "host = a:b\n", &db), PROBLEM_SETTINGS);
	assert_problem(open_other(s, "host = a:70000\n", &db), PROBLEM_SETTINGS);
	assert_problem(open_other(s, "host = [::1\n", &db), PROBLEM_SETTINGS);
	memset(line, 'h', sizeof(line) - 2);
	memcpy(line, "host = ", 7);
	memcpy(line + sizeof(line) - 2, "\n", 2);
	assert_problem(open_other(s, line, &db), PROBLEM_SETTINGS);
}

static void an_option_file_that_others_may_read_is_refused(void **state)
{
	static const struct {
		mode_t mode;
		bool fine;
	} cases[] = { { 0400, true }, { 0600, true }, { 0640, false }, { 0604, false }, { 0620, false }, { 0555, false } };
	struct store *s = *state;
	struct db_conf conf = { .option_file = option_file(s, ""), .connect_ms = 500, .statement_ms = 1000 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem *p;
		struct db *db;

		assert_int_equal(chmod(conf.option_file, cases[i].mode), 0);
		p = db_open(s->arena, &conf, &db);
		if (cases[i].fine) {
			assert_fine(p);
			db_close(db);
		} else {
			assert_problem(p, PROBLEM_SETTINGS);
			assert_non_null(strstr(p->detail, "chmod 0600"));
		}
	}
	assert_int_equal(chmod(conf.option_file, 0600), 0); /* the next test writes it anew */
}

static void a_refused_login_tells_no_password(void **state)
{
	struct store *s = *state;
	struct db *db;
	int64_t n;

	assert_fine(open_other(s, "password = hunter2\n", &db));
	struct problem *p = db_number(db, s->arena, "SELECT 7", DB_NONE, &n);
	assert_problem(p, PROBLEM_DB_DOWN);
	assert_null(strstr(p->cause, "hunter2"));
	assert_non_null(strstr(p->cause, "1045"));
	db_close(db);
}

static void quoted_values_and_lines_without_value_are_read_as_the_tools_do(void **state)
{
	struct store *s = *state;
	struct db *db;

	assert_fine(open_other(s, "skip-ssl\n# a comment\nuser = \"portico\"\n[mysqldump]\nuser = other\n", &db));
	assert_string_equal(db_options(db)->user, "portico");
	assert_string_equal(db_options(db)->database, "portico");
	assert_int_equal(ask(s, db, "SELECT 7"), 7);
	db_close(db);
}

/* ---- ready ---- */

static void ready_means_the_right_schema_and_no_lost_commits(void **state)
{
	struct store *s = *state;
	const char *why = NULL, *last = NULL;

	assert_fine(db_schema_change(s->db, s->arena, &last));
	assert_non_null(last);
	assert_true(db_ready(s->db, s->arena, last, &why));
	assert_null(why);
	assert_false(db_ready(s->db, s->arena, "facility/of_next_year", &why));
	assert_non_null(strstr(why, "portico migrate"));
	store_as_root(s, "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
	assert_false(db_ready(s->db, s->arena, last, &why));
	assert_non_null(strstr(why, "innodb_flush_log_at_trx_commit"));
	store_as_root(s, "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	assert_true(db_ready(s->db, s->arena, last, &why));
}

static void a_database_without_schema_is_not_ready_and_no_error(void **state)
{
	struct store *s = *state;
	struct db *db;
	struct db_conf conf = {
		.option_file = store_root_option_file(), .database = "mysql", .connect_ms = 500, .statement_ms = 1000
	};
	const char *why = NULL, *last = "x";

	assert_fine(db_open(s->arena, &conf, &db));
	assert_false(db_ready(db, s->arena, "work/job", &why));
	assert_non_null(strstr(why, "no schema"));
	assert_fine(db_schema_change(db, s->arena, &last));
	assert_null(last);
	db_close(db);
}

static void a_schema_under_migration_is_not_ready_and_not_waited_for(void **state)
{
	struct store *s = *state;
	struct db *sqitch = store_connect(s, 0);
	const char *why = NULL, *last = NULL;

	assert_fine(db_schema_change(s->db, s->arena, &last));
	assert_fine(db_run(sqitch, s->arena, "LOCK TABLES changes WRITE", DB_NONE, NULL));
	int64_t from = clock_ticks_us();
	assert_false(db_ready(s->db, s->arena, last, &why));
	assert_true(clock_ticks_us() - from < 30000000);
	assert_non_null(strstr(why, "migrated"));
	assert_fine(db_run(sqitch, s->arena, "UNLOCK TABLES", DB_NONE, NULL));
	assert_true(db_ready(s->db, s->arena, last, &why));
}

#define NOTE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		NOTE_TEST(a_server_that_was_restarted_between_statements_goes_unnoticed),
		NOTE_TEST(a_server_that_is_away_is_a_503_and_heals),
		NOTE_TEST(a_server_lost_in_a_transaction_is_not_asked_again_behind_its_back),
		NOTE_TEST(a_transaction_after_a_restart_begins_anew),
		NOTE_TEST(a_write_lost_on_the_way_is_not_repeated_and_a_read_is),
		NOTE_TEST(a_statement_that_takes_too_long_is_ended),
		NOTE_TEST(a_server_that_hangs_is_waited_for_no_longer_than_said),
		NOTE_TEST(hosts_are_tried_in_their_order),
		NOTE_TEST(a_server_that_became_read_only_is_a_503_for_changes),
		NOTE_TEST(a_wrong_option_file_is_told_at_once),
		NOTE_TEST(an_option_file_that_others_may_read_is_refused),
		NOTE_TEST(a_refused_login_tells_no_password),
		NOTE_TEST(quoted_values_and_lines_without_value_are_read_as_the_tools_do),
		NOTE_TEST(ready_means_the_right_schema_and_no_lost_commits),
		NOTE_TEST(a_schema_under_migration_is_not_ready_and_not_waited_for),
		NOTE_TEST(a_database_without_schema_is_not_ready_and_no_error),
	};
	return STORE_RUN(tests);
}
