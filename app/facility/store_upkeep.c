/* store_upkeep.c - what looking after resources needs: brief rows for reconciling, forgetting, the installation's id.
 * Speaks SQL and nothing else: no request, no call-outs. Contracts are in resource.h. */
#include "app/facility/resource.h"
#include "app/facility/shapes_resource.h"
#include "lib/base/uuid.h"

#define BRIEF_COLUMNS "id, name, type, state, guacamole_username, guacamole_connection_id, created_at, changed_at"

struct problem *resource_briefs(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
{
	/* states before stopped, and removing: those that somebody has yet to do something about */
	static const char sql[] = "SELECT " BRIEF_COLUMNS
							  "  FROM facility_resource"
							  " WHERE state IN (0, 1, 2, 4) AND id > ?"
							  " ORDER BY id LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(after_id), db_int(limit)), &resource_brief_row, out);
}

struct problem *resource_brief_of(struct db *db, struct arena *a, const char *name, struct resource_brief *out,
                                  bool *found)
{
	static const char sql[] = "SELECT " BRIEF_COLUMNS " FROM facility_resource WHERE name = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(name)), &resource_brief_row, out, found);
}

struct problem *resource_set_connection(struct db *db, struct arena *a, int64_t id, int64_t connection_id)
{
	static const char sql[] = "UPDATE facility_resource SET guacamole_connection_id = ? WHERE id = ? AND state = 1";

	return db_run(db, a, sql, DB_ARGS(db_int(connection_id), db_int(id)), NULL);
}

struct problem *resource_forget(struct db *db, struct arena *a, struct instant before, int64_t limit, int64_t *gone)
{
	static const char sql[] = "DELETE FROM facility_resource WHERE state IN (5, 6) AND changed_at < ? LIMIT ?";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_at(before), db_int(limit)), &done));
	*gone = done.affected;
	return NULL;
}

struct problem *resource_stopped_before(struct db *db, struct arena *a, struct instant before, int64_t limit,
                                        struct list *out)
{
	static const char sql[] = "SELECT " BRIEF_COLUMNS
							  "  FROM facility_resource"
							  " WHERE state = 3 AND changed_at < ?"
							  " ORDER BY changed_at LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_at(before), db_int(limit)), &resource_brief_row, out);
}

struct instance {
	const char *uuid;
};
static const struct field instance_fields[] = {
	FIELD_OUT(struct instance, uuid, "of this installation"),
	FIELD_END,
};
static const struct shape instance_row = SHAPE("FacilityInstance", struct instance, instance_fields);

struct problem *instance_id(struct db *db, struct arena *a, const char **out)
{
	static const char find[] = "SELECT uuid FROM facility_instance WHERE only_row = 1";
	static const char make[] = "INSERT IGNORE INTO facility_instance (only_row, uuid) VALUES (1, ?)";
	struct instance i = { NULL };
	bool found;

	TRY(db_maybe_one(db, a, find, DB_NONE, &instance_row, &i, &found));
	if (!found) {
		TRY(db_run(db, a, make, DB_ARGS(db_text(uuid_new(a))), NULL));
		TRY(db_one(db, a, find, DB_NONE, &instance_row, &i));
	}
	*out = i.uuid;
	return NULL;
}
