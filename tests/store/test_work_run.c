/* test_work_run.c - tries: what becomes of a job after success, failure, patience, its deadline; turns of schedules. */
#include "tests/store/test_work.h"

/* ---- kinds whose outcome the test sets ---- */

static const struct problem_kind BROKEN = { .status = 502, .code = "test.broken", .title = "Broken" };
static const struct problem_kind REFUSED = { .status = 422, .code = "test.refused", .title = "Refused" };
static const struct problem_kind TAKEN = { .status = 409, .code = "test.taken", .title = "Taken" };

static struct {
	const struct problem_kind *run; /* NULL: well */
	const struct problem_kind *give_up;
	int retry_after_s;
	int runs, gives_up;
	int64_t attempt;
	char last[200]; /* "status code: detail" that give_up was told */
	bool write;     /* leave a transaction open */
	volatile sig_atomic_t stop;
} set;

static struct problem *outcome(struct job *j, const struct problem_kind *kind)
{
	struct problem *p = kind ? problem_new(j->arena, kind, "no %d", set.runs) : NULL;

	if (p && set.retry_after_s)
		p->retry_after_s = set.retry_after_s;
	return p;
}

static struct problem *run(struct job *j)
{
	set.runs++;
	set.attempt = j->attempt;
	return outcome(j, set.run);
}

static struct problem *give_up(struct job *j, const struct problem *last)
{
	set.gives_up++;
	snprintf(set.last, sizeof(set.last), "%d %s: %s", last->kind->status, last->kind->code, last->detail);
	return outcome(j, set.give_up);
}

/* clang-format off */
static const struct job_kind kinds[] = {
	{ .name = "test.work", .doc = "-", .run = run, .give_up = give_up,
	  .attempts = 3, .backoff_s = 10, .backoff_most_s = 15, .lease_s = 60, .deadline_s = 600 },
	{ .name = "test.bare", .doc = "-", .run = run, .attempts = 1, .lease_s = 60 },
	{ .name = NULL },
};
static const struct schedule schedules[] = {
	{ .name = "test.turn",  .doc = "-", .every_s = 600, .at_start = false, .lease_s = 60, .run = run },
	{ .name = "test.start", .doc = "-", .every_s = 900, .at_start = true,  .lease_s = 60, .run = run },
	{ .name = NULL },
};
/* clang-format on */
static const struct app app = { .name = "test", .jobs = kinds, .schedules = schedules };

static struct process process;
static struct known known;

/* One look of a child; false: nothing was due. */
static bool next(struct store *s)
{
	bool did = false;

	process = (struct process){ .arena = s->arena, .db = s->db, .name = "daemon" };
	known = known_of(s, &app);

	struct child child = {
		.process = &process, .arena = s->arena, .known = &known, .owner = "test/0", .stopping = &set.stop
	};

	assert_fine(run_next(&child, &did));
	return did;
}

/* Lets its pause pass. */
static void hurry(struct store *s)
{
	sql_run(s, "UPDATE work_job SET run_at = NOW(6)");
}

/* Seconds until it runs again, rounded. */
static int64_t pause_s(struct store *s)
{
	return number(s, "SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, NOW(6), run_at) / 1000000) FROM work_job");
}

static int begin(void **state)
{
	memset(&set, 0, sizeof(set));
	return store_begin(state);
}

#define RUN_TEST(test) cmocka_unit_test_setup_teardown(test, begin, store_end)

/* ---- jobs ---- */

static void a_job_that_went_well_is_done_and_not_run_again(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	assert_true(next(s));
	assert_int_equal(job_row(s, id).state, JOB_DONE);
	assert_false(next(s));
	assert_int_equal(set.runs, 1);
	assert_int_equal(set.attempt, 1);
}

static void a_failed_job_is_tried_again_after_pauses_that_grow_to_their_bound(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.run = &BROKEN;
	assert_true(next(s));
	assert_int_equal(job_row(s, id).state, JOB_WAITING);
	assert_int_equal(job_row(s, id).attempts, 1);
	assert_string_equal(job_row(s, id).error_code, "test.broken");
	assert_string_equal(job_row(s, id).error_detail, "no 1");
	assert_int_equal(pause_s(s), 10);
	assert_false(next(s));
	hurry(s);
	assert_true(next(s));
	assert_int_equal(set.attempt, 2);
	assert_int_equal(pause_s(s), 15);
	set.run = NULL;
	hurry(s);
	assert_true(next(s));
	assert_int_equal(job_row(s, id).state, JOB_DONE);
	assert_int_equal(set.gives_up, 0);
}

