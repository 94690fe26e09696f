/* store_reserve.c - a launch is reserved: quota, row and job in one transaction (facility.md defects 31 to 34).
 * Speaks SQL and nothing else: no request, no call-outs. Contracts are in resource.h. */
#include "app/accounts/accounts.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "app/facility/seals.h"
#include "app/facility/shapes_resource.h"
#include "lib/base/uuid.h"
#include "lib/json/json.h"

/* A VNC server looks at the first 8 characters of a password only (RFC 6143 section 7.2.2). */
enum { VNC_PASSWORD_CHARS = 8, PLAN_MAX = 1 << 20 };

struct used {
	int64_t machines;
	int64_t cpu;
	int64_t memory_bytes;
	int64_t hdd_bytes;
	int64_t same_session;
};
static const struct field used_fields[] = {
	FIELD_OUT(struct used, machines, "active resources"),
	FIELD_OUT(struct used, cpu, "CPUs together"),
	FIELD_OUT(struct used, memory_bytes, "memory together"),
	FIELD_OUT(struct used, hdd_bytes, "storage together"),
	FIELD_OUT(struct used, same_session, "of them of the session that is asked for"),
	FIELD_END,
};
static const struct shape used_row = SHAPE("FacilityUsed", struct used, used_fields);

struct reserving {
	const struct reserve *ask;
	int64_t id;
	int64_t job_id;
};

/* Amounts are those the rows were launched with, never the image's of today. */
static struct problem *quota_check(struct db *db, struct arena *a, const struct reserve *ask)
{
	static const char sql[] =
		"SELECT COUNT(*) AS machines, CAST(COALESCE(SUM(num_cpus), 0) AS SIGNED) AS cpu,"
		"       CAST(COALESCE(SUM(memory_bytes), 0) AS SIGNED) AS memory_bytes,"
		"       CAST(COALESCE(SUM(hdd_bytes), 0) AS SIGNED) AS hdd_bytes,"
		"       CAST(COALESCE(SUM(session_number = ?), 0) AS SIGNED) AS same_session"
		"  FROM facility_resource"
		" WHERE user_id = ? AND state IN (0, 1, 2)";
	struct used used = { 0 };
	struct quota quota;

	TRY(quota_lock(db, a, ask->user_id, &quota));
	TRY(db_one(db, a, sql, DB_ARGS(db_text(ask->session_number), db_int(ask->user_id)), &used_row, &used));
	if (used.same_session)
		return problem_new(a, FACILITY(P_ALREADY_LAUNCHED), NULL);
	if (used.machines + 1 > quota.max_simultaneous)
		return problem_new(a, FACILITY(P_QUOTA_MACHINES), NULL);
	if (used.cpu + ask->num_cpus > quota.cpu)
		return problem_new(a, FACILITY(P_QUOTA_CPU), NULL);
	if (used.memory_bytes + ask->memory_bytes > quota.memory_bytes)
		return problem_new(a, FACILITY(P_QUOTA_MEMORY), NULL);
	if (used.hdd_bytes + ask->hdd_bytes > quota.hdd_bytes)
		return problem_new(a, FACILITY(P_QUOTA_HDD), NULL);
	return NULL;
}

static struct problem *row_insert(struct db *db, struct arena *a, const struct reserve *ask, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO facility_resource (uuid, user_id, image_id, public_name, type, proposal_id, session_number, state,"
		"                               guacamole_username, guacamole_seal, vnc_seal, num_cpus, memory_bytes, hdd_bytes,"
		"                               uid, gid, plan, created_at, changed_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *uuid = uuid_new(a);
	bool desktop = ask->type == TYPE_DOCKER && protocol_is_desktop(ask->plan->protocol);
	const char *vnc = ask->type == TYPE_DOCKER ? random_alnum(a, VNC_PASSWORD_CHARS) : NULL;
	struct instant now = clock_now();
	struct db_done done;
	struct problem *p;
	struct buf plan;

	buf_init(&plan, a, PLAN_MAX);
	json_write(&plan, &launch_plan_shape, ask->plan);
	if (plan.full)
		return problem_because(problem_new(a, FACILITY(P_DATA_REFUSED), NULL), "the plan of the launch is too long");
	p = db_run(db, a, sql,
	           DB_ARGS(db_text(uuid), db_int(ask->user_id), db_int(ask->image_id), db_text(ask->public_name),
	                   db_int(ask->type), db_text(ask->proposal_id), db_text(ask->session_number),
	                   db_text(desktop ? uuid_new_hex(a) : NULL),
	                   db_bytes(resource_seal(a, SEAL_GUACAMOLE, uuid, desktop ? uuid_new_hex(a) : NULL)),
	                   db_bytes(resource_seal(a, SEAL_VNC, uuid, vnc)), db_int(ask->num_cpus),
	                   db_int(ask->memory_bytes), db_int(ask->hdd_bytes), db_maybe(ask->uid), db_maybe(ask->gid),
	                   db_text(buf_string(&plan)), db_at(now), db_at(now)),
	           &done);
	/* the lock keeps launches of one user apart; the unique key is there for whoever writes without it */
	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return problem_because(problem_new(a, FACILITY(P_ALREADY_LAUNCHED), NULL), "%s",
		                       p->cause ? p->cause : "unique key");
	/* the image, or the user, was removed since it was looked up */
	if (problem_is(p, &PROBLEM_DB_REFERENCE))
		return problem_because(problem_new(a, &PROBLEM_NOT_FOUND, NULL), "%s", p->cause ? p->cause : "foreign key");
	TRY(p);
	*id = done.insert_id;
	return NULL;
}

static struct problem *reserve_work(struct db *db, struct arena *a, void *context)
{
	struct reserving *r = context;
	struct job_ask job = { .kind = "facility.launch", .request_id = r->ask->request_id };

	TRY(quota_check(db, a, r->ask));
	TRY(row_insert(db, a, r->ask, &r->id));
	job.subject_id = r->id;
	TRY(job_add(db, a, &job, &r->job_id));
	return audit_add(db, a, r->ask->user_id, "resource.launch", "resource", r->id, r->ask->public_name,
	                 arena_printf(a, "%s~%s", r->ask->proposal_id, r->ask->session_number));
}

struct problem *resource_reserve(struct db *db, struct arena *a, const struct reserve *ask, int64_t *id,
                                 int64_t *job_id)
{
	struct reserving r = { .ask = ask };

	TRY(db_transaction(db, a, reserve_work, &r));
	*id = r.id;
	*job_id = r.job_id;
	return NULL;
}
