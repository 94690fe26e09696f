/* test_work_daemon.c - the daemon as processes: woken, killed, stopped, several at once, with the database going away. */
#include "tests/store/test_work.h"

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "lib/base/log.h"
#include "lib/base/uuid.h"

/* ---- jobs that leave a trace ---- */

/* Each line says which job (or 0 and the schedule), what happened, and in which process. */
static struct problem *trace(struct job *j, const char *what)
{
	return db_run(j->db, j->arena, "INSERT INTO test_work_trace (job, kind, what, pid) VALUES (?, ?, ?, ?)",
	              DB_ARGS(db_int(j->id), db_text(j->kind), db_text(what), db_int(getpid())), NULL);
}

static struct problem *run_quick(struct job *j)
{
	return trace(j, "run");
}

/* Half a second of work, or as long as subject_id says in ms. */
static struct problem *run_slow(struct job *j)
{
	TRY(trace(j, "begin"));
	sleep_for_ms(j->subject_id);
	return trace(j, "end");
}

/* Works for long, and lets itself be stopped. */
static struct problem *run_polite(struct job *j)
{
	TRY(trace(j, "begin"));
	for (int i = 0; i < 1000; i++) {
		if (job_should_stop(j)) {
			TRY(trace(j, "stopped"));
			return problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);
		}
		sleep_for_ms(10);
	}
	return trace(j, "end");
}

static struct problem *run_deadly(struct job *j)
{
	TRY(trace(j, "begin"));
	if (j->process && j->attempt == 1 && j->subject_id-- > 0) {
		int64_t times;

		TRY(db_number(j->db, j->arena, "SELECT COUNT(*) FROM test_work_trace WHERE what = 'begin'", DB_NONE, &times));
		if (times <= 2)
			raise(SIGKILL);
	}
	return trace(j, "end");
}

/* clang-format off */
static const struct job_kind kinds[] = {
	{ .name = "test.quick",  .doc = "-", .run = run_quick,  .attempts = 3, .backoff_s = 1, .lease_s = 60 },
	{ .name = "test.slow",   .doc = "-", .run = run_slow,   .attempts = 3, .backoff_s = 1, .lease_s = 60 },
	{ .name = "test.short",  .doc = "-", .run = run_slow,   .attempts = 3, .backoff_s = 1, .lease_s = 2 },
	{ .name = "test.polite", .doc = "-", .run = run_polite, .attempts = 3, .backoff_s = 1, .lease_s = 60 },
	{ .name = "test.deadly", .doc = "-", .run = run_deadly, .attempts = 3, .backoff_s = 1, .lease_s = 60 },
	{ .name = NULL },
};
static const struct schedule schedules[] = {
	{ .name = "test.start",  .doc = "-", .every_s = 3600, .at_start = true,  .lease_s = 60, .run = run_quick },
	{ .name = "test.second", .doc = "-", .every_s = 1,    .at_start = false, .lease_s = 60, .run = run_quick },
	{ .name = NULL },
};
/* clang-format on */
static const struct app app = { .name = "test", .jobs = kinds };
static const struct app clock_app = { .name = "clock", .jobs = kinds, .schedules = schedules };
static const struct mount mounts[] = { { "/test", &app }, { NULL, NULL } };
static const struct mount clock_mounts[] = { { "/clock", &clock_app }, { NULL, NULL } };

/* ---- daemons ---- */

static char run_dir[4096];

static struct problem *open_child(struct process *p)
{
	return db_open(p->arena,
	               &(struct db_conf){ .option_file = store_option_file(), .connect_ms = 1000, .statement_ms = 5000 },
	               &p->db);
}

enum { DAEMONS_MOST = 4 };
static pid_t daemons[DAEMONS_MOST];

