/* objects.c - single objects, or some, by their keys. */
#include "app/admin/query.h"
#include "lib/base/text.h"

#define SQL_MOST 16384

const struct admin_column *object_columns(const struct admin_model *m)
{
	return m->fields ? m->fields : m->columns;
}

static struct problem *one(struct req *r, const struct admin_model *m, const char *key, const char *sql,
                           struct row *out, bool *found)
{
	struct db_arg arg = db_text(key);
	struct list rows;
	int64_t n;

	*found = false;
	if (!m->key_is_text) {
		if (!num_read(key, 1, INT64_MAX, &n))
			return NULL;
		arg = db_int(n);
	}
	TRY(rows_read(r->db, r->arena, sql, DB_ARGS(arg), &rows));
	if (rows.count > 0) {
		*out = *(const struct row *)rows.items;
		*found = true;
	}
	return NULL;
}

struct problem *object_read(struct req *r, const struct admin_model *m, const char *key, struct row *out, bool *found)
{
	struct buf sql;
	int n = 0;

	buf_init(&sql, r->arena, SQL_MOST);
	buf_printf(&sql, "SELECT CAST(%s AS CHAR) AS object", m->key);
	for (const struct admin_column *c = object_columns(m); c->sql; c++)
		buf_printf(&sql, ", CAST(%s AS CHAR) AS c%d", c->sql, n++);
	buf_printf(&sql, " FROM %s WHERE %s = ?", m->from, m->key);
	return one(r, m, key, buf_string(&sql), out, found);
}

struct problem *object_title(struct req *r, const struct admin_model *m, const char *key, struct row *out, bool *found)
{
	const char *sql =
		arena_printf(r->arena, "SELECT CAST(%s AS CHAR) AS object, CAST(%s AS CHAR) AS c0 FROM %s WHERE %s = ?", m->key,
	                 m->title, m->from, m->key);

	return one(r, m, key, sql, out, found);
}

struct problem *object_titles(struct req *r, const struct admin_model *m, const char *ids, struct list *out)
{
	const char *sql =
		arena_printf(r->arena,
	                 "SELECT CAST(%s AS CHAR) AS object, CAST(%s AS CHAR) AS c0 FROM %s"
	                 " WHERE %s IN (SELECT n FROM JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT PATH '$')) AS chosen)"
	                 " ORDER BY %s LIMIT ?",
	                 m->key, m->title, m->from, m->key, m->key);

	return rows_read(r->db, r->arena, sql, DB_ARGS(db_text(ids), db_int(CHOSEN_MOST)), out);
}
