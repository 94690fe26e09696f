/* store_move.c - how the state of a resource changes, once it is reserved. Each move names the states it leaves.
 * Speaks SQL and nothing else: no request, no call-outs. Contracts are in resource.h. */
#include "app/accounts/accounts.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "app/facility/seals.h"
#include "app/facility/shapes_resource.h"
#include "lib/base/text.h"

/* ---- what a user asks for ---- */

struct asking {
	int64_t id;
	int64_t user_id;
	const char *request_id;
	bool remove;
	int64_t job_id;
};

/* The state to leave for, or -1: there is nothing to do, or -2: not from here. */
enum { STAY = -1, REFUSED = -2 };
static int next_state(int state, bool remove)
{
	switch ((enum resource_state)state) {
	case RESOURCE_BUSY:
	case RESOURCE_CREATED:
	case RESOURCE_STOPPING:
		return RESOURCE_STOPPING;
	case RESOURCE_STOPPED:
		return remove ? RESOURCE_REMOVING : STAY;
	case RESOURCE_ERROR:
		return remove ? RESOURCE_REMOVING : REFUSED;
	case RESOURCE_REMOVING:
		return remove ? RESOURCE_REMOVING : REFUSED;
	case RESOURCE_REMOVED:
		return remove ? STAY : REFUSED;
	case RESOURCE_STATE_N:
		break;
	}
	return REFUSED;
}

static struct problem *state_lock(struct db *db, struct arena *a, const struct asking *ask, struct resource_brief *out)
{
	static const char sql[] =
		"SELECT id, name, type, state, guacamole_username, guacamole_connection_id, created_at, changed_at"
		"  FROM facility_resource"
		" WHERE id = ? AND (? = 0 OR user_id = ?)"
		"   FOR UPDATE";

	return db_one(db, a, sql, DB_ARGS(db_int(ask->id), db_int(ask->user_id), db_int(ask->user_id)), &resource_brief_row,
	              out);
}

static struct problem *ask_work(struct db *db, struct arena *a, void *context)
{
	static const char sql[] =
		"UPDATE facility_resource SET state = ?, changed_at = ?, error_code = '', error_detail = '' WHERE id = ?";
	struct asking *ask = context;
	struct job_ask job = { .kind = ask->remove ? "facility.remove" : "facility.stop",
		                   .subject_id = ask->id,
		                   .request_id = ask->request_id,
		                   .once = true };
	struct resource_brief row = { 0 };
	int next;

	ask->job_id = 0;
	TRY(state_lock(db, a, ask, &row));
	next = next_state(row.state, ask->remove);
	if (next == REFUSED)
		return problem_new(a, FACILITY(P_RESOURCE_STATE), "The resource is %s.",
		                   enum_name(resource_state_names, row.state));
	if (next == STAY)
		return NULL;
	if (next != row.state) {
		TRY(db_run(db, a, sql, DB_ARGS(db_int(next), db_at(clock_now()), db_int(ask->id)), NULL));
		TRY(audit_add(db, a, ask->user_id, ask->remove ? "resource.remove" : "resource.stop", "resource", ask->id,
		              row.name, ""));
	}
	return job_add(db, a, &job, &ask->job_id);
}

static struct problem *ask_end(struct db *db, struct arena *a, struct asking *ask, int64_t *job_id)
{
	TRY(db_transaction(db, a, ask_work, ask));
	*job_id = ask->job_id;
	return NULL;
}

struct problem *resource_ask_stop(struct db *db, struct arena *a, int64_t id, int64_t user_id, const char *request_id,
                                  int64_t *job_id)
{
	return ask_end(db, a, &(struct asking){ .id = id, .user_id = user_id, .request_id = request_id }, job_id);
}

struct problem *resource_ask_remove(struct db *db, struct arena *a, int64_t id, int64_t user_id, const char *request_id,
                                    int64_t *job_id)
{
	return ask_end(db, a, &(struct asking){ .id = id, .user_id = user_id, .request_id = request_id, .remove = true },
	               job_id);
}

/* ---- what a job found ---- */

static struct problem *move(struct db *db, struct arena *a, const char *sql, struct db_args args, bool *moved)
{
	struct db_done done;

	TRY(db_run(db, a, sql, args, &done));
	if (moved)
		*moved = done.affected > 0;
	return NULL;
}

struct problem *resource_set_container(struct db *db, struct arena *a, int64_t id, const char *container_id)
{
	static const char sql[] =
		"UPDATE facility_resource SET container_id = ?, changed_at = ? WHERE id = ? AND state = 0 AND container_id <> ?";

	return db_run(db, a, sql, DB_ARGS(db_text(container_id), db_at(clock_now()), db_int(id), db_text(container_id)),
	              NULL);
}

struct problem *resource_set_created(struct db *db, struct arena *a, const struct resource *r, const struct launched *l,
                                     bool *moved)
{
	static const char sql[] =
		"UPDATE facility_resource"
		"   SET state = 1, changed_at = ?, container_id = ?, port = ?, address_seal = ?, guacamole_connection_id = ?,"
		"       guacamole_username = IF(?, guacamole_username, NULL), guacamole_seal = IF(?, guacamole_seal, NULL),"
		"       error_code = '', error_detail = ''"
		" WHERE id = ? AND state = 0";
	bool desktop = l->guacamole_connection_id.set;

	return move(db, a, sql,
	            DB_ARGS(db_at(clock_now()), db_text(l->container_id), db_maybe(l->port),
	                    db_bytes(resource_seal(a, SEAL_ADDRESS, r->uuid, l->address)),
	                    db_maybe(l->guacamole_connection_id), db_bool(desktop), db_bool(desktop), db_int(r->id)),
	            moved);
}

struct problem *resource_move(struct db *db, struct arena *a, int64_t id, int from, int to, const struct problem *why,
                              bool *moved)
{
	/* the address of a link is no secret and stays */
	static const char sql[] =
		"UPDATE facility_resource"
		"   SET state = ?, changed_at = ?,"
		"       error_code = COALESCE(?, error_code), error_detail = COALESCE(?, error_detail),"
		"       address_seal = IF(? OR type = 4, address_seal, NULL),"
		"       guacamole_username = IF(?, guacamole_username, NULL),"
		"       guacamole_seal = IF(?, guacamole_seal, NULL),"
		"       guacamole_connection_id = IF(?, guacamole_connection_id, NULL),"
		"       vnc_seal = IF(?, vnc_seal, NULL)"
		" WHERE id = ? AND state = ?";
	struct db_arg keep = db_bool(resource_is_active(to));
	const char *detail = why ? arena_text_n(a, why->detail, utf8_cut(why->detail, 500)) : NULL;

	return move(db, a, sql,
	            DB_ARGS(db_int(to), db_at(clock_now()), db_text(why ? why->kind->code : NULL), db_text(detail), keep,
	                    keep, keep, keep, keep, db_int(id), db_int(from)),
	            moved);
}