static void a_retry_after_that_is_longer_than_the_pause_is_waited_for(void **state)
{
	struct store *s = *state;

	add(s, "test.work", 1, false);
	set.run = &BROKEN;
	set.retry_after_s = 120;
	assert_true(next(s));
	assert_int_equal(pause_s(s), 120);
}

static void after_its_attempts_a_job_is_given_up_in_a_try_of_its_own(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.run = &BROKEN;
	for (int i = 0; i < 3; i++) {
		hurry(s);
		assert_true(next(s));
	}
	assert_int_equal(set.gives_up, 0);
	assert_int_equal(job_row(s, id).state, JOB_WAITING);
	assert_true(job_row(s, id).giving_up);
	assert_true(next(s)); /* without a pause */
	assert_int_equal(set.gives_up, 1);
	assert_string_equal(set.last, "502 test.broken: no 3");
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
	assert_string_equal(job_row(s, id).error_code, "test.broken");
	hurry(s);
	assert_false(next(s));
	assert_int_equal(set.runs, 3);
}

static void giving_up_is_repeated_until_it_went_well_and_then_no_more(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.run = &REFUSED;
	set.give_up = &BROKEN;
	assert_true(next(s));
	for (int i = 1; i <= 5; i++) {
		hurry(s);
		assert_true(next(s));
		assert_int_equal(set.gives_up, i);
		assert_int_equal(job_row(s, id).state, JOB_WAITING);
		assert_true(pause_s(s) >= 10);
		assert_string_equal(set.last, "422 test.refused: no 1"); /* why, not what went wrong since */
	}
	set.give_up = NULL;
	hurry(s);
	assert_true(next(s));
	assert_int_equal(set.gives_up, 6);
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
	assert_string_equal(job_row(s, id).error_code, "test.refused");
	hurry(s);
	assert_false(next(s));
	assert_int_equal(set.gives_up, 6);
	assert_int_equal(set.runs, 1);
}

static void a_final_problem_is_not_tried_again_but_a_conflict_is(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.run = &TAKEN;
	assert_true(next(s));
	assert_false(job_row(s, id).giving_up);
	set.run = &REFUSED;
	hurry(s);
	assert_true(next(s));
	assert_true(job_row(s, id).giving_up);
	assert_true(next(s));
	assert_int_equal(set.gives_up, 1);
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
}

static void a_kind_with_nothing_to_undo_fails_at_once(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.bare", 1, false);

	set.run = &BROKEN;
	assert_true(next(s));
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
	assert_int_equal(job_row(s, id).error_status.n, 502);
}

static void looking_again_later_does_not_count(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.run = &PROBLEM_JOB_LATER;
	set.retry_after_s = 7;
	for (int i = 0; i < 10; i++) {
		hurry(s);
		assert_true(next(s));
		assert_int_equal(set.attempt, 1);
		assert_int_equal(pause_s(s), 7);
	}
	assert_int_equal(job_row(s, id).attempts, 0);
	assert_null(job_row(s, id).error_code);
	set.run = NULL;
	hurry(s);
	assert_true(next(s));
	assert_int_equal(job_row(s, id).state, JOB_DONE);
}

static void no_try_begins_after_the_deadline(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	sql_run(s, "UPDATE work_job SET asked_at = NOW(6) - INTERVAL 601 SECOND");
	assert_true(next(s));
	assert_int_equal(set.runs, 0);
	assert_int_equal(set.gives_up, 1);
	assert_string_equal(set.last, "504 work.deadline: The job could not be finished before its deadline");
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
	assert_string_equal(job_row(s, id).error_code, "work.deadline");
}

static void a_failure_that_could_be_repeated_only_after_the_deadline_gives_up_at_once(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	sql_run(s, "UPDATE work_job SET asked_at = NOW(6) - INTERVAL 595 SECOND");
	set.run = &BROKEN;
	assert_true(next(s));
	assert_int_equal(set.runs, 1);
	assert_true(job_row(s, id).giving_up);
	assert_true(next(s));
	assert_string_equal(set.last, "502 test.broken: no 1");
}

static void later_never_lies_behind_the_deadline(void **state)
{
	struct store *s = *state;

	add(s, "test.work", 1, false);
	sql_run(s, "UPDATE work_job SET asked_at = NOW(6) - INTERVAL 595 SECOND");
	set.run = &PROBLEM_JOB_LATER;
	set.retry_after_s = 60;
	assert_true(next(s));
	assert_int_equal(pause_s(s), 5);
}

