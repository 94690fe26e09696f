/* reconcile.c - rows against what is there: the engine's containers and Guacamole's objects, both ways (facility.md
 * defects 38, 39, 41, 42, 45). What is young is left to the jobs that are at it.
 *
 * Containers are listed before rows are read: a container's row was committed before the container was made, so one that
 * is listed without a row has none. Rows that miss something outside are looked at once more, one by one, before anything is
 * done about them. */
#include <stdlib.h>
#include <string.h>

#include "app/facility/conf.h"
#include "app/facility/driver.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

/* Rows of one query; an end that takes longer than this has lost its job. */
enum { ROWS = 500, END_S = 300, SLACK_S = 300, RENEW_S = 10 };

struct run {
	struct reconcile *r;
	const char *instance;
	struct list seen;      /* struct seen of the driver at hand, by name */
	bool away;             /* its engine does not say what is there */
	int64_t rows;          /* of it */
	struct problem *first; /* that was met */
	int64_t renewed_us;
};

/* ---- going on ---- */

/* After each comparison, with what came of it; the first problem is the caller's to log. One that is returned: the lease was
 * lost, or the database. */
static struct problem *go_on(struct run *run, struct problem *p)
{
	if (!run->first)
		run->first = p;
	else if (p)
		log_problem(p);
	if (!run->r->job || clock_ticks_us() - run->renewed_us < RENEW_S * US_PER_S)
		return NULL;
	run->renewed_us = clock_ticks_us();
	return job_renew(run->r->job);
}

/* ---- saying and mending ---- */

static bool mends(struct run *run, const char *name, const char *what)
{
	run->r->found++;
	if (run->r->say)
		run->r->say(run->r->context, name, what);
	return run->r->mend;
}

static struct problem *mended(struct run *run, struct problem *p)
{
	if (!p)
		run->r->mended++;
	return p;
}

struct end {
	const struct resource_brief *row;
	const struct problem *why;
};

static struct problem *end_work(struct db *db, struct arena *a, void *context)
{
	const struct end *end = context;
	const struct job_ask job = { .kind = "facility.stop", .subject_id = end->row->id, .once = true };
	int64_t job_id;
	bool moved;

	TRY(resource_move(db, a, end->row->id, RESOURCE_CREATED, RESOURCE_STOPPING, end->why, &moved));
	return moved ? job_add(db, a, &job, &job_id) : NULL;
}

/* A resource that ended without being told to: its row follows, and the way to it is closed by the job. */
static struct problem *end_by_itself(struct run *run, const struct resource_brief *row, const struct problem *why)
{
	struct end end = { .row = row, .why = why };

	if (!mends(run, row->name, why->detail))
		return NULL;
	return mended(run, db_transaction(run->r->db, run->r->arena, end_work, &end));
}

static struct problem *take_away(struct run *run, const struct driver *driver, const char *name, const char *what)
{
	return mends(run, name, what) ? mended(run, driver->remove(run->r->arena, run->instance, name)) : NULL;
}

/* Looked at anew: a list may be older than its row, and a launch that has just ended was not running in it. */
static struct problem *compare_created(struct run *run, const struct driver *driver, const struct resource_brief *row)
{
	struct arena *a = run->r->arena;
	const struct seen *seen;
	struct list now;

	TRY(driver->look(a, run->instance, row->name, &now));
	seen = now.items;
	if (now.count == 0)
		return end_by_itself(run, row, problem_new(a, FACILITY(P_RESOURCE_VANISHED), NULL));
	if (seen->running)
		return NULL;
	return end_by_itself(run, row,
	                     problem_new(a, FACILITY(P_RESOURCE_EXITED),
	                                 "The resource ended by itself, with exit code %lld.", (long long)seen->exit_code));
}

/* ---- what is there, against its row ---- */

static struct problem *compare_seen(struct run *run, const struct driver *driver, const struct seen *seen)
{
	struct arena *a = run->r->arena;
	struct resource_brief row = { 0 };
	bool found;

