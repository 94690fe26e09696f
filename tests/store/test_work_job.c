/* test_work_job.c - jobs as rows: added with what they are about, taken once, ended by their owner alone. */
#include "tests/store/test_work.h"

#include <sys/stat.h>

static struct problem *nothing(struct job *j)
{
	(void)j;
	return NULL;
}

/* clang-format off */
static const struct job_kind kinds[] = {
	{ .name = "test.work",  .doc = "-", .run = nothing, .attempts = 3, .lease_s = 60, .deadline_s = 600 },
	{ .name = "test.other", .doc = "-", .run = nothing, .attempts = 3, .lease_s = 60 },
	{ .name = NULL },
};
/* clang-format on */
static const struct app app = { .name = "test", .jobs = kinds };

static bool take(struct store *s, struct db *db, const char *owner, struct taken *out)
{
	struct known *known = arena_copy(s->arena, &(struct known){ 0 }, sizeof(struct known));
	bool found = false;

	*known = known_of(s, &app);
	assert_fine(job_take(db, s->arena, known, owner, out, &found));
	return found;
}

static struct held held_by(const struct taken *t)
{
	return (struct held){ .id = t->id, .take = t->take, .lease_s = 60 };
}

static bool end_as(struct store *s, const struct taken *t, struct ending ending)
{
	struct held held = held_by(t);
	bool ours = false;

	assert_fine(job_end(s->db, s->arena, &held, &ending, &ours));
	return ours;
}

/* ---- adding ---- */

static void a_job_added_waits_with_what_it_was_told(void **state)
{
	struct store *s = *state;
	int64_t id = 0;

	assert_fine(job_add(s->db, s->arena,
	                    &(struct job_ask){ .kind = "test.work", .subject_id = 7, .delay_s = 60, .request_id = "7f3a" },
	                    &id));

	struct job_view j = job_row(s, id);

	assert_string_equal(j.kind, "test.work");
	assert_int_equal(j.subject_id, 7);
	assert_int_equal(j.state, JOB_WAITING);
	assert_string_equal(j.request_id, "7f3a");
	assert_true(j.run_at.us - j.created_at.us == 60 * US_PER_S);
	assert_null(j.owner);
}

struct pair {
	int64_t job;
	bool commit;
};

static struct problem *subject_and_job(struct db *db, struct arena *a, void *context)
{
	struct pair *pair = context;
	struct db_done done;

	TRY(db_run(db, a, "INSERT INTO test_work_subject VALUES (NULL)", DB_NONE, &done));
	TRY(job_add(db, a, &(struct job_ask){ .kind = "test.work", .subject_id = done.insert_id }, &pair->job));
	return pair->commit ? NULL : problem_new(a, &PROBLEM_CONFLICT, NULL);
}

static void a_job_and_what_it_is_about_exist_both_or_neither(void **state)
{
	struct store *s = *state;
	struct pair pair = { .commit = false };

	sql_run(s, "CREATE OR REPLACE TABLE test_work_subject (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY)");
	assert_problem(db_transaction(s->db, s->arena, subject_and_job, &pair), PROBLEM_CONFLICT);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM test_work_subject"), 0);

	pair.commit = true;
	assert_fine(db_transaction(s->db, s->arena, subject_and_job, &pair));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM test_work_subject"), 1);
	sql_run(s, "DROP TABLE test_work_subject");
}

static void the_database_itself_refuses_illegal_states(void **state)
{
	static const char *const refused[] = {
		"UPDATE work_job SET state = 1",
		"UPDATE work_job SET owner = 'x'",
		"UPDATE work_job SET state = 2",
		"UPDATE work_job SET state = 3, finished_at = NOW(6)",
		"UPDATE work_job SET state = 4, finished_at = NOW(6)",
		"UPDATE work_job SET attempts = -1",
		"UPDATE work_job SET kind = ''",
	};
	struct store *s = *state;

	add(s, "test.work", 1, false);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_problem(db_run(s->db, s->arena, refused[i], DB_NONE, NULL), PROBLEM_DB_CHECK);
}

/* ---- taking ---- */

