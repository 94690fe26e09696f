/* shape.c - looking things up in shapes and name tables; see shape.h. */
#include "lib/base/shape.h"

#include <assert.h>
#include <string.h>

const struct field *shape_field(const struct shape *s, const char *name, size_t *index)
{
	for (size_t i = 0; s->fields[i].name; i++)
		if (strcmp(s->fields[i].name, name) == 0) {
			if (index)
				*index = i;
			return &s->fields[i];
		}
	return NULL;
}

bool shape_given(const struct shape *s, const void *object, const char *field)
{
	size_t index = 0;
	uint64_t given;
	const struct field *f = shape_field(s, field, &index);

	assert(s->given_offset > 0 && f && index < 64);
	if (!f)
		return false;
	memcpy(&given, (const char *)object + s->given_offset - 1, sizeof(given));
	return (given >> index) & 1;
}

const char *enum_name(const char *const *names, int value)
{
	for (int i = 0; i <= value && names[i]; i++)
		if (i == value)
			return names[i];
	return "?";
}

int enum_value(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}
