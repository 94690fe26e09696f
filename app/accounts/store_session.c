/* store_session.c - browser sessions as rows of account_session.
 * Speaks SQL and nothing else. Contracts are in store.h. */
#include "app/accounts/store.h"

static const struct field session_fields[] = { FIELD_OUT(struct session, id, "number"),
	                                           FIELD_OUT(struct session, user_id, "whose"),
	                                           FIELD_OUT(struct session, username, "login name"),
	                                           FIELD_OUT(struct session, superuser, "may do everything"),
	                                           FIELD_OUT(struct session, staff, "may enter the administration"),
	                                           FIELD_END };
static const struct shape session_row = SHAPE("Session", struct session, session_fields);

struct problem *session_insert(struct db *db, struct arena *a, const struct session_ask *ask, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO account_session (token_hash, user_id, created_at, expires_at, address)"
		" VALUES (?, ?, ?, ?, ?)";
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_bytes(ask->token_hash), db_int(ask->user_id), db_at(ask->created_at), db_at(ask->expires_at),
	                   db_text(ask->address)),
	           &done));
	*id = done.insert_id;
	return NULL;
}

struct problem *session_find(struct db *db, struct arena *a, struct bytes token_hash, struct instant now,
                             struct session *out, bool *found)
{
	static const char sql[] =
		"SELECT s.id, s.user_id, u.username, u.superuser, u.staff"
		"  FROM account_session AS s JOIN account_user AS u ON u.id = s.user_id"
		" WHERE s.token_hash = ? AND s.expires_at > ? AND u.active";

	return db_maybe_one(db, a, sql, DB_ARGS(db_bytes(token_hash), db_at(now)), &session_row, out, found);
}

struct problem *session_delete(struct db *db, struct arena *a, struct bytes token_hash)
{
	static const char sql[] = "DELETE FROM account_session WHERE token_hash = ?";

	return db_run(db, a, sql, DB_ARGS(db_bytes(token_hash)), NULL);
}

struct problem *session_delete_of(struct db *db, struct arena *a, int64_t user_id)
{
	static const char sql[] = "DELETE FROM account_session WHERE user_id = ?";

	return db_run(db, a, sql, DB_ARGS(db_int(user_id)), NULL);
}

struct problem *session_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
{
	static const char sql[] = "DELETE FROM account_session WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_at(now), db_int(most)), &done));
	*gone = done.affected;
	return NULL;
}
