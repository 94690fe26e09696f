/* jobs.c - what the daemon does about resources: launch, stop, remove, and by the clock reconcile and clean up.
 *
 * A launch ends as a row: created, or error with its reason and nothing left outside. Whoever is killed in between is
 * repeated; each step asks first what is there. What cannot be undone because the engine is away is found again by
 * reconciling. */
#include "app/facility/conf.h"
#include "app/facility/driver.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/call/call.h"

enum { FORGET_ROWS = 1000, REMOVE_ROWS = 200, DAY_S = 86400, AGAIN_S = 1 };

/* The row of a job; *found false: it went with its account, and reconciling sees to what is left of it. */
static struct problem *subject(struct job *j, struct resource *out, bool *found)
{
	struct problem *p = resource_find_id(j->db, j->arena, j->subject_id, out);

	*found = !p;
	return problem_is(p, &PROBLEM_NOT_FOUND) ? NULL : p;
}

/* What the resource itself or the site does wrong is not tried again. A service that is away is; but one that is known to be
 * (its breaker is open) is not waited for, since a user waits for us. */
static bool is_final(const struct problem *p)
{
	return text_starts(p->kind->code, "facility.") || problem_is(p, &PROBLEM_CALL_OPEN);
}

/* ---- undoing ---- */

static struct problem *guacamole_undo(struct job *j, const struct resource *r)
{
	return r->guacamole_username && guacamole_is_set() ? guacamole_delete(j->arena, r->guacamole_username, r->name)
	                                                   : NULL;
}

static struct problem *again_soon(struct job *j)
{
	struct problem *p = problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);

	p->retry_after_s = AGAIN_S;
	return p;
}

static struct problem *undo(struct job *j, const struct resource *r)
{
	const struct driver *driver = driver_of(r->type);
	const char *instance;

	TRY(instance_id(j->db, j->arena, &instance));
	if (driver)
		TRY(driver->remove(j->arena, instance, r->name));
	return guacamole_undo(j, r);
}

/* Somebody else moved the row on while it was being launched: what the launch made since then must not stay.
 * PROBLEM_JOB_LATER: the job of its end may have looked before the launch made something, so that is looked at once it is over. */
static struct problem *tidy(struct job *j, const struct resource *launching)
{
	const struct driver *driver = driver_of(launching->type);
	struct resource now;
	const char *instance;
	bool found;

	TRY(subject(j, &now, &found));
	if (!found || now.state == RESOURCE_ERROR || now.state == RESOURCE_REMOVED)
		return undo(j, launching);
	if (now.state == RESOURCE_STOPPING || now.state == RESOURCE_REMOVING)
		return again_soon(j);
	if (now.state != RESOURCE_STOPPED)
		return NULL; /* it runs as it should */
	TRY(instance_id(j->db, j->arena, &instance));
	if (driver)
		TRY(driver->stop(j->arena, instance, launching->name));
	return guacamole_undo(j, launching);
}

/* The row says first what went wrong, for whoever waits for it. What cannot be undone now is left to reconciling, so that he
 * does not wait for that too. */
static struct problem *fail(struct job *j, const struct resource *r, const struct problem *why)
{
	struct problem *p;
	bool moved;

	TRY(resource_move(j->db, j->arena, r->id, RESOURCE_BUSY, RESOURCE_ERROR, why, &moved));
	p = moved ? undo(j, r) : tidy(j, r);
	if (problem_is(p, &PROBLEM_JOB_LATER))
		return p;
	if (p)
		log_problem(p);
	return NULL;
}

/* ---- launching ---- */

static struct problem *guacamole_do(struct job *j, const struct resource *r, const struct launch_plan *plan,
                                    struct launched *l)
{
	struct guacamole_ask ask = {
		.name = r->name,
		.protocol = plan->protocol,
		.host = facility_conf.remote_machine_ip,
		.port = l->port.n,
		.desktop_password = r->vnc_password,
		.username = r->guacamole_username,
		.password = r->guacamole_password,
	};

	/* a notebook has an address of its own, whatever protocol its image names (defect 20) */
	if (!protocol_is_desktop(plan->protocol) || !l->port.set || l->address || !r->guacamole_username)
		return NULL;
	if (!guacamole_is_set())
		return facility_conf.guacamole_required ? problem_new(j->arena, FACILITY(P_GUACAMOLE_MISSING), NULL) : NULL;
	TRY(instance_id(j->db, j->arena, &ask.instance));
	TRY(job_renew(j));
	l->guacamole_connection_id.set = true;
	return guacamole_create(j->arena, &ask, &l->guacamole_connection_id.n);
}

