/* store_image.c - images as rows of facility_image.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h and image.h. */
#include <assert.h>

#include "app/facility/image.h"
#include "app/facility/problems.h"

const char *const resource_type_names[TYPE_N + 1] = {
	"", "docker_container", "kubernetes", "virtual_machine", "static_link", NULL,
};
static_assert(sizeof(resource_type_names) / sizeof(resource_type_names[0]) == TYPE_N + 1, "a name per type");

/* clang-format off */
static const struct field image_row_fields[] = {
	FIELD_OUT(struct image, id, "key"),
	FIELD_OUT(struct image, public_name, "what users launch"),
	FIELD_OUT(struct image, image, "Docker reference or URL"),
	FIELD_OUT(struct image, port_hook, "port to reach"),
	FIELD_OUT(struct image, logs_er, "readiness"),
	FIELD_OUT(struct image, protocol, "vnc, rdp, ssh or empty"),
	FIELD_OUT(struct image, cpu, "CPUs"),
	FIELD_OUT(struct image, memory_bytes, "memory"),
	FIELD_OUT(struct image, hdd_bytes, "storage"),
	FIELD_OUT(struct image, type, "resource type"),
	FIELD_END,
};
static const struct shape image_row = SHAPE("ImageRow", struct image, image_row_fields);
/* clang-format on */

#define COLUMNS "id, public_name, image, port_hook, logs_er, protocol, cpu, memory_bytes, hdd_bytes, type"

struct problem *image_find(struct db *db, struct arena *a, const char *public_name, struct image *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_image WHERE public_name = ?";

	return db_one(db, a, sql, DB_ARGS(db_text(public_name)), &image_row, out);
}

struct problem *image_find_id(struct db *db, struct arena *a, int64_t id, struct image *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_image WHERE id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &image_row, out);
}

struct problem *image_lock(struct db *db, struct arena *a, const char *public_name, struct image *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_image WHERE public_name = ? FOR UPDATE";

	return db_one(db, a, sql, DB_ARGS(db_text(public_name)), &image_row, out);
}

struct problem *image_rows(struct db *db, struct arena *a, int64_t offset, int64_t limit, struct list *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM facility_image ORDER BY id LIMIT ? OFFSET ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(limit), db_int(offset)), &image_row, out);
}

struct problem *image_count(struct db *db, struct arena *a, int64_t *out)
{
	static const char sql[] = "SELECT COUNT(*) FROM facility_image";

	return db_number(db, a, sql, DB_NONE, out);
}

struct problem *image_insert(struct db *db, struct arena *a, const struct image *i)
{
	static const char sql[] =
		"INSERT INTO facility_image (public_name, image, port_hook, logs_er, protocol, cpu, memory_bytes,"
		" hdd_bytes, type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct problem *p = db_run(db, a, sql,
	                           DB_ARGS(db_text(i->public_name), db_text(i->image), db_text(i->port_hook),
	                                   db_text(i->logs_er), db_text(i->protocol), db_int(i->cpu),
	                                   db_int(i->memory_bytes), db_int(i->hdd_bytes), db_int(i->type)),
	                           NULL);

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return problem_new(a, FACILITY(P_IMAGE_TAKEN), "Image %s already exists.", i->public_name);
	return p;
}

struct problem *image_update(struct db *db, struct arena *a, const struct image *i)
{
	static const char sql[] =
		"UPDATE facility_image SET image = ?, port_hook = ?, logs_er = ?, protocol = ?, cpu = ?,"
		" memory_bytes = ?, hdd_bytes = ?, type = ? WHERE id = ?";

	return db_run(db, a, sql,
	              DB_ARGS(db_text(i->image), db_text(i->port_hook), db_text(i->logs_er), db_text(i->protocol),
	                      db_int(i->cpu), db_int(i->memory_bytes), db_int(i->hdd_bytes), db_int(i->type),
	                      db_int(i->id)),
	              NULL);
}

/* The row is locked first: a launch that reads it meanwhile holds a reference by foreign key and waits. */
static struct problem *delete_work(struct db *db, struct arena *a, void *context)
{
	static const char lock[] = "SELECT id FROM facility_image WHERE public_name = ? FOR UPDATE";
	static const char used[] =
		"SELECT COUNT(*) FROM facility_resource WHERE image_id = ? AND active_session IS NOT NULL";
	static const char remove[] = "DELETE FROM facility_image WHERE id = ?";
	int64_t id, count;

	TRY(db_number(db, a, lock, DB_ARGS(db_text(context)), &id));
	TRY(db_number(db, a, used, DB_ARGS(db_int(id)), &count));
	if (count > 0)
		return problem_new(a, FACILITY(P_IMAGE_IN_USE), "%lld active resources use this image.", (long long)count);
	return db_run(db, a, remove, DB_ARGS(db_int(id)), NULL);
}

struct problem *image_delete(struct db *db, struct arena *a, const char *public_name)
{
	return db_transaction(db, a, delete_work, arena_text(a, public_name));
}
