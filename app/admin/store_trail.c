/* store_trail.c - the audit trail as the administration reads it.
 * Speaks SQL and nothing else. Contracts are in store.h. */
#include "app/admin/store.h"

static const struct field fields[] = {
	FIELD_OUT(struct trail, at, "when"),         FIELD_OUT(struct trail, actor_name, "who"),
	FIELD_OUT(struct trail, action, "did what"), FIELD_OUT(struct trail, object_kind, "to what kind of thing"),
	FIELD_OUT(struct trail, object_id, "which"), FIELD_OUT(struct trail, object_name, "called"),
	FIELD_OUT(struct trail, detail, "more"),     FIELD_END,
};
static const struct shape shape = SHAPE("Trail", struct trail, fields);

#define TRAIL "SELECT at, actor_name, action, object_kind, object_id, object_name, detail FROM account_audit"

struct problem *trail_of_object(struct db *db, struct arena *a, const char *object_kind, int64_t object_id,
                                int64_t limit, struct list *out)
{
	static const char sql[] = TRAIL " WHERE object_kind = ? AND object_id = ? ORDER BY id DESC LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_text(object_kind), db_int(object_id), db_int(limit)), &shape, out);
}

struct problem *trail_of_actor(struct db *db, struct arena *a, int64_t actor_id, int64_t limit, struct list *out)
{
	static const char sql[] = TRAIL " WHERE actor_id = ? ORDER BY id DESC LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(actor_id), db_int(limit)), &shape, out);
}