static int daemon_main(const struct mount *these, bool once)
{
	struct process p = { .arena = arena_new(), .name = "daemon", .run_dir = run_dir };

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* of a failed test */
	setpgid(0, 0);
	log_open(store_path(&(struct store){ .arena = p.arena }, "daemon.log"));
	return daemon_run(&p, these, once, open_child);
}

/* Its group, children included, is the returned pid's. */
static pid_t daemon_start(const struct mount *these, bool once)
{
	fflush(NULL);
	for (int i = 0; i < DAEMONS_MOST; i++) {
		if (daemons[i])
			continue;
		daemons[i] = fork();
		if (daemons[i] == 0)
			_exit(daemon_main(these, once));
		setpgid(daemons[i], daemons[i]);
		return daemons[i];
	}
	fail_msg("too many daemons");
	return -1;
}

static int daemon_wait(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (int i = 0; i < DAEMONS_MOST; i++)
		if (daemons[i] == pid)
			daemons[i] = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int daemon_stop(pid_t pid)
{
	kill(pid, SIGTERM);
	return daemon_wait(pid);
}

/* As a power cut would. */
static void daemon_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	daemon_wait(pid);
	while (kill(-pid, 0) == 0) /* orphans are reaped by somebody else */
		sleep_for_ms(5);
}

static int begin(void **state)
{
	struct store *s;

	if (store_begin(state))
		return -1;
	s = *state;
	work_conf = (struct work_conf){ .processes = 3, .poll_ms = 50, .waiters = 4, .keep_done_days = 30, .stop_s = 2 };
	sql_run(
		s,
		"CREATE OR REPLACE TABLE test_work_trace (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, job BIGINT NOT NULL,"
		" kind VARCHAR(64) NOT NULL, what VARCHAR(20) NOT NULL, pid INT NOT NULL)");
	snprintf(run_dir, sizeof(run_dir), "%s", store_path(s, "run"));
	mkdir(run_dir, 0755);
	return 0;
}

static int end(void **state)
{
	struct store *s = *state;

	for (int i = 0; i < DAEMONS_MOST; i++)
		if (daemons[i])
			daemon_kill(daemons[i]);
	sql_run(s, "DROP TABLE test_work_trace");
	return store_end(state);
}

#define DAEMON_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

static struct process worker_of(struct store *s)
{
	return (struct process){ .arena = s->arena, .db = s->db, .name = "worker", .run_dir = run_dir };
}

#define ALL_DONE "SELECT COUNT(*) FROM work_job WHERE state <> 2"
#define REGISTERED "SELECT COUNT(*) FROM work_daemon WHERE stopped_at IS NULL"
#define BEGUN "SELECT COUNT(*) FROM test_work_trace WHERE what = 'begin'"
#define ENDED "SELECT COUNT(*) FROM test_work_trace WHERE what = 'end'"
#define RUN "SELECT COUNT(*) FROM test_work_trace WHERE what = 'run'"

static pid_t pid_at_work(struct store *s)
{
	return (pid_t)number(s, "SELECT pid FROM test_work_trace WHERE what = 'begin' ORDER BY id DESC LIMIT 1");
}

/* ---- running ---- */

static void jobs_run_in_several_processes_at_once(void **state)
{
	struct store *s = *state;
	pid_t pid;

	for (int i = 0; i < 3; i++)
		add(s, "test.slow", 400, false);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	assert_int_equal(number(s, "SELECT COUNT(DISTINCT pid) FROM test_work_trace"), 3);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_daemon WHERE processes = 3 AND stopped_at IS NULL"), 1);
	assert_int_equal(daemon_stop(pid), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_daemon WHERE stopped_at IS NOT NULL"), 1);
}

static void a_wake_up_is_not_waited_for_until_the_next_poll(void **state)
{
	struct store *s = *state;
	struct process worker = worker_of(s);
	pid_t pid;

	work_conf.poll_ms = 60000;
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, REGISTERED, 1, 5000));
	sleep_for_ms(300); /* all children wait by now */
	for (int i = 0; i < 5; i++) {
		const int64_t from = clock_ticks_us(), id = add(s, "test.quick", 1, false);
		enum job_state end_state;
		const char *why;

		job_wake(&worker);
		assert_fine(job_wait(&worker, s->arena, id, 5000, &end_state, &why));
		assert_int_equal(end_state, JOB_DONE);
		assert_true(clock_ticks_us() - from < US_PER_S);
	}
	daemon_stop(pid);
}