static void jobs_are_taken_in_the_order_of_their_time_then_of_their_number(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t first = add(s, "test.work", 1, false), second = add(s, "test.work", 2, false),
				  third = add(s, "test.work", 3, false);

	assert_fine(db_run(s->db, s->arena, "UPDATE work_job SET run_at = IF(id = ?, '2020-01-01', '2021-01-01')",
	                   DB_ARGS(db_int(third)), NULL));
	assert_true(take(s, s->db, "one", &t));
	assert_int_equal(t.id, third);
	assert_true(take(s, s->db, "one", &t));
	assert_int_equal(t.id, first);
	assert_true(take(s, s->db, "one", &t));
	assert_int_equal(t.id, second);
	assert_false(take(s, s->db, "one", &t));
}

static void a_job_is_not_taken_before_its_time_nor_by_who_does_not_know_its_kind(void **state)
{
	struct store *s = *state;
	struct taken t;
	int64_t id;

	add(s, "unknown.kind", 1, false);
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.work", .subject_id = 1, .delay_s = 60 }, &id));
	assert_false(take(s, s->db, "one", &t));
	sql_run(s, "UPDATE work_job SET run_at = NOW(6)");
	assert_true(take(s, s->db, "one", &t));
	assert_int_equal(t.id, id);
	assert_false(take(s, s->db, "one", &t));
}

static void taking_sets_owner_lease_and_deadline(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, false);

	assert_true(take(s, s->db, "host:1:x/0", &t));

	struct job_view j = job_row(s, id);

	assert_int_equal(j.state, JOB_RUNNING);
	assert_string_equal(j.owner, "host:1:x/0");
	assert_true(j.lease_until.us - t.now_at.us >= 60 * US_PER_S && j.lease_until.us - t.now_at.us < 70 * US_PER_S);
	assert_true(j.deadline_at.us - j.created_at.us == 600 * US_PER_S);
	assert_true(t.deadline_at.us == j.deadline_at.us);
	assert_int_equal(t.attempts, 0);
	assert_int_equal(t.take, 1);
	add(s, "test.other", 1, false);
	assert_true(take(s, s->db, "host:1:x/0", &t));
	assert_true(instant_is_none(t.deadline_at));
}

enum { JOBS = 200, TAKERS = 8 };

/* Takes until nothing is left; what it took is counted in the job's subject, so a second taking would show. */
static int take_all(struct store *s, int who)
{
	const struct known known = known_of(s, &app);
	const char *owner = arena_printf(s->arena, "race/%d", who);

	for (;;) {
		struct taken t;
		bool found, ours;

		if (job_take(s->db, s->arena, &known, owner, &t, &found))
			return 1;
		if (!found)
			return 0;
		if (db_run(s->db, s->arena, "UPDATE work_job SET subject_id = subject_id + 1 WHERE id = ?",
		           DB_ARGS(db_int(t.id)), NULL))
			return 2;

		const struct held held = held_by(&t);

		if (job_end(s->db, s->arena, &held, &(struct ending){ .state = JOB_DONE }, &ours) || !ours)
			return 3;
	}
}

static void two_hundred_jobs_are_each_taken_once_by_eight_processes(void **state)
{
	struct store *s = *state;

	for (int i = 0; i < JOBS; i++)
		add(s, i % 2 ? "test.work" : "test.other", 0, false);
	race(s, TAKERS, take_all);
	/* a look may miss a row another one has locked just then, so the rest is taken by a last one */
	race(s, 1, take_all);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE state = 2"), JOBS);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE subject_id = 1 AND take = 1 AND lost = 0"), JOBS);
}

/* ---- leases ---- */

