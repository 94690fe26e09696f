/* ready.c - whether requests may be answered from this database. */
#include "lib/db/internal.h"

#include <string.h>

/* Why the schema is not the expected one, or NULL. */
static const char *schema_wrong(struct db *db, struct arena *a, const char *expected)
{
	const char *last = NULL;
	struct problem *p = db_schema_change(db, a, &last);

	if (problem_is(p, &PROBLEM_DB_BUSY))
		return "the schema is being migrated";
	if (p)
		return problem_words(p);
	if (!last)
		return "the database has no schema: run portico migrate";
	if (strcmp(last, expected) != 0)
		return arena_printf(a, "the schema is at \"%s\", this program wants \"%s\": run portico migrate", last,
		                    expected);
	return NULL;
}

static const char *not_ready(struct db *db, struct arena *a, const char *expected)
{
	int64_t flush = 0;
	struct problem *p = db_number(db, a, "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit", DB_NONE, &flush);

	if (p)
		return problem_words(p);
	if (flush != 1)
		return "innodb_flush_log_at_trx_commit is not 1: a crash would lose what was acknowledged";
	return expected ? schema_wrong(db, a, expected) : NULL;
}

bool db_ready(struct db *db, struct arena *a, const char *expected_change, const char **why)
{
	db->once = true;
	const char *reason = not_ready(db, a, expected_change);
	db->once = false;
	*why = reason;
	return !reason;
}
