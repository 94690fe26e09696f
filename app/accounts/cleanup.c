/* cleanup.c - the schedule accounts.cleanup. Rows go in batches, so that no transaction is long and logins never wait. */
#include "app/accounts/cleanup.h"

#include "app/accounts/store.h"
#include "lib/base/log.h"
#include "lib/web/idempotency.h"

#define BATCH 1000
#define BATCHES_MOST 1000 /* of one turn; what is left waits for the next */

typedef struct problem *(sweep)(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone);

static struct problem *sweep_all(struct job *j, sweep *one, const char *what)
{
	int64_t total = 0, gone = BATCH;

	for (int i = 0; i < BATCHES_MOST && gone == BATCH; i++) {
		TRY(one(j->db, j->arena, clock_now(), BATCH, &gone));
		total += gone;
		if (gone == BATCH)
			TRY(job_renew(j));
	}
	if (total)
		LOG(LOG_INFO, "swept", L_TEXT("what", what), L_INT("rows", total));
	return NULL;
}

struct problem *accounts_cleanup(struct job *j)
{
	TRY(sweep_all(j, session_sweep, "expired sessions"));
	TRY(sweep_all(j, throttle_sweep, "forgotten login failures"));
	return sweep_all(j, idempotency_sweep, "expired idempotency keys");
}