static void a_lease_that_ran_out_is_taken_over_and_the_late_owner_can_end_nothing(void **state)
{
	struct store *s = *state;
	struct taken late, next, none;
	bool ours = true;
	const int64_t id = add(s, "test.work", 1, false);

	assert_true(take(s, s->db, "late/0", &late));
	assert_false(take(s, s->db, "next/0", &none));
	sql_run(s, "UPDATE work_job SET lease_until = NOW(6)");
	assert_true(take(s, s->db, "next/0", &next));
	assert_int_equal(next.id, id);
	assert_int_equal(next.lost, 1);
	assert_int_equal(next.attempts, 0);

	struct held held = held_by(&late);

	assert_fine(held_renew(s->db, s->arena, &held, &ours));
	assert_false(ours);
	assert_false(end_as(s, &late, (struct ending){ .state = JOB_DONE }));
	assert_int_equal(job_row(s, id).state, JOB_RUNNING);
	assert_string_equal(job_row(s, id).owner, "next/0");
	assert_true(end_as(s, &next, (struct ending){ .state = JOB_DONE }));
	assert_false(end_as(s, &next, (struct ending){ .state = JOB_DONE }));
}

static void a_late_owner_that_has_the_job_again_cannot_end_it_with_its_old_try(void **state)
{
	struct store *s = *state;
	struct taken first, second;

	add(s, "test.work", 1, false);
	assert_true(take(s, s->db, "same/0", &first));
	sql_run(s, "UPDATE work_job SET lease_until = NOW(6)");
	assert_true(take(s, s->db, "same/0", &second));
	assert_false(end_as(s, &first, (struct ending){ .state = JOB_DONE }));
	assert_true(end_as(s, &second, (struct ending){ .state = JOB_DONE }));
}

static void renewing_keeps_the_job_and_is_refused_once_it_is_lost(void **state)
{
	struct store *s = *state;
	struct taken t, other;

	add(s, "test.work", 1, false);
	assert_true(take(s, s->db, "one/0", &t));

	struct held held = held_by(&t);
	struct job j = { .id = t.id, .db = s->db, .arena = s->arena, .held = &held };

	sql_run(s, "UPDATE work_job SET lease_until = NOW(6)");
	assert_fine(job_renew(&j));
	assert_false(take(s, s->db, "two/0", &other));
	sql_run(s, "UPDATE work_job SET lease_until = NOW(6)");
	assert_true(take(s, s->db, "two/0", &other));
	assert_problem(job_renew(&j), PROBLEM_CONFLICT);
}

static void what_a_dead_owner_held_is_given_back_at_once(void **state)
{
	struct store *s = *state;
	struct taken t;
	int64_t count;

	add(s, "test.work", 1, false);
	add(s, "test.work", 2, false);
	assert_true(take(s, s->db, "dead/0", &t));
	assert_true(take(s, s->db, "alive/0", &t));
	assert_fine(owner_release(s->db, s->arena, "dead/0", true, &count));
	assert_int_equal(count, 1);
	assert_true(take(s, s->db, "next/0", &t));
	assert_int_equal(t.subject_id, 1);
	assert_int_equal(t.lost, 1);
	assert_false(take(s, s->db, "next/0", &t));
}

static void a_stop_gives_back_without_counting_the_try(void **state)
{
	struct store *s = *state;
	struct taken t;
	int64_t count;

	add(s, "test.work", 1, false);
	assert_true(take(s, s->db, "dead/0", &t));
	assert_fine(owner_release(s->db, s->arena, "dead/0", false, &count));
	assert_int_equal(count, 1);
	assert_true(take(s, s->db, "next/0", &t));
	assert_int_equal(t.lost, 0);
	assert_int_equal(t.attempts, 0);
}

/* ---- once ---- */

static void a_second_once_means_the_waiting_job(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.work", 1, true);

	assert_int_equal(add(s, "test.work", 1, true), id);
	assert_int_not_equal(add(s, "test.work", 2, true), id);
	assert_int_not_equal(add(s, "test.other", 1, true), id);
	assert_int_not_equal(add(s, "test.work", 1, false), id);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 4);
}

static void a_once_while_the_job_runs_is_a_new_one(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, true);

	assert_true(take(s, s->db, "one/0", &t));
	assert_int_not_equal(add(s, "test.work", 1, true), id);
	assert_true(end_as(s, &t, (struct ending){ .state = JOB_DONE }));
}

