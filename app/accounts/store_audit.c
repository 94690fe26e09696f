/* store_audit.c - who did what, as rows of account_audit.
 * Speaks SQL and nothing else. Contracts are in accounts.h. */
#include "app/accounts/store.h"
#include "lib/base/text.h"

/* characters of the columns */
#define OBJECT_NAME_MOST 255
#define DETAIL_MOST 2000

static const char *cut(struct arena *a, const char *text, size_t chars)
{
	return text ? arena_text_n(a, text, utf8_cut(text, chars)) : "";
}

struct problem *audit_add(struct db *db, struct arena *a, int64_t actor_id, const char *action, const char *object_kind,
                          int64_t object_id, const char *object_name, const char *detail)
{
	static const char sql[] =
		"INSERT INTO account_audit (at, actor_id, actor_name, action, object_kind, object_id, object_name, detail)"
		" VALUES (?, ?, COALESCE((SELECT username FROM account_user WHERE id = ?), ''), ?, ?, ?, ?, ?)";
	const struct db_arg actor = actor_id ? db_int(actor_id) : db_null();

	return db_run(db, a, sql,
	              DB_ARGS(db_at(clock_now()), actor, actor, db_text(action), db_text(object_kind), db_int(object_id),
	                      db_text(cut(a, object_name, OBJECT_NAME_MOST)), db_text(cut(a, detail, DETAIL_MOST))),
	              NULL);
}
