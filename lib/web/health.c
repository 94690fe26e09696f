/* health.c - for load balancers: is this worker there at all, and can it do its work? */
#include "lib/web/inner.h"
#include "lib/web/own.h"

struct problem *health_live(struct req *r)
{
	return reply_shape(r, 200, &health_shape, &(struct health){ .status = "ok" });
}

/* 503 says why: no database, another schema than this program was built for, a server that may lose commits. */
struct problem *health_ready(struct req *r)
{
	struct health health = { .status = "ok" };

	if (!r->db)
		health.why = "no database";
	else if (!db_ready(r->db, r->arena, web.schema, &health.why) && !health.why)
		health.why = "the database is not ready";
	if (!health.why)
		return reply_shape(r, 200, &health_shape, &health);
	health.status = "unavailable";
	return reply_shape(r, 503, &health_shape, &health);
}