static void a_job_over_which_processes_die_again_and_again_is_given_up(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	sql_run(s, "UPDATE work_job SET lost = 5, state = 1, owner = 'dead', lease_until = NOW(6)");
	assert_true(next(s));
	assert_int_equal(set.runs, 0);
	assert_int_equal(set.gives_up, 1);
	assert_string_equal(job_row(s, id).error_code, "work.lost");
	assert_int_equal(job_row(s, id).lost, 6);
}

static void a_job_lost_once_runs_again_and_no_attempt_is_counted(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	sql_run(s, "UPDATE work_job SET state = 1, owner = 'dead', lease_until = NOW(6)");
	assert_true(next(s));
	assert_int_equal(set.attempt, 1);
	assert_int_equal(job_row(s, id).state, JOB_DONE);
}

static struct problem *write_then_fail(struct db *db, struct arena *a, void *context)
{
	(void)context;
	TRY(db_run(db, a, "UPDATE work_job SET request_id = 'written'", DB_NONE, NULL));
	return problem_new(a, &BROKEN, NULL);
}

static struct problem *run_half(struct job *j)
{
	return db_transaction(j->db, j->arena, write_then_fail, NULL);
}

static void what_a_failed_try_wrote_is_gone_and_its_end_is_written(void **state)
{
	static const struct job_kind half[] = {
		{ .name = "test.half", .doc = "-", .run = run_half, .attempts = 3, .lease_s = 60 }, { .name = NULL }
	};
	static const struct app half_app = { .name = "half", .jobs = half };
	struct store *s = *state;
	const int64_t id = add(s, "test.half", 1, false);
	const struct known these = known_of(s, &half_app);
	struct process p = { .arena = s->arena, .db = s->db, .name = "daemon" };
	struct child child = { .process = &p, .arena = s->arena, .known = &these, .owner = "t/0", .stopping = &set.stop };
	bool did;

	assert_fine(run_next(&child, &did));
	assert_true(did);
	assert_null(job_row(s, id).request_id);
	assert_int_equal(job_row(s, id).attempts, 1);
}

static void a_daemon_that_stops_puts_back_what_it_has_just_taken(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, false);

	set.stop = 1;
	assert_true(next(s));
	assert_int_equal(set.runs, 0);
	assert_int_equal(job_row(s, id).state, JOB_WAITING);
	assert_int_equal(job_row(s, id).attempts + job_row(s, id).lost, 0);
}

static void a_long_detail_is_kept_as_far_as_the_row_holds_it(void **state)
{
	static const struct problem_kind LONG = { .status = 422, .code = "test.long", .title = "Long" };
	struct store *s = *state;
	const int64_t id = add(s, "test.bare", 1, false);
	const struct held held = { .id = id, .take = 1 };
	bool ours, found;
	struct taken t;
	char *text = arena_alloc(s->arena, 3001);

	known = known_of(s, &app);
	assert_fine(job_take(s->db, s->arena, &known, "t/0", &t, &found));
	for (int i = 0; i < 1500; i++)
		memcpy(text + (ptrdiff_t)i * 2, "ä", 2);
	assert_fine(job_end(s->db, s->arena, &held,
	                    &(struct ending){ .state = JOB_FAILED, .why = problem_new(s->arena, &LONG, "%s", text) },
	                    &ours));
	assert_true(ours);
	assert_int_equal(strlen(job_row(s, id).error_detail), 2 * WORK_DETAIL_MOST);
}

/* ---- schedules ---- */

static void start_daemon_rows(struct store *s, const char *name)
{
	known = known_of(s, &app);
	assert_fine(daemon_register(s->db, s->arena, name, 4, &known));
}

static int64_t turn_in_s(struct store *s, const char *name)
{
	int64_t n = 0;

	assert_fine(db_number(
		s->db, s->arena,
		"SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, NOW(6), next_at) / 1000000) FROM work_schedule WHERE name = ?",
		DB_ARGS(db_text(name)), &n));
	return n;
}

static void a_schedule_runs_at_the_start_if_it_says_so_and_else_after_its_time(void **state)
{
	struct store *s = *state;

	start_daemon_rows(s, "one");
	assert_int_equal(turn_in_s(s, "test.turn"), 600);
	assert_true(next(s));
	assert_int_equal(set.runs, 1);
	assert_false(next(s));
	assert_int_equal(turn_in_s(s, "test.start"), 900);
	start_daemon_rows(s, "one"); /* another child of the same daemon */
	assert_false(next(s));
	start_daemon_rows(s, "two"); /* another daemon */
	assert_true(next(s));
	assert_int_equal(set.runs, 2);
}