static void one_wake_up_is_enough_for_several_jobs_and_processes(void **state)
{
	struct store *s = *state;
	struct process worker = worker_of(s);
	pid_t pid;

	work_conf.poll_ms = 60000;
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, REGISTERED, 1, 5000));
	sleep_for_ms(300);
	for (int i = 0; i < 3; i++)
		add(s, "test.slow", 1000, false);
	job_wake(&worker);
	assert_true(becomes(s, "SELECT COUNT(*) FROM work_job WHERE state = 1", 3, 900));
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	daemon_stop(pid);
}

static void without_a_wake_up_a_job_is_found_by_polling_and_at_its_time(void **state)
{
	struct store *s = *state;
	pid_t pid = daemon_start(mounts, false);
	int64_t id;

	assert_true(becomes(s, REGISTERED, 1, 5000));
	add(s, "test.quick", 1, false);
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.quick", .subject_id = 1, .delay_s = 1 }, &id));
	assert_true(becomes(s, RUN, 1, 1000));
	assert_true(becomes(s, RUN, 2, 2000));
	daemon_stop(pid);
}

static void waking_reaches_all_daemons_and_removes_what_dead_ones_left(void **state)
{
	struct store *s = *state;
	struct process worker = worker_of(s);
	const char *dead = arena_printf(s->arena, "%s/porticod.1.sock", run_dir);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", dead);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(access(dead, F_OK), 0);
	job_wake(&worker);
	assert_int_equal(access(dead, F_OK), -1);
	job_wake(&(struct process){ .run_dir = "/nowhere/at/all" });
	job_wake(&(struct process){ .run_dir = NULL });
}

/* ---- once ---- */

static void once_does_what_is_due_and_ends(void **state)
{
	struct store *s = *state;
	int64_t later;

	for (int i = 0; i < 20; i++)
		add(s, "test.quick", i, false);
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.quick", .subject_id = 1, .delay_s = 3600 }, &later));
	assert_int_equal(daemon_wait(daemon_start(clock_mounts, true)), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE state = 2"), 20);
	assert_int_equal(job_row(s, later).state, JOB_WAITING);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM test_work_trace WHERE kind = 'test.start'"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_daemon WHERE stopped_at IS NULL"), 0);
}

static void once_fails_while_the_database_is_away(void **state)
{
	(void)state;
	store_server_kill();
	int status = daemon_wait(daemon_start(mounts, true));
	store_server_start();
	assert_int_equal(status, 1);
}

/* ---- deaths ---- */

static void a_killed_child_costs_a_moment_and_its_job_runs_to_the_end(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.slow", 300, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, BEGUN, 1, 5000));
	kill(pid_at_work(s), SIGKILL);
	assert_true(becomes(s, ALL_DONE, 0, 5000)); /* its lease is a minute: the successor gave it back */
	assert_int_equal(job_row(s, id).lost, 1);
	assert_int_equal(job_row(s, id).attempts, 0);
	assert_int_equal(number(s, ENDED), 1);
	daemon_stop(pid);
}

static void a_job_that_kills_its_process_twice_is_run_a_third_time(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.deadly", 5, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, ALL_DONE, 0, 10000));
	assert_int_equal(number(s, BEGUN), 3);
	assert_int_equal(job_row(s, id).lost, 2);
	assert_int_equal(daemon_stop(pid), 0);
}

