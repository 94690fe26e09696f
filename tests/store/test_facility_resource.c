/* test_facility_resource.c - resources as rows: reserved under the quota, moved from state to state, sealed; their jobs without
 * an engine; Guacamole's rows in both generations of its schema. */
#include "tests/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/accounts/accounts.h"
#include "app/facility/conf.h"
#include "app/facility/guacamole.h"
#include "app/facility/image.h"
#include "app/facility/problems.h"
#include "app/facility/quota.h"
#include "app/facility/resource.h"
#include "app/facility/volumes.h"
#include "lib/base/seal.h"
#include "lib/base/text.h"
#include "lib/call/call.h"

#define GIB (INT64_C(1) << 30)

static int64_t number(struct store *s, const char *sql)
{
	int64_t n = 0;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	return n;
}

static int64_t user(struct store *s, const char *name, int64_t machines)
{
	const struct quota quota = {
		.max_simultaneous = machines, .cpu = 4, .memory_bytes = 8 * GIB, .hdd_bytes = 16 * GIB
	};
	struct account account;

	assert_fine(seal_key_load(s->arena, store_path(s, "seal.key"), true));
	assert_fine(account_add(s->db, s->arena, name, &account));
	assert_fine(quota_store(s->db, s->arena, account.id, &quota));
	return account.id;
}

/* 1 CPU, 3 GiB of memory, 5 GiB of storage, of the seed image base_image. */
static struct reserve wish(struct store *s, int64_t user_id, const char *session)
{
	static const struct volume volume = { .host = "/data/p'1", .container = "/tmp/data/p1", .writable = true };
	struct launch_plan *plan = ARENA_NEW(s->arena, struct launch_plan);
	struct image image;

	assert_fine(image_find(s->db, s->arena, "base_image", &image));
	*plan = (struct launch_plan){ .image = image.image,
		                          .protocol = image.protocol,
		                          .port_hook = image.port_hook,
		                          .logs_er = " token=(\\d+) ",
		                          .username = "ana",
		                          .volumes = { (void *)(uintptr_t)&volume, 1 } };
	return (struct reserve){ .user_id = user_id,
		                     .image_id = image.id,
		                     .public_name = image.public_name,
		                     .type = TYPE_DOCKER,
		                     .proposal_id = "P1",
		                     .session_number = session,
		                     .num_cpus = 1,
		                     .memory_bytes = 3 * GIB,
		                     .hdd_bytes = 5 * GIB,
		                     .uid = { true, 1000 },
		                     .gid = { true, 1001 },
		                     .plan = plan,
		                     .request_id = "req-1" };
}

static struct resource made(struct store *s, const struct reserve *ask)
{
	struct resource r;
	int64_t id, job_id;

	assert_fine(resource_reserve(s->db, s->arena, ask, &id, &job_id));
	assert_true(job_id > 0);
	assert_fine(resource_find(s->db, s->arena, id, ask->user_id, &r));
	return r;
}

static struct resource again(struct store *s, const struct resource *r)
{
	struct resource now;

	assert_fine(resource_find_id(s->db, s->arena, r->id, &now));
	return now;
}

static struct resource running(struct store *s, const struct reserve *ask)
{
	const struct launched l = { .container_id = "c0ffee",
		                        .port = { true, 32768 },
		                        .address = "http://h:32768/?token=1",
		                        .guacamole_connection_id = { true, 9 } };
	struct resource r = made(s, ask);
	bool moved = false;

	assert_fine(resource_set_created(s->db, s->arena, &r, &l, &moved));
	assert_true(moved);
	return again(s, &r);
}

/* ---- reserving ---- */

static void a_reserved_resource_is_busy_and_has_its_job_and_its_secrets(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r = made(s, &ask);
	struct launch_plan plan;

	assert_int_equal(r.state, RESOURCE_BUSY);
	assert_string_equal(r.name, arena_printf(s->arena, "calipso-%s", r.uuid));
	assert_int_equal(r.gid.n, 1001);
	assert_int_equal(strlen(r.vnc_password), 8);
	assert_int_equal(strlen(r.guacamole_username), 32);
	assert_int_equal(strlen(r.guacamole_password), 32);
	assert_string_not_equal(r.guacamole_username, r.guacamole_password);
	assert_string_equal(r.address, "");
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE kind = 'facility.launch' AND request_id = 'req-1'"),
	                 1);

	assert_fine(resource_plan(s->arena, &r, &plan));
	assert_string_equal(plan.logs_er, " token=(\\d+) ");
	assert_int_equal(plan.volumes.count, 1);
	assert_string_equal(((const struct volume *)plan.volumes.items)->host, "/data/p'1");
	assert_true(((const struct volume *)plan.volumes.items)->writable);
}

static void every_launch_has_secrets_of_its_own_and_rows_hold_none_in_clear(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);
	struct reserve first = wish(s, ana, "S1"), second = wish(s, ana, "S2");
	struct resource a = made(s, &first), b = made(s, &second);
	int64_t hits;

	assert_string_not_equal(a.vnc_password, b.vnc_password);
	assert_string_not_equal(a.guacamole_password, b.guacamole_password);
	assert_fine(db_number(
		s->db, s->arena,
		"SELECT COUNT(*) FROM facility_resource WHERE INSTR(vnc_seal, ?) OR INSTR(guacamole_seal, ?) OR INSTR(plan, ?)",
		DB_ARGS(db_text(a.vnc_password), db_text(a.guacamole_password), db_text(a.vnc_password)), &hits));
	assert_int_equal(hits, 0);
}

