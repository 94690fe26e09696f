/* jobs.c - what the occupancy app does by the clock: removing spaces that have expired, summing up old history. */
#include "app/occupancy/jobs.h"

#include "app/occupancy/conf.h"
#include "app/occupancy/store.h"

enum { SPACES_AT_ONCE = 200, DAY_S = 86400 };

static struct problem *purge(struct job *j)
{
	int64_t removed = 0;

	do {
		TRY(spaces_purge(j->db, j->arena, clock_now(), SPACES_AT_ONCE, &removed));
		TRY(job_renew(j));
	} while (removed == SPACES_AT_ONCE && !job_should_stop(j));
	return NULL;
}

static struct instant midnight_days_ago(int64_t days)
{
	const int64_t day_us = DAY_S * US_PER_S;

	return (struct instant){ (clock_now().us / day_us - days) * day_us };
}

static struct problem *sum(struct job *j)
{
	const struct instant until = midnight_days_ago(occupancy_conf.history_events_days);
	const struct instant forget = midnight_days_ago(occupancy_conf.history_days);
	int64_t done = 0;

	do {
		TRY(events_sum(j->db, j->arena, until, forget, SPACES_AT_ONCE, &done));
		TRY(job_renew(j));
	} while (done == SPACES_AT_ONCE && !job_should_stop(j));
	return NULL;
}

/* clang-format off */
const struct schedule occupancy_schedules[] = {
	{ "occupancy.purge", "removes spaces whose lifetime has ended, with their history", 600,   false, 300, purge },
	{ "occupancy.sum",   "sums up old history by the hour, and forgets the oldest",     3600,  false, 300, sum   },
	{ 0 },
};
/* clang-format on */