static void a_once_brings_a_waiting_job_forward_but_not_out_of_its_pause_after_a_failure(void **state)
{
	struct store *s = *state;
	struct taken t;
	int64_t id;

	assert_fine(job_add(s->db, s->arena,
	                    &(struct job_ask){ .kind = "test.work", .subject_id = 1, .delay_s = 60, .once = true }, &id));
	assert_int_equal(add(s, "test.work", 1, true), id);
	assert_true(take(s, s->db, "one/0", &t));
	assert_true(end_as(s, &t, (struct ending){ .state = JOB_WAITING, .failed = true, .pause_us = 60 * US_PER_S }));
	assert_int_equal(add(s, "test.work", 1, true), id);
	assert_false(take(s, s->db, "one/0", &t));
}

static struct problem *ask_once(struct db *db, struct arena *a, void *context)
{
	struct store *s = context;
	struct db *other = store_connect(s, 0);
	struct taken t;
	int64_t id;

	TRY(job_add(db, a, &(struct job_ask){ .kind = "test.work", .subject_id = 1, .once = true }, &id));
	assert_false(take(s, other, "other/0", &t));
	return NULL;
}

static void a_once_job_does_not_begin_before_the_commit_of_who_meant_it(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, true);

	assert_fine(db_transaction(s->db, s->arena, ask_once, s));
	assert_true(take(s, s->db, "one/0", &t));
	assert_int_equal(t.id, id);
}

static void a_job_put_back_is_replaced_by_the_newer_one_which_waits_as_long(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, true);

	assert_true(take(s, s->db, "one/0", &t));

	const int64_t newer = add(s, "test.work", 1, true);

	assert_true(end_as(s, &t, (struct ending){ .state = JOB_WAITING, .failed = true, .pause_us = 60 * US_PER_S }));
	assert_int_equal(job_row(s, id).state, JOB_FAILED);
	assert_string_equal(job_row(s, id).error_code, PROBLEM_JOB_REPLACED.code);
	assert_int_equal(job_row(s, newer).state, JOB_WAITING);
	assert_false(take(s, s->db, "one/0", &t));
}

static void a_job_that_gives_up_is_not_meant_by_a_new_once(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, true);

	assert_true(take(s, s->db, "one/0", &t));
	assert_true(end_as(s, &t, (struct ending){ .state = JOB_WAITING, .giving_up = true, .failed = true }));
	assert_int_not_equal(add(s, "test.work", 1, true), id);
}

static struct problem *add_in_transaction(struct db *db, struct arena *a, void *context)
{
	return job_add(db, a, &(struct job_ask){ .kind = "test.work", .subject_id = 5, .once = true }, context);
}

static int add_once(struct store *s, int number_of)
{
	int64_t id = 0;

	(void)number_of;
	return db_transaction(s->db, s->arena, add_in_transaction, &id) || id <= 0 ? 1 : 0;
}

static void twenty_processes_that_add_once_make_one_row(void **state)
{
	struct store *s = *state;

	race(s, 20, add_once);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 1);
}

/* ---- waiting ---- */

static struct process process_of(struct store *s)
{
	return (struct process){ .arena = s->arena, .db = s->db, .name = "worker", .run_dir = store_path(s, ".") };
}

static void waiting_ends_when_the_job_is_done(void **state)
{
	struct store *s = *state;
	struct process p = process_of(s);
	struct taken t;
	enum job_state end = JOB_WAITING;
	const char *why = "unset";
	const int64_t id = add(s, "test.work", 1, false);
	pid_t other = fork();

	if (other == 0) {
		struct db *db = store_connect(s, 0);
		bool ours;

		sleep_for_ms(150);
		take(s, db, "one/0", &t);
		struct held held = held_by(&t);
		_exit(job_end(db, s->arena, &held, &(struct ending){ .state = JOB_DONE }, &ours) ? 1 : 0);
	}

	const int64_t from = clock_ticks_us();

	assert_fine(job_wait(&p, s->arena, id, 10000, &end, &why));
	assert_int_equal(end, JOB_DONE);
	assert_null(why);
	assert_true(clock_ticks_us() - from < 5 * US_PER_S);
	waitpid(other, NULL, 0);
}