static void a_seal_opens_in_its_own_row_only(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);
	struct reserve first = wish(s, ana, "S1"), second = wish(s, ana, "S2");
	struct resource a = made(s, &first), b = made(s, &second);

	assert_fine(db_run(s->db, s->arena, "UPDATE facility_resource SET vnc_seal = ? WHERE id = ?",
	                   DB_ARGS(db_bytes(a.vnc_seal), db_int(b.id)), NULL));
	assert_string_equal(again(s, &b).vnc_password, "");
	assert_string_equal(again(s, &a).vnc_password, a.vnc_password);
}

static void a_session_is_launched_once_at_a_time(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), bob = user(s, "bob", 5), id, job_id;
	struct reserve ask = wish(s, ana, "S1"), other = wish(s, bob, "S1");
	struct resource r = running(s, &ask);

	assert_problem(resource_reserve(s->db, s->arena, &ask, &id, &job_id), facility_problems[P_ALREADY_LAUNCHED]);
	made(s, &other); /* somebody else's is another thing */
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_CREATED, RESOURCE_STOPPED, NULL, NULL));
	made(s, &ask);
	assert_problem(db_run(s->db, s->arena, "UPDATE facility_resource SET state = 1 WHERE id = ?", DB_ARGS(db_int(r.id)),
	                      NULL),
	               PROBLEM_DB_DUPLICATE);
}

/* Limits of 2 machines, 4 CPUs, 8 GiB, 16 GiB: used and asked for together must fit, to the last byte. */
static void an_image_that_has_gone_meanwhile_is_not_found(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	int64_t id, job_id;

	ask.image_id += 1000;
	assert_problem(resource_reserve(s->db, s->arena, &ask, &id, &job_id), PROBLEM_NOT_FOUND);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 0);
}

static void each_limit_counts_what_is_asked_for(void **state)
{
	struct store *s = *state;
	static const struct {
		const char *name;
		int64_t cpus, memory, hdd;
		int which; /* -1: fits */
	} cases[] = {
		{ "a", 3, 5 * GIB, 11 * GIB, -1 },
		{ "b", 4, 5 * GIB, 11 * GIB, P_QUOTA_CPU },
		{ "c", 3, 5 * GIB + 1, 11 * GIB, P_QUOTA_MEMORY },
		{ "d", 3, 5 * GIB, 11 * GIB + 1, P_QUOTA_HDD },
		{ "e", 4, 6 * GIB, 12 * GIB, P_QUOTA_CPU },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t id, job_id, who = user(s, cases[i].name, 2);
		struct reserve first = wish(s, who, "S1"), second = wish(s, who, "S2");

		made(s, &first);
		second.num_cpus = cases[i].cpus;
		second.memory_bytes = cases[i].memory;
		second.hdd_bytes = cases[i].hdd;
		if (cases[i].which < 0)
			made(s, &second);
		else
			assert_problem(resource_reserve(s->db, s->arena, &second, &id, &job_id), facility_problems[cases[i].which]);
	}
}

static void machines_are_counted_first_and_ended_ones_not_at_all(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 1), id, job_id;
	struct reserve first = wish(s, ana, "S1"), second = wish(s, ana, "S2");
	struct resource r = made(s, &first);

	second.num_cpus = 100;
	assert_problem(resource_reserve(s->db, s->arena, &second, &id, &job_id), facility_problems[P_QUOTA_MACHINES]);
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_BUSY, RESOURCE_ERROR, NULL, NULL));
	assert_problem(resource_reserve(s->db, s->arena, &second, &id, &job_id), facility_problems[P_QUOTA_CPU]);
	second.num_cpus = 4;
	made(s, &second);
}

static void the_amounts_are_those_of_the_launch_whatever_becomes_of_the_image(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), id, job_id;
	struct reserve first = wish(s, ana, "S1"), second = wish(s, ana, "S2");

	first.num_cpus = 4;
	made(s, &first);
	assert_fine(db_run(s->db, s->arena, "UPDATE facility_image SET cpu = 0, memory_bytes = 0", DB_NONE, NULL));
	assert_fine(
		db_run(s->db, s->arena, "DELETE FROM facility_image WHERE public_name = 'base_jupyter'", DB_NONE, NULL));
	assert_problem(resource_reserve(s->db, s->arena, &second, &id, &job_id), facility_problems[P_QUOTA_CPU]);
}

/* How many of `count` processes that reserve at once succeed; each must be told yes or `refusal`. */
static int race(int64_t ana, int count, bool same_session, int refusal)
{
	int yes = 0, gate[2];

	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			struct store mine = { .arena = arena_new() };
			struct reserve ask;
			struct problem *p;
			int64_t id, job_id;
			char go;

			mine.db = store_connect(&mine, 60000);
			ask = wish(&mine, ana, same_session ? "S1" : arena_printf(mine.arena, "S%d", i));
			close(gate[1]);
			(void)!read(gate[0], &go, 1); /* until the parent closes its end */
			p = resource_reserve(mine.db, mine.arena, &ask, &id, &job_id);
			_exit(!p ? 0 : problem_is(p, &facility_problems[refusal]) ? 1 : 2);
		}
	}
	usleep(300000);
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < count; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 0, 1);
		yes += WEXITSTATUS(status) == 0;
	}
	return yes;
}

