/* basic_cache.h - successes of HTTP Basic, remembered for a short while by each worker: a program that sends its password
 * with every request does not pay for Argon2id or a call to the user office each time. What is remembered is a hash
 * under a key that this process made up; the password and the stored hash go into it, so a changed password ends it. */
#ifndef PORTICO_ACCOUNTS_BASIC_CACHE_H
#define PORTICO_ACCOUNTS_BASIC_CACHE_H

#include <stdbool.h>

#include "app/accounts/store.h"

bool basic_cache_knows(const struct credential *user, const char *password);
void basic_cache_learn(const struct credential *user, const char *password);
void basic_cache_clear(void);

#endif
