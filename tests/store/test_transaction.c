/* test_transaction.c - transactions: whole or not at all, alone or among others. */
#include "tests/store/store.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char counter_create[] =
	"CREATE OR REPLACE TABLE test_counter (id INT NOT NULL PRIMARY KEY, n INT NOT NULL) ENGINE = InnoDB";
static const char add_sql[] = "UPDATE test_counter SET n = n + ? WHERE id = ?";

static int begin(void **state)
{
	store_begin(state);
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, counter_create, DB_NONE, NULL));
	assert_fine(db_run(s->db, s->arena, "INSERT INTO test_counter VALUES (1, 0), (2, 0)", DB_NONE, NULL));
	return 0;
}

static int end(void **state)
{
	struct store *s = *state;
	assert_fine(db_run(s->db, s->arena, "DROP TABLE test_counter", DB_NONE, NULL));
	return store_end(state);
}

static struct problem *add(struct db *db, struct arena *a, int64_t id, int64_t n)
{
	return db_run(db, a, add_sql, DB_ARGS(db_int(n), db_int(id)), NULL);
}

static int64_t counter(struct store *s, int64_t id)
{
	struct db *other = store_connect(s, 0);
	int64_t n = -1;
	assert_fine(db_number(other, s->arena, "SELECT n FROM test_counter WHERE id = ?", DB_ARGS(db_int(id)), &n));
	return n;
}

/* A lock wait of this connection ends at once. */
static void wait_for_no_lock(struct store *s, struct db *db)
{
	assert_fine(db_run(db, s->arena, "SET SESSION innodb_lock_wait_timeout = 0", DB_NONE, NULL));
}

/* ---- whole or not at all ---- */

static const struct problem_kind REFUSED = { .status = 409, .code = "test.refused", .title = "Refused" };

/* What the work of a test does, in this order. */
struct plan {
	int runs;
	bool inner_fails, inner_swallowed, fails;
};

static struct problem *inner(struct db *db, struct arena *a, void *context)
{
	const struct plan *plan = context;

	assert_true(db_in_transaction(db));
	TRY(add(db, a, 2, 1));
	return plan->inner_fails ? problem_new(a, &REFUSED, NULL) : NULL;
}

static struct problem *outer(struct db *db, struct arena *a, void *context)
{
	struct plan *plan = context;

	plan->runs++;
	TRY(add(db, a, 1, 1));
	struct problem *p = db_transaction(db, a, inner, plan);
	if (p && !plan->inner_swallowed)
		return p;
	return plan->fails ? problem_new(a, &REFUSED, NULL) : NULL;
}

static void commits_what_went_well(void **state)
{
	struct store *s = *state;
	struct plan plan = { 0 };

	assert_false(db_in_transaction(s->db));
	assert_fine(db_transaction(s->db, s->arena, outer, &plan));
	assert_false(db_in_transaction(s->db));
	assert_int_equal(plan.runs, 1);
	assert_int_equal(counter(s, 1), 1);
	assert_int_equal(counter(s, 2), 1);
}

static void rolls_back_on_a_problem_and_hands_it_on(void **state)
{
	struct store *s = *state;
	struct plan plan = { .fails = true };

	assert_problem(db_transaction(s->db, s->arena, outer, &plan), REFUSED);
	assert_false(db_in_transaction(s->db));
	assert_int_equal(plan.runs, 1);
	assert_int_equal(counter(s, 1), 0);
	assert_int_equal(counter(s, 2), 0);
}

static void a_problem_inside_undoes_the_outside(void **state)
{
	struct store *s = *state;
	struct plan plan = { .inner_fails = true };

	assert_problem(db_transaction(s->db, s->arena, outer, &plan), REFUSED);
	assert_int_equal(counter(s, 1), 0);
	plan.inner_swallowed = true;
	assert_problem(db_transaction(s->db, s->arena, outer, &plan), PROBLEM_INTERNAL);
	assert_int_equal(counter(s, 1), 0);
	assert_int_equal(counter(s, 2), 0);
	plan = (struct plan){ 0 };
	assert_fine(db_transaction(s->db, s->arena, outer, &plan));
	assert_int_equal(counter(s, 2), 1);
}