static void a_hundred_at_once_get_the_two_that_the_quota_allows(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 2);

	assert_int_equal(race(ana, 100, false, P_QUOTA_MACHINES), 2);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM facility_resource WHERE state = 0"), 2);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 2);
}

static void twenty_at_once_get_the_same_session_once(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);

	assert_int_equal(race(ana, 20, true, P_ALREADY_LAUNCHED), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM facility_resource"), 1);
}

/* ---- moving ---- */

static void a_created_resource_keeps_its_way_in_and_a_stopped_one_has_none(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r = running(s, &ask);

	assert_int_equal(r.state, RESOURCE_CREATED);
	assert_string_equal(r.container_id, "c0ffee");
	assert_string_equal(r.address, "http://h:32768/?token=1");
	assert_int_equal(r.guacamole_connection_id.n, 9);

	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_CREATED, RESOURCE_STOPPING, NULL, NULL));
	assert_int_equal(strlen(again(s, &r).guacamole_password), 32); /* until it has ended, it can be gone back to */
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_STOPPING, RESOURCE_STOPPED, NULL, NULL));
	r = again(s, &r);
	assert_string_equal(r.address, "");
	assert_string_equal(r.guacamole_password, "");
	assert_string_equal(r.vnc_password, "");
	assert_null(r.guacamole_username);
	assert_false(r.guacamole_connection_id.set);
	assert_problem(db_run(s->db, s->arena, "UPDATE facility_resource SET vnc_seal = 'x' WHERE id = ?",
	                      DB_ARGS(db_int(r.id)), NULL),
	               PROBLEM_DB_CHECK);
}

static void a_resource_without_a_desktop_keeps_no_guacamole_user(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r = made(s, &ask);
	bool moved;

	assert_fine(resource_set_created(s->db, s->arena, &r, &(struct launched){ .container_id = "c" }, &moved));
	r = again(s, &r);
	assert_null(r.guacamole_username);
	assert_string_equal(r.guacamole_password, "");
}

static void who_comes_too_late_moves_nothing(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r = made(s, &ask);
	bool moved = true;

	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_BUSY, RESOURCE_STOPPING, NULL, &moved));
	assert_true(moved);
	assert_fine(resource_set_created(s->db, s->arena, &r, &(struct launched){ .container_id = "c" }, &moved));
	assert_false(moved);
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_BUSY, RESOURCE_ERROR, NULL, &moved));
	assert_false(moved);
	assert_int_equal(again(s, &r).state, RESOURCE_STOPPING);
}

static void an_error_leaves_its_reason_in_the_row(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r = made(s, &ask);
	const struct problem *why =
		problem_because(problem_new(s->arena, FACILITY(P_LAUNCH_EXITED), "It ended with %d.", 3), "secret words");

	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_BUSY, RESOURCE_ERROR, why, NULL));
	r = again(s, &r);
	assert_string_equal(r.error_code, "facility.launch.exited");
	assert_string_equal(r.error_detail, "It ended with 3.");
}

static void only_the_owner_asks_for_the_end(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), bob = user(s, "bob", 5), job_id;
	struct reserve ask = wish(s, ana, "S1");
	struct resource r = running(s, &ask), found;

	assert_problem(resource_ask_stop(s->db, s->arena, r.id, bob, NULL, &job_id), PROBLEM_NOT_FOUND);
	assert_problem(resource_ask_remove(s->db, s->arena, r.id, bob, NULL, &job_id), PROBLEM_NOT_FOUND);
	assert_problem(resource_find(s->db, s->arena, r.id, bob, &found), PROBLEM_NOT_FOUND);
	assert_problem(resource_find_name(s->db, s->arena, r.name, bob, &found), PROBLEM_NOT_FOUND);
	assert_int_equal(again(s, &r).state, RESOURCE_CREATED);

	assert_fine(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &job_id));
	assert_true(job_id > 0);
	assert_int_equal(again(s, &r).state, RESOURCE_STOPPING);
}

static void asking_twice_is_one_job_and_asking_for_what_is_done_none(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), first, second;
	struct reserve ask = wish(s, ana, "S1");
	struct resource r = running(s, &ask);

	assert_fine(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &first));
	assert_fine(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &second));
	assert_int_equal(first, second);
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_STOPPING, RESOURCE_STOPPED, NULL, NULL));
	assert_fine(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &second));
	assert_int_equal(second, 0);
	assert_fine(resource_ask_remove(s->db, s->arena, r.id, ana, NULL, &second));
	assert_true(second > first);
	assert_problem(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &second), facility_problems[P_RESOURCE_STATE]);
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_REMOVING, RESOURCE_REMOVED, NULL, NULL));
	assert_fine(resource_ask_remove(s->db, s->arena, r.id, ana, NULL, &second));
	assert_int_equal(second, 0);
	assert_problem(resource_ask_stop(s->db, s->arena, r.id, ana, NULL, &second), facility_problems[P_RESOURCE_STATE]);
}

