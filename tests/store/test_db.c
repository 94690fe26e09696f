/* test_db.c - lib/db on a real server: values there and back, answers told apart, statements kept. */
#include "tests/store/store.h"

#include <stdio.h>
#include <string.h>

static const char *const colours[] = { "red", "green", "blue", NULL };

/* Every kind of column that a row may have. */
struct thing {
	int64_t id;
	bool flag;
	int64_t big;
	struct maybe_int maybe;
	double ratio;
	const char *words;
	struct instant at;
	int colour;
	struct bytes seal;
	struct raw_json extra;
	const char *uuid;
};
static const struct field thing_fields[] = {
	FIELD_OUT(struct thing, id, ""),    FIELD_OUT(struct thing, flag, ""),
	FIELD_OUT(struct thing, big, ""),   FIELD_OUT(struct thing, maybe, ""),
	FIELD_OUT(struct thing, ratio, ""), FIELD_OUT(struct thing, words, ""),
	FIELD_OUT(struct thing, at, ""),    FIELD_ENUM(struct thing, colour, OPTIONAL, colours, ""),
	FIELD_OUT(struct thing, seal, ""),  FIELD_OUT(struct thing, extra, ""),
	FIELD_OUT(struct thing, uuid, ""),  FIELD_END,
};
static const struct shape thing_shape = SHAPE("Thing", struct thing, thing_fields);

static const char thing_create[] =
	"CREATE OR REPLACE TABLE test_thing ("
	" id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, flag BOOLEAN NOT NULL, big BIGINT NOT NULL, maybe INT NULL,"
	" ratio DOUBLE NOT NULL, words LONGTEXT NULL, at DATETIME(6) NULL, colour TINYINT NOT NULL, seal LONGBLOB NULL,"
	" extra JSON NULL, uuid UUID NULL, name VARCHAR(20) NULL,"
	" UNIQUE KEY test_thing_name (name), CONSTRAINT test_thing_ratio CHECK (ratio < 1000)"
	") ENGINE = InnoDB DEFAULT CHARSET = utf8mb4";
static const char part_create[] =
	"CREATE OR REPLACE TABLE test_part ("
	" id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, thing_id BIGINT NOT NULL,"
	" CONSTRAINT test_part_thing FOREIGN KEY (thing_id) REFERENCES test_thing (id)"
	") ENGINE = InnoDB DEFAULT CHARSET = utf8mb4";
static const char thing_insert[] =
	"INSERT INTO test_thing (flag, big, maybe, ratio, words, at, colour, seal, extra, uuid)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char thing_select[] =
	"SELECT id, flag, big, maybe, ratio, words, at, colour, seal, extra, uuid FROM test_thing WHERE id = ?";
static const char named_insert[] = "INSERT INTO test_thing (flag, big, ratio, colour, name) VALUES (0, ?, ?, 0, ?)";

static int begin(void **state)
{
	store_begin(state);
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, "DROP TABLE IF EXISTS test_part", DB_NONE, NULL));
	assert_fine(db_run(s->db, s->arena, thing_create, DB_NONE, NULL));
	assert_fine(db_run(s->db, s->arena, part_create, DB_NONE, NULL));
	return 0;
}

static int end(void **state)
{
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, "DROP TABLE IF EXISTS test_part", DB_NONE, NULL));
	assert_fine(db_run(s->db, s->arena, "DROP TABLE IF EXISTS test_thing", DB_NONE, NULL));
	return store_end(state);
}

static struct problem *add(struct store *s, const struct thing *t, struct db_done *done)
{
	return db_run(s->db, s->arena, thing_insert,
	              DB_ARGS(db_bool(t->flag), db_int(t->big), db_maybe(t->maybe), db_double(t->ratio), db_text(t->words),
	                      db_at(t->at), db_int(t->colour), db_bytes(t->seal), db_text(t->extra.text), db_text(t->uuid)),
	              done);
}

