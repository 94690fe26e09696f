/* space_id.c - ids of spaces as text and as bytes; see space_id.h. */
#include "app/occupancy/space_id.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/base/uuid.h"

enum { VERSION_RANDOM = 4, VERSION_CUSTOM = 8 }; /* RFC 9562 sections 5.4 and 5.8 */

static struct space_id id_new(unsigned version)
{
	struct space_id id;

	random_bytes(id.bytes, sizeof(id.bytes));
	id.bytes[6] = (unsigned char)(version << 4 | (id.bytes[6] & 0x0fu));
	id.bytes[8] = (unsigned char)(0x80u | (id.bytes[8] & 0x3fu));
	return id;
}

struct space_id space_id_new(void)
{
	return id_new(VERSION_RANDOM);
}

struct space_id space_id_new_read_only(void)
{
	return id_new(VERSION_CUSTOM);
}

bool space_id_is_read_only(const struct space_id *id)
{
	return id->bytes[6] >> 4 == VERSION_CUSTOM;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool space_id_read(const char *text, struct space_id *out)
{
	static const char urn[] = "urn:uuid:";
	struct space_id id = { { 0 } };
	size_t digits = 0, length;

	if (text_starts(text, urn))
		text += sizeof(urn) - 1;
	length = strlen(text);
	if (length >= 2 && text[0] == '{' && text[length - 1] == '}') {
		text++;
		length -= 2;
	}
	for (size_t i = 0; i < length; i++) {
		const int value = hex_value(text[i]);

		if (text[i] == '-')
			continue;
		if (value < 0 || digits == 2 * sizeof(id.bytes))
			return false;
		id.bytes[digits / 2] = (unsigned char)(id.bytes[digits / 2] << 4 | value);
		digits++;
	}
	if (digits != 2 * sizeof(id.bytes))
		return false;
	*out = id;
	return true;
}

const char *space_id_text(struct arena *a, struct bytes bytes)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *from = bytes.data;
	char *text = arena_alloc(a, 37), *to = text;

	assert(bytes.length == sizeof(struct space_id));
	for (size_t i = 0; i < sizeof(struct space_id); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[from[i] >> 4];
		*to++ = hex[from[i] & 15];
	}
	return text;
}

struct bytes space_id_bytes(const struct space_id *id)
{
	return (struct bytes){ .data = id->bytes, .length = sizeof(id->bytes) };
}