static void missed_turns_are_made_up_once_and_the_rhythm_stays(void **state)
{
	struct store *s = *state;

	start_daemon_rows(s, "one");
	sql_run(s, "UPDATE work_schedule SET next_at = NOW(6) + INTERVAL 1 DAY");
	sql_run(s, "UPDATE work_schedule SET next_at = NOW(6) - INTERVAL 6100 SECOND WHERE name = 'test.turn'");
	assert_true(next(s));
	assert_false(next(s));
	assert_int_equal(set.runs, 1);
	assert_int_equal(turn_in_s(s, "test.turn"), 500);
}

static void a_schedule_is_kept_however_long_no_daemon_ran(void **state)
{
	struct store *s = *state;
	struct job j = { .db = s->db, .arena = s->arena };

	start_daemon_rows(s, "one");
	sql_run(s, "UPDATE work_schedule SET next_at = '2020-01-01'");
	sql_run(s, "INSERT INTO work_schedule (name, every_s, next_at) VALUES ('test.unmounted', 60, '2020-01-01')");
	start_daemon_rows(s, "two");
	assert_fine(work_cleanup(&j));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_schedule WHERE name = 'test.unmounted'"), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_schedule"), 3); /* with work.cleanup */
	for (int i = 0; i < 3; i++)
		assert_true(next(s)); /* each has the turn it missed */
	assert_int_equal(set.runs, 2);
	assert_false(next(s));
}

static void a_turn_has_one_owner_and_is_taken_over_when_its_lease_ran_out(void **state)
{
	struct store *s = *state;
	const struct known_schedule *due;
	struct held held, other;
	bool found, ours;

	start_daemon_rows(s, "one");
	assert_fine(schedule_take(s->db, s->arena, &known, "one/0", &held, &due, &found));
	assert_true(found);
	assert_string_equal(due->schedule->name, "test.start");
	assert_fine(schedule_take(s->db, s->arena, &known, "two/0", &other, &due, &found));
	assert_false(found);
	sql_run(s, "UPDATE work_schedule SET next_at = NOW(6) WHERE name = 'test.start'"); /* due again while it runs */
	assert_fine(schedule_take(s->db, s->arena, &known, "two/0", &other, &due, &found));
	assert_false(found);
	sql_run(s, "UPDATE work_schedule SET lease_until = NOW(6) WHERE name = 'test.start'");
	assert_fine(schedule_take(s->db, s->arena, &known, "two/0", &other, &due, &found));
	assert_true(found);
	assert_fine(schedule_end(s->db, s->arena, &held, NULL, -1, &ours));
	assert_false(ours);
	assert_fine(held_renew(s->db, s->arena, &held, &ours));
	assert_false(ours);
	assert_fine(schedule_end(s->db, s->arena, &other, NULL, -1, &ours));
	assert_true(ours);
}

static int take_turn(struct store *s, int who)
{
	const struct known these = known_of(s, &app);
	const struct known_schedule *due;
	struct held held;
	bool found;

	if (schedule_take(s->db, s->arena, &these, arena_printf(s->arena, "race/%d", who), &held, &due, &found))
		return 1;
	return found && db_run(s->db, s->arena, "INSERT INTO test_work_turn VALUES (?)", DB_ARGS(db_int(who)), NULL) ? 2
	                                                                                                             : 0;
}

static void eight_daemons_have_a_turn_once(void **state)
{
	struct store *s = *state;

	start_daemon_rows(s, "one");
	sql_run(s, "CREATE OR REPLACE TABLE test_work_turn (who INT NOT NULL)");
	race(s, 8, take_turn);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM test_work_turn"), 1);
	sql_run(s, "DROP TABLE test_work_turn");
}

static void a_failed_turn_is_shown_until_one_goes_well(void **state)
{
	struct store *s = *state;
	struct list list;
	const struct schedule_view *view;

	start_daemon_rows(s, "one");
	set.run = &BROKEN;
	assert_true(next(s));
	assert_false(next(s)); /* it waits for its next turn */
	assert_fine(schedule_list(s->db, s->arena, &list));
	assert_int_equal(list.count, 3); /* with work.cleanup */
	view = list.items;
	assert_string_equal(view[0].name, "test.start");
	assert_string_equal(view[0].error_code, "test.broken");
	assert_null(view[0].owner);
	assert_fine(schedule_hasten(s->db, s->arena, "test.start"));
	assert_problem(schedule_hasten(s->db, s->arena, "test.nothing"), PROBLEM_NOT_FOUND);
	set.run = NULL;
	assert_true(next(s));
	assert_fine(schedule_list(s->db, s->arena, &list));
	view = list.items;
	assert_null(view[0].error_code);
}