/* Files of the run folder that say which daemons live. */
static int64_t locks(void)
{
	DIR *folder = opendir(run_dir);
	const struct dirent *entry;
	int64_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += strncmp(entry->d_name, "porticod@", 9) == 0;
	closedir(folder);
	return count;
}

static void a_killed_daemon_costs_a_moment_where_it_is_known_to_be_dead(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.slow", 1000, false);
	pid_t pid = daemon_start(clock_mounts, false), other;

	assert_true(becomes(s, BEGUN, 1, 5000));
	sql_run(s,
	        "UPDATE work_schedule SET owner = (SELECT owner FROM work_job), lease_until = NOW(6) + INTERVAL 1 HOUR"
	        " WHERE name = 'test.start'");
	daemon_kill(pid);
	assert_int_equal(job_row(s, id).state, JOB_RUNNING);
	assert_int_equal(locks(), 1);
	pid = daemon_start(clock_mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000)); /* its lease is a minute */
	assert_int_equal(number(s, BEGUN), 2);
	assert_int_equal(number(s, ENDED), 1);
	assert_int_equal(job_row(s, id).lost, 1);
	assert_true(
		becomes(s, "SELECT COUNT(*) FROM work_schedule WHERE lease_until > NOW(6) + INTERVAL 2 MINUTE", 0, 5000));
	/* who lives keeps what he holds, whoever else starts */
	add(s, "test.slow", 1500, false);
	assert_true(becomes(s, BEGUN, 3, 5000));
	other = daemon_start(clock_mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	assert_int_equal(number(s, BEGUN), 3);
	assert_int_equal(locks(), 2);
	daemon_stop(other);
	daemon_stop(pid);
	assert_int_equal(locks(), 0);
}

/* Its parent alone is killed, and a successor is there before its children are gone. */
static void children_that_outlive_their_parent_keep_their_jobs(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.slow", 1200, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, BEGUN, 1, 5000));
	kill(pid, SIGKILL);
	daemon_wait(pid);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	assert_int_equal(number(s, BEGUN), 1);
	assert_int_equal(job_row(s, id).lost, 0);
	daemon_stop(pid);
}

static void a_daemon_that_was_killed_elsewhere_costs_the_lease_and_its_jobs_run_to_the_end(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.short", 1000, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, BEGUN, 1, 5000));
	daemon_kill(pid);
	assert_int_equal(job_row(s, id).state, JOB_RUNNING);
	snprintf(run_dir, sizeof(run_dir), "%s", store_path(s, "run.elsewhere"));
	mkdir(run_dir, 0755);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	assert_int_equal(number(s, BEGUN), 2);
	assert_int_equal(number(s, ENDED), 1);
	assert_int_equal(job_row(s, id).lost, 1);
	daemon_stop(pid);
}

static void kills_at_any_moment_lose_no_job(void **state)
{
	enum { SHORT_JOBS = 60, KILLS = 12 };
	struct store *s = *state;
	pid_t pid;

	for (int i = 0; i < SHORT_JOBS; i++)
		add(s, "test.short", 20, false);
	pid = daemon_start(mounts, false);
	for (int i = 0; i < KILLS; i++) {
		uint16_t random;

		random_bytes(&random, sizeof(random));
		sleep_for_ms(random % 150);
		if (i % 3 == 0) {
			daemon_kill(pid);
			pid = daemon_start(mounts, false);
		} else if (number(s, BEGUN) > 0) {
			pid_t child = pid_at_work(s);

			if (getpgid(child) == pid) /* else it is gone already */
				kill(child, SIGKILL);
		}
	}
	assert_true(becomes(s, ALL_DONE, 0, 20000));
	assert_int_equal(number(s, "SELECT COUNT(DISTINCT job) FROM test_work_trace WHERE what = 'end'"), SHORT_JOBS);
	assert_int_equal(daemon_stop(pid), 0);
}