	TRY(resource_brief_of(run->r->db, a, seen->name, &row, &found));
	if (!found)
		return take_away(run, driver, seen->name, "a container without a row");
	switch ((enum resource_state)row.state) {
	case RESOURCE_CREATED:
		return seen->running ? NULL : compare_created(run, driver, &row);
	case RESOURCE_STOPPED:
		if (!seen->running || !mends(run, seen->name, "a container that runs although its row is stopped"))
			return NULL;
		return mended(run, driver->stop(a, run->instance, seen->name));
	case RESOURCE_REMOVED:
	case RESOURCE_ERROR:
		return take_away(run, driver, seen->name, "a container that its ended row left behind");
	case RESOURCE_BUSY:
	case RESOURCE_STOPPING:
	case RESOURCE_REMOVING:
	case RESOURCE_STATE_N:
		break;
	}
	return NULL;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct seen *)left)->name, ((const struct seen *)right)->name);
}

static bool was_seen(const struct run *run, const char *name)
{
	const struct seen key = { .name = name };

	return run->seen.count && bsearch(&key, run->seen.items, run->seen.count, sizeof(key), by_name);
}

/* ---- rows, against what is there ---- */

static bool is_older(struct instant t, int64_t seconds)
{
	return clock_after_s(t, seconds).us < clock_now().us;
}

static struct problem *launch_lost(struct run *run, const struct driver *driver, const struct resource_brief *row)
{
	struct arena *a = run->r->arena;
	bool moved;

	if (!mends(run, row->name, "a launch that nobody is at any more"))
		return NULL;
	TRY(resource_move(run->r->db, a, row->id, RESOURCE_BUSY, RESOURCE_ERROR,
	                  problem_new(a, FACILITY(P_LAUNCH_LATE), NULL), &moved));
	return moved ? mended(run, driver->remove(a, run->instance, row->name)) : NULL;
}

static struct problem *end_lost(struct run *run, const struct resource_brief *row)
{
	int64_t job_id;

	if (!mends(run, row->name, "an end that nobody is at any more"))
		return NULL;
	if (row->state == RESOURCE_STOPPING)
		return mended(run, resource_ask_stop(run->r->db, run->r->arena, row->id, 0, NULL, &job_id));
	return mended(run, resource_ask_remove(run->r->db, run->r->arena, row->id, 0, NULL, &job_id));
}

static struct problem *compare_row(struct run *run, const struct driver *driver, const struct resource_brief *row)
{
	int64_t launch_s = facility_conf.launch_deadline_s + (driver->outside ? facility_conf.pull_s : 0) + SLACK_S;

	switch ((enum resource_state)row->state) {
	case RESOURCE_BUSY:
		return is_older(row->changed_at, launch_s) ? launch_lost(run, driver, row) : NULL;
	case RESOURCE_CREATED:
		return driver->outside && !run->away && !was_seen(run, row->name) ? compare_created(run, driver, row) : NULL;
	case RESOURCE_STOPPING:
	case RESOURCE_REMOVING:
		return is_older(row->changed_at, END_S) ? end_lost(run, row) : NULL;
	case RESOURCE_STOPPED:
	case RESOURCE_REMOVED:
	case RESOURCE_ERROR:
	case RESOURCE_STATE_N:
		break;
	}
	return NULL;
}

static struct problem *each_row(struct run *run, const struct driver *driver)
{
	struct list page = { NULL, ROWS };
	int64_t last = 0;

	while (page.count == ROWS) {
		TRY(resource_briefs(run->r->db, run->r->arena, last, ROWS, &page));
		for (size_t i = 0; i < page.count; i++) {
			const struct resource_brief *row = (const struct resource_brief *)page.items + i;

			last = row->id;
			if (row->type != (int64_t)driver->type)
				continue;
			run->rows++;
			TRY(go_on(run, compare_row(run, driver, row)));
		}
	}
	return NULL;
}

/* ---- the engine ---- */

/* While its engine is away, what only the rows say is still looked at: launches and ends that nobody is at. */
static struct problem *compare_driver(struct run *run, const struct driver *driver)
{
	struct problem *away;

	run->seen = (struct list){ NULL, 0 };
	run->rows = 0;
	away = driver->look(run->r->arena, run->instance, NULL, &run->seen);
	run->away = away != NULL;
	if (run->seen.count)
		qsort(run->seen.items, run->seen.count, sizeof(struct seen), by_name);
	for (size_t i = 0; i < run->seen.count; i++)
		TRY(go_on(run, compare_seen(run, driver, (const struct seen *)run->seen.items + i)));
	TRY(each_row(run, driver));
	/* a site of links alone has no engine, and misses none */
	return run->rows ? go_on(run, away) : NULL;
}

/* ---- Guacamole ---- */