static struct problem *swallows_a_duplicate(struct db *db, struct arena *a, void *context)
{
	(void)context;
	TRY(add(db, a, 1, 1));
	struct problem *p = db_run(db, a, "INSERT INTO test_counter VALUES (2, 5)", DB_NONE, NULL);
	return db_is_duplicate(p, "PRIMARY") ? NULL : p;
}

static void a_duplicate_may_be_an_answer(void **state)
{
	struct store *s = *state;

	assert_fine(db_transaction(s->db, s->arena, swallows_a_duplicate, NULL));
	assert_int_equal(counter(s, 1), 1);
	assert_int_equal(counter(s, 2), 0);
}

static struct problem *leaves(struct db *db, struct arena *a, void *context)
{
	(void)context;
	TRY(add(db, a, 1, 1));
	db_rollback(db); /* as the request loop would, were the work cut short */
	return NULL;
}

static void a_rollback_outside_the_work_is_no_commit(void **state)
{
	struct store *s = *state;

	db_rollback(s->db); /* without a transaction: nothing */
	assert_problem(db_transaction(s->db, s->arena, leaves, NULL), PROBLEM_INTERNAL);
	assert_int_equal(counter(s, 1), 0);
	assert_fine(add(s->db, s->arena, 1, 1));
	assert_int_equal(counter(s, 1), 1);
}

/* ---- among others ---- */

struct contended {
	int runs;
	bool swallow;
	int64_t first, second; /* counters, in this order */
	int tell, wait;        /* pipes: after the first counter, of the first run, say so and wait for the other */
};

static struct problem *two_counters(struct db *db, struct arena *a, void *context)
{
	struct contended *c = context;
	char byte = 'x';

	TRY(add(db, a, c->first, 1));
	if (c->runs++ == 0 && c->tell)
		if (write(c->tell, &byte, 1) != 1 || read(c->wait, &byte, 1) != 1)
			_exit(3);
	struct problem *p = add(db, a, c->second, 1);
	if (p && c->swallow) {
		assert_problem(p, PROBLEM_DB_BUSY);
		assert_problem(add(db, a, c->first, 100), PROBLEM_DB_BUSY); /* not sent any more */
		return NULL;
	}
	return p;
}

/* Starts a process with its own connection; `run` answers with its exit status. */
static pid_t process_start(struct store *s, int (*run)(struct store *s, void *context), void *context)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct store own = { .arena = arena_new() };
		own.db = store_connect(&own, 0);
		_exit(run(&own, context));
	}
	(void)s;
	assert_true(pid > 0);
	return pid;
}

static void assert_ends_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int other_order(struct store *s, void *context)
{
	return db_transaction(s->db, s->arena, two_counters, context) ? 1 : 0;
}

static void a_deadlock_is_run_again(void **state)
{
	struct store *s = *state;
	int to_child[2], to_parent[2];

	assert_int_equal(pipe(to_child), 0);
	assert_int_equal(pipe(to_parent), 0);
	struct contended mine = { .first = 1, .second = 2, .tell = to_child[1], .wait = to_parent[0] };
	struct contended theirs = { .first = 2, .second = 1, .tell = to_parent[1], .wait = to_child[0] };
	pid_t child = process_start(s, other_order, &theirs);

	assert_fine(db_transaction(s->db, s->arena, two_counters, &mine));
	assert_ends_well(child);
	assert_int_equal(counter(s, 1), 2);
	assert_int_equal(counter(s, 2), 2);
	int64_t deadlocks = 0;
	assert_fine(db_number(s->db, s->arena,
	                      "SELECT CAST(variable_value AS SIGNED) FROM information_schema.global_status"
	                      " WHERE variable_name = 'Innodb_deadlocks'",
	                      DB_NONE, &deadlocks));
	assert_true(deadlocks > 0);
}

static struct problem *read_then_write(struct db *db, struct arena *a, void *context)
{
	const int *first = context;
	int64_t n = 0;

	for (int i = 0; i < 2; i++) {
		int64_t id = 1 + (*first + i) % 2;
		TRY(db_number(db, a, "SELECT n FROM test_counter WHERE id = ? FOR UPDATE", DB_ARGS(db_int(id)), &n));
		TRY(db_run(db, a, "UPDATE test_counter SET n = ? WHERE id = ?", DB_ARGS(db_int(n + 1), db_int(id)), NULL));
	}
	return NULL;
}

