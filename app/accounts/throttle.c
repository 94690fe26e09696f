/* throttle.c - failed logins, counted per account and address, and sign-ups per address; see throttle.h. The counts are rows, so they hold for all
 * workers and survive restarts. */
#include "app/accounts/throttle.h"

#include <string.h>

#include "app/accounts/conf.h"
#include "app/accounts/store.h"
#include "lib/base/seal.h"
#include "lib/web/identity.h"
#include "lib/web/request.h"

#define COUNTS 3
#define HOUR_S 3600

/* One count that an attempt stands in. */
struct count {
	struct bytes key;
	int64_t limit; /* 0: not limited */
	bool of_account;
};

/* ADA and ada are one account to the unique key, so to the counts. */
static const char *lower(struct arena *a, const char *text)
{
	char *copy = arena_text(a, text);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return copy;
}

static void counts_of(struct arena *a, const struct attempt *attempt, struct count out[COUNTS])
{
	const char *name = lower(a, attempt->username);
	const char *address = address_network(a, attempt->address);
	const char *purpose = "accounts.throttle";

	/* an address holds no line break, so no two of these texts are the same */
	out[0] = (struct count){ seal_hash(a, purpose, arena_printf(a, "pair\n%s\n%s", address, name)),
		                     accounts_conf.login_attempts, true };
	out[1] = (struct count){ seal_hash(a, purpose, arena_printf(a, "account\n%s", name)),
		                     accounts_conf.account_attempts, true };
	out[2] = (struct count){ seal_hash(a, purpose, arena_printf(a, "address\n%s", address)),
		                     accounts_conf.address_attempts, false };
}

static struct problem *throttled(struct arena *a, struct instant now, struct instant until)
{
	const int64_t wait_s = until.us > now.us ? (until.us - now.us + US_PER_S - 1) / US_PER_S : 1;
	struct problem *p =
		problem_new(a, &PROBLEM_THROTTLED, "Request was throttled. Expected available in %lld second%s.",
	                (long long)wait_s, wait_s == 1 ? "" : "s");

	p->retry_after_s = (int)wait_s;
	return p;
}

struct problem *throttle_admit(struct db *db, struct arena *a, struct attempt *attempt)
{
	struct count counts[COUNTS];
	struct instant until = instant_none();

	attempt->had_failures = false;
	counts_of(a, attempt, counts);
	for (size_t i = 0; i < COUNTS; i++) {
		struct failures row;

		if (!counts[i].limit)
			continue;
		TRY(throttle_find(db, a, counts[i].key, attempt->now, &row));
		attempt->had_failures |= counts[i].of_account && row.failures > 0;
		if (row.failures >= counts[i].limit && row.expires_at.us > until.us)
			until = row.expires_at;
	}
	return instant_is_none(until) ? NULL : throttled(a, attempt->now, until);
}

struct problem *throttle_failed(struct db *db, struct arena *a, const struct attempt *attempt)
{
	struct count counts[COUNTS];
	struct instant until = instant_none();

	counts_of(a, attempt, counts);
	for (size_t i = 0; i < COUNTS; i++) {
		struct failures row;

		if (!counts[i].limit)
			continue;
		TRY(throttle_count(db, a,
		                   &(struct throttle_count){ .key = counts[i].key,
		                                             .now = attempt->now,
		                                             .limit = counts[i].limit,
		                                             .window_s = accounts_conf.login_window_s,
		                                             .lockout_s = accounts_conf.lockout_s },
		                   &row));
		if (row.failures > counts[i].limit && row.expires_at.us > until.us)
			until = row.expires_at;
	}
	return instant_is_none(until) ? NULL : throttled(a, attempt->now, until);
}

struct problem *throttle_succeeded(struct db *db, struct arena *a, const struct attempt *attempt)
{
	struct count counts[COUNTS];

	if (!attempt->had_failures)
		return NULL;
	counts_of(a, attempt, counts);
	for (size_t i = 0; i < COUNTS; i++)
		if (counts[i].of_account && counts[i].limit)
			TRY(throttle_forget(db, a, counts[i].key));
	return NULL;
}

struct problem *throttle_signup(struct db *db, struct arena *a, const char *address, struct instant now)
{
	/* no limit for the row: the hour does not begin anew when it is reached */
	const struct throttle_count count = {
		.key = seal_hash(a, "accounts.throttle", arena_printf(a, "signup\n%s", address_network(a, address))),
		.now = now,
		.window_s = HOUR_S,
		.lockout_s = HOUR_S,
	};
	struct failures row;

	if (!accounts_conf.signups_an_hour)
		return NULL;
	TRY(throttle_count(db, a, &count, &row));
	return row.failures > accounts_conf.signups_an_hour ? throttled(a, now, row.expires_at) : NULL;
}