static void a_turn_that_asks_for_more_time_comes_again_sooner(void **state)
{
	struct store *s = *state;

	start_daemon_rows(s, "one");
	set.run = &PROBLEM_JOB_LATER;
	set.retry_after_s = 7;
	assert_true(next(s));
	assert_int_equal(turn_in_s(s, "test.start"), 7);
}

static void a_failed_turn_that_says_when_comes_again_then(void **state)
{
	struct store *s = *state;
	struct list list;
	const struct schedule_view *view;

	start_daemon_rows(s, "one");
	set.run = &BROKEN;
	set.retry_after_s = 7;
	assert_true(next(s));
	assert_int_equal(turn_in_s(s, "test.start"), 7);
	assert_fine(schedule_list(s->db, s->arena, &list));
	view = list.items;
	assert_string_equal(view[0].error_code, "test.broken");
	set.retry_after_s = 10000; /* beyond its next turn, which it does not put off */
	sql_run(s, "UPDATE work_schedule SET next_at = NOW(6) WHERE name = 'test.start'");
	assert_true(next(s));
	assert_int_equal(turn_in_s(s, "test.start"), 900);
}

static void what_a_dead_owner_had_of_schedules_has_its_turn_again(void **state)
{
	struct store *s = *state;
	const struct known_schedule *due;
	struct held held;
	bool found;
	int64_t count;

	start_daemon_rows(s, "one");
	assert_fine(schedule_take(s->db, s->arena, &known, "dead/0", &held, &due, &found));
	assert_false(next(s));
	assert_fine(owner_release(s->db, s->arena, "dead/0", true, &count));
	assert_int_equal(count, 1);
	assert_true(next(s));
	assert_int_equal(turn_in_s(s, "test.start"), 900);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		RUN_TEST(a_job_that_went_well_is_done_and_not_run_again),
		RUN_TEST(a_failed_job_is_tried_again_after_pauses_that_grow_to_their_bound),
		RUN_TEST(a_retry_after_that_is_longer_than_the_pause_is_waited_for),
		RUN_TEST(after_its_attempts_a_job_is_given_up_in_a_try_of_its_own),
		RUN_TEST(giving_up_is_repeated_until_it_went_well_and_then_no_more),
		RUN_TEST(a_final_problem_is_not_tried_again_but_a_conflict_is),
		RUN_TEST(a_kind_with_nothing_to_undo_fails_at_once),
		RUN_TEST(looking_again_later_does_not_count),
		RUN_TEST(no_try_begins_after_the_deadline),
		RUN_TEST(a_failure_that_could_be_repeated_only_after_the_deadline_gives_up_at_once),
		RUN_TEST(later_never_lies_behind_the_deadline),
		RUN_TEST(a_job_over_which_processes_die_again_and_again_is_given_up),
		RUN_TEST(a_job_lost_once_runs_again_and_no_attempt_is_counted),
		RUN_TEST(what_a_failed_try_wrote_is_gone_and_its_end_is_written),
		RUN_TEST(a_daemon_that_stops_puts_back_what_it_has_just_taken),
		RUN_TEST(a_long_detail_is_kept_as_far_as_the_row_holds_it),
		RUN_TEST(a_schedule_runs_at_the_start_if_it_says_so_and_else_after_its_time),
		RUN_TEST(missed_turns_are_made_up_once_and_the_rhythm_stays),
		RUN_TEST(a_schedule_is_kept_however_long_no_daemon_ran),
		RUN_TEST(a_turn_has_one_owner_and_is_taken_over_when_its_lease_ran_out),
		RUN_TEST(eight_daemons_have_a_turn_once),
		RUN_TEST(a_failed_turn_is_shown_until_one_goes_well),
		RUN_TEST(a_turn_that_asks_for_more_time_comes_again_sooner),
		RUN_TEST(a_failed_turn_that_says_when_comes_again_then),
		RUN_TEST(what_a_dead_owner_had_of_schedules_has_its_turn_again),
	};

	return STORE_RUN(tests);
}
