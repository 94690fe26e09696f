/* password.c - Argon2id by libsodium, Django's PBKDF2 by OpenSSL's libcrypto (libsodium has no PBKDF2). */
#include "app/accounts/password.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "lib/base/text.h"

/* Django writes 36000 (1.11) to 1,000,000 (5.x); ten times that is still one bounded check of some seconds. */
#define PBKDF2_ITERATIONS_MOST 10000000
#define PBKDF2_BYTES 32
#define PBKDF2_SALT_MOST 128

static const char argon2id[] = "$argon2id$";
static const char django_pbkdf2[] = "pbkdf2_sha256$";

const char *password_hash(struct arena *a, const char *password, const struct password_cost *cost)
{
	char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);

	if (sodium_init() < 0 || crypto_pwhash_str_alg(hash, password, strlen(password), (unsigned long long)cost->passes,
	                                               (size_t)cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		abort(); /* the memory is not to be had: as every exhaustion, the end of this process */
	return hash;
}

/* The parts of pbkdf2_sha256$<iterations>$<salt>$<base64 of 32 bytes>. */
struct pbkdf2 {
	int64_t iterations;
	char salt[PBKDF2_SALT_MOST];
	size_t salt_length;
	unsigned char key[PBKDF2_BYTES];
};

/* Moves *at behind the next `$` and gives what stood before it; false when it is empty or does not fit. */
static bool part_read(const char **at, char *out, size_t room, size_t *length)
{
	const char *end = strchr(*at, '$');
	const size_t n = end ? (size_t)(end - *at) : 0;

	if (n == 0 || n >= room)
		return false;
	memcpy(out, *at, n);
	out[n] = '\0';
	*length = n;
	*at = end + 1;
	return true;
}

static bool pbkdf2_read(const char *hash, struct pbkdf2 *out)
{
	const char *at = hash + strlen(django_pbkdf2);
	char number[16];
	size_t length;

	return part_read(&at, number, sizeof(number), &length) &&
	       num_read(number, 1, PBKDF2_ITERATIONS_MOST, &out->iterations) &&
	       part_read(&at, out->salt, sizeof(out->salt), &out->salt_length) &&
	       base64_read(at, strlen(at), out->key, sizeof(out->key), &length) && length == sizeof(out->key);
}

static bool pbkdf2_matches(const char *hash, const char *password)
{
	struct pbkdf2 want;
	unsigned char key[PBKDF2_BYTES];
	bool same;

	if (!pbkdf2_read(hash, &want))
		return false;
	same = PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)want.salt, (int)want.salt_length,
	                         (int)want.iterations, EVP_sha256(), sizeof(key), key) == 1 &&
	       sodium_memcmp(key, want.key, sizeof(key)) == 0;
	sodium_memzero(key, sizeof(key));
	return same;
}

bool password_usable(const char *hash)
{
	struct pbkdf2 parts;

	return text_starts(hash, argon2id) || (text_starts(hash, django_pbkdf2) && pbkdf2_read(hash, &parts));
}

bool password_matches(const char *hash, const char *password)
{
	const size_t length = strlen(password);

	if (length > PASSWORD_MOST || sodium_init() < 0)
		return false;
	if (text_starts(hash, argon2id))
		return crypto_pwhash_str_verify(hash, password, length) == 0;
	if (text_starts(hash, django_pbkdf2))
		return pbkdf2_matches(hash, password);
	return false;
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
	unsigned char key[PBKDF2_BYTES];
	const size_t length = strnlen(password, PASSWORD_MOST);

	if (sodium_init() < 0 || crypto_pwhash(key, sizeof(key), password, length, salt, (unsigned long long)cost->passes,
	                                       (size_t)cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		abort();
	sodium_memzero(key, sizeof(key));
}
