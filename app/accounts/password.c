/* password.c - our own hashes: Argon2id, by libsodium. Those of Django are password_django.c's. */
#include "app/accounts/password.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "app/accounts/password_django.h"
#include "lib/base/text.h"

#define DUMMY_BYTES 32

static const char argon2id[] = "$argon2id$";

const char *password_hash(struct arena *a, const char *password, const struct password_cost *cost)
{
	char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);

	if (sodium_init() < 0 || crypto_pwhash_str_alg(hash, password, strlen(password), (unsigned long long)cost->passes,
	                                               (size_t)cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		abort(); /* the memory is not to be had: as every exhaustion, the end of this process */
	return hash;
}

bool password_usable(const char *hash)
{
	return text_starts(hash, argon2id) || (sodium_init() >= 0 && password_django_usable(hash));
}

bool password_matches(const char *hash, const char *password)
{
	const size_t length = strlen(password);

	if (length > PASSWORD_MOST || sodium_init() < 0)
		return false;
	if (text_starts(hash, argon2id))
		return crypto_pwhash_str_verify(hash, password, length) == 0;
	return password_django_matches(hash, password);
}

bool password_outdated(const char *hash, const struct password_cost *cost)
{
	/* libsodium answers 1 for other costs and -1 for text that is no hash of its own */
	return !text_starts(hash, argon2id) ||
	       crypto_pwhash_str_needs_rehash(hash, (unsigned long long)cost->passes, (size_t)cost->memory_bytes) != 0;
}

void password_dummy(const char *password, const struct password_cost *cost)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned char key[DUMMY_BYTES];
	const size_t length = strnlen(password, PASSWORD_MOST);

	if (sodium_init() < 0 || crypto_pwhash(key, sizeof(key), password, length, salt, (unsigned long long)cost->passes,
	                                       (size_t)cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		abort();
	sodium_memzero(key, sizeof(key));
}