static void waiting_tells_why_a_job_failed(void **state)
{
	struct store *s = *state;
	struct process p = process_of(s);
	struct taken t;
	enum job_state end;
	const char *why;
	const int64_t id = add(s, "test.work", 1, false);

	assert_true(take(s, s->db, "one/0", &t));
	assert_true(end_as(s, &t,
	                   (struct ending){ .state = JOB_FAILED,
	                                    .why = problem_new(s->arena, &PROBLEM_UNAVAILABLE, "no engine") }));
	assert_fine(job_wait(&p, s->arena, id, 10000, &end, &why));
	assert_int_equal(end, JOB_FAILED);
	assert_string_equal(why, "base.unavailable: no engine");
}

static void waiting_ends_with_its_time_and_the_job_is_still_under_way(void **state)
{
	struct store *s = *state;
	struct process p = process_of(s);
	enum job_state end;
	const char *why;
	const int64_t id = add(s, "test.work", 1, false), from = clock_ticks_us();

	assert_fine(job_wait(&p, s->arena, id, 200, &end, &why));
	assert_int_equal(end, JOB_WAITING);
	assert_null(why);
	assert_in_range(clock_ticks_us() - from, 200000, 2000000);
	assert_problem(job_wait(&p, s->arena, id + 1, 200, &end, &why), PROBLEM_NOT_FOUND);
}

static int64_t wait_us(struct process *p, struct store *s, int64_t id)
{
	const int64_t from = clock_ticks_us();
	enum job_state end;
	const char *why;

	assert_fine(job_wait(p, s->arena, id, 700, &end, &why));
	assert_int_equal(end, JOB_WAITING);
	return clock_ticks_us() - from;
}

static void no_more_than_the_allowed_requests_wait_at_once(void **state)
{
	struct store *s = *state;
	struct process p = process_of(s);
	const int64_t id = add(s, "test.work", 1, false), waiters = work_conf.waiters;
	pid_t other;

	work_conf.waiters = 1;
	other = fork();
	if (other == 0) {
		struct store mine = { .arena = arena_new() };

		mine.db = store_connect(&mine, 0);
		p.db = mine.db;
		wait_us(&p, &mine, id);
		_exit(0);
	}
	sleep_for_ms(200);
	assert_true(wait_us(&p, s, id) < 300000);
	waitpid(other, NULL, 0);
	assert_true(wait_us(&p, s, id) >= 700000);
	work_conf.waiters = waiters;
}

/* ---- the admin ---- */

static void a_failed_job_is_tried_anew_from_the_start(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, false);

	sql_run(s, "UPDATE work_job SET asked_at = '2020-01-01'");
	assert_true(take(s, s->db, "one/0", &t));
	assert_true(end_as(s, &t,
	                   (struct ending){ .state = JOB_FAILED,
	                                    .giving_up = true,
	                                    .failed = true,
	                                    .why = problem_new(s->arena, &PROBLEM_UNAVAILABLE, NULL) }));
	assert_fine(job_retry(s->db, s->arena, id));
	assert_true(take(s, s->db, "one/0", &t));
	assert_int_equal(t.attempts, 0);
	assert_false(t.giving_up);
	assert_true(t.deadline_at.us > t.now_at.us);
}

static void a_waiting_job_is_tried_at_once(void **state)
{
	struct store *s = *state;
	struct taken t;
	int64_t id;

	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.work", .subject_id = 1, .delay_s = 60 }, &id));
	assert_fine(job_retry(s->db, s->arena, id));
	assert_true(take(s, s->db, "one/0", &t));
}

static void only_failed_and_waiting_jobs_are_tried_again(void **state)
{
	struct store *s = *state;
	struct taken t;
	const int64_t id = add(s, "test.work", 1, true);

	assert_problem(job_retry(s->db, s->arena, id + 1), PROBLEM_NOT_FOUND);
	assert_true(take(s, s->db, "one/0", &t));
	assert_problem(job_retry(s->db, s->arena, id), PROBLEM_CONFLICT);
	assert_true(
		end_as(s, &t, (struct ending){ .state = JOB_FAILED, .why = problem_new(s->arena, &PROBLEM_CONFLICT, NULL) }));
	add(s, "test.work", 1, true);
	assert_problem(job_retry(s->db, s->arena, id), PROBLEM_CONFLICT); /* the newer one does it */
	sql_run(s, "DELETE FROM work_job WHERE state = 0");
	assert_fine(job_retry(s->db, s->arena, id));
	assert_true(take(s, s->db, "one/0", &t));
	assert_true(end_as(s, &t, (struct ending){ .state = JOB_DONE }));
	assert_problem(job_retry(s->db, s->arena, id), PROBLEM_CONFLICT);
}