struct desktops {
	struct resource_brief *rows; /* created rows with a connection */
	size_t count, room;
};

static struct problem *desktops_gather(struct run *run, struct desktops *out)
{
	struct list page = { NULL, ROWS };
	int64_t last = 0;

	while (page.count == ROWS) {
		TRY(resource_briefs(run->r->db, run->r->arena, last, ROWS, &page));
		for (size_t i = 0; i < page.count; i++) {
			const struct resource_brief *row = (const struct resource_brief *)page.items + i;

			last = row->id;
			if (row->state != RESOURCE_CREATED || !row->guacamole_connection_id.set)
				continue;
			if (out->count == out->room) {
				struct resource_brief *more = ARENA_ARRAY(run->r->arena, struct resource_brief, 2 * out->room + ROWS);

				if (out->count)
					memcpy(more, out->rows, out->count * sizeof(*more));
				out->rows = more;
				out->room = 2 * out->room + ROWS;
			}
			out->rows[out->count++] = *row;
		}
	}
	return NULL;
}

/* The row is read anew: it may have been stopped since. */
static struct problem *connection_renew(struct run *run, const struct resource_brief *row)
{
	struct arena *a = run->r->arena;
	struct launch_plan plan;
	struct resource r;
	int64_t connection_id;

	if (!mends(run, row->name, "a desktop without its Guacamole connection"))
		return NULL;
	TRY(resource_find_id(run->r->db, a, row->id, &r));
	if (r.state != RESOURCE_CREATED || !r.guacamole_username)
		return NULL;
	if (!resource_opened(&r))
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_SECRETS), NULL), "a seal of %s does not open", r.name);
	TRY(resource_plan(a, &r, &plan));
	TRY(guacamole_create(a,
	                     &(struct guacamole_ask){ .instance = run->instance,
	                                              .name = r.name,
	                                              .protocol = plan.protocol,
	                                              .host = facility_conf.remote_machine_ip,
	                                              .port = r.port.n,
	                                              .desktop_password = r.vnc_password,
	                                              .username = r.guacamole_username,
	                                              .password = r.guacamole_password },
	                     &connection_id));
	return mended(run, resource_set_connection(run->r->db, a, r.id, connection_id));
}

static struct problem *compare_user(struct run *run, const struct guacamole_user *user)
{
	struct resource_brief row = { 0 };
	bool found;

	TRY(resource_brief_of(run->r->db, run->r->arena, user->name, &row, &found));
	if (found && resource_is_active(row.state) && text_equal(row.guacamole_username, user->username))
		return NULL;
	if (!mends(run, user->name, "a Guacamole user without an active resource"))
		return NULL;
	return mended(run, guacamole_delete(run->r->arena, user->username, user->name));
}

static int by_username(const void *left, const void *right)
{
	return strcmp(((const struct guacamole_user *)left)->username, ((const struct guacamole_user *)right)->username);
}

static bool is_connected(const struct list *users, const struct resource_brief *row)
{
	const struct guacamole_user key = { .username = row->guacamole_username }, *user = NULL;

	if (users->count && row->guacamole_username)
		user = bsearch(&key, users->items, users->count, sizeof(key), by_username);
	return user && user->connected;
}

static struct problem *compare_guacamole(struct run *run)
{
	struct desktops desktops = { 0 };
	struct list users;

	if (!guacamole_is_set())
		return NULL;
	TRY(desktops_gather(run, &desktops));
	TRY(guacamole_users(run->r->arena, run->instance, &users));
	for (size_t i = 0; i < users.count; i++)
		TRY(go_on(run, compare_user(run, (const struct guacamole_user *)users.items + i)));
	if (users.count)
		qsort(users.items, users.count, sizeof(struct guacamole_user), by_username);
	for (size_t i = 0; i < desktops.count; i++)
		if (!is_connected(&users, &desktops.rows[i]))
			TRY(go_on(run, connection_renew(run, &desktops.rows[i])));
	return NULL;
}

struct problem *reconcile_run(struct reconcile *r)
{
	struct run run = { .r = r, .renewed_us = clock_ticks_us() };

	TRY(instance_id(r->db, r->arena, &run.instance));
	for (int64_t type = TYPE_NONE; type < TYPE_N; type++) {
		const struct driver *driver = driver_of(type);

		if (driver)
			TRY(compare_driver(&run, driver));
	}
	TRY(go_on(&run, compare_guacamole(&run)));
	return run.first;
}
