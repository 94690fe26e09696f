/* test_work_known.c - the tables of jobs and schedules: gathered from the mounts, refused when they contradict themselves. */
#include "tests/unit/unit.h"

#include "lib/work/known.h"

static struct problem *nothing(struct job *j)
{
	(void)j;
	return NULL;
}

/* clang-format off */
static const struct job_kind kinds[] = {
	{ .name = "a.one", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
	{ .name = "a.two", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
	{ .name = NULL },
};
static const struct schedule schedules[] = {
	{ .name = "a.clock", .doc = "-", .every_s = 1, .lease_s = 1, .run = nothing },
	{ .name = NULL },
};
/* clang-format on */
static const struct app full = { .name = "full", .jobs = kinds, .schedules = schedules };
static const struct app empty = { .name = "empty" };

static struct problem *gather(struct arena *a, const struct app *one, const struct app *two, struct known *out)
{
	const struct mount mounts[] = { { "/one", one }, { "/two", two }, { NULL, NULL } };

	return known_gather(a, mounts, out);
}

static void what_the_apps_list_is_known_with_the_apps_name(void **state)
{
	struct arena *a = *state;
	struct known known;

	assert_fine(gather(a, &empty, &full, &known));
	assert_int_equal(known.kind_count, 2);
	assert_string_equal(known.kind_names, "a.one,a.two");
	assert_string_equal(known_kind(&known, "a.two")->app, "full");
	assert_ptr_equal(known_kind(&known, "a.two")->kind, &kinds[1]);
	assert_null(known_kind(&known, "a"));
	assert_string_equal(known_schedule(&known, "a.clock")->app, "full");
	assert_null(known_schedule(&known, "a.one"));
}

static void the_clean_up_is_always_known(void **state)
{
	struct arena *a = *state;
	struct known known;

	assert_fine(gather(a, &empty, NULL, &known));
	assert_int_equal(known.kind_count, 0);
	assert_string_equal(known.kind_names, "");
	assert_string_equal(known.schedule_names, "work.cleanup");
	assert_string_equal(known_schedule(&known, "work.cleanup")->app, "work");
}

static void an_app_that_is_mounted_twice_counts_once(void **state)
{
	struct arena *a = *state;
	struct known known;

	assert_fine(gather(a, &full, &full, &known));
	assert_int_equal(known.kind_count, 2);
	assert_string_equal(known.schedule_names, "work.cleanup,a.clock");
}

static void a_name_in_two_tables_is_refused(void **state)
{
	static const struct job_kind same_kinds[] = {
		{ .name = "a.one", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
		{ .name = NULL },
	};
	static const struct schedule same_schedules[] = {
		{ .name = "a.clock", .doc = "-", .every_s = 1, .lease_s = 1, .run = nothing },
		{ .name = NULL },
	};
	static const struct app kinds_again = { .name = "again", .jobs = same_kinds };
	static const struct app schedules_again = { .name = "again", .schedules = same_schedules };
	struct arena *a = *state;
	struct known known;
	struct problem *p = gather(a, &full, &kinds_again, &known);

	assert_problem(p, PROBLEM_INTERNAL);
	assert_contains(p->cause, "\"a.one\" is in two tables");
	assert_problem(gather(a, &full, &schedules_again, &known), PROBLEM_INTERNAL);
}

static void a_job_that_could_never_run_is_refused(void **state)
{
	static const struct job_kind wrong[] = {
		{ .name = "", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
		{ .name = "a,b", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
		{ .name = "Upper", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1 },
		{ .name = "a.123456789012345678901234567890123456789012345678901234567890123",
		  .doc = "-",
		  .run = nothing,
		  .attempts = 1,
		  .lease_s = 1 },
		{ .name = "a", .doc = "-", .attempts = 1, .lease_s = 1 },
		{ .name = "a", .doc = "-", .run = nothing, .lease_s = 1 },
		{ .name = "a", .doc = "-", .run = nothing, .attempts = 1 },
		{ .name = "a", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1, .backoff_s = -1 },
		{ .name = "a", .doc = "-", .run = nothing, .attempts = 1, .lease_s = 1, .deadline_s = -1 },
	};
	struct arena *a = *state;
	struct known known;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct job_kind table[] = { wrong[i], { .name = NULL } };
		const struct app app = { .name = "wrong", .jobs = table };

		assert_problem(gather(a, &app, NULL, &known), PROBLEM_INTERNAL);
	}
}

static void a_schedule_that_could_never_run_is_refused(void **state)
{
	static const struct schedule wrong[] = {
		{ .name = "a b", .doc = "-", .every_s = 1, .lease_s = 1, .run = nothing },
		{ .name = "a", .doc = "-", .lease_s = 1, .run = nothing },
		{ .name = "a", .doc = "-", .every_s = 1, .run = nothing },
		{ .name = "a", .doc = "-", .every_s = 1, .lease_s = 1 },
	};
	struct arena *a = *state;
	struct known known;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct schedule table[] = { wrong[i], { .name = NULL } };
		const struct app app = { .name = "wrong", .schedules = table };

		assert_problem(gather(a, &app, NULL, &known), PROBLEM_INTERNAL);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(what_the_apps_list_is_known_with_the_apps_name), CASE(the_clean_up_is_always_known),
		CASE(an_app_that_is_mounted_twice_counts_once),       CASE(a_name_in_two_tables_is_refused),
		CASE(a_job_that_could_never_run_is_refused),          CASE(a_schedule_that_could_never_run_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
