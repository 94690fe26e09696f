/* store_resource.c - resources as rows of facility_resource: reading them, with their seals opened.
 * Speaks SQL and nothing else: no request, no call-outs. Contracts are in resource.h. */
#include <string.h>

#include "app/facility/resource.h"
#include "app/facility/seals.h"
#include "app/facility/shapes_resource.h"
#include "lib/base/log.h"
#include "lib/base/seal.h"
#include "lib/json/json.h"

#define COLUMNS                                                                                                \
	"id, uuid, name, user_id, image_id, public_name, type, proposal_id, session_number, state, container_id, " \
	"port, address_seal, guacamole_username, guacamole_seal, guacamole_connection_id, vnc_seal, num_cpus, "    \
	"memory_bytes, hdd_bytes, uid, gid, plan, created_at, changed_at, error_code, error_detail"

bool resource_is_active(int state)
{
	return state == RESOURCE_BUSY || state == RESOURCE_CREATED || state == RESOURCE_STOPPING;
}

/* ---- seals ---- */

/* The row's uuid is part of the purpose: a seal that was moved to another row does not open. */
static const char *purpose(struct arena *a, const char *column, const char *uuid)
{
	return arena_printf(a, "facility.resource.%s:%s", column, uuid);
}

struct bytes resource_seal(struct arena *a, const char *column, const char *uuid, const char *text)
{
	return seal_close(a, purpose(a, column, uuid), text);
}

/* With a lost key the lists still show what is there. */
static const char *open_seal(struct arena *a, const char *column, const char *uuid, struct bytes seal)
{
	const char *text = NULL;
	struct problem *p = seal_open(a, purpose(a, column, uuid), seal, &text);

	if (p)
		log_problem(p);
	return text && !p ? text : "";
}

static void open_seals(struct arena *a, struct resource *r)
{
	r->address = open_seal(a, SEAL_ADDRESS, r->uuid, r->address_seal);
	r->guacamole_password = open_seal(a, SEAL_GUACAMOLE, r->uuid, r->guacamole_seal);
	r->vnc_password = open_seal(a, SEAL_VNC, r->uuid, r->vnc_seal);
}

bool resource_opened(const struct resource *r)
{
	return (!r->vnc_seal.data || *r->vnc_password) && (!r->guacamole_seal.data || *r->guacamole_password);
}

void resource_blank(struct resource *r)
{
	r->guacamole_username = NULL;
	r->guacamole_password = "";
	r->vnc_password = "";
	if (r->type != TYPE_LINK)
		r->address = "";
}

/* ---- one ---- */

static struct problem *find(struct db *db, struct arena *a, const char *sql, struct db_args args, struct resource *out)
{
	struct resource r = { 0 };

	TRY(db_one(db, a, sql, args, &resource_row, &r));
	open_seals(a, &r);
	*out = r;
	return NULL;
}

struct problem *resource_find(struct db *db, struct arena *a, int64_t id, int64_t user_id, struct resource *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_resource WHERE id = ? AND user_id = ?";

	return find(db, a, sql, DB_ARGS(db_int(id), db_int(user_id)), out);
}

struct problem *resource_find_name(struct db *db, struct arena *a, const char *name, int64_t user_id,
                                   struct resource *out)
{
	/* names are ASCII; a client's text that is not would not be compared at all, but refused by the server */
	static const char sql[] =
		"SELECT " COLUMNS " FROM facility_resource WHERE name = CONVERT(? USING ascii) AND user_id = ?";

	return find(db, a, sql, DB_ARGS(db_text(name), db_int(user_id)), out);
}

struct problem *resource_find_id(struct db *db, struct arena *a, int64_t id, struct resource *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_resource WHERE id = ?";

	return find(db, a, sql, DB_ARGS(db_int(id)), out);
}

struct problem *resource_is_busy(struct db *db, struct arena *a, int64_t id, bool *out)
{
	static const char sql[] = "SELECT COUNT(*) FROM facility_resource WHERE id = ? AND state = 0";
	int64_t count;

	TRY(db_number(db, a, sql, DB_ARGS(db_int(id)), &count));
	*out = count > 0;
	return NULL;
}

struct problem *resource_plan(struct arena *a, const struct resource *r, struct launch_plan *out)
{
	return json_read(a, r->plan, strlen(r->plan), &JSON_FROM_SERVICE, &launch_plan_shape, out);
}

/* ---- many ---- */

/* Per scope: those of one user, those of all. Active ones are few and are read by the index of states. */
#define PAGE_SQL(where) "SELECT " COLUMNS " FROM facility_resource WHERE " where " ORDER BY id DESC LIMIT ? OFFSET ?"
#define COUNT_SQL(where) "SELECT COUNT(*) FROM facility_resource WHERE " where
#define SCOPE_SQL(where)                  \
	{                                     \
		PAGE_SQL(where), COUNT_SQL(where) \
	}
static const struct scope_sql {
	const char *page, *count;
} of_user[SCOPE_N] = {
	[SCOPE_ACTIVE] = SCOPE_SQL("user_id = ? AND state IN (0, 1, 2)"),
	[SCOPE_NOT_REMOVED] = SCOPE_SQL("user_id = ? AND state <> 5"),
	[SCOPE_EVER] = SCOPE_SQL("user_id = ?"),
}, of_all[SCOPE_N] = {
	[SCOPE_ACTIVE] = SCOPE_SQL("state IN (0, 1, 2)"),
	[SCOPE_NOT_REMOVED] = SCOPE_SQL("state <> 5"),
	[SCOPE_EVER] = SCOPE_SQL("TRUE"),
};

struct problem *resource_page(struct db *db, struct arena *a, int64_t user_id, enum resource_scope scope,
                              int64_t offset, int64_t limit, struct list *out)
{
	struct list list;

	if (user_id)
		TRY(db_rows(db, a, of_user[scope].page, DB_ARGS(db_int(user_id), db_int(limit), db_int(offset)), &resource_row,
		            &list));
	else
		TRY(db_rows(db, a, of_all[scope].page, DB_ARGS(db_int(limit), db_int(offset)), &resource_row, &list));
	for (size_t i = 0; i < list.count; i++)
		open_seals(a, (struct resource *)list.items + i);
	*out = list;
	return NULL;
}

struct problem *resource_count(struct db *db, struct arena *a, int64_t user_id, enum resource_scope scope, int64_t *out)
{
	if (user_id)
		return db_number(db, a, of_user[scope].count, DB_ARGS(db_int(user_id)), out);
	return db_number(db, a, of_all[scope].count, DB_NONE, out);
}
