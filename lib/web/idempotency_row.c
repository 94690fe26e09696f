/* idempotency_row.c - keys of requests as rows of web_idempotency. Every instant is the database's, so that workers on several
 * machines agree on what has ended. */
#include "lib/web/idempotency_row.h"

#include "lib/base/log.h"
#include "lib/base/uuid.h"
#include "lib/web/idempotency.h"
#include "lib/web/web.h"

#define TRIM_EVERY 64 /* one in so many claims looks how many keys its caller has */

/* clang-format off */
static const struct field row_fields[] = {
	FIELD_OUT(struct key_row, id,           "key"),
	FIELD_OUT(struct key_row, fingerprint,  "of the request"),
	FIELD_OUT(struct key_row, status,       "of the answer"),
	FIELD_OUT(struct key_row, content_type, "of the answer"),
	FIELD_OUT(struct key_row, headers,      "of the answer"),
	FIELD_OUT(struct key_row, body,         "of the answer"),
	FIELD_OUT(struct key_row, kept,         "whether the body is here"),
	FIELD_OUT(struct key_row, held,         "whether somebody is at it"),
	FIELD_OUT(struct key_row, expired,      "whether it no longer counts"),
	FIELD_OUT(struct key_row, about_kind,   "what it is about"),
	FIELD_OUT(struct key_row, about_id,     "which of them"),
	FIELD_END,
};
/* clang-format on */
static const struct shape row_shape = SHAPE("IdempotencyKeyRow", struct key_row, row_fields);

static int64_t claim_new(void)
{
	uint64_t random;

	random_bytes(&random, sizeof(random));
	return (int64_t)(random >> 1);
}

/* A caller who floods pushes his own oldest answers out, nobody else's. */
static struct problem *trim(struct db *db, struct arena *a, const struct key *k)
{
	static const char find[] =
		"SELECT COALESCE((SELECT id FROM web_idempotency WHERE caller = ? ORDER BY id DESC LIMIT 1 OFFSET ?), 0)";
	static const char drop[] = "DELETE FROM web_idempotency WHERE caller = ? AND id <= ? AND status IS NOT NULL";
	int64_t last = 0;

	if (k->claim % TRIM_EVERY != 0) /* ids are not consecutive in a cluster (auto_increment_increment) */
		return NULL;
	TRY(db_number(db, a, find, DB_ARGS(db_text(k->caller), db_int(web_conf.idempotency_keys)), &last));
	return last > 0 ? db_run(db, a, drop, DB_ARGS(db_text(k->caller), db_int(last)), NULL) : NULL;
}

struct problem *key_insert(struct db *db, struct arena *a, struct key *k, bool *claimed)
{
	static const char sql[] =
		"INSERT INTO web_idempotency (caller, key_text, fingerprint, claim, lease_until, created_at, expires_at)"
		" VALUES (?, ?, ?, ?, NOW(6) + INTERVAL ? SECOND, NOW(6), NOW(6) + INTERVAL ? SECOND)";
	const int64_t claim = claim_new();
	struct db_done done;
	struct problem *trimmed;
	struct problem *p = db_run(db, a, sql,
	                           DB_ARGS(db_text(k->caller), db_text(k->text), db_bytes(k->fingerprint), db_int(claim),
	                                   db_int(web_conf.idempotency_lease_s), db_int(web_conf.idempotency_keep_s)),
	                           &done);

	*claimed = !p;
	if (db_is_duplicate(p, "web_idempotency_key"))
		return NULL;
	TRY(p);
	k->id = done.insert_id;
	k->claim = claim;
	trimmed = trim(db, a, k);
	if (trimmed)
		log_problem(trimmed); /* another claim will; this one stands */
	return NULL;
}

struct problem *key_find(struct db *db, struct arena *a, const struct key *k, struct key_row *out, bool *found)
{
	static const char sql[] =
		"SELECT id, fingerprint, status, content_type, headers, body, kept, lease_until > NOW(6) AS held,"
		"       expires_at <= NOW(6) AS expired, about_kind, about_id"
		"  FROM web_idempotency WHERE caller = ? AND key_text = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(k->caller), db_text(k->text)), &row_shape, out, found);
}

