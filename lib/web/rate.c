/* rate.c - one number per address and kind of call: the instant by which its calls so far would have come evenly.
 *
 * All is done by single atomic operations. Two workers that claim a place at once may count in it together, which gives
 * away or takes a call or two of one address: limits are no accounts. */
#include "lib/web/rate.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/shared.h"
#include "lib/base/text.h"

enum { SET_N = 4096, PLACE_N = 8, LAYOUT = 1 };
#define MINUTE_US (60 * US_PER_S)

struct place {
	_Atomic uint64_t key; /* of address and kind; 0: free */
	_Atomic int64_t even_us;
};

struct rates {
	struct place sets[SET_N][PLACE_N];
};

struct problem *rates_open(struct process *p, const char *name, struct rates **out)
{
	void *memory = NULL;

	TRY(shared_map(p->arena, p->run_dir, name, LAYOUT, sizeof(struct rates), &memory));
	*out = memory;
	return NULL;
}

/* FNV-1a, 64 bits, with its high bits folded in. */
static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
	for (const unsigned char *at = bytes; n > 0; n--)
		h = (h ^ *at++) * UINT64_C(1099511628211);
	return h;
}

static uint64_t key_of(unsigned class, const char *address)
{
	const uint64_t h = hash(UINT64_C(14695981039346656037), &class, sizeof(class));
	unsigned char v6[16];
	uint64_t key;

	if (strchr(address, ':') && inet_pton(AF_INET6, address, v6) == 1)
		key = IN6_IS_ADDR_V4MAPPED((struct in6_addr *)(void *)v6) ? hash(h, v6 + 12, 4) : hash(h, v6, 8);
	else if (inet_pton(AF_INET, address, v6) == 1)
		key = hash(h, v6, 4);
	else
		key = hash(h, address, strlen(address));
	key ^= key >> 32;
	return key ? key : 1;
}

/* The place of this key; a new one takes the place whose calls lie back furthest. */
static struct place *place_of(struct rates *rates, uint64_t key)
{
	struct place *set = rates->sets[key % SET_N], *oldest = set;

	for (size_t i = 0; i < PLACE_N; i++) {
		if (atomic_load_explicit(&set[i].key, memory_order_relaxed) == key)
			return &set[i];
		if (atomic_load_explicit(&set[i].even_us, memory_order_relaxed) <
		    atomic_load_explicit(&oldest->even_us, memory_order_relaxed))
			oldest = &set[i];
	}
	atomic_store_explicit(&oldest->key, key, memory_order_relaxed);
	atomic_store_explicit(&oldest->even_us, 0, memory_order_relaxed);
	return oldest;
}

int rate_take(struct rates *rates, unsigned class, const char *address, int64_t per_minute, struct instant now)
{
	struct place *place;
	int64_t before, even, step;

	if (per_minute <= 0)
		return 0;
	place = place_of(rates, key_of(class, address));
	step = MINUTE_US / per_minute;
	before = atomic_load_explicit(&place->even_us, memory_order_relaxed);
	do {
		even = before;
		/* nobody is further ahead than the minute he may use at once: else the clock was set back */
		if (even < now.us || even > now.us + 2 * MINUTE_US)
			even = now.us;
		even += step;
		if (even > now.us + MINUTE_US)
			return (int)((even - now.us - MINUTE_US + US_PER_S - 1) / US_PER_S);
	} while (!atomic_compare_exchange_weak_explicit(&place->even_us, &before, even, memory_order_relaxed,
	                                                memory_order_relaxed));
	return 0;
}