static bool group_ends(pid_t group, int64_t ms)
{
	const int64_t until_us = clock_ticks_us() + ms * 1000;

	while (clock_ticks_us() < until_us) {
		if (kill(-group, 0) < 0)
			return true;
		sleep_for_ms(10);
	}
	return false;
}

static void children_whose_parent_was_killed_finish_their_try_and_go(void **state)
{
	struct store *s = *state;
	pid_t pid;

	add(s, "test.slow", 500, false);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, BEGUN, 1, 5000));
	kill(pid, SIGKILL);
	daemon_wait(pid);
	assert_true(becomes(s, ALL_DONE, 0, 2000));
	assert_true(group_ends(pid, 2000));
}

static void children_whose_parent_was_killed_do_not_outlive_the_time_to_stop(void **state)
{
	struct store *s = *state;
	pid_t pid;

	work_conf.stop_s = 1;
	add(s, "test.slow", 20000, false);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, BEGUN, 1, 5000));
	kill(pid, SIGKILL);
	daemon_wait(pid);
	assert_true(group_ends(pid, 4000));
}

/* ---- a clean stop ---- */

static void a_stop_lets_a_running_try_finish(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.slow", 700, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, BEGUN, 1, 5000));
	assert_int_equal(daemon_stop(pid), 0);
	assert_int_equal(job_row(s, id).state, JOB_DONE);
}

static void a_stop_of_an_idle_daemon_takes_no_time(void **state)
{
	struct store *s = *state;
	pid_t pid;

	work_conf.poll_ms = 60000;
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, REGISTERED, 1, 5000));
	sleep_for_ms(100);

	const int64_t from = clock_ticks_us();

	assert_int_equal(daemon_stop(pid), 0);
	assert_true(clock_ticks_us() - from < 900000);
	assert_int_equal(access(arena_printf(s->arena, "%s/porticod.%ld.sock", run_dir, (long)pid), F_OK), -1);
}

static void a_job_that_asks_is_told_of_the_stop_and_put_back_uncounted(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.polite", 1, false);
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, BEGUN, 1, 5000));
	assert_int_equal(daemon_stop(pid), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM test_work_trace WHERE what = 'stopped'"), 1);
	assert_int_equal(job_row(s, id).state, JOB_WAITING);
	assert_int_equal(job_row(s, id).attempts + job_row(s, id).lost, 0);
}

static void a_job_that_does_not_end_in_time_is_killed_and_put_back_uncounted(void **state)
{
	struct store *s = *state;
	const int64_t id = add(s, "test.slow", 20000, false);
	pid_t pid;
	int64_t from;

	work_conf.stop_s = 1;
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, BEGUN, 1, 5000));
	from = clock_ticks_us();
	assert_int_equal(daemon_stop(pid), 0);
	assert_true(clock_ticks_us() - from < 4 * US_PER_S);
	assert_int_equal(job_row(s, id).state, JOB_WAITING);
	assert_int_equal(job_row(s, id).attempts + job_row(s, id).lost, 0);
	sql_run(s, "UPDATE work_job SET subject_id = 1");
	assert_int_equal(daemon_wait(daemon_start(mounts, true)), 0);
	assert_int_equal(job_row(s, id).state, JOB_DONE);
}

static void a_second_signal_does_not_wait(void **state)
{
	struct store *s = *state;
	pid_t pid;
	int64_t from;

	work_conf.stop_s = 30;
	add(s, "test.slow", 20000, false);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, BEGUN, 1, 5000));
	kill(pid, SIGTERM);
	sleep_for_ms(200);
	from = clock_ticks_us();
	assert_int_equal(daemon_stop(pid), 0);
	assert_true(clock_ticks_us() - from < 3 * US_PER_S);
}

static int64_t log_lines(struct store *s, const char *what)
{
	FILE *log = fopen(store_path(s, "daemon.log"), "r");
	char line[8192];
	int64_t n = 0;

	assert_non_null(log);
	while (fgets(line, sizeof(line), log))
		n += strstr(line, what) != NULL;
	fclose(log);
	return n;
}