#define RACERS 4
#define ROUNDS 25

static int race(struct store *s, void *context)
{
	int *first = context;

	for (int i = 0; i < ROUNDS; i++, ++*first)
		if (db_transaction(s->db, s->arena, read_then_write, first))
			return 1;
	return 0;
}

static void no_change_is_lost_in_a_race(void **state)
{
	struct store *s = *state;
	pid_t racers[RACERS];

	for (int i = 0; i < RACERS; i++)
		racers[i] = process_start(s, race, &(int){ i });
	for (int i = 0; i < RACERS; i++)
		assert_ends_well(racers[i]);
	assert_int_equal(counter(s, 1), RACERS * ROUNDS);
	assert_int_equal(counter(s, 2), RACERS * ROUNDS);
}

static struct problem *held(struct db *db, struct arena *a, void *context)
{
	struct store *s = context;
	struct db *other = store_connect(s, 0);
	struct contended c = { .first = 2, .second = 1 };

	TRY(add(db, a, 1, 10));
	wait_for_no_lock(s, other);
	assert_problem(db_transaction(other, a, two_counters, &c), PROBLEM_DB_BUSY);
	assert_int_equal(c.runs, 8);
	c.runs = 0;
	c.swallow = true;
	assert_problem(db_transaction(other, a, two_counters, &c), PROBLEM_DB_BUSY);
	assert_int_equal(c.runs, 8);
	/* a statement that stands alone is tried as often */
	assert_problem(add(other, a, 1, 1), PROBLEM_DB_BUSY);
	assert_fine(add(other, a, 2, 1000));
	return NULL;
}

static void a_lock_that_is_never_freed_ends_busy_and_without_effect(void **state)
{
	struct store *s = *state;

	assert_fine(db_transaction(s->db, s->arena, held, s));
	assert_int_equal(counter(s, 1), 10);
	assert_int_equal(counter(s, 2), 1000);
}

#define COUNTER_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* ---- envelopes ---- */

struct envelope {
	struct plan inside; /* of the transaction inside */
	bool fails;
	int then; /* how often the commit set something off */
};

static void count(const void *context)
{
	(*(int *)(uintptr_t)context)++;
}

static struct problem *enveloped(struct db *db, struct arena *a, void *context)
{
	struct envelope *e = context;

	TRY(add(db, a, 1, 10));
	db_after_commit(db, count, &e->then);
	db_after_commit(db, count, &e->then);
	struct problem *p = db_transaction(db, a, outer, &e->inside);
	assert_true(db_in_transaction(db));
	if (p && !e->inside.inner_swallowed && e->fails)
		return p;
	return e->fails ? problem_new(a, &REFUSED, NULL) : NULL;
}

static void an_envelope_keeps_what_went_well_in_it_and_undoes_the_rest(void **state)
{
	struct store *s = *state;
	struct envelope e = { .then = 0 };

	assert_fine(db_envelope(s->db, s->arena, enveloped, &e));
	assert_int_equal(counter(s, 1), 11);
	assert_int_equal(counter(s, 2), 1);
	assert_int_equal(e.then, 1); /* once, and after the commit */

	e = (struct envelope){ .inside = { .inner_fails = true } };
	assert_fine(db_envelope(s->db, s->arena, enveloped, &e));
	assert_int_equal(counter(s, 1), 21); /* the failed transaction inside is undone, and it alone */
	assert_int_equal(counter(s, 2), 1);

	/* inside, a swallowed failure is no better than without an envelope */
	e = (struct envelope){ .inside = { .inner_fails = true, .inner_swallowed = true } };
	assert_fine(db_envelope(s->db, s->arena, enveloped, &e));
	assert_int_equal(counter(s, 1), 31);
	assert_int_equal(counter(s, 2), 1);

	e = (struct envelope){ .fails = true };
	assert_problem(db_envelope(s->db, s->arena, enveloped, &e), REFUSED);
	assert_int_equal(counter(s, 1), 31);
	assert_int_equal(counter(s, 2), 1);
	assert_int_equal(e.then, 0); /* nothing was committed */

	db_after_commit(s->db, count, &e.then);
	assert_int_equal(e.then, 1); /* nothing is open: at once */
}