static struct problem *add_named(struct store *s, const char *name, double ratio)
{
	return db_run(s->db, s->arena, named_insert, DB_ARGS(db_int(1), db_double(ratio), db_text(name)), NULL);
}

static struct thing find(struct store *s, int64_t id)
{
	struct thing t = { 0 };
	assert_fine(db_one(s->db, s->arena, thing_select, DB_ARGS(db_int(id)), &thing_shape, &t));
	return t;
}

/* ---- values ---- */

static void brings_back_what_was_written(void **state)
{
	struct store *s = *state;
	struct db_done done;
	struct thing t = {
		.flag = true,
		.big = INT64_MAX,
		.maybe = { true, -7 },
		.ratio = 0.1,
		.words = "Grüße 🚀 \\ ' \"",
		.at = { INT64_C(1529658307000006) },
		.colour = 2,
		.seal = { "a\0b\xff", 4 },
		.extra = { "{\"a\":[1,null]}" },
		.uuid = "0f8fad5b-d9cb-469f-a165-70867728950e",
	};

	assert_fine(add(s, &t, &done));
	assert_int_equal(done.affected, 1);
	struct thing got = find(s, done.insert_id);
	assert_true(got.flag);
	assert_int_equal(got.big, INT64_MAX);
	assert_true(got.maybe.set);
	assert_int_equal(got.maybe.n, -7);
	assert_true(got.ratio >= 0.1 && got.ratio <= 0.1);
	assert_string_equal(got.words, t.words);
	assert_int_equal(got.at.us, t.at.us);
	assert_int_equal(got.colour, 2);
	assert_int_equal(got.seal.length, 4);
	assert_memory_equal(got.seal.data, t.seal.data, 4);
	assert_string_equal(got.extra.text, t.extra.text);
	assert_string_equal(got.uuid, t.uuid);
}

static void brings_back_nulls_and_smallest_values(void **state)
{
	struct store *s = *state;
	struct db_done done;
	struct thing t = { .big = INT64_MIN, .at = instant_none() };

	assert_fine(add(s, &t, &done));
	struct thing got = find(s, done.insert_id);
	assert_false(got.flag);
	assert_int_equal(got.big, INT64_MIN);
	assert_false(got.maybe.set);
	assert_null(got.words);
	assert_true(instant_is_none(got.at));
	assert_null(got.seal.data);
	assert_null(got.extra.text);
	assert_null(got.uuid);
}

static void brings_back_texts_of_every_length(void **state)
{
	static const size_t lengths[] = { 0, 1, 127, 128, 129, 255, 256, 65535, 65536, 300000, 3000000 };
	struct store *s = *state;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *words = arena_alloc(s->arena, lengths[i] + 1);
		memset(words, 'x', lengths[i]);
		if (lengths[i])
			words[lengths[i] - 1] = 'y';
		struct db_done done;
		struct thing t = { .words = words, .seal = { words, lengths[i] }, .at = instant_none() };
		assert_fine(add(s, &t, &done));
		struct thing got = find(s, done.insert_id);
		assert_string_equal(got.words, words);
		assert_int_equal(got.seal.length, lengths[i]);
		assert_memory_equal(got.seal.data, words, lengths[i]);
	}
}

static void instants_keep_their_microseconds_at_both_ends_of_time(void **state)
{
	static const struct civil times[] = {
		{ 1, 1, 1, 0, 0, 0, 0 },
		{ 1969, 12, 31, 23, 59, 59, 999999 },
		{ 2038, 1, 19, 3, 14, 8, 1 },
		{ 9999, 12, 31, 23, 59, 59, 999999 },
	};
	struct store *s = *state;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct db_done done;
		struct thing t = { .at = civil_instant(&times[i]) };
		assert_fine(add(s, &t, &done));
		assert_int_equal(find(s, done.insert_id).at.us, t.at.us);
	}
}