struct problem *key_take(struct db *db, struct arena *a, struct key *k, const struct key_row *row, bool *claimed)
{
	static const char sql[] =
		"UPDATE web_idempotency SET claim = ?, lease_until = NOW(6) + INTERVAL ? SECOND"
		" WHERE id = ? AND status IS NULL AND lease_until <= NOW(6)";
	const int64_t claim = claim_new();
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_int(claim), db_int(web_conf.idempotency_lease_s), db_int(row->id)), &done));
	*claimed = done.affected == 1;
	if (*claimed) {
		k->id = row->id;
		k->claim = claim;
		k->about_kind = row->about_kind;
		k->about_id = row->about_id.n;
	}
	return NULL;
}

struct problem *key_delete_expired(struct db *db, struct arena *a, int64_t id)
{
	static const char sql[] = "DELETE FROM web_idempotency WHERE id = ? AND expires_at <= NOW(6)";

	return db_run(db, a, sql, DB_ARGS(db_int(id)), NULL);
}

#define OURS " WHERE id = ? AND claim = ? AND status IS NULL"

struct problem *key_finish(struct db *db, struct arena *a, const struct key *k, const struct key_answer *answer,
                           bool *ours)
{
	static const char sql[] =
		"UPDATE web_idempotency SET status = ?, content_type = ?, headers = ?, body = ?, kept = ?" OURS;
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_int(answer->status), db_text(answer->content_type), db_text(answer->headers),
	                   db_bytes(answer->body), db_bool(answer->kept), db_int(k->id), db_int(k->claim)),
	           &done));
	*ours = done.affected == 1;
	return NULL;
}

struct problem *key_about(struct db *db, struct arena *a, const struct key *k, const char *kind, int64_t id, bool *ours)
{
	static const char sql[] = "UPDATE web_idempotency SET about_kind = ?, about_id = ?" OURS;
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_text(kind), db_int(id), db_int(k->id), db_int(k->claim)), &done));
	*ours = done.affected == 1;
	return NULL;
}

struct problem *key_release(struct db *db, struct arena *a, const struct key *k)
{
	static const char drop[] = "DELETE FROM web_idempotency" OURS " AND about_kind IS NULL";
	static const char free_it[] = "UPDATE web_idempotency SET lease_until = NOW(6)" OURS;

	TRY(db_run(db, a, drop, DB_ARGS(db_int(k->id), db_int(k->claim)), NULL));
	return db_run(db, a, free_it, DB_ARGS(db_int(k->id), db_int(k->claim)), NULL);
}

/* ---- forgetting ---- */

struct problem *idempotency_forget(struct db *db, struct arena *a, const char *kind, int64_t id)
{
	static const char sql[] = "DELETE FROM web_idempotency WHERE about_kind = ? AND about_id = ?";

	return db_run(db, a, sql, DB_ARGS(db_text(kind), db_int(id)), NULL);
}

/* A claim that is still held is left alone, however old its key. Rows are counted, not told from their ids: ids have gaps. */
struct problem *idempotency_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
{
	static const char expired[] =
		"DELETE FROM web_idempotency WHERE expires_at <= ? AND (status IS NOT NULL OR lease_until <= ?) LIMIT ?";
	static const char count[] = "SELECT COUNT(*) FROM web_idempotency";
	static const char oldest[] =
		"DELETE FROM web_idempotency WHERE status IS NOT NULL OR lease_until <= ? ORDER BY id LIMIT ?";
	struct db_done done;
	int64_t beyond;

	TRY(db_run(db, a, expired, DB_ARGS(db_at(now), db_at(now), db_int(most)), &done));
	*gone = done.affected;
	TRY(db_number(db, a, count, DB_NONE, &beyond));
	beyond -= web_conf.idempotency_rows;
	if (beyond > most - *gone)
		beyond = most - *gone;
	if (beyond <= 0)
		return NULL;
	TRY(db_run(db, a, oldest, DB_ARGS(db_at(now), db_int(beyond)), &done));
	*gone += done.affected;
	return NULL;
}
