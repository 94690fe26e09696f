/* password_django.c - PBKDF2 by OpenSSL's libcrypto (libsodium has none), Argon2 by libsodium, bcrypt by libxcrypt. */
#include "app/accounts/password_django.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "lib/base/text.h"

/* Django writes 36000 (1.11) to 1,000,000 (5.x); ten times that is still one bounded check of some seconds. */
#define PBKDF2_ITERATIONS_MOST 10000000
#define PBKDF2_SALT_MOST 128
#define PBKDF2_BYTES_MOST 32

/* Django writes 12; each one more doubles the time, and 16 are some seconds. */
#define BCRYPT_COST_LEAST 4
#define BCRYPT_COST_MOST 16
#define BCRYPT_TAIL 53 /* characters of salt and hash */

/* ---- PBKDF2 ---- */

/* The parts behind the scheme's name. */
struct pbkdf2 {
	int64_t iterations;
	char salt[PBKDF2_SALT_MOST];
	size_t salt_length;
	unsigned char key[PBKDF2_BYTES_MOST];
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

static bool pbkdf2_read(const char *at, size_t bytes, struct pbkdf2 *out)
{
	char number[16];
	size_t length;

	return part_read(&at, number, sizeof(number), &length) &&
	       num_read(number, 1, PBKDF2_ITERATIONS_MOST, &out->iterations) &&
	       part_read(&at, out->salt, sizeof(out->salt), &out->salt_length) &&
	       base64_read(at, strlen(at), out->key, sizeof(out->key), &length) && length == bytes;
}

static bool pbkdf2(const char *rest, const char *password, const EVP_MD *digest)
{
	const size_t bytes = (size_t)EVP_MD_get_size(digest);
	struct pbkdf2 want;
	unsigned char key[PBKDF2_BYTES_MOST];
	bool same;

	if (!pbkdf2_read(rest, bytes, &want) || !password)
		return pbkdf2_read(rest, bytes, &want);
	same = PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)want.salt, (int)want.salt_length,
	                         (int)want.iterations, digest, (int)bytes, key) == 1 &&
	       sodium_memcmp(key, want.key, bytes) == 0;
	sodium_memzero(key, sizeof(key));
	return same;
}

static bool pbkdf2_sha256(const char *rest, const char *password)
{
	return pbkdf2(rest, password, EVP_sha256());
}

static bool pbkdf2_sha1(const char *rest, const char *password)
{
	return pbkdf2(rest, password, EVP_sha1());
}

/* ---- Argon2: behind Django's name comes what libsodium reads, of any number of lanes ---- */

static bool argon2(const char *rest, const char *password)
{
	/* libsodium says -1 of text that is no hash, 0 or 1 of one that is */
	if (strlen(rest) >= crypto_pwhash_STRBYTES ||
	    crypto_pwhash_str_needs_rehash(rest, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN) < 0)
		return false;
	return !password || crypto_pwhash_str_verify(rest, password, strlen(password)) == 0;
}

/* ---- bcrypt ---- */

/* $2b$12$ and salt and hash. */
static bool bcrypt_is_whole(const char *rest)
{
	static const char letters[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	int64_t cost;

	if (strlen(rest) != strlen("$2b$12$") + BCRYPT_TAIL || strncmp(rest, "$2", 2) != 0 || !strchr("aby", rest[2]) ||
	    rest[3] != '$' || rest[6] != '$' || strspn(rest + 7, letters) != BCRYPT_TAIL)
		return false;
	return num_read((const char[]){ rest[4], rest[5], '\0' }, BCRYPT_COST_LEAST, BCRYPT_COST_MOST, &cost);
}

static bool bcrypt(const char *rest, const char *password)
{
	static struct crypt_data data; /* 32 KiB: not for the stack */
	const char *hash;
	bool same;

	if (!bcrypt_is_whole(rest) || !password)
		return bcrypt_is_whole(rest);
	hash = crypt_r(password, rest, &data);
	same = hash && strlen(hash) == strlen(rest) && sodium_memcmp(hash, rest, strlen(rest)) == 0;
	sodium_memzero(&data, sizeof(data));
	return same;
}

/* bcrypt looks at 72 bytes only, so Django gives it the hexadecimal SHA-256 of the password. */
static bool bcrypt_sha256(const char *rest, const char *password)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(digest) + 1];
	bool same;

	if (!password)
		return bcrypt_is_whole(rest);
	crypto_hash_sha256(digest, (const unsigned char *)password, strlen(password));
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	same = bcrypt(rest, hex);
	sodium_memzero(digest, sizeof(digest));
	sodium_memzero(hex, sizeof(hex));
	return same;
}

/* ---- which it is ---- */

/* `check` gets what is behind the name; without a password it says whether that can be matched at all. */
static const struct {
	const char *name;
	bool (*check)(const char *rest, const char *password);
} schemes[] = {
	{ "pbkdf2_sha256$", pbkdf2_sha256 },
	{ "pbkdf2_sha1$", pbkdf2_sha1 },
	{ "argon2", argon2 }, /* its `$` belongs to the rest */
	{ "bcrypt_sha256$", bcrypt_sha256 },
	{ "bcrypt$", bcrypt },
};

static bool check(const char *hash, const char *password)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_starts(hash, schemes[i].name))
			return schemes[i].check(hash + strlen(schemes[i].name), password);
	return false;
}

bool password_django_usable(const char *hash)
{
	return check(hash, NULL);
}

bool password_django_matches(const char *hash, const char *password)
{
	return check(hash, password);
}