static void a_hangup_opens_the_log_anew_in_parent_and_children(void **state)
{
	struct store *s = *state;
	pid_t pid;

	unlink(store_path(s, "daemon.log"));
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, REGISTERED, 1, 5000));
	assert_int_equal(rename(store_path(s, "daemon.log"), store_path(s, "daemon.log.1")), 0);
	kill(pid, SIGHUP);
	sleep_for_ms(300);
	add(s, "test.quick", 1, false);
	assert_true(becomes(s, ALL_DONE, 0, 5000));
	assert_int_equal(daemon_stop(pid), 0);
	assert_int_equal(log_lines(s, "job done"), 1);
	assert_int_equal(log_lines(s, "daemon stopped"), 1);
	assert_int_equal(log_lines(s, "daemon started"), 0);
}

/* ---- several ---- */

static void two_daemons_share_the_jobs_and_run_each_once(void **state)
{
	struct store *s = *state;
	pid_t one, two;

	for (int i = 0; i < 100; i++)
		add(s, "test.slow", 10, false);
	one = daemon_start(mounts, false);
	two = daemon_start(mounts, false);
	assert_true(becomes(s, ALL_DONE, 0, 10000));
	assert_int_equal(number(s, ENDED), 100);
	assert_int_equal(number(s, "SELECT COUNT(DISTINCT job) FROM test_work_trace"), 100);
	assert_int_equal(number(s, REGISTERED), 2);
	assert_int_equal(daemon_stop(one), 0);
	assert_int_equal(daemon_stop(two), 0);
}

static void a_schedule_has_one_turn_per_period_however_many_daemons_run(void **state)
{
	struct store *s = *state;
	pid_t one = daemon_start(clock_mounts, false), two = daemon_start(clock_mounts, false);
	int64_t turns;

	sleep_for_ms(3600);
	daemon_stop(one);
	daemon_stop(two);
	turns = number(s, "SELECT COUNT(*) FROM test_work_trace WHERE kind = 'test.second'");
	assert_in_range(turns, 2, 3);
	/* two starts, which may be near enough to be one */
	assert_in_range(number(s, "SELECT COUNT(*) FROM test_work_trace WHERE kind = 'test.start'"), 1, 2);
}

/* ---- the database goes away ---- */

static void a_daemon_that_starts_without_a_database_waits_for_it(void **state)
{
	struct store *s = *state;
	pid_t pid;

	add(s, "test.quick", 1, false);
	store_server_kill();
	pid = daemon_start(mounts, false);
	sleep_for_ms(500);
	assert_int_equal(kill(pid, 0), 0);
	store_server_start();
	assert_true(becomes(s, ALL_DONE, 0, 15000));
	assert_int_equal(daemon_stop(pid), 0);
}

static void a_database_restarted_under_it_costs_nothing_but_time_and_is_said_once(void **state)
{
	struct store *s = *state;
	pid_t pid;

	unlink(store_path(s, "daemon.log"));
	for (int i = 0; i < 30; i++)
		add(s, "test.slow", 50, false);
	pid = daemon_start(mounts, false);
	assert_true(becomes(s, BEGUN, 3, 5000));
	store_server_kill();
	sleep_for_ms(1000);
	store_server_start();
	assert_true(becomes(s, ALL_DONE, 0, 20000));
	assert_int_equal(log_lines(s, "daemon cannot work and tries again"), 1);
	assert_int_equal(log_lines(s, "daemon works again"), 1);
	assert_int_equal(daemon_stop(pid), 0);
}

