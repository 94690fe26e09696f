/* unit.h - what every unit test starts with: cmocka, an arena per test, and assertions about problems.
 *
 * A test takes the arena as its state: CASE(name) in the table gives it a fresh one, freed after it. */
#ifndef PORTICO_TESTS_UNIT_H
#define PORTICO_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/problem.h"

__attribute__((unused)) static int unit_arena_new(void **state)
{
	*state = arena_new();
	return 0;
}

__attribute__((unused)) static int unit_arena_free(void **state)
{
	arena_free(*state);
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, unit_arena_new, unit_arena_free)

/* Fails with the problem's words when there is one. */
#define assert_fine(expression)                                             \
	do {                                                                    \
		const struct problem *problem_ = (expression);                      \
		if (problem_)                                                       \
			fail_msg("%s: %s (%s)", problem_->kind->code, problem_->detail, \
			         problem_->cause ? problem_->cause : "no cause");       \
	} while (0)

/* Fails unless the expression gives a problem of that kind. */
#define assert_problem(expression, wanted)                                               \
	do {                                                                                 \
		const struct problem *problem_ = (expression);                                   \
		if (!problem_)                                                                   \
			fail_msg("%s: no problem, but %s was expected", #expression, (wanted).code); \
		assert_string_equal(problem_->kind->code, (wanted).code);                        \
	} while (0)

/* Fails unless `text` holds `part`. */
#define assert_contains(text, part)                                                    \
	do {                                                                               \
		const char *text_ = (text);                                                    \
		if (!text_ || !strstr(text_, (part)))                                          \
			fail_msg("\"%s\" does not hold \"%s\"", text_ ? text_ : "(null)", (part)); \
	} while (0)

#endif
