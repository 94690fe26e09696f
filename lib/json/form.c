/* form.c - application/x-www-form-urlencoded bodies and query parameters into structs, by their shapes. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/field.h"
#include "lib/json/json.h"
#include "lib/json/messages.h"

#define FORM_BYTES ((size_t)1 << 20)
#define FORM_PAIRS 1000 /* Django's DATA_UPLOAD_MAX_NUMBER_FIELDS */

struct pair {
	const char *key, *value;
};

struct pairs {
	struct pair *items;
	size_t count;
};

static struct problem *pairs_read(struct arena *a, const char *text, size_t length, struct pairs *out)
{
	const char *at = length > 0 ? text : "", *end = at + length;
	size_t most = 1;

	if (length > FORM_BYTES)
		return problem_new(a, &PROBLEM_TOO_LARGE, NULL);
	for (size_t i = 0; i < length; i++)
		most += at[i] == '&';
	out->items = ARENA_ARRAY(a, struct pair, most < FORM_PAIRS ? most : FORM_PAIRS);
	out->count = 0;
	while (at < end) {
		const char *stop = memchr(at, '&', (size_t)(end - at)), *equals;
		struct pair pair = { .value = "" };

		if (!stop)
			stop = end;
		if (stop > at) {
			if (out->count == FORM_PAIRS)
				return problem_new(a, &PROBLEM_MALFORMED, "Form parse error - More than %d fields", FORM_PAIRS);
			equals = memchr(at, '=', (size_t)(stop - at));
			pair.key = percent_decode(a, at, (size_t)((equals ? equals : stop) - at), true);
			if (equals)
				pair.value = percent_decode(a, equals + 1, (size_t)(stop - equals - 1), true);
			if (!pair.key || !pair.value)
				return problem_new(a, &PROBLEM_MALFORMED, "Form parse error - Wrong encoding in field %zu",
				                   out->count + 1);
			out->items[out->count++] = pair;
		}
		at = stop + 1;
	}
	return NULL;
}

/* The value that counts: the last one, as in Django's QueryDict. NULL: absent. */
static const char *pair_last(const struct pairs *pairs, const char *key)
{
	for (size_t i = pairs->count; i > 0; i--) {
		if (strcmp(pairs->items[i - 1].key, key) == 0)
			return pairs->items[i - 1].value;
	}
	return NULL;
}

/* The number n of key `name[n]`, or -1. */
static int64_t key_index(const char *key, const char *name)
{
	size_t n = strlen(name), length = strlen(key);
	char digits[8];
	int64_t index;

	if (strncmp(key, name, n) != 0 || key[n] != '[' || key[length - 1] != ']' || length - n - 2 >= sizeof(digits))
		return -1;
	memcpy(digits, key + n + 1, length - n - 2);
	digits[length - n - 2] = '\0';
	return num_read(digits, 0, 9999999, &index) ? index : -1;
}

struct indexed {
	int64_t index;
	size_t place; /* among the pairs, so that equal indexes keep their order */
	const char *value;
};

static int indexed_compare(const void *left, const void *right)
{
	const struct indexed *l = left, *r = right;

	if (l->index != r->index)
		return l->index < r->index ? -1 : 1;
	return l->place < r->place ? -1 : l->place > r->place;
}

/* All values of a key: the repeated key's, else those of key[0], key[1], … in the order of their numbers. */
static struct texts pair_all(struct arena *a, const struct pairs *pairs, const char *name)
{
	struct texts texts = { .items = ARENA_ARRAY(a, const char *, pairs->count) };
	struct indexed *indexed;
	size_t n = 0;

	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].key, name) == 0)
			texts.items[texts.count++] = pairs->items[i].value;
	}
	if (texts.count > 0)
		return texts;

	indexed = ARENA_ARRAY(a, struct indexed, pairs->count);
	for (size_t i = 0; i < pairs->count; i++) {
		int64_t index = key_index(pairs->items[i].key, name);

		if (index >= 0)
			indexed[n++] = (struct indexed){ .index = index, .place = i, .value = pairs->items[i].value };
	}
	qsort(indexed, n, sizeof(*indexed), indexed_compare);
	for (; texts.count < n; texts.count++)
		texts.items[texts.count] = indexed[texts.count].value;
	return texts;
}

/* "" is all a form can say for null or nothing: null where it may be, absent (false) where it need not be there. */
static bool blank_take(struct reading *r, const struct path *path, const struct field *f, void *out)
{
	if (f->kind == KIND_TEXT && f->flags & BLANK)
		put_text(r, path, f, "", out);
	else if (f->flags & NULLABLE)
		put_null(r, path, f, out);
	else if (f->flags & REQUIRED)
		put_from_text(r, path, f, "", out);
	else
		return false;
	return true;
}

static void texts_take(struct reading *r, const struct path *path, const struct field *f, struct texts texts, void *out)
{
	struct path at = { .up = path };
	bool fine = true;

	if (!count_accept(r, path, f, texts.count))
		return;
	for (; at.index < texts.count && (fine || !(f->flags & FLAT)); at.index++) {
		const char *text = texts.items[at.index];

		if (!(f->flags & LINK))
			text = text_accept(r, f->flags & FLAT ? path : &at, f, text);

		fine = fine && text;
		texts.items[at.index] = text;
	}
	if (fine)
		put_texts(r, path, f, texts, out);
}

/* One field from the pairs; false when it is not among them. */
static bool field_take(struct reading *r, const struct pairs *pairs, const struct path *path, const struct field *f,
                       void *out)
{
	const char *value;

	if (f->kind == KIND_TEXTS) {
		struct texts texts = pair_all(r->arena, pairs, f->name);

		if (texts.count > 0)
			texts_take(r, path, f, texts, out);
		return texts.count > 0;
	}
	value = pair_last(pairs, f->name);
	if (value && !*value)
		return blank_take(r, path, f, out);
	if (value)
		put_from_text(r, path, f, value, out);
	return value != NULL;
}

struct problem *form_read(struct arena *a, const char *text, size_t length, const struct shape *shape, void *out)
{
	struct reading r = { .arena = a };
	struct pairs pairs;

	TRY(pairs_read(a, text, length, &pairs));
	for (size_t i = 0; shape->fields[i].name; i++) {
		const struct field *f = &shape->fields[i];
		struct path at = { .name = f->name };

		if (!field_read_here(f))
			continue;
		if (field_take(&r, &pairs, &at, f, out))
			given_set(shape, out, i);
		else if (f->flags & REQUIRED)
			reading_error(&r, &at, MSG_REQUIRED);
	}
	together_check(&r, NULL, shape, out);
	return r.problem;
}

void field_read_text(struct arena *a, const struct field *f, const char *text, void *object, struct problem **p)
{
	struct reading r = { .arena = a, .problem = *p };
	struct path at = { .name = f->name };

	if (text && *text)
		put_from_text(&r, &at, f, text, object);
	else if (text)
		blank_take(&r, &at, f, object);
	else if (f->flags & REQUIRED)
		reading_error(&r, &at, MSG_REQUIRED);
	*p = r.problem;
}
