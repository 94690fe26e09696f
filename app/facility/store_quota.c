/* store_quota.c - quotas as columns of facility_member, and the sums of what is used.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h and quota.h. */
#include "app/facility/conf.h"
#include "app/facility/quota.h"

/* clang-format off */
static const struct field quota_row_fields[] = {
	FIELD_OUT(struct quota, max_simultaneous, "resources"),
	FIELD_OUT(struct quota, cpu, "CPUs"),
	FIELD_OUT(struct quota, memory_bytes, "memory"),
	FIELD_OUT(struct quota, hdd_bytes, "storage"),
	FIELD_END,
};
static const struct shape quota_row = SHAPE("QuotaRow", struct quota, quota_row_fields);
/* clang-format on */

#define EFFECTIVE                                                                        \
	"SELECT COALESCE(max_simultaneous, ?) AS max_simultaneous, COALESCE(cpu, ?) AS cpu," \
	" COALESCE(memory_bytes, ?) AS memory_bytes, COALESCE(hdd_bytes, ?) AS hdd_bytes"    \
	" FROM facility_member WHERE user_id = ?"
#define EFFECTIVE_ARGS(user)                                                    \
	DB_ARGS(db_int(facility_conf.max_resources), db_int(facility_conf.max_cpu), \
	        db_int(facility_conf.max_memory_bytes), db_int(facility_conf.max_hdd_bytes), db_int(user))

struct problem *quota_find(struct db *db, struct arena *a, int64_t user_id, struct quota *out)
{
	static const char sql[] = EFFECTIVE;
	bool found;

	*out = (struct quota){
		.max_simultaneous = facility_conf.max_resources,
		.cpu = facility_conf.max_cpu,
		.memory_bytes = facility_conf.max_memory_bytes,
		.hdd_bytes = facility_conf.max_hdd_bytes,
	};
	return db_maybe_one(db, a, sql, EFFECTIVE_ARGS(user_id), &quota_row, out, &found);
}

struct problem *quota_lock(struct db *db, struct arena *a, int64_t user_id, struct quota *out)
{
	static const char make[] = "INSERT IGNORE INTO facility_member (user_id) VALUES (?)";
	static const char lock[] = EFFECTIVE " FOR UPDATE";
	bool found;

	TRY(db_maybe_one(db, a, lock, EFFECTIVE_ARGS(user_id), &quota_row, out, &found));
	if (found)
		return NULL;
	TRY(db_run(db, a, make, DB_ARGS(db_int(user_id)), NULL));
	return db_one(db, a, lock, EFFECTIVE_ARGS(user_id), &quota_row, out);
}

struct problem *quota_store(struct db *db, struct arena *a, int64_t user_id, const struct quota *q)
{
	static const char sql[] =
		"INSERT INTO facility_member (user_id, max_simultaneous, cpu, memory_bytes, hdd_bytes)"
		" VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE max_simultaneous = VALUES(max_simultaneous),"
		" cpu = VALUES(cpu), memory_bytes = VALUES(memory_bytes), hdd_bytes = VALUES(hdd_bytes)";

	return db_run(db, a, sql,
	              DB_ARGS(db_int(user_id), db_int(q->max_simultaneous), db_int(q->cpu), db_int(q->memory_bytes),
	                      db_int(q->hdd_bytes)),
	              NULL);
}

struct problem *quota_used_sum(struct db *db, struct arena *a, int64_t user_id, struct quota *out)
{
	static const char sql[] =
		"SELECT COUNT(*) AS max_simultaneous, CAST(COALESCE(SUM(num_cpus), 0) AS SIGNED) AS cpu,"
		" CAST(COALESCE(SUM(memory_bytes), 0) AS SIGNED) AS memory_bytes,"
		" CAST(COALESCE(SUM(hdd_bytes), 0) AS SIGNED) AS hdd_bytes"
		"  FROM facility_resource WHERE user_id = ? AND active_session IS NOT NULL";

	return db_one(db, a, sql, DB_ARGS(db_int(user_id)), &quota_row, out);
}
