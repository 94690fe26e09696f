/* field.h - one value into one member: the checks that JSON and forms have in common.
 * Used inside lib/json alone. */
#ifndef PORTICO_JSON_FIELD_H
#define PORTICO_JSON_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/problem.h"
#include "lib/base/shape.h"

/* One reading of one body. */
struct reading {
	struct arena *arena;
	struct problem *problem; /* what was wrong so far */
	int errors;              /* how much of it; the rest is not told */
	bool strict;             /* unknown keys are errors */
};

/* Where a value stands, kept on the stack and written out only for an error: sessions.0.name */
struct path {
	const struct path *up; /* NULL: the body itself */
	const char *name;      /* NULL: the index counts */
	size_t index;
};

/* Adds an error for the value at `path`; NULL is the body as a whole. */
void reading_error(struct reading *r, const struct path *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* True if the field takes part in JSON and forms at all. */
bool field_read_here(const struct field *f);

/* Sets the bit of the i-th field in the struct's `given`. */
void given_set(const struct shape *shape, void *object, size_t i);

/* A struct of the reader's own making: zero, instants NONE. `object` is zeroed already. */
void object_begin(const struct shape *shape, void *object);

/* The value checked against the field and stored in its member of `object`, or an error. */
void put_null(struct reading *r, const struct path *path, const struct field *f, void *object);
void put_bool(struct reading *r, const struct path *path, const struct field *f, bool value, void *object);
void put_int(struct reading *r, const struct path *path, const struct field *f, int64_t value, void *object);
void put_double(struct reading *r, const struct path *path, const struct field *f, double value, void *object);
void put_text(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object);
void put_enum(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object);
void put_at(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object);
void put_texts(struct reading *r, const struct path *path, const struct field *f, struct texts texts, void *object);

/* The same from text for any kind that text can hold: forms, queries, and JSON where a field is LENIENT. */
void put_from_text(struct reading *r, const struct path *path, const struct field *f, const char *text, void *object);

/* Trims text as the field wants it and refuses what is blank: NULL then. For texts and for the items of TEXTS. */
const char *text_accept(struct reading *r, const struct path *path, const struct field *f, const char *text);

/* False, and an error, unless `count` lies within the field's bounds. */
bool count_accept(struct reading *r, const struct path *path, const struct field *f, size_t count);

/* The field's own rule, once the member holds the value. */
void rule_check(struct reading *r, const struct path *path, const struct field *f, const void *object);

/* The fields that must come together, once all of them were read and were right. */
void together_check(struct reading *r, const struct path *path, const struct shape *shape, const void *object);

/* Errors that echo the value. */
void error_bool(struct reading *r, const struct path *path, const char *text);
void error_enum(struct reading *r, const struct path *path, const char *text);

#endif
