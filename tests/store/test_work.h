/* test_work.h - what the tests of jobs share: kinds and an app of their own, a look into the rows, processes to race. */
#ifndef PORTICO_TESTS_STORE_TEST_WORK_H
#define PORTICO_TESTS_STORE_TEST_WORK_H

#include "tests/store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/work/job.h"
#include "lib/work/known.h"
#include "lib/work/list.h"
#include "lib/work/problems.h"
#include "lib/work/run.h"
#include "lib/work/store.h"

#define UNUSED __attribute__((unused))

UNUSED static struct known known_of(struct store *s, const struct app *app)
{
	const struct mount *mounts = ARENA_ARRAY(s->arena, struct mount, 2);
	struct known known;

	((struct mount *)(uintptr_t)mounts)[0] = (struct mount){ "/test", app };
	assert_fine(known_gather(s->arena, mounts, &known));
	return known;
}

UNUSED static int64_t add(struct store *s, const char *kind, int64_t subject, bool once)
{
	int64_t id = 0;

	assert_fine(job_add(s->db, s->arena, &(struct job_ask){ .kind = kind, .subject_id = subject, .once = once }, &id));
	assert_true(id > 0);
	return id;
}

UNUSED static struct job_view job_row(struct store *s, int64_t id)
{
	struct job_view j = { 0 };

	assert_fine(job_find(s->db, s->arena, id, &j));
	return j;
}

UNUSED static int64_t number(struct store *s, const char *sql)
{
	int64_t n = 0;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	return n;
}

UNUSED static void sql_run(struct store *s, const char *sql)
{
	assert_fine(db_run(s->db, s->arena, sql, DB_NONE, NULL));
}

UNUSED static void sleep_for_ms(int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) < 0) /* a signal is no reason to be quicker */
		continue;
}

/* Waits until the query's number is `wanted`, at most `ms`. */
UNUSED static bool becomes(struct store *s, const char *sql, int64_t wanted, int64_t ms)
{
	const int64_t until_us = clock_ticks_us() + ms * 1000;

	while (clock_ticks_us() < until_us) {
		int64_t n = -1;
		struct problem *p = db_number(s->db, s->arena, sql, DB_NONE, &n);

		if (!p && n == wanted)
			return true;
		sleep_for_ms(10);
	}
	return false;
}

/* `count` processes do the same at once, each with its own connection; all must end with 0. */
typedef int(race_run)(struct store *s, int number);

UNUSED static void race(struct store *s, int count, race_run *run)
{
	pid_t children[64];
	int gate[2];

	assert_true(count <= 64);
	assert_int_equal(pipe(gate), 0);
	fflush(NULL);
	for (int i = 0; i < count; i++) {
		children[i] = fork();
		if (children[i] != 0)
			continue;

		struct store mine = { .arena = arena_new() };
		char byte;

		close(gate[1]);
		if (db_open(mine.arena,
		            &(struct db_conf){ .option_file = store_option_file(), .connect_ms = 5000, .statement_ms = 20000 },
		            &mine.db))
			_exit(100);
		(void)!read(gate[0], &byte, 1); /* until all are there */

		int status = run(&mine, i);

		db_close(mine.db);
		_exit(status);
	}
	close(gate[0]);
	sleep_for_ms(20);
	close(gate[1]);
	for (int i = 0; i < count; i++) {
		int status = 0;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	(void)s;
}

#endif
