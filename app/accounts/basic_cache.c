/* basic_cache.c - a fixed table in this process; a newcomer takes the place it hashes to. */
#include "app/accounts/basic_cache.h"

#include <string.h>

#include <sodium.h>

#include "app/accounts/conf.h"
#include "lib/base/clock.h"

#define SLOTS 1024
#define DIGEST_BYTES 32

struct slot {
	unsigned char digest[DIGEST_BYTES];
	int64_t until_us; /* of clock_ticks_us(); 0: free */
};

static struct slot slots[SLOTS];
static unsigned char key[crypto_generichash_KEYBYTES];
static bool has_key;

/* Each text goes in with its final NUL, which parts it from the next. */
static void digest_of(const struct credential *user, const char *password, unsigned char out[DIGEST_BYTES])
{
	crypto_generichash_state state;

	if (!has_key) {
		randombytes_buf(key, sizeof(key));
		has_key = true;
	}
	crypto_generichash_init(&state, key, sizeof(key), DIGEST_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)user->username, strlen(user->username) + 1);
	crypto_generichash_update(&state, (const unsigned char *)user->password_hash, strlen(user->password_hash) + 1);
	crypto_generichash_update(&state, (const unsigned char *)password, strlen(password) + 1);
	crypto_generichash_final(&state, out, DIGEST_BYTES);
}

static struct slot *slot_of(const unsigned char digest[DIGEST_BYTES])
{
	return &slots[(digest[0] | digest[1] << 8) % SLOTS];
}

bool basic_cache_knows(const struct credential *user, const char *password)
{
	unsigned char digest[DIGEST_BYTES];

	digest_of(user, password, digest);
	const struct slot *s = slot_of(digest);
	return s->until_us > clock_ticks_us() && sodium_memcmp(s->digest, digest, sizeof(digest)) == 0;
}

void basic_cache_learn(const struct credential *user, const char *password)
{
	unsigned char digest[DIGEST_BYTES];

	if (!accounts_conf.basic_cache_s)
		return;
	digest_of(user, password, digest);
	struct slot *s = slot_of(digest);
	memcpy(s->digest, digest, sizeof(digest));
	s->until_us = clock_ticks_us() + accounts_conf.basic_cache_s * US_PER_S;
}

void basic_cache_clear(void)
{
	sodium_memzero(slots, sizeof(slots));
	sodium_memzero(key, sizeof(key));
	has_key = false;
}
