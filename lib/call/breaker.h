/* breaker.h - leaves a service alone that keeps failing: one record per service, shared by the machine's processes.
 * Used inside lib/call alone.
 *
 *   closed     calls pass; so many failures in a row open it
 *   open       calls are refused at once, for breaker_s
 *   half open  the first to ask makes one trial call; its success closes the breaker, its failure opens it again */
#ifndef PORTICO_CALL_BREAKER_H
#define PORTICO_CALL_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/app.h"
#include "lib/base/problem.h"

struct breaker; /* in shared memory; NULL means none and lets everything pass */

/* What a call was let through as, kept until it has ended. */
struct pass {
	int64_t lease; /* 0: an ordinary call; else the trial's */
	bool trying;   /* refused because a trial is under way, whose end may come at any moment */
};

enum verdict { CALL_WORKED, CALL_BROKE };

/* One record per service and address: a service that has moved does not answer for where it was. */
struct problem *breaker_open(struct process *p, const char *service, const char *url, struct breaker **out) MUST_CHECK;

/* Asks to call. 0: go on, and say how it went; else the seconds to wait. `rest_us` is how long the breaker stays open,
 * `lease_us` how long a trial may take before another process may try (its own may have died). */
int breaker_ask(struct breaker *b, int64_t rest_us, int64_t lease_us, struct pass *out);

/* How it went; called once per pass. `failures` in a row open the breaker. */
void breaker_tell(struct breaker *b, const struct pass *pass, enum verdict verdict, int failures);

#endif