static void lists_show_the_newest_first_and_what_was_asked_for(void **state)
{
	struct store *s = *state;
	struct list list;
	const int64_t first = add(s, "test.work", 1, false), second = add(s, "test.other", 2, false);
	const struct job_view *jobs;

	assert_fine(job_list(s->db, s->arena, &(struct job_filter){ .state = -1, .limit = 10 }, &list));
	jobs = list.items;
	assert_int_equal(list.count, 2);
	assert_int_equal(jobs[0].id, second);
	assert_int_equal(jobs[1].id, first);
	assert_fine(
		job_list(s->db, s->arena, &(struct job_filter){ .state = -1, .before_id = second, .limit = 10 }, &list));
	assert_int_equal(list.count, 1);
	assert_fine(
		job_list(s->db, s->arena, &(struct job_filter){ .state = -1, .kind = "test.work", .limit = 10 }, &list));
	assert_int_equal(list.count, 1);
	assert_fine(
		job_list(s->db, s->arena, &(struct job_filter){ .state = -1, .subject_id = { true, 2 }, .limit = 10 }, &list));
	assert_int_equal(list.count, 1);
	assert_fine(job_list(s->db, s->arena, &(struct job_filter){ .state = JOB_WAITING, .limit = 10 }, &list));
	jobs = list.items;
	assert_int_equal(list.count, 2);
	assert_int_equal(jobs[0].id, second);
	assert_fine(job_list(s->db, s->arena, &(struct job_filter){ .state = JOB_FAILED, .limit = 10 }, &list));
	assert_int_equal(list.count, 0);
	assert_fine(job_list(s->db, s->arena, &(struct job_filter){ .state = JOB_DONE, .limit = 10 }, &list));
	assert_int_equal(list.count, 0);
}

static void stats_count_the_queue_and_the_age_of_its_oldest(void **state)
{
	struct store *s = *state;
	struct work_stats stats;
	struct taken t;
	int64_t id;

	assert_fine(work_stats(s->db, s->arena, &stats));
	assert_int_equal(stats.waiting + stats.due + stats.running + stats.failed + stats.oldest_ms + stats.daemons, 0);
	add(s, "test.work", 1, false);
	add(s, "test.work", 2, false);
	add(s, "unknown.kind", 2, false);
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.work", .subject_id = 1, .delay_s = 60 }, &id));
	assert_true(take(s, s->db, "one/0", &t));
	sql_run(s, "UPDATE work_job SET run_at = NOW(6) - INTERVAL 90 SECOND WHERE kind = 'unknown.kind'");
	assert_fine(work_stats(s->db, s->arena, &stats));
	assert_int_equal(stats.waiting, 3);
	assert_int_equal(stats.due, 2);
	assert_int_equal(stats.running, 1);
	assert_int_equal(stats.failed, 0);
	assert_in_range(stats.oldest_ms, 90000, 99000);
}

static void finished_jobs_are_removed_after_their_days_and_no_others(void **state)
{
	struct store *s = *state;
	struct job j = { .db = s->db, .arena = s->arena };
	struct taken t;

	for (int i = 0; i < 3; i++)
		add(s, "test.work", i, false);
	for (int i = 0; i < 2; i++) {
		assert_true(take(s, s->db, "one/0", &t));
		assert_true(end_as(s, &t, (struct ending){ .state = JOB_DONE }));
	}
	sql_run(s, "UPDATE work_job SET created_at = '2020-01-01', run_at = '2020-01-01'");
	sql_run(s, "UPDATE work_job SET finished_at = '2020-01-01' WHERE subject_id = 0");
	sql_run(s,
	        "INSERT INTO work_daemon (name, version, processes, started_at, seen_at)"
	        " VALUES ('old', '1', 1, '2020-01-01', '2020-01-01'), ('new', '1', 1, '2020-01-01', NOW(6))");
	sql_run(s,
	        "INSERT INTO work_schedule (name, every_s, next_at) VALUES ('old', 60, '2020-01-01'), ('new', 60, NOW(6))");
	assert_fine(work_cleanup(&j));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 2);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE subject_id = 0"), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_daemon WHERE name = 'new'"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_daemon"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_schedule"), 1);
}

