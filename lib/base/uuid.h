/* uuid.h - random identifiers from the operating system's source. */
#ifndef PORTICO_BASE_UUID_H
#define PORTICO_BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"

/* RFC 9562 version 4: 36 characters with dashes, lower case. */
char *uuid_new(struct arena *a);
/* The same as 32 hexadecimal digits. */
char *uuid_new_hex(struct arena *a);
/* True for 36 characters with dashes or 32 without, any version, either case. */
bool uuid_valid(const char *text);

/* n characters of [a-z0-9], or of [A-Za-z0-9], without bias. */
char *random_lower(struct arena *a, size_t n);
char *random_alnum(struct arena *a, size_t n);
void random_bytes(void *out, size_t n);

#endif
