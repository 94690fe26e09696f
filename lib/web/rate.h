/* rate.h - how often one address may call, counted in memory that the workers of a machine share.
 *
 * A limit is so many calls a minute, of which all may come at once; then they come back evenly (the generic cell rate algorithm,
 * ITU-T I.371). IPv6 addresses count by their /64, which is what one customer is given. There is room for some ten thousand
 * addresses; beyond that those longest unseen are forgotten. */
#ifndef PORTICO_WEB_RATE_H
#define PORTICO_WEB_RATE_H

#include <stdint.h>

#include "lib/base/app.h"
#include "lib/base/shape.h"

struct rates;

/* Opens the counters RUN_DIR/name; they live in p->arena. */
struct problem *rates_open(struct process *p, const char *name, struct rates **out) MUST_CHECK;

/* Counts one call of the kind `class` from `address` at `now`: 0 when it is within per_minute (0: no limit), else the seconds
 * after which the next one will be. */
int rate_take(struct rates *rates, unsigned class, const char *address, int64_t per_minute, struct instant now);

#endif