/* Locks 1, waits until the other has locked 2, then wants 2. */
struct crossing {
	int64_t first, second;
	int runs, ready, go;
};

static struct problem *cross_inside(struct db *db, struct arena *a, void *context)
{
	struct crossing *c = context;

	TRY(add(db, a, c->first, 1));
	if (c->runs == 1) {
		assert_int_equal(write(c->ready, "x", 1), 1);
		char byte;
		assert_int_equal(read(c->go, &byte, 1), 1);
	}
	return add(db, a, c->second, 1);
}

static struct problem *cross(struct db *db, struct arena *a, void *context)
{
	((struct crossing *)context)->runs++;
	return db_transaction(db, a, cross_inside, context);
}

static void a_deadlock_inside_reruns_the_whole_envelope(void **state)
{
	struct store *s = *state;
	int to_parent[2], to_child[2], status;

	assert_int_equal(pipe(to_parent), 0);
	assert_int_equal(pipe(to_child), 0);
	pid_t child = fork();
	if (child == 0) {
		struct arena *a = arena_new();
		struct crossing c = { .first = 2, .second = 1, .ready = to_parent[1], .go = to_child[0] };
		struct store own = { .arena = a };
		struct problem *p = db_envelope(store_connect(&own, 0), a, cross, &c);
		_exit(p ? 1 : 0);
	}
	struct crossing c = { .first = 1, .second = 2, .ready = to_child[1], .go = to_parent[0] };
	assert_fine(db_envelope(s->db, s->arena, cross, &c));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(counter(s, 1), 2);
	assert_int_equal(counter(s, 2), 2);
}

/* ---- blocks ---- */

struct counted {
	int64_t n;
};
static const struct field counted_fields[] = { FIELD_OUT(struct counted, n, "count"), FIELD_END };
static const struct shape counted_row = SHAPE("Counted", struct counted, counted_fields);

/* One more in two rows, in this order, and what the first one then holds. */
static struct problem *block(struct db *db, struct arena *a, int64_t first, int64_t second, int64_t *out)
{
	static const struct db_block both =
		DB_BLOCK("DECLARE found INT;",
	             "UPDATE test_counter SET n = n + 1 WHERE id = ?; SELECT n INTO found FROM test_counter WHERE id = ?;"
	             " IF found IS NOT NULL THEN DO SLEEP(0.1); UPDATE test_counter SET n = n + 1 WHERE id = ?; END IF;",
	             "SELECT found AS n FROM dual WHERE found IS NOT NULL");
	struct counted row = { 0 };

	TRY(db_block(db, a, &both, DB_ARGS(db_int(first), db_int(first), db_int(second)), &counted_row, &row));
	*out = row.n;
	return NULL;
}

static void a_block_is_a_transaction(void **state)
{
	struct store *s = *state;
	int64_t n = 0;

	assert_fine(block(s->db, s->arena, 1, 2, &n));
	assert_int_equal(n, 1);
	assert_fine(block(s->db, s->arena, 1, 2, &n));
	assert_int_equal(n, 2);
	assert_false(db_in_transaction(s->db));
	assert_int_equal(counter(s, 1), 2);
	assert_int_equal(counter(s, 2), 2);
	assert_problem(block(s->db, s->arena, 9, 2, &n), PROBLEM_NOT_FOUND);
	assert_int_equal(counter(s, 2), 2);
}

/* Its answer is handed out before all of it has been read: the rest is, when the connection is used again. */
static void a_connection_lost_behind_a_block_costs_nothing(void **state)
{
	struct store *s = *state;
	int64_t n = 0, connection = 0;

	struct db *other = store_connect(s, 0);
	for (int i = 1; i <= 3; i++) {
		assert_fine(db_number(s->db, s->arena, "SELECT CONNECTION_ID()", DB_NONE, &connection));
		assert_fine(block(s->db, s->arena, 1, 2, &n));
		assert_int_equal(n, i);
		assert_fine(db_run(other, s->arena, "KILL CONNECTION ?", DB_ARGS(db_int(connection)), NULL));
	}
	assert_fine(add(s->db, s->arena, 1, 1)); /* a change that is no block */
	assert_int_equal(counter(s, 1), 4);
	assert_int_equal(counter(s, 2), 3);
}

