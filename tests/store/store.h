/* store.h - what every store test stands on: a real MariaDB made from the migrations, as clean for each test as after
 * them. tests/store/run starts the server and calls the programs.
 *
 *   static const struct CMUnitTest tests[] = { STORE_TEST(finds_what_was_written), … };
 *   int main(void) { return STORE_RUN(tests); } */
#ifndef PORTICO_TEST_STORE_H
#define PORTICO_TEST_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/db/db.h"

/* *state of a test. */
struct store {
	struct arena *arena; /* of the test */
	struct db *db;
};

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, store_begin, store_end)
#define STORE_RUN(tests) cmocka_run_group_tests(tests, store_open, store_close)

int store_open(void **state); /* of the group */
int store_close(void **state);
int store_begin(void **state); /* of a test: every table as the migrations left it */
int store_end(void **state);

/* Another connection to the same database, closed with the test; `statement_ms` 0: ten seconds. */
struct db *store_connect(struct store *s, int64_t statement_ms);

/* The option file of the tests' user, and that of root. */
const char *store_option_file(void);
const char *store_root_option_file(void);
/* PORTICO_TEST_STATE/name in the test's arena. */
const char *store_path(struct store *s, const char *name);

/* Statements as root, through a connection of its own. Fails the test when one fails. */
void store_as_root(struct store *s, const char *sql);

/* Ends the server as a power cut would; starts it again. */
void store_server_kill(void);
void store_server_start(void);

/* Runs a program and waits; its exit status, or 128 + signal. `argv` ends with NULL; output goes nowhere. */
int store_program(const char *const *argv);

/* Passes when p is NULL, else fails the test with its words. */
#define assert_fine(expression) store_assert_fine((expression), #expression, __FILE__, __LINE__)
void store_assert_fine(const struct problem *p, const char *what, const char *file, int line);
/* Passes when p is of that kind. */
#define assert_problem(expression, kind_) store_assert_problem((expression), &(kind_), #expression, __FILE__, __LINE__)
void store_assert_problem(const struct problem *p, const struct problem_kind *kind, const char *what, const char *file,
                          int line);

#endif
