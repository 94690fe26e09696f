/* test_shared.c - mapped files and slots, with processes and threads racing for them. */
#include "tests/unit/folder.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "lib/base/shared.h"

enum { PROCESSES = 8, ROUNDS = 2000 };

struct counters {
	_Atomic int64_t ready, total;
};

static struct counters *map(struct folder *f, unsigned version, size_t bytes)
{
	void *out = NULL;

	assert_fine(shared_map(f->arena, f->path, "counters", version, bytes, &out));
	return out;
}

static void two_mappings_are_one_memory_and_begin_zeroed(void **state)
{
	struct counters *one = map(*state, 1, sizeof(struct counters));
	struct counters *two = map(*state, 1, sizeof(struct counters));

	assert_ptr_not_equal(one, two);
	assert_int_equal(two->total, 0);
	one->total = 5;
	assert_int_equal(two->total, 5);
	assert_int_equal(map(*state, 1, sizeof(struct counters))->total, 5);
}

static void another_version_or_size_begins_anew_and_leaves_the_old_in_peace(void **state)
{
	struct counters *old = map(*state, 1, sizeof(struct counters));

	old->total = 5;
	assert_int_equal(map(*state, 2, sizeof(struct counters))->total, 0);
	map(*state, 2, sizeof(struct counters))->total = 6;
	assert_int_equal(map(*state, 2, 10000)->total, 0);
	assert_int_equal(old->total, 5); /* would be a SIGBUS had the file been cut */
	old->total = 7;
	assert_int_equal(map(*state, 2, 10000)->total, 0);
}

static void garbage_in_the_file_is_replaced(void **state)
{
	struct folder *f = *state;

	folder_file(f, "counters", 0600, "garbage", 7);
	assert_int_equal(map(f, 1, sizeof(struct counters))->total, 0);
}

static void without_a_run_folder_memory_is_private(void **state)
{
	struct folder *f = *state;
	void *one, *two;

	assert_fine(shared_map(f->arena, NULL, "counters", 1, 100, &one));
	assert_fine(shared_map(f->arena, NULL, "counters", 1, 100, &two));
	memset(one, 1, 100);
	assert_int_equal(*(char *)two, 0);
}

static void a_folder_that_is_not_there_is_a_problem(void **state)
{
	struct folder *f = *state;
	void *out = f;
	const struct problem *p = shared_map(f->arena, folder_path(f, "missing"), "counters", 1, 100, &out);

	assert_problem(p, PROBLEM_INTERNAL);
	assert_contains(p->cause, "missing/counters");
	assert_ptr_equal(out, f);
}

/* Forks; a child runs `work` and ends with its answer. */
static void fork_all(struct folder *f, pid_t children[PROCESSES], int (*work)(struct folder *f, int number))
{
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(work(f, i));
	}
}

static void join_all(const pid_t children[PROCESSES])
{
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static int map_and_count(struct folder *f, int number)
{
	void *out;

	(void)number;
	if (shared_map(f->arena, f->path, "counters", 3, sizeof(struct counters), &out))
		return 1;

	struct counters *c = out;

	for (int i = 0; i < ROUNDS; i++)
		atomic_fetch_add(&c->total, 1);
	return 0;
}

static void processes_that_race_for_a_new_file_share_one(void **state)
{
	struct folder *f = *state;
	pid_t children[PROCESSES];

	for (int round = 0; round < 20; round++) {
		if (round % 2) /* replacing an older layout is raced for as well */
			map(f, (unsigned)(100 + round), 64);
		else
			(void)unlink(folder_path(f, "counters"));
		fork_all(f, children, map_and_count);
		join_all(children);
		assert_int_equal(map(f, 3, sizeof(struct counters))->total, PROCESSES * ROUNDS);
		(void)unlink(folder_path(f, "counters"));
	}
}

static void no_more_enter_than_there_are_slots(void **state)
{
	struct folder *f = *state;
	int slots[3];

	for (int i = 0; i < 3; i++) {
		slots[i] = slot_enter(f->path, "launch", 3);
		assert_true(slots[i] > 0);
	}
	assert_int_equal(slot_enter(f->path, "launch", 3), -1);
	assert_true(slot_enter(f->path, "other", 1) > 0); /* another name, other slots; left open to the end */
	slot_leave(slots[1]);
	slots[1] = slot_enter(f->path, "launch", 3);
	assert_true(slots[1] > 0);
	assert_int_equal(slot_enter(f->path, "launch", 3), -1);
	for (int i = 0; i < 3; i++)
		slot_leave(slots[i]);
	assert_int_equal(slot_enter(f->path, "launch", 0), -1);
}

static void without_a_run_folder_there_is_always_a_slot(void **state)
{
	const int stdin_flags = fcntl(STDIN_FILENO, F_GETFD);

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(slot_enter(NULL, "launch", 1), 0);
	slot_leave(0);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), stdin_flags); /* which is a worker's listening socket */
}

