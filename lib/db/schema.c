/* schema.c - what migrations need of a database: that it exists, and that Sqitch's registry in it is whole.
 *
 * Sqitch makes its registry statement by statement and enters the release last; killed in between, it would take
 * the half for the whole. A registry without a release has recorded nothing yet and may be made anew. */
#include "lib/db/internal.h"

#include <mysqld_error.h>
#include <stdio.h>

struct change {
	const char *name;
};
static const struct field change_fields[] = { FIELD_OUT(struct change, name, "of the Sqitch change"), FIELD_END };
static const struct shape change_shape = SHAPE("Change", struct change, change_fields);

struct problem *db_schema_change(struct db *db, struct arena *a, const char **out)
{
	static const char sql[] =
		"SELECT `change` AS name"
		"  FROM changes"
		" WHERE project = 'portico'"
		" ORDER BY committed_at DESC"
		" LIMIT 1";
	struct change last = { 0 };
	bool found = false;

	db->error.number = 0;
	struct problem *p = db_maybe_one(db, a, sql, DB_NONE, &change_shape, &last, &found);
	if (p && (db->error.number == ER_NO_SUCH_TABLE || db->error.number == ER_BAD_DB_ERROR))
		p = NULL;
	if (!p)
		*out = last.name;
	return p;
}

/* `name` between backquotes, as an identifier. */
static char *identifier(struct arena *a, const char *name)
{
	struct buf b;

	buf_init(&b, a, 200);
	buf_char(&b, '`');
	for (; *name; name++) {
		if (*name == '`')
			buf_char(&b, '`');
		buf_char(&b, *name);
	}
	buf_char(&b, '`');
	return arena_text(a, buf_string(&b));
}

struct problem *db_create_database(struct db *db, struct arena *a)
{
	const char *name = db->options.database;
	struct problem *p = connection_ready(db, a);

	if (!p || db->error.number != ER_BAD_DB_ERROR || !name)
		return p;

	/* another connection, to no database; the option file's is overridden by one that always exists */
	struct db *server;
	struct db_conf conf = db->conf;
	conf.database = "information_schema";
	TRY(db_open(a, &conf, &server));
	char *sql = arena_printf(a, "CREATE DATABASE IF NOT EXISTS %s CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
	                         identifier(a, name));
	p = db_run(server, a, sql, DB_NONE, NULL);
	db_close(server);
	TRY(p);
	return connection_ready(db, a);
}

/* ---- the registry ---- */

/* `releases` goes last: while it is there and empty, the rest is known to be a half. */
static const char *const registry_drops[] = {
	"DROP TABLE IF EXISTS dependencies", "DROP TABLE IF EXISTS events",   "DROP TABLE IF EXISTS tags",
	"DROP TABLE IF EXISTS changes",      "DROP TABLE IF EXISTS projects", "DROP FUNCTION IF EXISTS checkit",
	"DROP TABLE IF EXISTS releases",
};

/* Whether Sqitch's table of that name is here; the comment tells it from somebody else's. */
static struct problem *registry_table(struct db *db, struct arena *a, const char *name, const char *comment, bool *out)
{
	static const char sql[] =
		"SELECT COUNT(*)"
		"  FROM information_schema.tables"
		" WHERE table_schema = DATABASE() AND table_name = ? AND table_comment LIKE ?";
	int64_t n = 0;

	TRY(db_number(db, a, sql, DB_ARGS(db_text(name), db_text(comment)), &n));
	*out = n > 0;
	return NULL;
}

struct problem *db_repair_registry(struct db *db, struct arena *a, bool *repaired)
{
	bool releases, changes;
	int64_t released = 0, changed = 0;

	*repaired = false;
	TRY(registry_table(db, a, "releases", "Sqitch registry releases.", &releases));
	if (!releases)
		return NULL;
	TRY(db_number(db, a, "SELECT COUNT(*) FROM releases", DB_NONE, &released));
	if (released)
		return NULL;
	TRY(registry_table(db, a, "changes", "Tracks the changes currently deployed%", &changes));
	if (changes)
		TRY(db_number(db, a, "SELECT COUNT(*) FROM changes", DB_NONE, &changed));
	if (changed)
		return problem_because(problem_new(a, &PROBLEM_INTERNAL,
		                                   "Sqitch's registry knows changes but no release of its own"),
		                       "rows in changes, none in releases");
	for (size_t i = 0; i < sizeof(registry_drops) / sizeof(registry_drops[0]); i++)
		TRY(db_run(db, a, registry_drops[i], DB_NONE, NULL));
	*repaired = true;
	return NULL;
}
