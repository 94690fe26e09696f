/* field.c - one value into one member: range, length, trimming, names, the field's own rule, and the messages.
 * Knows neither JSON nor forms. */
#include "lib/json/field.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"
#include "lib/json/messages.h"
#include "lib/json/strict.h"

#define ERRORS_MOST 100  /* a body of many wrong values does not get an answer many times its size */
#define ECHO_MOST 100    /* characters of a wrong value that a message repeats */
#define NUMBER_TEXT 1000 /* characters, as Django REST framework has it */

/* ----- errors ----- */

static void path_write(struct buf *b, const struct path *path)
{
	if (path->up) {
		path_write(b, path->up);
		buf_char(b, '.');
	}
	if (path->name)
		buf_add(b, path->name, utf8_cut(path->name, ECHO_MOST));
	else
		buf_int(b, (int64_t)path->index);
}

void reading_error(struct reading *r, const struct path *path, const char *format, ...)
{
	struct buf name;
	va_list args;

	if (r->errors++ >= ERRORS_MOST)
		return;
	buf_init(&name, r->arena, 4096);
	if (path)
		path_write(&name, path);
	else
		buf_text(&name, FIELD_OF_NONE);

	va_start(args, format);
	problem_field(r->arena, &r->problem, buf_string(&name), "%s", arena_vprintf(r->arena, format, args));
	va_end(args);
}

void error_bool(struct reading *r, const struct path *path, const char *text)
{
	reading_error(r, path, MSG_NOT_BOOL, (int)utf8_cut(text, ECHO_MOST), text);
}

void error_enum(struct reading *r, const struct path *path, const char *text)
{
	reading_error(r, path, MSG_NOT_CHOICE, (int)utf8_cut(text, ECHO_MOST), text);
}

void rule_check(struct reading *r, const struct path *path, const struct field *f, const void *object)
{
	const char *message = f->check ? f->check(r->arena, field_of(f, object)) : NULL;

	if (message)
		reading_error(r, path, "%s", message);
}

static bool text_there(const struct shape *shape, const char *name, const void *object)
{
	const struct field *f = shape_field(shape, name, NULL);

	assert(f && f->kind == KIND_TEXT);
	return *(const char *const *)field_of(f, object) != NULL;
}

void together_check(struct reading *r, const struct path *path, const struct shape *shape, const void *object)
{
	if (r->errors > 0)
		return; /* what was wrong is not there, but was said */
	for (const struct field *f = shape->fields; f->name; f++)
		if (f->with && text_there(shape, f->name, object) && !text_there(shape, f->with, object))
			reading_error(r, &(struct path){ .up = path, .name = f->with }, MSG_REQUIRED_WITH, f->name);
}

/* ----- structs ----- */

bool field_read_here(const struct field *f)
{
	return !(f->flags & HIDDEN) && f->kind != KIND_BYTES;
}

void given_set(const struct shape *shape, void *object, size_t i)
{
	if (shape->given_offset == 0)
		return;
	assert(i < 64);
	*(uint64_t *)(void *)((char *)object + shape->given_offset - 1) |= UINT64_C(1) << i;
}

void object_begin(const struct shape *shape, void *object)
{
	for (const struct field *f = shape->fields; f->name; f++) {
		if (f->kind == KIND_AT)
			*(struct instant *)field_at(f, object) = instant_none();
		else if (f->kind == KIND_OBJECT)
			object_begin(f->items, field_at(f, object));
	}
}

/* ----- values ----- */

void put_null(struct reading *r, const struct path *path, const struct field *f, void *object)
{
	void *member = field_at(f, object);

	if (!(f->flags & NULLABLE)) {
		reading_error(r, path, MSG_NULL);
		return;
	}
	switch (f->kind) {
	case KIND_TEXT:
		*(const char **)member = NULL;
		return;
	case KIND_AT:
		*(struct instant *)member = instant_none();
		return;
	case KIND_MAYBE:
		*(struct maybe_int *)member = (struct maybe_int){ 0 };
		return;
	case KIND_RAW:
		*(struct raw_json *)member = (struct raw_json){ 0 };
		return;
	case KIND_BOOL:
	case KIND_INT:
	case KIND_DOUBLE:
	case KIND_ENUM:
	case KIND_BYTES:
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
	case KIND_N:
		return; /* as if it were absent */
	}
}

void put_bool(struct reading *r, const struct path *path, const struct field *f, bool value, void *object)
{
	*(bool *)field_at(f, object) = value;
	rule_check(r, path, f, object);
}

void put_int(struct reading *r, const struct path *path, const struct field *f, int64_t value, void *object)
{
	if (value < f->min) {
		reading_error(r, path, MSG_LOW, (long long)f->min);
		return;
	}
	if (value > f->max) {
		reading_error(r, path, MSG_HIGH, (long long)f->max);
		return;
	}
	if (f->kind == KIND_MAYBE)
		*(struct maybe_int *)field_at(f, object) = (struct maybe_int){ .set = true, .n = value };
	else
		*(int64_t *)field_at(f, object) = value;
	rule_check(r, path, f, object);
}

void put_double(struct reading *r, const struct path *path, const struct field *f, double value, void *object)
{
	if (!isfinite(value))
		reading_error(r, path, MSG_NOT_NUMBER);
	else if (value < (double)f->min)
		reading_error(r, path, MSG_LOW, (long long)f->min);
	else if (value > (double)f->max)
		reading_error(r, path, MSG_HIGH, (long long)f->max);
	else {
		*(double *)field_at(f, object) = value;
		rule_check(r, path, f, object);
	}
}

const char *text_accept(struct reading *r, const struct path *path, const struct field *f, const char *text)
{
	const char *kept = f->flags & NO_TRIM ? text : text_trim(r->arena, text);

	if (*kept || f->flags & BLANK)
		return kept;
	reading_error(r, path, MSG_BLANK);
	return NULL;
}

