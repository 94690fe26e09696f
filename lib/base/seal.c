/* seal.c - secrets at rest; see seal.h.
 *
 * The file's key is not used itself: two keys are derived from it, one to seal with and one to hash with. They live in
 * memory that libsodium locks, guards and makes read-only. */
#include "lib/base/seal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "lib/base/buf.h"
#include "lib/base/settings.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"

#define KEY_BYTES crypto_kdf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_BYTES (1 + NONCE_BYTES)

static_assert(KEY_BYTES == 32, "64 hexadecimal digits");
static_assert(NONCE_BYTES == 24, "as seal.h says");

enum { SEAL_VERSION = 1 };
enum derived { FOR_SEAL = 1, FOR_HASH = 2 }; /* sub-key numbers: changing one loses every seal */
static const char derive_context[crypto_kdf_CONTEXTBYTES] = { 'p', 'o', 'r', 't', 'i', 'c', 'o', '1' };

struct keys {
	unsigned char seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	unsigned char hash[crypto_generichash_KEYBYTES];
};

static struct keys *keys; /* NULL until seal_key_load() */

/* ---- the key file ---- */

/* Writes a new key beside `path` and links it there, so that no reader ever sees half a key and the first of
 * several makers wins. */
static struct problem *key_create(struct arena *a, const char *path)
{
	char *fresh = arena_printf(a, "%s.XXXXXX", path);
	unsigned char key[KEY_BYTES];
	char hex[2 * KEY_BYTES + 2];
	int failed = 0;
	int fd = mkstemp(fresh); /* mode 0600 */

	if (fd < 0)
		return problem_because(problem_new(a, &PROBLEM_SETTINGS, NULL), "the key file %s cannot be made: %s", path,
		                       strerror(errno));
	random_bytes(key, sizeof(key));
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	hex[2 * KEY_BYTES] = '\n';

	if (write(fd, hex, 2 * KEY_BYTES + 1) != (ssize_t)(2 * KEY_BYTES + 1) || fsync(fd) < 0)
		failed = errno ? errno : EIO;
	if (close(fd) < 0 && !failed)
		failed = errno;
	if (!failed && link(fresh, path) < 0 && errno != EEXIST)
		failed = errno;
	unlink(fresh);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(hex, sizeof(hex));
	if (failed)
		return problem_because(problem_new(a, &PROBLEM_SETTINGS, NULL), "the key file %s cannot be written: %s", path,
		                       strerror(failed));
	return NULL;
}

static void keys_derive(const unsigned char master[KEY_BYTES])
{
	if (!keys)
		keys = sodium_malloc(sizeof(*keys));
	if (!keys)
		abort(); /* no locked memory to be had */
	sodium_mprotect_readwrite(keys);
	crypto_kdf_derive_from_key(keys->seal, sizeof(keys->seal), FOR_SEAL, derive_context, master);
	crypto_kdf_derive_from_key(keys->hash, sizeof(keys->hash), FOR_HASH, derive_context, master);
	sodium_mprotect_readonly(keys);
}

struct problem *seal_key_load(struct arena *a, const char *path, bool create)
{
	unsigned char master[KEY_BYTES];
	const char *text;
	size_t n;

	if (sodium_init() < 0)
		abort();
	if (create && access(path, F_OK) < 0 && errno == ENOENT)
		TRY(key_create(a, path));
	TRY(secret_read(a, path, &text));
	if (!hex_read(text, strlen(text), master, sizeof(master), &n) || n != sizeof(master))
		return problem_because(problem_new(a, &PROBLEM_SETTINGS, NULL),
		                       "the key file %s must hold 64 hexadecimal digits", path);
	keys_derive(master);
	sodium_memzero(master, sizeof(master));
	return NULL;
}

/* ---- seals ---- */

/* What is authenticated beside the ciphertext: the version byte and the purpose. */
static struct bytes bound_data(struct arena *a, const char *purpose)
{
	const size_t n = strlen(purpose);
	unsigned char *data = arena_alloc(a, 1 + n);

	data[0] = SEAL_VERSION;
	memcpy(data + 1, purpose, n);
	return (struct bytes){ data, 1 + n };
}

struct bytes seal_close_bytes(struct arena *a, const char *purpose, struct bytes plain)
{
	assert(keys);
	if (!plain.data)
		return (struct bytes){ NULL, 0 };

	const struct bytes bound = bound_data(a, purpose);
	unsigned char *seal = arena_alloc(a, HEAD_BYTES + plain.length + TAG_BYTES);
	unsigned long long made;

	seal[0] = SEAL_VERSION;
	random_bytes(seal + 1, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(seal + HEAD_BYTES, &made, plain.data, plain.length, bound.data,
	                                           bound.length, NULL, seal + 1, keys->seal);
	return (struct bytes){ seal, HEAD_BYTES + (size_t)made };
}

struct problem *seal_open_bytes(struct arena *a, const char *purpose, struct bytes seal, struct bytes *out)
{
	const unsigned char *data = seal.data;

	assert(keys);
	if (!data) {
		*out = (struct bytes){ NULL, 0 };
		return NULL;
	}
	if (seal.length < HEAD_BYTES + TAG_BYTES || data[0] != SEAL_VERSION)
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "what should be a seal for %s is none",
		                       purpose);

	const struct bytes bound = bound_data(a, purpose);
	const size_t n = seal.length - HEAD_BYTES - TAG_BYTES;
	unsigned char *plain = arena_alloc(a, n + 1);

	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, data + HEAD_BYTES, seal.length - HEAD_BYTES,
	                                               bound.data, bound.length, data + 1, keys->seal) != 0)
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL),
		                       "a seal for %s does not open: it was changed, or made with another key or purpose",
		                       purpose);
	plain[n] = '\0';
	*out = (struct bytes){ plain, n };
	return NULL;
}

struct bytes seal_close(struct arena *a, const char *purpose, const char *text)
{
	return seal_close_bytes(a, purpose, (struct bytes){ text, text ? strlen(text) : 0 });
}

struct problem *seal_open(struct arena *a, const char *purpose, struct bytes seal, const char **out)
{
	struct bytes plain;

	TRY(seal_open_bytes(a, purpose, seal, &plain));
	*out = plain.data;
	return NULL;
}

struct bytes seal_hash(struct arena *a, const char *purpose, const char *text)
{
	unsigned char *hash = arena_alloc(a, SEAL_HASH_BYTES);
	crypto_generichash_state h;

	assert(keys);
	crypto_generichash_init(&h, keys->hash, sizeof(keys->hash), SEAL_HASH_BYTES);
	crypto_generichash_update(&h, (const unsigned char *)purpose, strlen(purpose) + 1); /* its NUL ends it */
	crypto_generichash_update(&h, (const unsigned char *)text, strlen(text));
	crypto_generichash_final(&h, hash, SEAL_HASH_BYTES);
	return (struct bytes){ hash, SEAL_HASH_BYTES };
}