static void the_lists_show_what_they_are_asked_for(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), bob = user(s, "bob", 5), n;
	struct reserve a = wish(s, ana, "S1"), b = wish(s, ana, "S2"), c = wish(s, bob, "S1");
	struct resource gone = made(s, &a);
	struct list list;

	made(s, &b);
	made(s, &c);
	assert_fine(resource_move(s->db, s->arena, gone.id, RESOURCE_BUSY, RESOURCE_REMOVED, NULL, NULL));
	assert_fine(resource_count(s->db, s->arena, ana, SCOPE_EVER, &n));
	assert_int_equal(n, 2);
	assert_fine(resource_count(s->db, s->arena, ana, SCOPE_ACTIVE, &n));
	assert_int_equal(n, 1);
	assert_fine(resource_count(s->db, s->arena, 0, SCOPE_ACTIVE, &n));
	assert_int_equal(n, 2);
	assert_fine(resource_page(s->db, s->arena, 0, SCOPE_EVER, 1, 2, &list));
	assert_int_equal(list.count, 2);
	assert_int_equal(((const struct resource *)list.items)[1].id, gone.id);
	assert_fine(resource_page(s->db, s->arena, bob, SCOPE_NOT_REMOVED, 0, 10, &list));
	assert_int_equal(list.count, 1);
	assert_string_equal(((const struct resource *)list.items)->session_number, "S1");
}

static void ended_rows_are_forgotten_after_their_time(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), gone;
	struct reserve a = wish(s, ana, "S1"), b = wish(s, ana, "S2");
	struct resource ended = made(s, &a);

	made(s, &b);
	assert_fine(resource_move(s->db, s->arena, ended.id, RESOURCE_BUSY, RESOURCE_ERROR, NULL, NULL));
	assert_fine(resource_forget(s->db, s->arena, clock_after_s(clock_now(), -60), 10, &gone));
	assert_int_equal(gone, 0);
	assert_fine(resource_forget(s->db, s->arena, clock_after_s(clock_now(), 60), 10, &gone));
	assert_int_equal(gone, 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM facility_resource"), 1);
}

static void the_installation_keeps_its_id(void **state)
{
	struct store *s = *state;
	const char *first, *second;

	assert_fine(instance_id(s->db, s->arena, &first));
	assert_fine(instance_id(s->db, s->arena, &second));
	assert_int_equal(strlen(first), 36);
	assert_string_equal(first, second);
}

/* ---- Guacamole ---- */

/* A database with the tables of one generation, and the connection of the app to it. */
static void guacamole_make(struct store *s, const char *schema)
{
	static char sql[65536], options[4096];
	const char *path =
		arena_printf(s->arena, "%s/tests/demo/guacamole-schema-%s.sql", getenv("PORTICO_TEST_SOURCE"), schema);
	const char *option_file = store_path(s, "guacamole.cnf");
	FILE *file = fopen(path, "r");
	char *statement, *rest = sql, *line;

	assert_non_null(file);
	sql[fread(sql, 1, sizeof(sql) - 1, file)] = '\0';
	fclose(file);
	store_as_root(s, "DROP DATABASE IF EXISTS guacamole_test");
	store_as_root(s, "CREATE DATABASE guacamole_test");
	store_as_root(s, "GRANT ALL ON guacamole_test.* TO portico@localhost");
	while ((line = strstr(rest, "CREATE TABLE IF NOT EXISTS "))) {
		statement = line + strlen("CREATE TABLE IF NOT EXISTS ");
		rest = strchr(statement, ';');
		assert_non_null(rest);
		*rest++ = '\0';
		store_as_root(s, arena_printf(s->arena, "CREATE TABLE guacamole_test.%s", statement));
	}

	file = fopen(store_option_file(), "r");
	assert_non_null(file);
	options[fread(options, 1, sizeof(options) - 1, file)] = '\0';
	fclose(file);
	file = fopen(option_file, "w");
	assert_non_null(file);
	for (line = options; *line; line += strcspn(line, "\n") + 1)
		if (!text_starts(line, "database"))
			fprintf(file, "%.*s\n", (int)strcspn(line, "\n"), line);
	fprintf(file, "database = guacamole_test\n");
	fclose(file);
	assert_int_equal(chmod(option_file, 0600), 0);
	assert_fine(guacamole_open(&(struct process){ .arena = s->arena, .name = "command" }, option_file));
}

static int64_t of_guacamole(struct store *s, const char *sql)
{
	struct db *db;
	int64_t n = 0;

	assert_fine(db_open(s->arena,
	                    &(struct db_conf){
							.option_file = store_path(s, "guacamole.cnf"), .connect_ms = 2000, .statement_ms = 5000 },
	                    &db));
	assert_fine(db_number(db, s->arena, sql, DB_NONE, &n));
	db_close(db);
	return n;
}

static const struct guacamole_ask desktop = { .instance = "0000-this-installation",
	                                          .name = "calipso-x",
	                                          .protocol = "RDP",
	                                          .host = "10.0.0.1",
	                                          .port = 32768,
	                                          .desktop_password = "12345678",
	                                          .username = "user-x",
	                                          .password = "pass-x" };