static void the_session_is_utc_strict_and_utf8(void **state)
{
	struct store *s = *state;
	static const char sql[] =
		"SELECT @@time_zone = '+00:00' AND @@sql_mode LIKE '%STRICT_TRANS_TABLES%' AND @@tx_isolation = 'READ-COMMITTED'"
		"   AND @@character_set_client = 'utf8mb4' AND @@max_statement_time = 10 AND @@innodb_lock_wait_timeout = 2";
	int64_t n = 0;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	assert_int_equal(n, 1);
	struct thing t = { .colour = 1000, .at = instant_none() };
	assert_problem(add(s, &t, NULL), PROBLEM_DB_CHECK);
}

/* ---- answers ---- */

static void no_row_and_two_rows_are_told_apart_from_one(void **state)
{
	struct store *s = *state;
	static const char all[] = "SELECT id, big FROM test_thing";
	struct thing t = { .big = 5 };
	bool found = true;

	assert_problem(db_one(s->db, s->arena, all, DB_NONE, &thing_shape, &t), PROBLEM_NOT_FOUND);
	assert_fine(db_maybe_one(s->db, s->arena, all, DB_NONE, &thing_shape, &t, &found));
	assert_false(found);
	assert_int_equal(t.big, 5);
	assert_fine(add_named(s, "a", 1));
	t.ratio = 3;
	assert_fine(db_one(s->db, s->arena, all, DB_NONE, &thing_shape, &t));
	assert_int_equal(t.big, 1);
	assert_true(t.ratio > 2); /* no column, so it keeps what it held */
	assert_fine(add_named(s, "b", 1));
	t.big = 5;
	assert_problem(db_one(s->db, s->arena, all, DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_int_equal(t.big, 5);
}

static void rows_come_as_an_array_in_their_order(void **state)
{
	struct store *s = *state;
	struct list list;
	static const char sql[] = "SELECT id, name AS words FROM test_thing ORDER BY name DESC";

	assert_fine(db_rows(s->db, s->arena, sql, DB_NONE, &thing_shape, &list));
	assert_int_equal(list.count, 0);
	assert_fine(add_named(s, "a", 1));
	assert_fine(add_named(s, "b", 1));
	assert_fine(db_rows(s->db, s->arena, sql, DB_NONE, &thing_shape, &list));
	assert_int_equal(list.count, 2);
	const struct thing *things = list.items;
	assert_string_equal(things[0].words, "b");
	assert_string_equal(things[1].words, "a");
}

static void too_many_rows_are_refused(void **state)
{
	struct store *s = *state;
	struct list list = { NULL, 77 };
	struct problem *p = db_rows(s->db, s->arena, "SELECT seq AS id FROM seq_1_to_100001", DB_NONE, &thing_shape, &list);

	assert_problem(p, PROBLEM_INTERNAL);
	assert_int_equal(list.count, 77);
	assert_fine(db_rows(s->db, s->arena, "SELECT seq AS id FROM seq_1_to_100000", DB_NONE, &thing_shape, &list));
	assert_int_equal(list.count, DB_ROWS_MOST);
}

static void a_number_is_read_whatever_its_column_is_called(void **state)
{
	struct store *s = *state;
	int64_t n = 9;

	assert_fine(db_number(s->db, s->arena, "SELECT COUNT(*) FROM test_thing", DB_NONE, &n));
	assert_int_equal(n, 0);
	n = 9;
	assert_fine(db_number(s->db, s->arena, "SELECT SUM(big) FROM test_thing", DB_NONE, &n));
	assert_int_equal(n, 0); /* NULL */
	assert_fine(add_named(s, "a", 1));
	assert_fine(add_named(s, "b", 1));
	assert_fine(db_number(s->db, s->arena, "SELECT SUM(big) FROM test_thing", DB_NONE, &n));
	assert_int_equal(n, 2);
	assert_problem(db_number(s->db, s->arena, "SELECT big FROM test_thing WHERE id = 0", DB_NONE, &n),
	               PROBLEM_NOT_FOUND);
	assert_problem(db_number(s->db, s->arena, "SELECT 1, 2", DB_NONE, &n), PROBLEM_INTERNAL);
	assert_int_equal(n, 2);
}

static void an_update_counts_the_rows_it_met_even_unchanged(void **state)
{
	struct store *s = *state;
	struct db_done done;
	static const char sql[] = "UPDATE test_thing SET big = ? WHERE name = ?";

	assert_fine(add_named(s, "a", 1));
	assert_fine(db_run(s->db, s->arena, sql, DB_ARGS(db_int(1), db_text("a")), &done));
	assert_int_equal(done.affected, 1);
	assert_fine(db_run(s->db, s->arena, sql, DB_ARGS(db_int(1), db_text("none")), &done));
	assert_int_equal(done.affected, 0);
}

static void returning_gives_the_row_that_was_made(void **state)
{
	struct store *s = *state;
	struct thing t = { 0 };
	static const char sql[] =
		"INSERT INTO test_thing (flag, big, ratio, colour) VALUES (1, 4, 2, 1) RETURNING id, flag, big, ratio, colour";

	assert_fine(db_one(s->db, s->arena, sql, DB_NONE, &thing_shape, &t));
	assert_int_equal(t.big, 4);
	assert_int_equal(find(s, t.id).colour, 1);
	assert_fine(db_one(s->db, s->arena, sql, DB_NONE, &thing_shape, &t)); /* again, prepared already */
	assert_int_equal(t.id, 2);

	bool found = true;
	assert_fine(db_maybe_one(s->db, s->arena, "DELETE FROM test_thing WHERE id = ? RETURNING id, big",
	                         DB_ARGS(db_int(77)), &thing_shape, &t, &found));
	assert_false(found);
}

/* ---- mistakes of ours, and of the data ---- */

static void constraints_have_their_own_problems(void **state)
{
	struct store *s = *state;
	static const char part[] = "INSERT INTO test_part (thing_id) VALUES (?)";
	struct problem *p;
	struct db_done done;
	struct thing t = { .at = instant_none() };

	assert_fine(add_named(s, "secret for key 'x'", 1));
	p = add_named(s, "secret for key 'x'", 1);
	assert_problem(p, PROBLEM_DB_DUPLICATE);
	assert_true(db_is_duplicate(p, "test_thing_name"));
	assert_true(db_is_duplicate(p, NULL));
	assert_false(db_is_duplicate(p, "test_thing"));
	assert_false(db_is_duplicate(NULL, NULL));
	assert_null(strstr(p->cause, "secret"));

	assert_problem(db_run(s->db, s->arena, part, DB_ARGS(db_int(12345)), NULL), PROBLEM_DB_REFERENCE);
	assert_fine(add(s, &t, &done));
	assert_fine(db_run(s->db, s->arena, part, DB_ARGS(db_int(done.insert_id)), NULL));
	assert_problem(db_run(s->db, s->arena, "DELETE FROM test_thing WHERE id = ?", DB_ARGS(db_int(done.insert_id)),
	                      NULL),
	               PROBLEM_DB_REFERENCE);

	p = add_named(s, "ratio", 1000);
	assert_problem(p, PROBLEM_DB_CHECK);
	assert_non_null(strstr(p->cause, "test_thing_ratio"));
	assert_problem(add_named(s, "a name that is longer than its column", 1), PROBLEM_DB_CHECK);
	t.extra.text = "{not json";
	assert_problem(add(s, &t, NULL), PROBLEM_DB_CHECK);
}

static void values_do_not_reach_the_cause(void **state)
{
	struct store *s = *state;
	struct problem *p = db_run(s->db, s->arena, "INSERT INTO test_thing (flag, big, ratio, colour) VALUES (1, ?, 1, 1)",
	                           DB_ARGS(db_text("hunter2")), NULL);

	assert_non_null(p);
	assert_int_equal(p->kind->status, 500);
	assert_null(strstr(p->cause, "hunter2"));
	assert_null(strstr(p->detail, "hunter2"));
}

static void defects_of_the_code_are_internal(void **state)
{
	struct store *s = *state;
	struct thing t = { 0 };
	struct arena *a = s->arena;

	assert_fine(add_named(s, "a", 1));
	assert_problem(db_run(s->db, a, "SELEC 1", DB_NONE, NULL), PROBLEM_INTERNAL);
	assert_problem(db_run(s->db, a, "DELETE FROM test_thing WHERE id = ?", DB_NONE, NULL), PROBLEM_INTERNAL);
	assert_problem(db_run(s->db, a, "SELECT 1", DB_NONE, NULL), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "DELETE FROM test_thing", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	/* a column without a field, of another kind, NULL where there is no word for it, out of range, out of the table */
	assert_problem(db_one(s->db, a, "SELECT 1 AS nobody", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "SELECT 'x' AS id", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "SELECT id AS words FROM test_thing", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "SELECT NULL AS id", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "SELECT 18446744073709551615 AS id", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	assert_problem(db_one(s->db, a, "SELECT 3 AS colour", DB_NONE, &thing_shape, &t), PROBLEM_INTERNAL);
	/* and the connection is as good as before */
	assert_fine(db_one(s->db, a, "SELECT 2 AS colour", DB_NONE, &thing_shape, &t));
	assert_int_equal(t.colour, 2);
}

/* ---- kept statements ---- */

static int64_t status(struct store *s, const char *name)
{
	int64_t n = 0;
	static const char sql[] =
		"SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status WHERE variable_name = ?";

	assert_fine(db_number(s->db, s->arena, sql, DB_ARGS(db_text(name)), &n));
	return n;
}

static void a_statement_is_prepared_once(void **state)
{
	struct store *s = *state;
	int64_t n;
	int64_t before = status(s, "Com_stmt_prepare");

	for (int i = 0; i < 50; i++)
		assert_fine(db_number(s->db, s->arena, arena_printf(s->arena, "SELECT %d + ?", 7), DB_ARGS(db_int(i)), &n));
	assert_int_equal(n, 56);
	assert_int_equal(status(s, "Com_stmt_prepare"), before + 1);
}

static void the_least_used_statements_are_closed(void **state)
{
	struct store *s = *state;
	int64_t n = 0;

	for (int i = 0; i < 600; i++) {
		assert_fine(db_number(s->db, s->arena, arena_printf(s->arena, "SELECT %d", i), DB_NONE, &n));
		assert_int_equal(n, i);
		assert_fine(db_number(s->db, s->arena, "SELECT 'often' = 'often'", DB_NONE, &n));
	}
	int64_t open = status(s, "Com_stmt_prepare") - status(s, "Com_stmt_close");
	assert_in_range(open, 200, 256);
	assert_fine(db_number(s->db, s->arena, "SELECT 5", DB_NONE, &n));
	assert_int_equal(n, 5);
}

static void a_kept_statement_survives_a_changed_table(void **state)
{
	struct store *s = *state;
	struct thing t = { 0 };
	static const char sql[] = "SELECT big, words FROM test_thing";

	assert_fine(add_named(s, "a", 1));
	assert_fine(db_one(s->db, s->arena, sql, DB_NONE, &thing_shape, &t));
	store_as_root(s, "ALTER TABLE portico.test_thing MODIFY words VARCHAR(30) NULL, MODIFY big INT NOT NULL");
	store_as_root(s, "UPDATE portico.test_thing SET words = 'changed'");
	t.big = 0;
	assert_fine(db_one(s->db, s->arena, sql, DB_NONE, &thing_shape, &t));
	assert_string_equal(t.words, "changed");
	assert_int_equal(t.big, 1);
}

static void one_text_may_be_read_through_two_shapes(void **state)
{
	struct store *s = *state;
	struct thing t = { 0 };
	int64_t n = 0;
	static const char sql[] = "SELECT 4 AS big";

	for (int i = 0; i < 3; i++) {
		assert_fine(db_one(s->db, s->arena, sql, DB_NONE, &thing_shape, &t));
		assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	}
	assert_int_equal(n, 4);
	assert_int_equal(t.big, 4);
}

static void what_was_spent_is_counted_once(void **state)
{
	struct store *s = *state;
	int64_t us, statements, n;

	db_spent(s->db, &us, &statements);
	assert_fine(db_number(s->db, s->arena, "SELECT SLEEP(0.01)", DB_NONE, &n));
	db_spent(s->db, &us, &statements);
	assert_int_equal(statements, 1);
	assert_in_range(us, 10000, 1000000);
	db_spent(s->db, &us, &statements);
	assert_int_equal(statements, 0);
	assert_int_equal(us, 0);
}

/* ---- paging ---- */

static void like_takes_its_wildcards_as_letters(void **state)
{
	struct store *s = *state;
	int64_t n = 0;
	static const char sql[] = "SELECT COUNT(*) FROM test_thing WHERE name LIKE ?";

	assert_string_equal(db_like(s->arena, "5%_\\"), "%5\\%\\_\\\\%");
	assert_fine(add_named(s, "100% a_b \\", 1));
	assert_fine(add_named(s, "1000 acb /", 1));
	for (const char *const *term = (const char *const[]){ "0%", "a_b", " \\", NULL }; *term; term++) {
		assert_fine(db_number(s->db, s->arena, sql, DB_ARGS(db_text(db_like(s->arena, *term))), &n));
		assert_int_equal(n, 1);
	}
}

static void a_search_is_parted_at_blanks_and_commas(void **state)
{
	struct store *s = *state;
	struct texts terms = db_search_terms(s->arena, " a,b  c\u3000d\u00a0e\te\xcc\x81,, ");

	assert_int_equal(terms.count, 6);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(terms.items[i], ((const char *const[]){ "a", "b", "c", "d", "e" })[i]);
	assert_string_equal(terms.items[5], "e\xcc\x81");
	assert_int_equal(db_search_terms(s->arena, NULL).count, 0);
	assert_int_equal(db_search_terms(s->arena, " , ").count, 0);
	terms = db_search_terms(s->arena, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17");
	assert_int_equal(terms.count, 16);
	assert_string_equal(terms.items[15], "16");
}

#define THING_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		THING_TEST(brings_back_what_was_written),
		THING_TEST(brings_back_nulls_and_smallest_values),
		THING_TEST(brings_back_texts_of_every_length),
		THING_TEST(instants_keep_their_microseconds_at_both_ends_of_time),
		THING_TEST(the_session_is_utc_strict_and_utf8),
		THING_TEST(no_row_and_two_rows_are_told_apart_from_one),
		THING_TEST(rows_come_as_an_array_in_their_order),
		THING_TEST(too_many_rows_are_refused),
		THING_TEST(a_number_is_read_whatever_its_column_is_called),
		THING_TEST(an_update_counts_the_rows_it_met_even_unchanged),
		THING_TEST(returning_gives_the_row_that_was_made),
		THING_TEST(constraints_have_their_own_problems),
		THING_TEST(values_do_not_reach_the_cause),
		THING_TEST(defects_of_the_code_are_internal),
		THING_TEST(a_statement_is_prepared_once),
		THING_TEST(the_least_used_statements_are_closed),
		THING_TEST(a_kept_statement_survives_a_changed_table),
		THING_TEST(one_text_may_be_read_through_two_shapes),
		THING_TEST(what_was_spent_is_counted_once),
		THING_TEST(like_takes_its_wildcards_as_letters),
		THING_TEST(a_search_is_parted_at_blanks_and_commas),
	};
	return STORE_RUN(tests);
}
