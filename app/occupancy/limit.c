/* limit.c - how often one address may create, change and read. */
#include "app/occupancy/conf.h"
#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"
#include "lib/base/text.h"
#include "lib/web/rate.h"

enum limit { LIMIT_CREATE, LIMIT_CHANGE, LIMIT_READ };

static struct rates *rates;

struct problem *limits_start(struct process *p)
{
	return rates_open(p, "occupancy_rates", &rates);
}

static struct problem *take(struct req *r, enum limit limit, int64_t per_minute)
{
	const char *address = req_address(r);
	struct problem *p;
	int wait_s;

	for (size_t i = 0; i < occupancy_conf.unlimited.count; i++)
		if (text_equal(occupancy_conf.unlimited.items[i], address))
			return NULL;
	wait_s = rate_take(rates, limit, address, per_minute, r->now);
	if (wait_s == 0)
		return NULL;
	p = problem_new(r->arena, OCCUPANCY(P_RATE), NULL);
	p->retry_after_s = wait_s;
	return p;
}

struct problem *limit_create(struct req *r)
{
	return take(r, LIMIT_CREATE, occupancy_conf.creations_per_minute);
}

struct problem *limit_change(struct req *r)
{
	return take(r, LIMIT_CHANGE, occupancy_conf.changes_per_minute);
}

struct problem *limit_read(struct req *r)
{
	return take(r, LIMIT_READ, occupancy_conf.reads_per_minute);
}