void put_text(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object)
{
	const char *kept = text_accept(r, path, f, text);
	int64_t length;

	if (!kept)
		return;
	length = (int64_t)utf8_length(kept);
	if (length == 0 && f->min > 0)
		reading_error(r, path, MSG_BLANK);
	else if (length < f->min)
		reading_error(r, path, MSG_TEXT_SHORT, (long long)f->min);
	else {
		/* what is too long may break the field's rule as well: both are told */
		if (length > f->max)
			reading_error(r, path, MSG_TEXT_LONG, (long long)f->max);
		*(const char **)field_at(f, object) = kept == text ? arena_text(r->arena, text) : kept;
		rule_check(r, path, f, object);
	}
}

void put_enum(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object)
{
	int value = enum_value(f->names, text);

	if (value < 0) {
		error_enum(r, path, text);
		return;
	}
	*(int *)field_at(f, object) = value;
	rule_check(r, path, f, object);
}

void put_at(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object)
{
	struct instant at;

	if (!instant_read(text, &at)) {
		reading_error(r, path, MSG_NOT_AT);
		return;
	}
	*(struct instant *)field_at(f, object) = at;
	rule_check(r, path, f, object);
}

bool count_accept(struct reading *r, const struct path *path, const struct field *f, size_t count)
{
	if (f->min > 0 && count < (uint64_t)f->min) {
		reading_error(r, path, MSG_LIST_SHORT, (long long)f->min);
		return false;
	}
	if (f->max < 0 || count > (uint64_t)f->max) {
		reading_error(r, path, MSG_LIST_LONG, (long long)f->max);
		return false;
	}
	return true;
}

void put_texts(struct reading *r, const struct path *path, const struct field *f, struct texts texts, void *object)
{
	*(struct texts *)field_at(f, object) = texts;
	rule_check(r, path, f, object);
}

/* ----- from text ----- */

static void int_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text,
                          void *object)
{
	size_t length = strlen(text), n = length;
	const char *point = strchr(text, '.');
	char whole[32];
	int64_t value;

	if (length > NUMBER_TEXT) {
		reading_error(r, path, MSG_DIGITS);
		return;
	}
	/* 5.0 and 5. count as 5, as in Django REST framework. */
	if (point && point > text && point[1 + strspn(point + 1, "0")] == '\0')
		n = (size_t)(point - text);
	if (n >= sizeof(whole)) {
		reading_error(r, path, MSG_NOT_INT);
		return;
	}
	memcpy(whole, text, n);
	whole[n] = '\0';
	if (num_read(whole, INT64_MIN, INT64_MAX, &value))
		put_int(r, path, f, value, object);
	else
		reading_error(r, path, MSG_NOT_INT);
}

static void double_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text,
                             void *object)
{
	size_t length = strlen(text);

	if (length > NUMBER_TEXT)
		reading_error(r, path, MSG_DIGITS);
	else if (length == 0 || json_number_length(text, length) != length)
		reading_error(r, path, MSG_NOT_NUMBER);
	else
		put_double(r, path, f, strtod(text, NULL), object);
}

static bool word_in(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

static void bool_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text,
                           void *object)
{
	/* The words of Django REST framework's BooleanField, with exactly these cases. */
	/* clang-format off */
	static const char *const yes[] = { "t", "T", "y", "Y", "yes", "Yes", "YES",
	                                   "true",  "True",  "TRUE",  "on",  "On",  "ON",  "1", NULL };
	static const char *const no[]  = { "f", "F", "n", "N", "no",  "No",  "NO",
	                                   "false", "False", "FALSE", "off", "Off", "OFF", "0", NULL };
	/* clang-format on */

	if (word_in(text, yes))
		put_bool(r, path, f, true, object);
	else if (word_in(text, no))
		put_bool(r, path, f, false, object);
	else
		error_bool(r, path, text);
}

static void raw_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text,
                          void *object)
{
	if (json_check(r->arena, text, strlen(text), &JSON_FROM_CLIENT)) {
		reading_error(r, path, MSG_NOT_JSON);
		return;
	}
	((struct raw_json *)field_at(f, object))->text = arena_text(r->arena, text);
	rule_check(r, path, f, object);
}

static void texts_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text,
                            void *object)
{
	struct texts one = { .items = ARENA_ARRAY(r->arena, const char *, 1), .count = 1 };
	struct path item = { .up = path, .index = 0 };

	one.items[0] = text_accept(r, &item, f, text);
	if (one.items[0] && count_accept(r, path, f, one.count))
		put_texts(r, path, f, one, object);
}

void put_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object)
{
	switch (f->kind) {
	case KIND_BOOL:
		bool_from_text(r, path, f, text, object);
		return;
	case KIND_INT:
	case KIND_MAYBE:
		int_from_text(r, path, f, text, object);
		return;
	case KIND_DOUBLE:
		double_from_text(r, path, f, text, object);
		return;
	case KIND_TEXT:
		put_text(r, path, f, text, object);
		return;
	case KIND_AT:
		put_at(r, path, f, text, object);
		return;
	case KIND_ENUM:
		put_enum(r, path, f, text, object);
		return;
	case KIND_TEXTS:
		texts_from_text(r, path, f, text, object);
		return;
	case KIND_RAW:
		raw_from_text(r, path, f, text, object);
		return;
	case KIND_OBJECT:
		reading_error(r, path, MSG_NOT_OBJECT, "str");
		return;
	case KIND_LIST:
		reading_error(r, path, MSG_NOT_LIST, "str");
		return;
	case KIND_BYTES:
	case KIND_N:
		return;
	}
}
