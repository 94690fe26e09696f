/* credentials.c - the chain that decides whether a name and a password belong together. */
#include "app/accounts/credentials.h"

#include <assert.h>
#include <string.h>

#include "app/accounts/basic_cache.h"
#include "app/accounts/conf.h"
#include "app/accounts/password.h"
#include "app/accounts/throttle.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

#define SOURCES_MOST 8
#define NAME_MOST_BYTES 600 /* 150 characters */

static const struct credential_source *sources[SOURCES_MOST];
static size_t source_count;

void credential_source_add(const struct credential_source *source)
{
	assert(source_count < SOURCES_MOST);
	sources[source_count++] = source;
}

bool credential_sources_any(void)
{
	return source_count > 0;
}

void credential_sources_clear(void)
{
	source_count = 0;
}

static struct password_cost cost(void)
{
	return (struct password_cost){ accounts_conf.argon2_passes, accounts_conf.argon2_memory };
}

/* How far one check has come. */
struct check {
	const struct credentials_ask *ask;
	struct attempt attempt;
	struct credential user;
	bool known;  /* `user` is somebody */
	bool tested; /* there was a hash here to be wrong about */
};

/* The hash kept here. Whoever is asked about, known or not, it takes the time of one hash. */
static bool local_matches(struct check *c)
{
	const struct password_cost now = cost();

	c->tested = c->known && accounts_conf.local_passwords && password_usable(c->user.password_hash);
	if (c->tested)
		return password_matches(c->user.password_hash, c->ask->password);
	password_dummy(c->ask->password, &now);
	return false;
}

/* The sources are asked for the very name that is or would be stored: they may tell Ada from ada where we cannot. */
static bool sources_apply(const struct check *c)
{
	return *c->ask->password && strlen(c->ask->password) <= PASSWORD_MOST && username_is_plain(c->ask->username) &&
	       (c->known ? strcmp(c->user.username, c->ask->username) == 0 : c->ask->make);
}

static struct problem *source_matches(struct check *c, struct arena *a, bool *valid)
{
	*valid = false;
	if (!sources_apply(c))
		return NULL;
	for (size_t i = 0; i < source_count && !*valid; i++)
		TRY(sources[i]->verify(a, c->ask->username, c->ask->password, valid));
	return NULL;
}

/* Better hashes for old ones. Losing that race is fine: somebody else stored a good one. */
static struct problem *hash_renew(struct db *db, struct arena *a, struct check *c)
{
	const struct password_cost now = cost();

	if (!password_outdated(c->user.password_hash, &now))
		return NULL;
	const char *hash = password_hash(a, c->ask->password, &now);
	TRY(user_renew_password(db, a, c->user.id, c->user.password_hash, hash));
	LOG(LOG_INFO, "password hash renewed", L_INT("user", c->user.id));
	c->user.password_hash = hash;
	return NULL;
}

/* An account for a stranger whom a source knows. Two of his requests may come at once: the second finds it made. */
static struct problem *stranger_welcome(struct db *db, struct arena *a, struct check *c)
{
	struct account made;
	struct problem *p = account_add(db, a, c->ask->username, &made);

	if (p && !problem_is(p, &PROBLEM_FIELDS))
		return p;
	TRY(credential_find(db, a, c->ask->username, &c->user, &c->known));
	/* in another case it belongs to somebody else */
	c->known = c->known && strcmp(c->user.username, c->ask->username) == 0;
	return NULL;
}

/* Nothing else is asked when the same answer was given a short while ago. */
static bool is_remembered(const struct check *c)
{
	return c->ask->remember && c->known && c->user.active && basic_cache_knows(&c->user, c->ask->password);
}

/* Looks at the hash, then at the sources; counts a failure, forgets failures after a success. */
static struct problem *check_run(struct db *db, struct arena *a, struct check *c, bool *valid)
{
	bool by_source = false;

	TRY(throttle_admit(db, a, &c->attempt));
	const bool by_hash = local_matches(c);
	if (!by_hash) {
		struct problem *away = source_matches(c, a, &by_source);
		/* a wrong guess at the hash counts even while the source cannot be asked */
		if (away && c->tested)
			TRY(throttle_failed(db, a, &c->attempt));
		if (away)
			return away;
	}
	if (by_source && !c->known)
		TRY(stranger_welcome(db, a, c));

	*valid = (by_hash || by_source) && c->known && c->user.active;
	if (!*valid)
		return throttle_failed(db, a, &c->attempt);
	TRY(throttle_succeeded(db, a, &c->attempt));
	return by_hash ? hash_renew(db, a, c) : NULL;
}

struct problem *credentials_check(struct db *db, struct arena *a, const struct credentials_ask *ask,
                                  struct credential *out, bool *valid)
{
	struct check c = { .ask = ask };
	bool good;

	if (strlen(ask->username) <= NAME_MOST_BYTES)
		TRY(credential_find(db, a, ask->username, &c.user, &c.known));
	c.attempt = (struct attempt){ .username = c.known ? c.user.username : ask->username,
		                          .address = ask->address,
		                          .now = ask->now };
	good = is_remembered(&c);
	if (!good) {
		TRY(check_run(db, a, &c, &good));
		if (good && ask->remember)
			basic_cache_learn(&c.user, ask->password);
	}
	if (good)
		*out = c.user;
	*valid = good;
	return NULL;
}
