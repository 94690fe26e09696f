/* store_throttle.c - failed logins as rows of account_throttle.
 * Speaks SQL and nothing else; what is counted and how much is too much is throttle.c's. Contracts are in store.h. */
#include "app/accounts/store.h"

static const struct field failures_fields[] = { FIELD_OUT(struct failures, failures, "how many"),
	                                            FIELD_OUT(struct failures, expires_at, "forgotten then"), FIELD_END };
static const struct shape failures_row = SHAPE("Failures", struct failures, failures_fields);

struct problem *throttle_find(struct db *db, struct arena *a, struct bytes key, struct instant now,
                              struct failures *out)
{
	static const char sql[] =
		"SELECT failures, expires_at"
		"  FROM account_throttle"
		" WHERE key_hash = ? AND expires_at > ?";
	struct failures row = { .expires_at = instant_none() };
	bool found;

	TRY(db_maybe_one(db, a, sql, DB_ARGS(db_bytes(key), db_at(now)), &failures_row, &row, &found));
	*out = row;
	return NULL;
}

struct problem *throttle_count(struct db *db, struct arena *a, const struct throttle_count *count, struct failures *out)
{
	/* One statement, so that parallel failures are counted one by one. MariaDB assigns from left to right: the second
	 * assignment sees the new `failures` and the old `expires_at`. 1 means that the count begins anew. */
	static const char sql[] =
		"INSERT INTO account_throttle (key_hash, failures, expires_at)"
		" VALUES (?, 1, ?)"
		" ON DUPLICATE KEY UPDATE"
		"   failures = IF(expires_at <= ?, 1, LEAST(failures + 1, 1000000)),"
		"   expires_at = CASE WHEN failures = ? THEN ? WHEN failures = 1 THEN ? ELSE expires_at END"
		" RETURNING failures, expires_at";
	const struct instant window = clock_after_s(count->now, count->window_s);
	const struct instant lockout = clock_after_s(count->now, count->lockout_s);

	return db_one(db, a, sql,
	              DB_ARGS(db_bytes(count->key), db_at(count->limit <= 1 ? lockout : window), db_at(count->now),
	                      db_int(count->limit), db_at(lockout), db_at(window)),
	              &failures_row, out);
}

struct problem *throttle_forget(struct db *db, struct arena *a, struct bytes key)
{
	static const char sql[] = "DELETE FROM account_throttle WHERE key_hash = ?";

	return db_run(db, a, sql, DB_ARGS(db_bytes(key)), NULL);
}

struct problem *throttle_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
{
	static const char sql[] = "DELETE FROM account_throttle WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_at(now), db_int(most)), &done));
	*gone = done.affected;
	return NULL;
}
