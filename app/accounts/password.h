/* password.h - password hashes: made with Argon2id, read from Django as well; and the rules a new password
 * must keep. Pure computation: no database, no request. */
#ifndef PORTICO_ACCOUNTS_PASSWORD_H
#define PORTICO_ACCOUNTS_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/base/shape.h"

/* What an account without a usable password holds; begins with `!` as Django's does. No password matches it. */
#define PASSWORD_UNUSABLE "!"

/* Longest password in bytes that is looked at: longer ones never match, so that a megabyte is not hashed. */
#define PASSWORD_MOST 1024

/* Cost of a new hash: passes over so many bytes of memory. */
struct password_cost {
	int64_t passes;
	int64_t memory_bytes;
};

/* A new Argon2id hash with a random salt, as "$argon2id$…". */
const char *password_hash(struct arena *a, const char *password, const struct password_cost *cost);

/* True when the password is the one of that hash: ours, or one of Django's (password_django.h). False for every
 * other text, unusable and malformed ones included; those cost no time, so call password_dummy() then. */
bool password_matches(const char *hash, const char *password);

/* False for hashes that no password can match. */
bool password_usable(const char *hash);

/* True when a hash that just matched should be made anew: another scheme or other costs. */
bool password_outdated(const char *hash, const struct password_cost *cost);

/* Spends the time of one check of a new hash: a name that nobody has must not be refused faster than a known one. */
void password_dummy(const char *password, const struct password_cost *cost);

/* What a new password is compared with; members may be NULL or "". */
struct password_owner {
	const char *username;
	const char *first_name;
	const char *last_name;
	const char *email;
};

/* The messages of all rules that are broken (accounts-and-conventions.md section 3); count 0: a good password. */
struct texts password_faults(struct arena *a, const char *password, const struct password_owner *owner);

/* The rule's list, in lower case and strcmp() order. */
extern const char *const common_passwords[];
extern const size_t common_passwords_count;

#endif
