/* uuid.c - random identifiers; see uuid.h. libsodium asks the kernel (getrandom) and is safe across fork. */
#include "lib/base/uuid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

void random_bytes(void *out, size_t n)
{
	if (sodium_init() < 0)
		abort(); /* no source of randomness: nothing may be made without one */
	randombytes_buf(out, n);
}

char *uuid_new_hex(struct arena *a)
{
	unsigned char bytes[16];
	char *text = arena_alloc(a, 2 * sizeof(bytes) + 1);

	random_bytes(bytes, sizeof(bytes));
	bytes[6] = (unsigned char)(0x40 | (bytes[6] & 0x0f)); /* version 4 */
	bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f)); /* the RFC's variant */
	return sodium_bin2hex(text, 2 * sizeof(bytes) + 1, bytes, sizeof(bytes));
}

char *uuid_new(struct arena *a)
{
	const char *hex = uuid_new_hex(a);

	return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool uuid_valid(const char *text)
{
	const size_t length = strlen(text);

	if (length != 32 && length != 36)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool dash = length == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

		if (dash ? text[i] != '-' : !is_hex(text[i]))
			return false;
	}
	return true;
}

/* randombytes_uniform() draws again where a remainder would favour the first letters. */
static char *random_of(struct arena *a, size_t n, const char *letters)
{
	const uint32_t count = (uint32_t)strlen(letters);
	char *text = arena_alloc(a, n + 1);

	if (sodium_init() < 0)
		abort();
	for (size_t i = 0; i < n; i++)
		text[i] = letters[randombytes_uniform(count)];
	return text;
}

char *random_lower(struct arena *a, size_t n)
{
	return random_of(a, n, "abcdefghijklmnopqrstuvwxyz0123456789");
}

char *random_alnum(struct arena *a, size_t n)
{
	return random_of(a, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}