static void guacamole_rows(struct store *s, const char *schema, const char *name_sql, const char *permission_sql)
{
	const struct guacamole_user *user_row;
	struct list users;
	int64_t first, second;

	facility_conf.rdp_security = "any";
	facility_conf.rdp_ignore_cert = true;
	guacamole_make(s, schema);
	assert_fine(guacamole_create(s->arena, &desktop, &first));
	assert_fine(guacamole_create(s->arena, &desktop, &second)); /* once more, as after a kill: replaced, not doubled */
	assert_true(second > first);
	assert_int_equal(of_guacamole(s, name_sql), 1);
	assert_int_equal(of_guacamole(s, permission_sql), 1);
	assert_int_equal(
		of_guacamole(s, "SELECT COUNT(*) FROM guacamole_connection WHERE protocol = 'rdp' AND failover_only = 0"), 1);
	assert_int_equal(
		of_guacamole(s,
	                 "SELECT COUNT(*) FROM guacamole_connection_parameter WHERE (parameter_name, parameter_value) IN"
	                 " (('hostname', '10.0.0.1'), ('port', '32768'), ('password', '12345678'),"
	                 "  ('security', 'any'), ('ignore-cert', 'true'))"),
		5);
	assert_int_equal(of_guacamole(s,
	                              "SELECT COUNT(*) FROM guacamole_user WHERE disabled = 0 AND expired = 0"
	                              " AND password_hash = UNHEX(SHA2(CONCAT('pass-x', HEX(password_salt)), 256))"),
	                 1);

	assert_fine(guacamole_users(s->arena, "0000-this-installation", &users));
	assert_int_equal(users.count, 1);
	user_row = users.items;
	assert_string_equal(user_row->username, "user-x");
	assert_string_equal(user_row->name, "calipso-x");
	assert_true(user_row->connected);
	assert_fine(guacamole_users(s->arena, "another installation", &users));
	assert_int_equal(users.count, 0);

	assert_fine(guacamole_delete(s->arena, "user-x", "calipso-x"));
	assert_fine(guacamole_delete(s->arena, "user-x", "calipso-x"));
	assert_int_equal(
		of_guacamole(s,
	                 "SELECT (SELECT COUNT(*) FROM guacamole_user) + (SELECT COUNT(*) FROM guacamole_connection)"
	                 " + (SELECT COUNT(*) FROM guacamole_connection_parameter)"
	                 " + (SELECT COUNT(*) FROM guacamole_connection_permission)"),
		0);
	guacamole_close();
}

static void guacamole_gets_its_rows_in_the_schema_of_1_0(void **state)
{
	bool entities = false;

	guacamole_rows(
		*state, "1",
		"SELECT COUNT(*) FROM guacamole_user u JOIN guacamole_entity e USING (entity_id) WHERE e.name = 'user-x'",
		"SELECT COUNT(*) FROM guacamole_connection_permission p JOIN guacamole_entity e USING (entity_id) WHERE p.permission = 'READ'");
	guacamole_make(*state, "1");
	assert_fine(guacamole_has_entities(((struct store *)*state)->arena, &entities));
	assert_true(entities);
	guacamole_close();
}

static void guacamole_gets_its_rows_in_the_schema_of_0_9_14(void **state)
{
	guacamole_rows(
		*state, "0.9.14", "SELECT COUNT(*) FROM guacamole_user WHERE username = 'user-x'",
		"SELECT COUNT(*) FROM guacamole_connection_permission p JOIN guacamole_user u USING (user_id) WHERE p.permission = 'READ'");
}

static void guacamole_gets_all_rows_or_none(void **state)
{
	struct store *s = *state;
	struct guacamole_ask broken = desktop;
	int64_t id;

	guacamole_make(s, "1");
	store_as_root(s, "DROP TABLE guacamole_test.guacamole_connection_permission");
	assert_non_null(guacamole_create(s->arena, &broken, &id));
	assert_int_equal(
		of_guacamole(s,
	                 "SELECT (SELECT COUNT(*) FROM guacamole_user) + (SELECT COUNT(*) FROM guacamole_entity)"
	                 " + (SELECT COUNT(*) FROM guacamole_connection)"),
		0);
	guacamole_close();
}

static void without_guacamole_its_calls_say_so(void **state)
{
	struct store *s = *state;
	int64_t id;

	guacamole_close();
	assert_false(guacamole_is_set());
	assert_problem(guacamole_create(s->arena, &desktop, &id), facility_problems[P_GUACAMOLE_MISSING]);
}

/* ---- jobs ---- */

static const struct job_kind *kind(const char *name)
{
	for (const struct job_kind *k = facility_jobs; k->name; k++)
		if (text_equal(k->name, name))
			return k;
	fail_msg("no job %s", name);
	return NULL;
}

static struct job job_of(struct store *s, const struct resource *r)
{
	static struct process process = { .name = "daemon" };

	process.arena = s->arena;
	process.db = s->db;
	return (struct job){ .id = 1,
		                 .subject_id = r->id,
		                 .attempt = 1,
		                 .created_at = clock_now(),
		                 .request_id = "-",
		                 .db = s->db,
		                 .arena = s->arena,
		                 .process = &process };
}

/* An engine that is not there. */
static void engine_none(struct store *s)
{
	facility_conf.docker_url = "unix:///nonexistent/docker.sock";
	facility_conf.docker_ms = 1000;
	facility_conf.launch_deadline_s = 60;
	facility_conf.pull_s = 60;
	facility_conf.stop_grace_s = 1;
	assert_fine(resource_start(&(struct process){ .arena = s->arena, .name = "daemon" }));
}