/* The time to become ready begins when the container was made: a pull before it may take its own, and begin anew when it was
 * cut off. Without a container a launch ends with its tries. Somebody else's job by now, or one that the daemon puts back, is
 * not ours to end. */
static struct problem *late_check(struct job *j, const struct problem *p, bool *out)
{
	struct resource now;
	bool found;

	*out = false;
	if (problem_is(p, &PROBLEM_CONFLICT) || (problem_is(p, &PROBLEM_JOB_LATER) && job_should_stop(j)))
		return NULL;
	TRY(subject(j, &now, &found));
	*out = found && *now.container_id &&
	       clock_now().us > clock_after_s(now.changed_at, facility_conf.launch_deadline_s).us;
	return NULL;
}

static struct problem *launch_steps(struct job *j, const struct resource *r, struct launched *out)
{
	const struct driver *driver = driver_of(r->type);
	struct launch_plan plan;
	struct problem *p;
	bool late = false;

	if (!driver)
		return problem_new(j->arena, FACILITY(P_NOT_LAUNCHABLE), NULL);
	/* without them its desktop would be open to everybody */
	if (!resource_opened(r))
		return problem_because(problem_new(j->arena, FACILITY(P_LAUNCH_SECRETS), NULL), "a seal of %s does not open",
		                       r->name);
	TRY(resource_plan(j->arena, r, &plan));
	p = driver->launch(j, r, &plan, out);
	if (p && !is_final(p))
		TRY(late_check(j, p, &late));
	if (late)
		return problem_because(problem_new(j->arena, FACILITY(P_LAUNCH_LATE), NULL), "%s",
		                       p->cause ? p->cause : p->detail);
	TRY(p);
	return guacamole_do(j, r, &plan, out);
}

static struct problem *launch_run(struct job *j)
{
	struct launched launched = { 0 };
	struct resource r;
	struct problem *p;
	bool found, moved;

	TRY(subject(j, &r, &found));
	if (!found)
		return NULL;
	if (r.state != RESOURCE_BUSY)
		return tidy(j, &r);
	p = launch_steps(j, &r, &launched);
	if (p && is_final(p)) {
		log_problem(p);
		return fail(j, &r, p);
	}
	TRY(p);
	TRY(resource_set_created(j->db, j->arena, &r, &launched, &moved));
	if (!moved)
		return tidy(j, &r);
	LOG(LOG_INFO, "launched", L_INT("resource", r.id), L_TEXT("name", r.name), L_TEXT("image", r.public_name));
	return NULL;
}

/* A service stayed away. */
static struct problem *launch_give_up(struct job *j, const struct problem *last)
{
	struct resource r;
	bool found;

	TRY(subject(j, &r, &found));
	return found ? fail(j, &r, last) : NULL;
}

/* ---- stopping and removing ---- */

/* A container has got a port, a link its address. */
static bool has_run(const struct resource *r)
{
	return r->port.set || (r->type == TYPE_LINK && r->address_seal.data);
}

/* The end could not be brought about: the row goes back to what is true outside, so that it can be asked for again. One that
 * never ran has nothing to go back to; reconciling takes away what is left of it. */
static struct problem *end_give_up(struct job *j, const struct problem *last)
{
	struct resource r;
	int back;
	bool found;

	TRY(subject(j, &r, &found));
	if (!found || !(r.state == RESOURCE_STOPPING || r.state == RESOURCE_REMOVING))
		return NULL;
	back = !has_run(&r) ? RESOURCE_ERROR : r.state == RESOURCE_REMOVING ? RESOURCE_STOPPED : RESOURCE_CREATED;
	return resource_move(j->db, j->arena, r.id, r.state, back, last, NULL);
}

static struct problem *end_or_give_up(struct job *j, struct problem *p)
{
	if (!problem_is(p, &PROBLEM_CALL_OPEN))
		return p;
	log_problem(p);
	return end_give_up(j, p);
}

/* Outside, and in Guacamole. */
static struct problem *end_outside(struct job *j, const struct resource *r, bool remove)
{
	const struct driver *driver = driver_of(r->type);
	const char *instance;