static void a_folder_that_is_not_there_has_no_slots(void **state)
{
	assert_int_equal(slot_enter(folder_path(*state, "missing"), "launch", 3), -1);
}

static int enter_and_count(struct folder *f, int number)
{
	void *out;

	(void)number;
	if (shared_map(f->arena, f->path, "counters", 1, sizeof(struct counters), &out))
		return 1;

	struct counters *c = out;

	for (int i = 0; i < 200; i++) {
		int slot = slot_enter(f->path, "launch", 2);

		if (slot < 0)
			continue;
		if (atomic_fetch_add(&c->ready, 1) >= 2)
			return 2;
		atomic_fetch_add(&c->total, 1);
		atomic_fetch_sub(&c->ready, 1);
		slot_leave(slot);
	}
	return 0;
}

static void racing_processes_are_never_more_than_the_slots(void **state)
{
	struct folder *f = *state;
	struct counters *c = map(f, 1, sizeof(*c));
	pid_t children[PROCESSES];

	fork_all(f, children, enter_and_count);
	join_all(children);
	assert_true(c->total > 0);
	assert_int_equal(c->ready, 0);
}

static int enter_and_wait(struct folder *f, int number)
{
	void *out;

	(void)number;
	if (shared_map(f->arena, f->path, "counters", 1, sizeof(struct counters), &out))
		return 1;
	if (slot_enter(f->path, "launch", PROCESSES) < 0)
		return 2;
	atomic_fetch_add(&((struct counters *)out)->ready, 1);
	for (;;)
		pause();
}

static void a_process_that_is_killed_leaves_its_slot(void **state)
{
	struct folder *f = *state;
	struct counters *c = map(f, 1, sizeof(*c));
	pid_t children[PROCESSES];

	fork_all(f, children, enter_and_wait);
	while (c->ready < PROCESSES)
		usleep(1000);
	assert_int_equal(slot_enter(f->path, "launch", PROCESSES), -1);
	for (int i = 0; i < PROCESSES; i++) {
		kill(children[i], SIGKILL);
		assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
	}

	int slot = slot_enter(f->path, "launch", PROCESSES);

	assert_true(slot > 0);
	slot_leave(slot);
}

static void *enter_in_thread(void *folder)
{
	const struct folder *f = folder;
	int slot = slot_enter(f->path, "launch", 1);

	if (slot >= 0)
		slot_leave(slot);
	return slot >= 0 ? folder : NULL;
}

static void threads_of_one_process_exclude_each_other_too(void **state)
{
	struct folder *f = *state;
	int slot = slot_enter(f->path, "launch", 1);
	pthread_t thread;
	void *entered;

	assert_true(slot > 0);
	assert_int_equal(pthread_create(&thread, NULL, enter_in_thread, f), 0);
	assert_int_equal(pthread_join(thread, &entered), 0);
	assert_null(entered);
	slot_leave(slot);
	assert_int_equal(pthread_create(&thread, NULL, enter_in_thread, f), 0);
	assert_int_equal(pthread_join(thread, &entered), 0);
	assert_ptr_equal(entered, f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_CASE(two_mappings_are_one_memory_and_begin_zeroed),
		FOLDER_CASE(another_version_or_size_begins_anew_and_leaves_the_old_in_peace),
		FOLDER_CASE(garbage_in_the_file_is_replaced),
		FOLDER_CASE(without_a_run_folder_memory_is_private),
		FOLDER_CASE(a_folder_that_is_not_there_is_a_problem),
		FOLDER_CASE(processes_that_race_for_a_new_file_share_one),
		FOLDER_CASE(no_more_enter_than_there_are_slots),
		FOLDER_CASE(without_a_run_folder_there_is_always_a_slot),
		FOLDER_CASE(a_folder_that_is_not_there_has_no_slots),
		FOLDER_CASE(racing_processes_are_never_more_than_the_slots),
		FOLDER_CASE(a_process_that_is_killed_leaves_its_slot),
		FOLDER_CASE(threads_of_one_process_exclude_each_other_too),
	};

	return cmocka_run_group_tests_name("shared", tests, NULL, NULL);
}
