/* arguments.c - command-line words to structs, through shapes. */
#include "lib/command/command.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

/* "--public-number" to "public_number"; NULL when the word is no option. */
static char *option_name(struct arena *a, const char *word, const char **value)
{
	if (!text_starts(word, "--") || word[2] == '\0')
		return NULL;

	const char *equals = strchr(word, '=');
	char *name = arena_text_n(a, word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	*value = equals ? equals + 1 : NULL;
	return name;
}

static struct problem *option_unknown(struct arena *a, const struct shape *shape, const char *word, const char *name)
{
	const char *names[65] = { NULL };
	size_t n = 0;

	for (const struct field *f = shape->fields; f->name && n < 64; f++)
		names[n++] = f->name;

	const char *nearest = text_nearest(name, names);

	if (!nearest)
		return problem_new(a, &PROBLEM_USAGE, "unknown option %s", word);

	char *dashed = arena_text(a, nearest);

	for (char *c = dashed; *c; c++)
		if (*c == '_')
			*c = '-';
	return problem_new(a, &PROBLEM_USAGE, "unknown option %s, did you mean --%s?", word, dashed);
}

static void mark_given(const struct shape *shape, void *out, size_t index)
{
	if (shape->given_offset)
		*(uint64_t *)(void *)((char *)out + shape->given_offset - 1) |= UINT64_C(1) << index;
}

struct problem *arguments_read(struct invocation *in, const struct shape *shape, const char *const *positional,
                               void *out)
{
	struct arena *a = in->arena;
	struct problem *wrong = NULL;
	uint64_t seen = 0;

	for (int i = 0; i < in->argc; i++) {
		const char *value = NULL;
		const char *name = option_name(a, in->argv[i], &value);
		const struct field *f;
		size_t index;

		if (!name) {
			if (!positional || !*positional)
				return problem_new(a, &PROBLEM_USAGE, "\"%s\" is one word too many", in->argv[i]);
			f = shape_field(shape, *positional++, &index);
			value = in->argv[i];
		} else {
			f = shape_field(shape, name, &index);
			if (!f)
				return option_unknown(a, shape, in->argv[i], name);
			if (!value && f->kind == KIND_BOOL)
				value = "true";
			else if (!value && i + 1 < in->argc)
				value = in->argv[++i];
			if (!value)
				return problem_new(a, &PROBLEM_USAGE, "%s needs a value", in->argv[i]);
		}
		seen |= UINT64_C(1) << index;
		mark_given(shape, out, index);
		field_read_text(a, f, value, out, &wrong);
	}
	for (size_t i = 0; shape->fields[i].name; i++)
		if ((shape->fields[i].flags & REQUIRED) && !(seen & (UINT64_C(1) << i)))
			problem_field(a, &wrong, shape->fields[i].name, "This field is required.");
	return wrong;
}