static void what_a_child_took_without_learning_of_it_is_given_back_when_the_database_returns(void **state)
{
	struct store *s = *state;
	pid_t pid = daemon_start(mounts, false);
	int64_t id;

	assert_true(becomes(s, REGISTERED, 1, 5000));
	sleep_for_ms(300); /* all children have announced themselves by now */
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = "test.quick", .subject_id = 1, .delay_s = 3600 }, &id));
	sql_run(s,
	        "UPDATE work_job SET state = 1, take = 1, lease_until = NOW(6) + INTERVAL 1 HOUR,"
	        " owner = CONCAT((SELECT name FROM work_daemon), '/0')");
	sleep_for_ms(200);
	assert_int_equal(job_row(s, id).state, JOB_RUNNING);
	store_server_kill();
	sleep_for_ms(500);
	store_server_start();
	assert_true(becomes(s, ALL_DONE, 0, 15000));
	assert_int_equal(job_row(s, id).lost, 0);
	assert_int_equal(daemon_stop(pid), 0);
}

static void a_daemon_stops_while_the_database_is_away(void **state)
{
	struct store *s = *state;
	pid_t pid = daemon_start(mounts, false);

	assert_true(becomes(s, REGISTERED, 1, 5000));
	store_server_kill();
	sleep_for_ms(300);

	const int64_t from = clock_ticks_us();
	const int status = daemon_stop(pid);
	const int64_t took = clock_ticks_us() - from;

	store_server_start();
	assert_int_equal(status, 0);
	assert_true(took < 3 * US_PER_S);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DAEMON_TEST(jobs_run_in_several_processes_at_once),
		DAEMON_TEST(a_wake_up_is_not_waited_for_until_the_next_poll),
		DAEMON_TEST(one_wake_up_is_enough_for_several_jobs_and_processes),
		DAEMON_TEST(without_a_wake_up_a_job_is_found_by_polling_and_at_its_time),
		DAEMON_TEST(waking_reaches_all_daemons_and_removes_what_dead_ones_left),
		DAEMON_TEST(once_does_what_is_due_and_ends),
		DAEMON_TEST(once_fails_while_the_database_is_away),
		DAEMON_TEST(a_killed_child_costs_a_moment_and_its_job_runs_to_the_end),
		DAEMON_TEST(a_job_that_kills_its_process_twice_is_run_a_third_time),
		DAEMON_TEST(a_killed_daemon_costs_a_moment_where_it_is_known_to_be_dead),
		DAEMON_TEST(children_that_outlive_their_parent_keep_their_jobs),
		DAEMON_TEST(a_daemon_that_was_killed_elsewhere_costs_the_lease_and_its_jobs_run_to_the_end),
		DAEMON_TEST(kills_at_any_moment_lose_no_job),
		DAEMON_TEST(children_whose_parent_was_killed_finish_their_try_and_go),
		DAEMON_TEST(children_whose_parent_was_killed_do_not_outlive_the_time_to_stop),
		DAEMON_TEST(a_stop_lets_a_running_try_finish),
		DAEMON_TEST(a_stop_of_an_idle_daemon_takes_no_time),
		DAEMON_TEST(a_job_that_asks_is_told_of_the_stop_and_put_back_uncounted),
		DAEMON_TEST(a_job_that_does_not_end_in_time_is_killed_and_put_back_uncounted),
		DAEMON_TEST(a_second_signal_does_not_wait),
		DAEMON_TEST(a_hangup_opens_the_log_anew_in_parent_and_children),
		DAEMON_TEST(two_daemons_share_the_jobs_and_run_each_once),
		DAEMON_TEST(a_schedule_has_one_turn_per_period_however_many_daemons_run),
		DAEMON_TEST(a_daemon_that_starts_without_a_database_waits_for_it),
		DAEMON_TEST(a_database_restarted_under_it_costs_nothing_but_time_and_is_said_once),
		DAEMON_TEST(what_a_child_took_without_learning_of_it_is_given_back_when_the_database_returns),
		DAEMON_TEST(a_daemon_stops_while_the_database_is_away),
	};

	return STORE_RUN(tests);
}
