/* daemon.c - the parent: it forks the children, replaces those that die, and ends them in order. It has no connection to the
 * database and runs no job, so nothing a job does can take it down. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/shared.h"
#include "lib/base/uuid.h"
#include "lib/work/child.h"

#define EXIT_FAILED 1
#define PAUSE_FIRST_US (US_PER_S / 4)
#define PAUSE_MOST_US (30 * US_PER_S)
#define STEADY_US (60 * US_PER_S) /* a child that lived that long died of something else than its start */
#define SWEEP_S 10                /* a sweep that takes longer leaves the rest to the leases */
#define HOST_MOST 60              /* of a host's name in the daemon's name */

/* Where a child lives. Its number is part of what its jobs are owned by, so a successor knows what a dead one held. */
struct slot {
	pid_t pid; /* 0: empty */
	int64_t started_us;
	int64_t start_us; /* when it is to be filled (again) */
	int64_t pause_us; /* before the next time */
	bool over;        /* not to be filled again */
	bool killed;      /* its last child did not end by itself */
};

struct parent {
	struct daemon daemon;
	struct slot *slots;
	int count;
	int64_t kill_us; /* 0: not stopping */
	bool failed;
};

/* ---- children ---- */

static pid_t child_fork(void)
{
	fflush(NULL);
	return fork();
}

static void slot_fill(struct parent *p, int number)
{
	struct slot *s = &p->slots[number];

	s->started_us = clock_ticks_us();
	s->killed = false;
	s->pid = child_fork();
	if (s->pid == 0)
		_exit(child_run(&p->daemon, number));
	if (s->pid > 0)
		return;
	LOG(LOG_ERROR, "a child could not be started", L_TEXT("cause", strerror(errno)));
	s->pid = 0;
	s->start_us = s->started_us + PAUSE_MOST_US;
}

static void slot_pause(struct slot *s)
{
	int64_t now = clock_ticks_us();

	s->pause_us = s->pause_us == 0 || now - s->started_us > STEADY_US ? PAUSE_FIRST_US : 2 * s->pause_us;
	if (s->pause_us > PAUSE_MOST_US)
		s->pause_us = PAUSE_MOST_US;
	s->start_us = now + s->pause_us;
}

static void slot_ended(struct parent *p, struct slot *s, int status)
{
	const bool crashed = WIFSIGNALED(status);
	const bool well = WIFEXITED(status) && WEXITSTATUS(status) == CHILD_DONE;

	if (crashed)
		LOG(p->kill_us ? LOG_WARN : LOG_ERROR, "a child was killed", L_INT("pid", s->pid),
		    L_INT("signal", WTERMSIG(status)));
	else if (!well && WEXITSTATUS(status) != CHILD_FAILED)
		LOG(LOG_ERROR, "a child ended", L_INT("pid", s->pid), L_INT("status", WEXITSTATUS(status)));
	s->pid = 0;
	s->killed = crashed;
	s->over = p->kill_us > 0 || (p->daemon.once && !crashed);
	p->failed = p->failed || (p->daemon.once && !well && !crashed);
	if (!s->over)
		slot_pause(s);
}

static void children_reap(struct parent *p)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < p->count; i++)
			if (p->slots[i].pid == pid)
				slot_ended(p, &p->slots[i], status);
}

static void children_signal(const struct parent *p, int number)
{
	for (int i = 0; i < p->count; i++)
		if (p->slots[i].pid > 0)
			kill(p->slots[i].pid, number);
}

static bool all_over(const struct parent *p)
{
	for (int i = 0; i < p->count; i++)
		if (!p->slots[i].over)
			return false;
	return true;
}

/* Fills the slots whose time has come; *next_us is when the parent has to look again. */
static void slots_fill(struct parent *p, int64_t *next_us)
{
	int64_t now = clock_ticks_us();

	*next_us = p->kill_us ? p->kill_us : now + PAUSE_MOST_US;
	for (int i = 0; i < p->count; i++) {
		struct slot *s = &p->slots[i];

		if (s->pid || s->over)
			continue;
		if (s->start_us <= now)
			slot_fill(p, i);
		else if (s->start_us < *next_us)
			*next_us = s->start_us;
	}
}

/* ---- stopping ---- */

/* The first signal asks, the second one does not wait. */
static void stop(struct parent *p)
{
	if (p->kill_us) {
		p->kill_us = clock_ticks_us();
		return;
	}
	LOG(LOG_INFO, "daemon stops", L_INT("pid", getpid()));
	p->kill_us = clock_ticks_us() + work_conf.stop_s * US_PER_S;
	for (int i = 0; i < p->count; i++)
		p->slots[i].over = p->slots[i].over || p->slots[i].pid == 0;
	children_signal(p, SIGTERM);
}

