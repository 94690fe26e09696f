/* test_problem.c - occurrences of problems. */
#include "tests/unit/unit.h"

static const struct problem_kind too_many = { 409, "test.too_many", "Too many", NULL, FORM_PROBLEM, 7 };

static void takes_its_words_from_the_kind(void **state)
{
	const struct problem *p = problem_new(*state, &too_many, NULL);

	assert_string_equal(p->detail, "Too many");
	assert_null(p->cause);
	assert_null(p->fields);
	assert_int_equal(p->retry_after_s, 7);
	assert_string_equal(problem_new(*state, &PROBLEM_NOT_FOUND, NULL)->detail, "Not found.");
}

static void says_what_the_occurrence_adds(void **state)
{
	struct problem *p = problem_new(*state, &too_many, "%d of %d", 3, 2);

	assert_ptr_equal(problem_because(p, "row %s", "x"), p);
	assert_string_equal(p->detail, "3 of 2");
	assert_string_equal(p->cause, "row x");
	assert_ptr_equal(p->arena, *state);
}

static void collects_fields_in_order(void **state)
{
	struct problem *p = NULL;

	problem_field(*state, &p, "name", "This field is required.");
	problem_field(*state, &p, "age", "at least %d", 3);
	problem_field(*state, &p, "name", "and not blank");
	assert_true(problem_is(p, &PROBLEM_FIELDS));
	assert_string_equal(p->fields->field, "name");
	assert_string_equal(p->fields->next->message, "at least 3");
	assert_string_equal(p->fields->next->next->message, "and not blank");
	assert_null(p->fields->next->next->next);
}

static void adds_fields_to_a_problem_of_another_kind(void **state)
{
	struct problem *p = problem_new(*state, &too_many, NULL);

	problem_field(*state, &p, "name", "no");
	assert_true(problem_is(p, &too_many));
	assert_string_equal(p->fields->field, "name");
}

static void is_of_one_kind(void **state)
{
	assert_true(problem_is(problem_new(*state, &too_many, NULL), &too_many));
	assert_false(problem_is(problem_new(*state, &too_many, NULL), &PROBLEM_CONFLICT));
	assert_false(problem_is(NULL, &too_many));
}

static struct problem *fails_at(struct arena *a, int step, int *reached)
{
	for (*reached = 0; *reached < 3; (*reached)++)
		TRY(*reached == step ? problem_new(a, &too_many, NULL) : NULL);
	return NULL;
}

static void try_hands_a_problem_onward(void **state)
{
	int reached;

	assert_problem(fails_at(*state, 1, &reached), too_many);
	assert_int_equal(reached, 1);
	assert_fine(fails_at(*state, 5, &reached));
	assert_int_equal(reached, 3);
}

static void common_kinds_are_complete(void **state)
{
	static const struct problem_kind *const kinds[] = {
		&PROBLEM_FIELDS,   &PROBLEM_MALFORMED,   &PROBLEM_NOT_FOUND, &PROBLEM_CONFLICT, &PROBLEM_TOO_LARGE,
		&PROBLEM_INTERNAL, &PROBLEM_UNAVAILABLE, &PROBLEM_SETTINGS,  &PROBLEM_USAGE,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_in_range(kinds[i]->status, 400, 599);
		assert_memory_equal(kinds[i]->code, "base.", 5);
		assert_true(strlen(kinds[i]->title) > 3);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(kinds[i]->code, kinds[j]->code);
	}
	assert_true(PROBLEM_UNAVAILABLE.retry_after_s > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(takes_its_words_from_the_kind),
		CASE(says_what_the_occurrence_adds),
		CASE(collects_fields_in_order),
		CASE(adds_fields_to_a_problem_of_another_kind),
		CASE(is_of_one_kind),
		CASE(try_hands_a_problem_onward),
		CASE(common_kinds_are_complete),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
