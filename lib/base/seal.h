/* seal.h - secrets at rest: libsodium's XChaCha20-Poly1305 with a key that only the program may read.
 *
 * A seal is version byte 1, 24 random bytes of nonce, ciphertext with tag. `purpose` is authenticated with it
 * ("facility.resource.vnc"), so that a seal moved to another column does not open. */
#ifndef PORTICO_BASE_SEAL_H
#define PORTICO_BASE_SEAL_H

#include "lib/base/problem.h"
#include "lib/base/shape.h"

/* Reads the key (64 hex digits) from a file as secret_read() does; with `create` a missing one is made with mode
 * 0600 in an existing folder. Must be called once before the others. */
struct problem *seal_key_load(struct arena *a, const char *path, bool create) MUST_CHECK;

/* text NULL gives bytes with data NULL and length 0, and back. */
struct bytes seal_close(struct arena *a, const char *purpose, const char *text);
struct problem *seal_open(struct arena *a, const char *purpose, struct bytes seal, const char **out) MUST_CHECK;
/* The same for what may hold NUL bytes; out->data is followed by a NUL that does not count. */
struct bytes seal_close_bytes(struct arena *a, const char *purpose, struct bytes plain);
struct problem *seal_open_bytes(struct arena *a, const char *purpose, struct bytes seal, struct bytes *out) MUST_CHECK;

/* 32 bytes of keyed BLAKE2b of a token, session id or the like: what is stored instead of it. */
#define SEAL_HASH_BYTES 32
struct bytes seal_hash(struct arena *a, const char *purpose, const char *text);

#endif
