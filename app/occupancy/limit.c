/* limit.c - how often one address may create, change and read. */
#include "app/occupancy/conf.h"
#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"
#include "lib/base/text.h"
#include "lib/web/rate.h"

static struct rates *rates;

struct problem *limits_start(struct process *p)
{
	return rates_open(p, "occupancy_rates", &rates);
}

static int64_t per_minute(enum limit limit)
{
	const int64_t limits[LIMIT_N] = {
		[LIMIT_CREATE] = occupancy_conf.creations_per_minute,
		[LIMIT_CHANGE] = occupancy_conf.changes_per_minute,
		[LIMIT_READ] = occupancy_conf.reads_per_minute,
	};

	return limits[limit];
}

struct problem *limit_check(struct req *r, enum limit limit)
{
	const char *address = req_address(r);
	struct problem *p;
	int wait_s;

	for (size_t i = 0; i < occupancy_conf.unlimited.count; i++)
		if (text_equal(occupancy_conf.unlimited.items[i], address))
			return NULL;
	wait_s = rate_take(rates, limit, address, per_minute(limit), r->now);
	if (wait_s == 0)
		return NULL;
	p = problem_new(r->arena, OCCUPANCY(P_RATE), NULL);
	p->retry_after_s = wait_s;
	return p;
}
