/* child.c - one child of the daemon: its own connection, one thing at a time, until it is told to stop. */
#include "lib/work/child.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/work/run.h"
#include "lib/work/store.h"

/* Between two looks that find nothing, also when something is due that another process has locked just now. */
#define WAIT_LEAST_MS INT64_C(20)
#define HEARTBEAT_US (10 * US_PER_S)
#define TROUBLE_FIRST_MS INT64_C(100)
#define TROUBLE_MOST_MS INT64_C(5000)

/* ---- signals ---- */

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t reopen_log;

/* The parent kills what outlasts stop_s; the alarm does, when the parent itself is gone. */
static void on_stop(int signal_number)
{
	(void)signal_number;
	if (!stopping)
		alarm((unsigned)work_conf.stop_s + 1);
	stopping = 1;
}

static void on_hangup(int signal_number)
{
	(void)signal_number;
	reopen_log = 1;
}

static void signal_set(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigaction(number, &action, NULL);
}

static void signals_set(const struct daemon *d)
{
	stopping = 0;
	reopen_log = 0;
	signal_set(SIGTERM, on_stop);
	signal_set(SIGINT, on_stop);
	signal_set(SIGHUP, on_hangup);
	signal_set(SIGALRM, SIG_DFL);
	signal_set(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, &d->signals_before, NULL);
	if (getppid() != d->pid) /* it died before prctl() */
		stopping = 1;
}

/* ---- working ---- */

struct life {
	const struct daemon *daemon;
	struct child child;
	bool announced;
	bool troubled; /* has lost the database, and perhaps the answer to a take that was committed */
};

/* What killed daemons of this machine left behind. */
static struct problem *dead_release(const struct child *c)
{
	const struct texts dead = alive_dead(c->arena, c->process->run_dir);

	for (size_t i = 0; i < dead.count; i++) {
		int64_t count;

		TRY(daemon_release(c->process->db, c->arena, dead.items[i], &count));
		alive_forget(c->arena, c->process->run_dir, dead.items[i]);
		LOG(LOG_WARN, "gave back what a dead daemon had left", L_TEXT("daemon", dead.items[i]), L_INT("count", count));
	}
	return NULL;
}

/* Before the first look, and the first after trouble: the daemon's row, and what a dead predecessor or a lost answer left
 * in this child's name. A predecessor died over it, which counts. */
static struct problem *announce(struct life *l)
{
	const struct child *c = &l->child;
	struct db *db = c->process->db;
	int64_t count;

	TRY(daemon_register(db, c->arena, l->daemon->name, work_conf.processes, c->known));
	TRY(dead_release(c));
	TRY(owner_release(db, c->arena, c->owner, !l->troubled, &count));
	if (count > 0)
		LOG(LOG_WARN, "gave back what was left behind", L_TEXT("owner", c->owner), L_INT("count", count));
	l->announced = true;
	return NULL;
}

/* One of the children writes it for all. */
static struct problem *heartbeat(const struct daemon *d, const struct child *c)
{
	int64_t now = clock_ticks_us();
	int64_t seen = atomic_load(&d->shared->seen_us);

	if (now - seen < HEARTBEAT_US || !atomic_compare_exchange_strong(&d->shared->seen_us, &seen, now))
		return NULL;
	TRY(dead_release(c)); /* children may have outlived their parent, and our start */
	return daemon_seen(c->process->db, c->arena, d->name);
}

/* One look: does what is due, else tells how long nothing will be. */
static struct problem *look(struct life *l, bool *did, int64_t *wait_ms)
{
	struct child *c = &l->child;

	if (!l->announced)
		TRY(announce(l));
	TRY(heartbeat(l->daemon, c));
	TRY(run_next(c, did));
	*wait_ms = 0;
	return *did ? NULL : work_next_ms(c->process->db, c->arena, c->known, work_conf.poll_ms, wait_ms);
}

static void log_reopen_if_asked(void)
{
	if (!reopen_log)
		return;
	reopen_log = 0;
	log_reopen();
}

/* Until told to stop, or with `once` until nothing is due. */
static int work(struct life *l)
{
	const struct daemon *d = l->daemon;
	int64_t pause_ms = TROUBLE_FIRST_MS;

	while (!stopping) {
		bool did = false;
		int64_t wait_ms = 0;
		struct problem *p = look(l, &did, &wait_ms);

		if (p) {
			trouble_note(&d->shared->trouble, p);
			l->troubled = true;
			l->announced = false;
			if (d->once)
				return CHILD_FAILED;
			wake_wait(NULL, pause_ms, &stopping);
			pause_ms = 2 * pause_ms < TROUBLE_MOST_MS ? 2 * pause_ms : TROUBLE_MOST_MS;
		} else {
			trouble_over(&d->shared->trouble);
			pause_ms = TROUBLE_FIRST_MS;
			if (!did && d->once)
				return CHILD_DONE;
			if (!did)
				wake_wait(&d->wake, wait_ms > WAIT_LEAST_MS ? wait_ms : WAIT_LEAST_MS, &stopping);
		}
		arena_reset(l->child.arena);
		log_reopen_if_asked();
	}
	return CHILD_DONE;
}

static void stopped_note(const struct life *l)
{
	if (l->announced && !atomic_load(&l->daemon->shared->trouble.kind)) {
		struct problem *p = daemon_stopped(l->child.process->db, l->child.arena, l->daemon->name);

		if (p)
			log_problem(p);
	}
}

static struct process process_of(const struct daemon *d)
{
	return (struct process){ .arena = arena_new(), .name = d->process->name, .run_dir = d->process->run_dir };
}

int child_run(const struct daemon *d, int slot)
{
	struct process process = process_of(d);
	struct life life = {
		.daemon = d,
		.child = {
			.process = &process,
			.arena = arena_new(),
			.known = d->known,
			.owner = arena_printf(process.arena, "%s/%d", d->name, slot),
			.wake = &d->wake,
			.trouble = &d->shared->trouble,
			.stopping = &stopping,
		},
	};
	int status = CHILD_FAILED;

	signals_set(d);

	struct problem *p = d->open(&process);

	if (p) {
		trouble_note(&d->shared->trouble, p);
	} else {
		status = work(&life);
		stopped_note(&life);
	}
	db_close(process.db);
	arena_free(life.child.arena);
	arena_free(process.arena);
	return status;
}

int child_sweep(const struct daemon *d, const bool *killed, int slots)
{
	struct process process = process_of(d);

	signals_set(d);

	struct problem *p = d->open(&process);

	for (int slot = 0; slot < slots && !p; slot++) {
		int64_t count;

		if (killed[slot])
			p = owner_release(process.db, process.arena, arena_printf(process.arena, "%s/%d", d->name, slot), false,
			                  &count);
	}
	if (!p)
		p = daemon_stopped(process.db, process.arena, d->name);
	if (p)
		log_problem(p);
	db_close(process.db);
	arena_free(process.arena);
	return p ? CHILD_FAILED : CHILD_DONE;
}