/* Jobs of killed children need not wait for their leases: their owners are known to be dead. */
static void sweep(struct parent *p)
{
	bool *killed = ARENA_ARRAY(p->daemon.process->arena, bool, (size_t)p->count);
	bool any = false;

	for (int i = 0; i < p->count; i++) {
		killed[i] = p->slots[i].killed;
		any = any || killed[i];
	}

	pid_t pid = any ? child_fork() : -1;

	if (pid == 0)
		_exit(child_sweep(&p->daemon, killed, p->count));
	if (pid < 0)
		return;

	const int64_t until_us = clock_ticks_us() + SWEEP_S * US_PER_S;

	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (clock_ticks_us() > until_us)
			kill(pid, SIGKILL);
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
}

/* ---- the parent's life ---- */

static void signals_block(struct daemon *d, sigset_t *out)
{
	sigemptyset(out);
	sigaddset(out, SIGTERM);
	sigaddset(out, SIGINT);
	sigaddset(out, SIGHUP);
	sigaddset(out, SIGCHLD);
	sigprocmask(SIG_BLOCK, out, &d->signals_before);
}

static void signal_wait(struct parent *p, const sigset_t *signals, int64_t until_us)
{
	int64_t us = until_us - clock_ticks_us();

	if (us < 0)
		us = 0;

	struct timespec most = { .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 };
	int number = sigtimedwait(signals, NULL, &most);

	if (number == SIGTERM || number == SIGINT)
		stop(p);
	if (number == SIGHUP) {
		log_reopen();
		children_signal(p, SIGHUP);
	}
}

static void watch(struct parent *p, const sigset_t *signals)
{
	for (;;) {
		int64_t next_us;

		children_reap(p);
		if (all_over(p))
			return;
		slots_fill(p, &next_us);
		signal_wait(p, signals, next_us);
		if (p->kill_us && clock_ticks_us() >= p->kill_us) {
			children_signal(p, SIGKILL);
			p->kill_us = clock_ticks_us() + US_PER_S;
		}
	}
}

static const char *daemon_name(struct arena *a)
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	for (char *c = host; *c; c++)
		if (*c == '/') /* parts the daemon from the slot */
			*c = '-';
	return arena_printf(a, "%.*s:%ld:%s", HOST_MOST, host, (long)getpid(), random_lower(a, 8));
}

static struct problem *parent_prepare(struct parent *p, struct process *process, const struct mount *mounts)
{
	struct arena *a = process->arena;
	struct known *known = ARENA_NEW(a, struct known);
	void *shared;

	TRY(known_gather(a, mounts, known));
	TRY(shared_map(a, NULL, "daemon", 1, sizeof(struct daemon_shared), &shared));
	p->daemon.known = known;
	p->daemon.shared = shared;
	p->daemon.name = daemon_name(a);
	p->daemon.pid = getpid();
	p->daemon.process = process;
	p->count = (int)work_conf.processes;
	p->slots = ARENA_ARRAY(a, struct slot, (size_t)p->count);

	struct problem *problem = alive_begin(a, process->run_dir, p->daemon.name, &p->daemon.alive);

	if (problem) {
		log_problem(problem);
		LOG(LOG_WARN, "if this daemon is killed, its jobs wait for their leases");
	}
	problem = wake_bind(a, process->run_dir, &p->daemon.wake);

	if (problem) {
		log_problem(problem);
		LOG(LOG_WARN, "the daemon cannot be woken and polls", L_INT("poll_ms", work_conf.poll_ms));
	}
	return NULL;
}

int daemon_run(struct process *process, const struct mount *mounts, bool once,
               struct problem *(*open)(struct process *p))
{
	struct parent p = { .daemon = { .once = once, .open = open } };
	struct problem *problem = parent_prepare(&p, process, mounts);
	sigset_t signals;

	if (problem) {
		log_problem(problem);
		return EXIT_FAILED;
	}
	signals_block(&p.daemon, &signals);
	LOG(LOG_INFO, "daemon started", L_TEXT("name", p.daemon.name), L_INT("processes", p.count),
	    L_INT("kinds", (int64_t)p.daemon.known->kind_count),
	    L_INT("schedules", (int64_t)p.daemon.known->schedule_count));
	watch(&p, &signals);
	sweep(&p);
	wake_remove(&p.daemon.wake);
	alive_end(&p.daemon.alive);
	LOG(LOG_INFO, "daemon stopped", L_INT("pid", getpid()));
	sigprocmask(SIG_SETMASK, &p.daemon.signals_before, NULL);
	return p.failed ? EXIT_FAILED : EXIT_SUCCESS;
}