	TRY(instance_id(j->db, j->arena, &instance));
	if (driver)
		TRY(driver->stop(j->arena, instance, r->name));
	if (driver && remove) {
		TRY(job_renew(j));
		TRY(driver->remove(j->arena, instance, r->name));
	}
	return guacamole_undo(j, r);
}

static struct problem *stop_run(struct job *j)
{
	struct resource r;
	struct problem *p;
	bool found;

	TRY(subject(j, &r, &found));
	if (!found || r.state != RESOURCE_STOPPING)
		return NULL;
	p = end_outside(j, &r, false);
	if (p)
		return end_or_give_up(j, p);
	return resource_move(j->db, j->arena, r.id, RESOURCE_STOPPING, RESOURCE_STOPPED, NULL, NULL);
}

static struct problem *remove_run(struct job *j)
{
	struct resource r;
	struct problem *p;
	bool found, moved;

	TRY(subject(j, &r, &found));
	if (!found || !(r.state == RESOURCE_STOPPING || r.state == RESOURCE_STOPPED || r.state == RESOURCE_REMOVING))
		return NULL;
	p = end_outside(j, &r, true);
	if (p)
		return end_or_give_up(j, p);
	TRY(resource_move(j->db, j->arena, r.id, r.state, RESOURCE_REMOVED, NULL, &moved));
	/* a stop that was under way came in between: once more, from the new state */
	return moved ? NULL : problem_new(j->arena, &PROBLEM_CONFLICT, NULL);
}

/* ---- by the clock ---- */

static void reconcile_say(void *context, const char *name, const char *what)
{
	(void)context;
	LOG(LOG_WARN, "reconciled", L_TEXT("name", name), L_TEXT("what", what));
}

static struct problem *reconcile_run_schedule(struct job *j)
{
	struct reconcile r = { .db = j->db, .arena = j->arena, .job = j, .mend = true, .say = reconcile_say };
	struct problem *p = reconcile_run(&r);

	if (r.mended)
		job_wake(j->process);
	return p;
}

static struct problem *remove_stopped(struct job *j, struct instant now)
{
	struct list old;
	int64_t job_id;

	if (!facility_conf.keep_stopped_days)
		return NULL;
	TRY(resource_stopped_before(j->db, j->arena, clock_after_s(now, -facility_conf.keep_stopped_days * DAY_S),
	                            REMOVE_ROWS, &old));
	for (size_t i = 0; i < old.count; i++) {
		const struct resource_brief *r = (const struct resource_brief *)old.items + i;
		struct problem *p = resource_ask_remove(j->db, j->arena, r->id, 0, j->request_id, &job_id);

		/* its owner was quicker */
		if (p && !problem_is(p, FACILITY(P_RESOURCE_STATE)) && !problem_is(p, &PROBLEM_NOT_FOUND))
			return p;
	}
	if (old.count)
		job_wake(j->process);
	return NULL;
}

static struct problem *cleanup_run(struct job *j)
{
	struct instant now = clock_now();
	int64_t gone = FORGET_ROWS;

	TRY(remove_stopped(j, now));
	while (facility_conf.keep_ended_days && gone == FORGET_ROWS) {
		TRY(resource_forget(j->db, j->arena, clock_after_s(now, -facility_conf.keep_ended_days * DAY_S), FORGET_ROWS,
		                    &gone));
		TRY(job_renew(j));
	}
	return NULL;
}

/* ---- the tables ---- */

/* clang-format off */
const struct job_kind facility_jobs[] = {
	/* name              what it does                                                        run         give_up         tries  pause  most  lease  deadline */
	{ "facility.launch", "makes a resource, waits until it is ready, opens the way to it",   launch_run, launch_give_up, 3,     1,     4,    30,    0 },
	{ "facility.stop",   "ends a resource and closes the way to it",                         stop_run,   end_give_up,    3,     1,     4,    35,    0 },
	{ "facility.remove", "ends a resource if need be and takes away what it left",           remove_run, end_give_up,    3,     1,     4,    35,    0 },
	{ .name = NULL },
};

const struct schedule facility_schedules[] = {
	/* name                 what it does                                                             s     at start  lease  run */
	{ "facility.reconcile", "compares resources with the engine and Guacamole, and mends both ways", 60,   true,     120,   reconcile_run_schedule },
	{ "facility.cleanup",   "removes resources stopped long ago, forgets rows of ended ones",        3600, false,    120,   cleanup_run },
	{ .name = NULL },
};
/* clang-format on */