static void the_next_thing_is_known_to_the_millisecond(void **state)
{
	struct store *s = *state;
	const struct known known = known_of(s, &app);
	int64_t ms, id;
	struct taken t;

	assert_fine(work_next_ms(s->db, s->arena, &known, 5000, &ms));
	assert_int_equal(ms, 5000);
	assert_fine(job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.work", .subject_id = 1, .delay_s = 3 }, &id));
	assert_fine(work_next_ms(s->db, s->arena, &known, 5000, &ms));
	assert_in_range(ms, 2000, 3000);
	sql_run(s, "UPDATE work_job SET run_at = NOW(6)");
	assert_fine(work_next_ms(s->db, s->arena, &known, 5000, &ms));
	assert_int_equal(ms, 0);
	assert_true(take(s, s->db, "one/0", &t));
	assert_fine(work_next_ms(s->db, s->arena, &known, 90000, &ms));
	assert_in_range(ms, 55000, 60000); /* its lease */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(a_job_added_waits_with_what_it_was_told),
		STORE_TEST(a_job_and_what_it_is_about_exist_both_or_neither),
		STORE_TEST(the_database_itself_refuses_illegal_states),
		STORE_TEST(jobs_are_taken_in_the_order_of_their_time_then_of_their_number),
		STORE_TEST(a_job_is_not_taken_before_its_time_nor_by_who_does_not_know_its_kind),
		STORE_TEST(taking_sets_owner_lease_and_deadline),
		STORE_TEST(two_hundred_jobs_are_each_taken_once_by_eight_processes),
		STORE_TEST(a_lease_that_ran_out_is_taken_over_and_the_late_owner_can_end_nothing),
		STORE_TEST(a_late_owner_that_has_the_job_again_cannot_end_it_with_its_old_try),
		STORE_TEST(renewing_keeps_the_job_and_is_refused_once_it_is_lost),
		STORE_TEST(what_a_dead_owner_held_is_given_back_at_once),
		STORE_TEST(a_stop_gives_back_without_counting_the_try),
		STORE_TEST(a_second_once_means_the_waiting_job),
		STORE_TEST(a_once_while_the_job_runs_is_a_new_one),
		STORE_TEST(a_once_brings_a_waiting_job_forward_but_not_out_of_its_pause_after_a_failure),
		STORE_TEST(a_once_job_does_not_begin_before_the_commit_of_who_meant_it),
		STORE_TEST(a_job_put_back_is_replaced_by_the_newer_one_which_waits_as_long),
		STORE_TEST(a_job_that_gives_up_is_not_meant_by_a_new_once),
		STORE_TEST(twenty_processes_that_add_once_make_one_row),
		STORE_TEST(waiting_ends_when_the_job_is_done),
		STORE_TEST(waiting_tells_why_a_job_failed),
		STORE_TEST(waiting_ends_with_its_time_and_the_job_is_still_under_way),
		STORE_TEST(no_more_than_the_allowed_requests_wait_at_once),
		STORE_TEST(a_failed_job_is_tried_anew_from_the_start),
		STORE_TEST(a_waiting_job_is_tried_at_once),
		STORE_TEST(only_failed_and_waiting_jobs_are_tried_again),
		STORE_TEST(lists_show_the_newest_first_and_what_was_asked_for),
		STORE_TEST(stats_count_the_queue_and_the_age_of_its_oldest),
		STORE_TEST(finished_jobs_are_removed_after_their_days_and_no_others),
		STORE_TEST(the_next_thing_is_known_to_the_millisecond),
	};

	return STORE_RUN(tests);
}