static void a_link_lives_in_its_row_alone(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct launch_plan plan = {
		.image = "https://www.example.org/", .protocol = "", .port_hook = "", .logs_er = "", .username = "ana"
	};
	struct resource r;
	struct job j;
	int64_t job_id;

	engine_none(s);
	ask.type = TYPE_LINK;
	ask.plan = &plan;
	r = made(s, &ask);
	assert_null(r.guacamole_username);
	j = job_of(s, &r);
	assert_fine(kind("facility.launch")->run(&j));
	assert_fine(kind("facility.launch")->run(&j)); /* again, as after a kill */
	r = again(s, &r);
	assert_int_equal(r.state, RESOURCE_CREATED);
	assert_string_equal(r.address, "https://www.example.org/");
	assert_fine(resource_ask_stop(s->db, s->arena, r.id, r.user_id, NULL, &job_id));
	assert_fine(kind("facility.stop")->run(&j));
	assert_fine(kind("facility.stop")->run(&j));
	r = again(s, &r);
	assert_int_equal(r.state, RESOURCE_STOPPED);
	assert_string_equal(r.address, "https://www.example.org/");
	assert_fine(resource_ask_remove(s->db, s->arena, r.id, r.user_id, NULL, &job_id));
	assert_fine(kind("facility.remove")->run(&j));
	assert_fine(kind("facility.remove")->run(&j));
	assert_int_equal(again(s, &r).state, RESOURCE_REMOVED);
}

static void a_launch_without_an_engine_is_tried_again_and_then_an_error(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r;
	struct problem *p;
	struct job j;

	engine_none(s);
	r = made(s, &ask);
	j = job_of(s, &r);
	p = kind("facility.launch")->run(&j);
	assert_problem(p, PROBLEM_CALL_FAILED);
	assert_string_equal(p->detail, "Docker daemon not found.");
	assert_int_equal(again(s, &r).state, RESOURCE_BUSY);
	assert_fine(kind("facility.launch")->give_up(&j, p));
	r = again(s, &r);
	assert_int_equal(r.state, RESOURCE_ERROR);
	assert_string_equal(r.error_code, "call.failed");
	assert_string_equal(r.error_detail, "Docker daemon not found.");
}

static void a_stop_without_an_engine_leaves_the_resource_as_it_was(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r;
	struct problem *p;
	struct job j;
	int64_t job_id;

	engine_none(s);
	r = running(s, &ask);
	j = job_of(s, &r);
	assert_fine(resource_ask_stop(s->db, s->arena, r.id, r.user_id, NULL, &job_id));
	p = kind("facility.stop")->run(&j);
	assert_problem(p, PROBLEM_CALL_FAILED);
	assert_int_equal(again(s, &r).state, RESOURCE_STOPPING);
	assert_fine(kind("facility.stop")->give_up(&j, p));
	r = again(s, &r);
	assert_int_equal(r.state, RESOURCE_CREATED);
	assert_string_equal(r.error_code, "call.failed");
	assert_int_equal(strlen(r.guacamole_password), 32);
}

static void one_day_older(struct store *s)
{
	assert_fine(db_run(s->db, s->arena, "UPDATE facility_resource SET changed_at = changed_at - INTERVAL 1 DAY",
	                   DB_NONE, NULL));
}

/* Before its container is there a launch may wait for its image, and that wait may begin anew. */
static void a_launch_is_late_only_once_it_has_a_container(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct resource r;
	struct job j;

	engine_none(s);
	r = made(s, &ask);
	j = job_of(s, &r);
	one_day_older(s);
	assert_problem(kind("facility.launch")->run(&j), PROBLEM_CALL_FAILED);
	assert_int_equal(again(s, &r).state, RESOURCE_BUSY);
	assert_fine(resource_set_container(s->db, s->arena, r.id, "c0ffee"));
	assert_problem(kind("facility.launch")->run(&j), PROBLEM_CALL_FAILED);
	assert_int_equal(again(s, &r).state, RESOURCE_BUSY);
	one_day_older(s);
	assert_fine(kind("facility.launch")->run(&j));
	assert_string_equal(again(s, &r).error_code, "facility.launch.late");
}

static void a_launch_whose_passwords_cannot_be_read_is_an_error(void **state)
{
	static const char *const spoil[] = { "vnc_seal", "guacamole_seal" };
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);

	engine_none(s);
	for (size_t i = 0; i < 2; i++) {
		struct reserve ask = wish(s, ana, spoil[i]);
		struct resource r = made(s, &ask);
		struct job j = job_of(s, &r);

		assert_true(resource_opened(&r));
		assert_fine(db_run(s->db, s->arena,
		                   arena_printf(s->arena, "UPDATE facility_resource SET %s = REVERSE(%s) WHERE id = ?",
		                                spoil[i], spoil[i]),
		                   DB_ARGS(db_int(r.id)), NULL));
		assert_fine(kind("facility.launch")->run(&j));
		r = again(s, &r);
		assert_int_equal(r.state, RESOURCE_ERROR);
		assert_string_equal(r.error_code, "facility.launch.secrets");
	}
}

