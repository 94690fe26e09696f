/* breaker.c - see breaker.h. Lock-free: a process may be killed between any two lines without holding up the others.
 * Times are CLOCK_MONOTONIC, the same for all processes; the file may outlive a reboot, so a time that lies in
 * the future counts as long past. */
#include "lib/call/breaker.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/shared.h"

struct breaker {
	_Atomic int64_t failures;  /* in a row, while closed */
	_Atomic int64_t opened_us; /* when it opened; 0: closed */
	_Atomic int64_t lease_us;  /* until when the one trial call may take; 0: there is none */
};
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock would be private to one process");

#define BREAKER_VERSION 1
#define URL_MOST 120 /* bytes of its end, where services differ: a file's name has 255 at most */

struct problem *breaker_open(struct process *p, const char *service, const char *url, struct breaker **out)
{
	const size_t n = strlen(url);
	char *name = arena_printf(p->arena, "breaker-%s-%s", service, n > URL_MOST ? url + n - URL_MOST : url);
	void *record;

	/* both become a file's name */
	for (char *c = name; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *c))
			*c = '_';
	}
	TRY(shared_map(p->arena, p->run_dir, name, BREAKER_VERSION, sizeof(struct breaker), &record));
	*out = record;
	return NULL;
}

static int seconds_up(int64_t us)
{
	int64_t s = (us + US_PER_S - 1) / US_PER_S;

	return s < 1 ? 1 : s > INT32_MAX ? INT32_MAX : (int)s;
}

int breaker_ask(struct breaker *b, int64_t rest_us, int64_t lease_us, struct pass *out)
{
	*out = (struct pass){ 0 };
	while (b) {
		int64_t opened = atomic_load(&b->opened_us), now = clock_ticks_us(), lease;

		if (opened == 0)
			return 0;
		if (opened <= now && now - opened < rest_us)
			return seconds_up(rest_us - (now - opened));

		lease = atomic_load(&b->lease_us);
		if (lease > now && lease - now <= lease_us) {
			out->trying = true;
			return seconds_up(lease - now);
		}
		if (!atomic_compare_exchange_strong(&b->lease_us, &lease, now + lease_us))
			continue;
		/* A trial may have ended between our two looks: then what we saw is out of date, and the lease not for us. */
		if (atomic_load(&b->opened_us) == opened) {
			out->lease = now + lease_us;
			return 0;
		}
		lease = now + lease_us;
		atomic_compare_exchange_strong(&b->lease_us, &lease, 0);
	}
	return 0;
}

/* Order matters: who finds the lease free must also find the new state (see breaker_ask). */
static void trial_end(struct breaker *b, int64_t lease, enum verdict verdict)
{
	atomic_store(&b->failures, 0);
	atomic_store(&b->opened_us, verdict == CALL_WORKED ? 0 : clock_ticks_us());
	atomic_compare_exchange_strong(&b->lease_us, &lease, 0);
}

void breaker_tell(struct breaker *b, const struct pass *pass, enum verdict verdict, int failures)
{
	int64_t closed = 0;

	if (!b)
		return;
	if (pass->lease != 0) {
		trial_end(b, pass->lease, verdict);
		return;
	}
	/* A call that began before the breaker opened does not close it: that is the trial's to say. */
	if (verdict == CALL_WORKED) {
		if (atomic_load(&b->failures) != 0)
			atomic_store(&b->failures, 0);
	} else if (atomic_fetch_add(&b->failures, 1) + 1 >= failures) {
		atomic_compare_exchange_strong(&b->opened_us, &closed, clock_ticks_us());
	}
}
