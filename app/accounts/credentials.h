/* credentials.h - is this the password of that user? One chain for the login form and for HTTP Basic: the failures
 * counted so far, the hash kept here, then the credential sources of other apps. */
#ifndef PORTICO_ACCOUNTS_CREDENTIALS_H
#define PORTICO_ACCOUNTS_CREDENTIALS_H

#include "app/accounts/store.h"

struct credentials_ask {
	const char *username;
	const char *password;
	const char *address;
	struct instant now;
	bool make;     /* an account is made for a stranger whom a source knows */
	bool remember; /* successes go to basic_cache.h and are taken from there */
};

/* *valid and, when it is true, the active user. A hash of an old kind or cost is made anew on the way.
 * PROBLEM_THROTTLED; the source's problem when it could not be asked. */
struct problem *credentials_check(struct db *db, struct arena *a, const struct credentials_ask *ask,
                                  struct credential *out, bool *valid) MUST_CHECK;

/* Do other apps say who may log in under which name? */
bool credential_sources_any(void);

/* Forgets the sources (at stop, and in tests). */
void credential_sources_clear(void);

#endif
