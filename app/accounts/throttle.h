/* throttle.h - how often one may be wrong, or sign up, before being told to wait.
 *
 * Three counts stand for one attempt: the account from this address (setting login_attempts), the account from
 * everywhere (account_attempts: many addresses, one victim) and the address over all accounts (address_attempts: one
 * guesser, many names). A count is forgotten login_window_s after its first failure; the failure that reaches the limit
 * makes it stand for lockout_s. While any of them is at its limit nothing is checked, right or wrong, so a refusal
 * tells a guesser nothing. Signing up is counted by address alone (signups_an_hour). IPv6 addresses count by their /64, which is what one subscriber has. */
#ifndef PORTICO_ACCOUNTS_THROTTLE_H
#define PORTICO_ACCOUNTS_THROTTLE_H

#include "lib/base/clock.h"
#include "lib/db/db.h"

/* An attempt to be somebody. */
struct attempt {
	const char *username; /* canonical when there is such an account, else as it was typed */
	const char *address;  /* of the caller; NULL: unknown */
	struct instant now;
	bool had_failures; /* set by throttle_admit() */
};

/* PROBLEM_THROTTLED with Retry-After when a limit is reached. */
struct problem *throttle_admit(struct db *db, struct arena *a, struct attempt *attempt) MUST_CHECK;

/* Counts a failure. PROBLEM_THROTTLED when parallel attempts had used up the limit before this one: of any number of
 * parallel failures exactly as many as the limit allows are told that the credentials are wrong. */
struct problem *throttle_failed(struct db *db, struct arena *a, const struct attempt *attempt) MUST_CHECK;

/* Forgets the account's failures. Those of the address stay: who has one account of his own may not clear it. */
struct problem *throttle_succeeded(struct db *db, struct arena *a, const struct attempt *attempt) MUST_CHECK;

/* Counts one account more that an address asks for without a permission. PROBLEM_THROTTLED beyond the limit of the hour that
 * began with the first. */
struct problem *throttle_signup(struct db *db, struct arena *a, const char *address, struct instant now) MUST_CHECK;

#endif
