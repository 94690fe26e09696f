/* store.h - the SQL that the tables of models make, run; and the audit trail read. A store sees no request. */
#ifndef PORTICO_ADMIN_STORE_H
#define PORTICO_ADMIN_STORE_H

#include "lib/base/shape.h"
#include "lib/db/db.h"

#define CELLS_MOST 20

/* A row of any model: everything as text, NULL as NULL. */
struct row {
	const char *object; /* its key */
	const char *cells[CELLS_MOST];
};

/* SQL whose columns are called object and c0, c1, …: as struct row. */
struct problem *rows_read(struct db *db, struct arena *a, const char *sql, struct db_args args, struct list *out)
	MUST_CHECK;

/* One line of the audit trail. */
struct trail {
	struct instant at;
	const char *actor_name;
	const char *action, *object_kind;
	int64_t object_id;
	const char *object_name, *detail;
};

/* Newest first. */
struct problem *trail_of_object(struct db *db, struct arena *a, const char *object_kind, int64_t object_id,
                                int64_t limit, struct list *out) MUST_CHECK;
struct problem *trail_of_actor(struct db *db, struct arena *a, int64_t actor_id, int64_t limit, struct list *out)
	MUST_CHECK;

#endif