/* Its container may be made after the stop looked for it. */
static void a_launch_that_is_being_stopped_looks_again_when_that_is_over(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct launch_plan plan = {
		.image = "https://www.example.org/", .protocol = "", .port_hook = "", .logs_er = "", .username = "ana"
	};
	struct resource r;
	struct job j;
	int64_t job_id;

	engine_none(s);
	ask.type = TYPE_LINK;
	ask.plan = &plan;
	r = made(s, &ask);
	j = job_of(s, &r);
	assert_fine(resource_ask_stop(s->db, s->arena, r.id, r.user_id, NULL, &job_id));
	assert_problem(kind("facility.launch")->run(&j), PROBLEM_JOB_LATER);
	assert_problem(kind("facility.launch")->give_up(&j, problem_new(s->arena, &PROBLEM_CALL_FAILED, NULL)),
	               PROBLEM_JOB_LATER);
	assert_fine(kind("facility.stop")->run(&j));
	assert_fine(kind("facility.launch")->run(&j));
	assert_int_equal(again(s, &r).state, RESOURCE_STOPPED);
	assert_fine(resource_ask_remove(s->db, s->arena, r.id, r.user_id, NULL, &job_id));
	assert_problem(kind("facility.launch")->run(&j), PROBLEM_JOB_LATER);
}

static void an_end_that_is_given_up_leaves_what_was_there(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);
	struct reserve ask = wish(s, ana, "S1"), other = wish(s, ana, "S2");
	struct launch_plan plan = {
		.image = "https://www.example.org/", .protocol = "", .port_hook = "", .logs_er = "", .username = "ana"
	};
	struct problem *why = problem_new(s->arena, &PROBLEM_CALL_FAILED, NULL);
	struct resource failed, link;
	struct job j;
	int64_t job_id;

	engine_none(s);
	failed = made(s, &ask);
	assert_fine(resource_move(s->db, s->arena, failed.id, RESOURCE_BUSY, RESOURCE_ERROR, why, NULL));
	assert_fine(resource_ask_remove(s->db, s->arena, failed.id, ana, NULL, &job_id));
	j = job_of(s, &failed);
	assert_fine(kind("facility.remove")->give_up(&j, why));
	assert_int_equal(again(s, &failed).state, RESOURCE_ERROR);

	other.type = TYPE_LINK;
	other.plan = &plan;
	link = made(s, &other);
	j = job_of(s, &link);
	assert_fine(kind("facility.launch")->run(&j));
	assert_fine(resource_ask_stop(s->db, s->arena, link.id, ana, NULL, &job_id));
	assert_fine(kind("facility.stop")->give_up(&j, why));
	assert_int_equal(again(s, &link).state, RESOURCE_CREATED);
	assert_fine(resource_ask_stop(s->db, s->arena, link.id, ana, NULL, &job_id));
	assert_fine(kind("facility.stop")->run(&j));
	assert_fine(resource_ask_remove(s->db, s->arena, link.id, ana, NULL, &job_id));
	assert_fine(kind("facility.remove")->give_up(&j, why));
	assert_int_equal(again(s, &link).state, RESOURCE_STOPPED);
}

static void jobs_of_rows_that_are_gone_are_done(void **state)
{
	struct store *s = *state;
	struct resource none = { .id = 4711 };
	struct job j = job_of(s, &none);

	engine_none(s);
	for (const struct job_kind *k = facility_jobs; k->name; k++) {
		assert_fine(k->run(&j));
		assert_fine(k->give_up(&j, problem_new(s->arena, &PROBLEM_CALL_FAILED, NULL)));
	}
}

static void reconciling_ends_a_launch_that_nobody_is_at(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct launch_plan plan = {
		.image = "https://www.example.org/", .protocol = "", .port_hook = "", .logs_er = "", .username = "ana"
	};
	struct reconcile look = { .db = s->db, .arena = s->arena }, mend = { .db = s->db, .arena = s->arena, .mend = true };
	struct resource r;

	engine_none(s);
	ask.type = TYPE_LINK;
	ask.plan = &plan;
	r = made(s, &ask);
	assert_fine(reconcile_run(&look)); /* young: its job is at it */
	assert_int_equal(look.found, 0);
	one_day_older(s);
	assert_fine(reconcile_run(&look));
	assert_int_equal(look.found, 1);
	assert_int_equal(look.mended, 0);
	assert_int_equal(again(s, &r).state, RESOURCE_BUSY);
	assert_fine(reconcile_run(&mend));
	assert_int_equal(mend.mended, 1);
	r = again(s, &r);
	assert_int_equal(r.state, RESOURCE_ERROR);
	assert_string_equal(r.error_code, "facility.launch.late");
}

static void reconciling_gives_an_end_its_lost_job_back(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct launch_plan plan = {
		.image = "https://www.example.org/", .protocol = "", .port_hook = "", .logs_er = "", .username = "ana"
	};
	struct reconcile mend = { .db = s->db, .arena = s->arena, .mend = true };
	struct resource r;

	engine_none(s);
	ask.type = TYPE_LINK;
	ask.plan = &plan;
	r = made(s, &ask);
	assert_fine(resource_move(s->db, s->arena, r.id, RESOURCE_BUSY, RESOURCE_STOPPING, NULL, NULL));
	one_day_older(s);
	assert_fine(reconcile_run(&mend));
	assert_int_equal(mend.mended, 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE kind = 'facility.stop'"), 1);
}

static void reconciling_says_so_when_the_engine_is_away_but_holds_resources(void **state)
{
	struct store *s = *state;
	struct reserve ask = wish(s, user(s, "ana", 5), "S1");
	struct reconcile mend = { .db = s->db, .arena = s->arena, .mend = true };
	struct resource r;

	engine_none(s);
	assert_fine(reconcile_run(&mend)); /* a site of links alone */
	r = running(s, &ask);
	assert_problem(reconcile_run(&mend), PROBLEM_CALL_FAILED);
	assert_int_equal(again(s, &r).state, RESOURCE_CREATED);
}

static void an_engine_that_is_away_keeps_nothing_else_from_being_mended(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5), id;
	struct reserve ask = wish(s, ana, "S1"), other = wish(s, ana, "S2");
	struct reconcile mend = { .db = s->db, .arena = s->arena, .mend = true };
	struct guacamole_ask left = desktop;
	struct resource lost, kept;

	engine_none(s);
	guacamole_make(s, "1");
	assert_fine(instance_id(s->db, s->arena, &left.instance));
	assert_fine(guacamole_create(s->arena, &left, &id));
	lost = made(s, &ask);
	one_day_older(s);
	kept = running(s, &other);
	assert_problem(reconcile_run(&mend), PROBLEM_CALL_FAILED);
	assert_string_equal(again(s, &lost).error_code, "facility.launch.late");
	assert_int_equal(again(s, &kept).state, RESOURCE_CREATED);
	assert_int_equal(of_guacamole(s, "SELECT COUNT(*) FROM guacamole_entity WHERE name = 'user-x'"), 0);
	guacamole_close();
}

