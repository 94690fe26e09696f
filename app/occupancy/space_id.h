/* space_id.h - the ids of spaces: UUIDs of version 4 for those who may change a space, of version 8 for those who may
 * read it alone, so that each can be told by its looks. */
#ifndef PORTICO_OCCUPANCY_SPACE_ID_H
#define PORTICO_OCCUPANCY_SPACE_ID_H

#include <stdbool.h>

#include "lib/base/shape.h"

struct space_id {
	unsigned char bytes[16];
};

struct space_id space_id_new(void);
struct space_id space_id_new_read_only(void);
bool space_id_is_read_only(const struct space_id *id);

/* 32 hex digits of either case, hyphens anywhere among them, in braces or not, behind urn:uuid: or not; nothing else. */
bool space_id_read(const char *text, struct space_id *out);

/* 36 characters, lower case; the bytes are those of a row. */
const char *space_id_text(struct arena *a, struct bytes bytes);

/* As the value of a statement. */
struct bytes space_id_bytes(const struct space_id *id);

#endif