static void a_block_that_fails_has_no_effect(void **state)
{
	static const struct db_block twice =
		DB_BLOCK("", "UPDATE test_counter SET n = 7 WHERE id = 1; INSERT INTO test_counter VALUES (2, 0);",
	             "SELECT 7 AS n");
	struct store *s = *state;
	struct counted row = { 0 };
	int64_t n = 0;

	assert_problem(db_block(s->db, s->arena, &twice, DB_NONE, &counted_row, &row), PROBLEM_DB_DUPLICATE);
	assert_int_equal(counter(s, 1), 0);
	assert_fine(add(s->db, s->arena, 1, 1)); /* nothing was left open */
	assert_int_equal(counter(s, 1), 1);
	wait_for_no_lock(s, s->db);
	struct db *other = store_connect(s, 0);
	assert_fine(db_run(other, s->arena, "START TRANSACTION", DB_NONE, NULL));
	assert_fine(add(other, s->arena, 2, 1));
	assert_problem(block(s->db, s->arena, 1, 2, &n), PROBLEM_DB_BUSY);
	assert_int_equal(counter(s, 1), 1);
	assert_fine(db_run(other, s->arena, "ROLLBACK", DB_NONE, NULL));
	assert_fine(block(s->db, s->arena, 1, 2, &n));
	assert_int_equal(n, 2);
}

static struct problem *block_and_more(struct db *db, struct arena *a, void *context)
{
	const struct plan *plan = context;
	int64_t n;

	TRY(block(db, a, 1, 2, &n));
	return plan->fails ? problem_new(a, &REFUSED, NULL) : NULL;
}

static void a_block_inside_is_part_of_the_outside(void **state)
{
	struct store *s = *state;
	struct plan fails = { .fails = true }, fine = { 0 };

	assert_problem(db_transaction(s->db, s->arena, block_and_more, &fails), REFUSED);
	assert_int_equal(counter(s, 1), 0);
	assert_fine(db_transaction(s->db, s->arena, block_and_more, &fine));
	assert_problem(db_envelope(s->db, s->arena, block_and_more, &fails), REFUSED);
	assert_fine(db_envelope(s->db, s->arena, block_and_more, &fine));
	assert_int_equal(counter(s, 1), 2);
	assert_int_equal(counter(s, 2), 2);
}

static void blocks_that_cross_are_run_again(void **state)
{
	struct store *s = *state;
	int status;
	int64_t n;

	pid_t child = fork();
	if (child == 0) {
		struct arena *a = arena_new();
		struct store own = { .arena = a };
		struct db *db = store_connect(&own, 0);
		for (int i = 0; i < 5; i++)
			if (block(db, a, 2, 1, &n))
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < 5; i++)
		assert_fine(block(s->db, s->arena, 1, 2, &n));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(counter(s, 1), 10);
	assert_int_equal(counter(s, 2), 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		COUNTER_TEST(commits_what_went_well),
		COUNTER_TEST(rolls_back_on_a_problem_and_hands_it_on),
		COUNTER_TEST(a_problem_inside_undoes_the_outside),
		COUNTER_TEST(a_duplicate_may_be_an_answer),
		COUNTER_TEST(a_rollback_outside_the_work_is_no_commit),
		COUNTER_TEST(a_deadlock_is_run_again),
		COUNTER_TEST(no_change_is_lost_in_a_race),
		COUNTER_TEST(a_lock_that_is_never_freed_ends_busy_and_without_effect),
		COUNTER_TEST(an_envelope_keeps_what_went_well_in_it_and_undoes_the_rest),
		COUNTER_TEST(a_deadlock_inside_reruns_the_whole_envelope),
		COUNTER_TEST(a_block_is_a_transaction),
		COUNTER_TEST(a_connection_lost_behind_a_block_costs_nothing),
		COUNTER_TEST(a_block_that_fails_has_no_effect),
		COUNTER_TEST(a_block_inside_is_part_of_the_outside),
		COUNTER_TEST(blocks_that_cross_are_run_again),
	};
	return STORE_RUN(tests);
}