/* An empty password would open the desktop to everybody. */
static void a_desktop_whose_password_cannot_be_read_gets_no_connection(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana", 5);
	struct reserve ask = wish(s, ana, "S1"), other = wish(s, ana, "S2");
	struct reconcile mend = { .db = s->db, .arena = s->arena, .mend = true };
	struct resource shut, open;

	facility_conf.remote_machine_ip = "127.0.0.1";
	engine_none(s);
	guacamole_make(s, "1");
	shut = running(s, &ask);
	open = running(s, &other);
	assert_fine(db_run(s->db, s->arena,
	                   "UPDATE facility_resource SET guacamole_seal = REVERSE(guacamole_seal) WHERE id = ?",
	                   DB_ARGS(db_int(shut.id)), NULL));
	assert_non_null(reconcile_run(&mend));
	assert_int_equal(mend.mended, 1);
	assert_int_equal(of_guacamole(s, arena_printf(s->arena, "SELECT COUNT(*) FROM guacamole_entity WHERE name = '%s'",
	                                              shut.guacamole_username)),
	                 0);
	assert_int_equal(of_guacamole(s, arena_printf(s->arena, "SELECT COUNT(*) FROM guacamole_entity WHERE name = '%s'",
	                                              open.guacamole_username)),
	                 1);
	guacamole_close();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(a_reserved_resource_is_busy_and_has_its_job_and_its_secrets),
		STORE_TEST(every_launch_has_secrets_of_its_own_and_rows_hold_none_in_clear),
		STORE_TEST(a_seal_opens_in_its_own_row_only),
		STORE_TEST(a_session_is_launched_once_at_a_time),
		STORE_TEST(an_image_that_has_gone_meanwhile_is_not_found),
		STORE_TEST(each_limit_counts_what_is_asked_for),
		STORE_TEST(machines_are_counted_first_and_ended_ones_not_at_all),
		STORE_TEST(the_amounts_are_those_of_the_launch_whatever_becomes_of_the_image),
		STORE_TEST(a_hundred_at_once_get_the_two_that_the_quota_allows),
		STORE_TEST(twenty_at_once_get_the_same_session_once),
		STORE_TEST(a_created_resource_keeps_its_way_in_and_a_stopped_one_has_none),
		STORE_TEST(a_resource_without_a_desktop_keeps_no_guacamole_user),
		STORE_TEST(who_comes_too_late_moves_nothing),
		STORE_TEST(an_error_leaves_its_reason_in_the_row),
		STORE_TEST(only_the_owner_asks_for_the_end),
		STORE_TEST(asking_twice_is_one_job_and_asking_for_what_is_done_none),
		STORE_TEST(the_lists_show_what_they_are_asked_for),
		STORE_TEST(ended_rows_are_forgotten_after_their_time),
		STORE_TEST(the_installation_keeps_its_id),
		STORE_TEST(guacamole_gets_its_rows_in_the_schema_of_1_0),
		STORE_TEST(guacamole_gets_its_rows_in_the_schema_of_0_9_14),
		STORE_TEST(guacamole_gets_all_rows_or_none),
		STORE_TEST(without_guacamole_its_calls_say_so),
		STORE_TEST(a_link_lives_in_its_row_alone),
		STORE_TEST(a_launch_without_an_engine_is_tried_again_and_then_an_error),
		STORE_TEST(a_stop_without_an_engine_leaves_the_resource_as_it_was),
		STORE_TEST(a_launch_is_late_only_once_it_has_a_container),
		STORE_TEST(a_launch_whose_passwords_cannot_be_read_is_an_error),
		STORE_TEST(a_launch_that_is_being_stopped_looks_again_when_that_is_over),
		STORE_TEST(an_end_that_is_given_up_leaves_what_was_there),
		STORE_TEST(jobs_of_rows_that_are_gone_are_done),
		STORE_TEST(reconciling_ends_a_launch_that_nobody_is_at),
		STORE_TEST(reconciling_gives_an_end_its_lost_job_back),
		STORE_TEST(reconciling_says_so_when_the_engine_is_away_but_holds_resources),
		STORE_TEST(an_engine_that_is_away_keeps_nothing_else_from_being_mended),
		STORE_TEST(a_desktop_whose_password_cannot_be_read_gets_no_connection),
	};

	return STORE_RUN(tests);
}
