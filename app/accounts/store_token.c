/* store_token.c - keys for programs as rows of account_token.
 * Speaks SQL and nothing else. Contracts are in store.h. */
#include "app/accounts/store.h"

static const struct field owner_fields[] = { FIELD_OUT(struct credential, id, "number"),
	                                         FIELD_OUT(struct credential, username, "login name"),
	                                         FIELD_OUT(struct credential, superuser, "may do everything"),
	                                         FIELD_OUT(struct credential, staff, "may enter the administration"),
	                                         FIELD_OUT(struct credential, active, "may log in"),
	                                         FIELD_END };
static const struct shape owner_row = SHAPE("TokenOwner", struct credential, owner_fields);

struct problem *token_set(struct db *db, struct arena *a, int64_t user_id, struct bytes token_hash, struct instant at)
{
	static const char sql[] =
		"INSERT INTO account_token (user_id, token_hash, created_at)"
		" VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE token_hash = VALUES(token_hash), created_at = VALUES(created_at)";

	return db_run(db, a, sql, DB_ARGS(db_int(user_id), db_bytes(token_hash), db_at(at)), NULL);
}

struct problem *token_find(struct db *db, struct arena *a, struct bytes token_hash, struct credential *out, bool *found)
{
	static const char sql[] =
		"SELECT u.id, u.username, u.superuser, u.staff, u.active"
		"  FROM account_token AS t JOIN account_user AS u ON u.id = t.user_id"
		" WHERE t.token_hash = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_bytes(token_hash)), &owner_row, out, found);
}

struct problem *token_delete(struct db *db, struct arena *a, int64_t user_id, bool *had)
{
	static const char sql[] = "DELETE FROM account_token WHERE user_id = ?";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_int(user_id)), &done));
	*had = done.affected > 0;
	return NULL;
}
