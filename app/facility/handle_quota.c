/* handle_quota.c - what a user may hold at once, and what he holds. */
#include "app/accounts/accounts.h"
#include "app/facility/handle.h"
#include "app/facility/image.h"
#include "app/facility/quota.h"
#include "app/facility/shapes.h"
#include "lib/base/text.h"

static struct problem *reply_quota(struct req *r, const struct quota *quota)
{
	const struct quota_view view = {
		.cpu = quota->cpu,
		.memory = size_text_gib(r->arena, quota->memory_bytes),
		.hdd = size_text_gib(r->arena, quota->hdd_bytes),
		.max_simultaneous = quota->max_simultaneous,
	};

	return reply_shape(r, 200, &quota_view_shape, &view);
}

/* GET /quota/{username}/ */
struct problem *quota_show(struct req *r)
{
	struct account account;
	struct quota quota;

	TRY(account_find(r->db, r->arena, req_param(r, "username"), &account));
	TRY(quota_find(r->db, r->arena, account.id, &quota));
	return reply_quota(r, &quota);
}

/* GET /used_quota/{username}/ */
struct problem *quota_used(struct req *r)
{
	struct account account;
	struct quota used;

	TRY(account_find(r->db, r->arena, req_param(r, "username"), &account));
	TRY(quota_used_sum(r->db, r->arena, account.id, &used));
	return reply_quota(r, &used);
}

static struct problem *quota_set_work(struct db *db, struct arena *a, void *context)
{
	struct req *r = context;
	const struct quota_ask *ask = r->body;
	struct quota quota = { .max_simultaneous = ask->max_simultaneous, .cpu = ask->cpu };
	struct account account;

	/* the shape has checked both texts */
	(void)size_read(ask->memory, &quota.memory_bytes);
	(void)size_read(ask->hdd, &quota.hdd_bytes);
	TRY(account_find(db, a, req_param(r, "username"), &account));
	TRY(quota_store(db, a, account.id, &quota));
	return audit_add(db, a, r->user->id, "set", "quota", account.id, account.username,
	                 arena_printf(a, "machines=%lld cpu=%lld memory=%s hdd=%s", (long long)quota.max_simultaneous,
	                              (long long)quota.cpu, ask->memory, ask->hdd));
}

/* POST /quota/{username}/ - whether he had one of his own or not (defect 53). */
struct problem *quota_set(struct req *r)
{
	TRY(db_transaction(r->db, r->arena, quota_set_work, r));
	return reply_empty(r, 200);
}
