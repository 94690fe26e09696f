/* test_work_wake.c - the datagram that says "look": sent, waited for, in folders with long names, with signals in between. */
#include "tests/unit/folder.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/work/job.h"
#include "lib/work/wake.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int64_t waited_ms(const struct wake *w, int64_t ms)
{
	const int64_t from = clock_ticks_us();

	wake_wait(w, ms, &stop);
	return (clock_ticks_us() - from) / 1000;
}

static const char *socket_path(struct arena *a, const char *folder)
{
	return arena_printf(a, "%s/porticod.%ld.sock", folder, (long)getpid());
}

static void a_datagram_ends_the_wait_and_all_that_lie_there_are_one(void **state)
{
	struct folder *f = *state;
	struct wake w;

	stop = 0;
	assert_fine(wake_bind(f->arena, f->path, &w));
	job_wake(&(struct process){ .run_dir = f->path });
	wake_pass(&w);
	assert_true(waited_ms(&w, 5000) < 1000);
	assert_true(waited_ms(&w, 60) >= 59);
	wake_remove(&w);
	assert_int_equal(access(socket_path(f->arena, f->path), F_OK), -1);
	wake_remove(&w);
}

static void a_run_folder_with_a_long_path_works_as_well(void **state)
{
	struct folder *f = *state;
	char *deep = arena_text(f->arena, f->path);
	struct wake w;

	stop = 0;
	for (int i = 0; i < 3; i++) {
		deep = arena_printf(f->arena, "%s/%060d", deep, i);
		assert_int_equal(mkdir(deep, 0700), 0);
	}
	assert_fine(wake_bind(f->arena, deep, &w));
	job_wake(&(struct process){ .run_dir = deep });
	assert_true(waited_ms(&w, 5000) < 1000);
	wake_remove(&w);
}

static void what_a_dead_process_of_the_same_number_left_is_replaced(void **state)
{
	struct folder *f = *state;
	struct wake dead, w;

	stop = 0;
	assert_fine(wake_bind(f->arena, f->path, &dead));
	close(dead.fd); /* as if killed: the file stays */
	assert_fine(wake_bind(f->arena, f->path, &w));
	job_wake(&(struct process){ .run_dir = f->path });
	assert_true(waited_ms(&w, 5000) < 1000);
	wake_remove(&w);
}

static void a_living_one_is_not_replaced(void **state)
{
	struct folder *f = *state;
	struct wake living, w;

	stop = 0;
	assert_fine(wake_bind(f->arena, f->path, &living));
	assert_problem(wake_bind(f->arena, f->path, &w), PROBLEM_INTERNAL);
	assert_int_equal(w.fd, -1);
	job_wake(&(struct process){ .run_dir = f->path });
	assert_true(waited_ms(&living, 5000) < 1000);
	wake_remove(&living);
}

static void no_folder_means_no_socket_and_a_missing_one_is_told(void **state)
{
	struct folder *f = *state;
	struct wake w;

	stop = 0;
	assert_fine(wake_bind(f->arena, NULL, &w));
	assert_int_equal(w.fd, -1);
	wake_pass(&w);
	assert_true(waited_ms(&w, 50) >= 49);
	assert_problem(wake_bind(f->arena, "/nowhere/at/all", &w), PROBLEM_INTERNAL);
	job_wake(&(struct process){ .run_dir = "/nowhere/at/all" });
	job_wake(&(struct process){ .run_dir = NULL });
}

static void a_full_queue_does_not_block_the_sender(void **state)
{
	struct folder *f = *state;
	struct wake w;

	stop = 0;
	assert_fine(wake_bind(f->arena, f->path, &w));
	for (int i = 0; i < 5000; i++)
		wake_pass(&w);
	job_wake(&(struct process){ .run_dir = f->path });
	assert_true(waited_ms(&w, 5000) < 1000);
	wake_remove(&w);
}

static void a_signal_ends_the_wait_also_when_it_came_before(void **state)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	(void)state;
	stop = 0;
	sigaction(SIGALRM, &action, NULL);
	ualarm(50000, 0);
	assert_true(waited_ms(NULL, 5000) < 1000);
	assert_int_equal(stop, 1);
	assert_true(waited_ms(NULL, 5000) < 1000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FOLDER_CASE(a_datagram_ends_the_wait_and_all_that_lie_there_are_one),
		FOLDER_CASE(a_run_folder_with_a_long_path_works_as_well),
		FOLDER_CASE(what_a_dead_process_of_the_same_number_left_is_replaced),
		FOLDER_CASE(a_living_one_is_not_replaced),
		FOLDER_CASE(no_folder_means_no_socket_and_a_missing_one_is_told),
		FOLDER_CASE(a_full_queue_does_not_block_the_sender),
		FOLDER_CASE(a_signal_ends_the_wait_also_when_it_came_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
