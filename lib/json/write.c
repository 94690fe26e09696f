/* write.c - structs to compact JSON, straight into a buffer. */
#include "lib/json/write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json/json.h"

void double_write(struct buf *b, double value)
{
	char text[40];

	/* 17 digits are always enough for an IEEE double, 15 often; %g leaves trailing zeros out. */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	buf_text(b, text);
	if (!strpbrk(text, ".e"))
		buf_text(b, ".0"); /* stays a float for readers that tell 2 from 2.0, as Python does */
}

static void string_write(struct buf *b, const char *text)
{
	buf_json_string(b, text, strlen(text));
}

static void at_write(struct buf *b, const struct field *f, struct instant at)
{
	if (instant_is_none(at)) {
		buf_text(b, "null");
		return;
	}
	buf_char(b, '"');
	if (f->flags & MICROS)
		instant_write_micros(b, at);
	else
		instant_write(b, at, !(f->flags & NO_ZONE));
	buf_char(b, '"');
}

static void texts_write(struct buf *b, const struct texts *texts)
{
	buf_char(b, '[');
	for (size_t i = 0; i < texts->count; i++) {
		if (i > 0)
			buf_char(b, ',');
		string_write(b, texts->items[i]);
	}
	buf_char(b, ']');
}

void json_write_value(struct buf *b, const struct field *f, const void *object)
{
	const void *member = field_of(f, object);

	switch (f->kind) {
	case KIND_BOOL:
		buf_text(b, *(const bool *)member ? "true" : "false");
		return;
	case KIND_INT:
		buf_int(b, *(const int64_t *)member);
		return;
	case KIND_MAYBE:
		if (((const struct maybe_int *)member)->set)
			buf_int(b, ((const struct maybe_int *)member)->n);
		else
			buf_text(b, "null");
		return;
	case KIND_DOUBLE:
		if (isfinite(*(const double *)member))
			double_write(b, *(const double *)member);
		else
			buf_text(b, "null");
		return;
	case KIND_TEXT:
		if (*(const char *const *)member)
			string_write(b, *(const char *const *)member);
		else
			buf_text(b, "null");
		return;
	case KIND_AT:
		at_write(b, f, *(const struct instant *)member);
		return;
	case KIND_ENUM:
		string_write(b, enum_name(f->names, *(const int *)member));
		return;
	case KIND_OBJECT:
		json_write(b, f->items, member);
		return;
	case KIND_LIST:
		json_write_list(b, f->items, *(const struct list *)member);
		return;
	case KIND_TEXTS:
		texts_write(b, member);
		return;
	case KIND_RAW:
		buf_text(b, ((const struct raw_json *)member)->text ? ((const struct raw_json *)member)->text : "null");
		return;
	case KIND_BYTES:
	case KIND_N:
		buf_text(b, "null");
		return;
	}
}

void json_write(struct buf *b, const struct shape *shape, const void *object)
{
	bool first = true;

	buf_char(b, '{');
	for (const struct field *f = shape->fields; f->name; f++) {
		if (f->flags & (SECRET | HIDDEN) || f->kind == KIND_BYTES)
			continue;
		if (!first)
			buf_char(b, ',');
		first = false;
		string_write(b, f->name);
		buf_char(b, ':');
		json_write_value(b, f, object);
	}
	buf_char(b, '}');
}

void json_write_list(struct buf *b, const struct shape *items, struct list list)
{
	const char *item = list.items;

	buf_char(b, '[');
	for (size_t i = 0; i < list.count; i++, item += items->size) {
		if (i > 0)
			buf_char(b, ',');
		json_write(b, items, item);
	}
	buf_char(b, ']');
}

void json_key(struct buf *b, const char *name)
{
	char last = b->length > 0 ? b->data[b->length - 1] : '{';

	if (last != '{' && last != '[' && last != ',')
		buf_char(b, ',');
	string_write(b, name);
	buf_char(b, ':');
}
