/* shape.h - what a struct looks like from outside, said once.
 *
 * One table describes the members of a struct; JSON and form reading, JSON writing, row reading, the
 * OpenAPI document and the documentation are all made from it. FIELD takes name, kind and place from the
 * member itself:
 *
 *   static const struct field session_ask_fields[] = {
 *           FIELD(struct session_ask, image,   REQUIRED, 1, 64,   "public name of the image"),
 *           FIELD(struct session_ask, minutes, OPTIONAL, 5, 1440, "how long"),
 *           FIELD_END
 *   };
 *   const struct shape session_ask_shape = SHAPE("SessionAsk", struct session_ask, session_ask_fields);
 *
 * min and max mean: value of a number; characters of a text; items of a list. They are always checked on
 * reading and always printed in the OpenAPI document. */
#ifndef PORTICO_BASE_SHAPE_H
#define PORTICO_BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"

/* An integer that may be missing (SQL NULL, JSON null). */
struct maybe_int {
	bool set;
	int64_t n;
};

/* Objects side by side, described by the field's `items` shape. */
struct list {
	void *items;
	size_t count;
};

/* C strings side by side. */
struct texts {
	const char **items;
	size_t count;
};

/* Bytes with a length (seals, hashes); never JSON. */
struct bytes {
	const void *data;
	size_t length;
};

/* JSON text passed through as it is (already checked), e.g. what another service said. */
struct raw_json {
	const char *text;
};

enum field_kind {
	KIND_BOOL,   /* bool */
	KIND_INT,    /* int64_t */
	KIND_MAYBE,  /* struct maybe_int: integer or null */
	KIND_DOUBLE, /* double */
	KIND_TEXT,   /* const char *, UTF-8; NULL is null */
	KIND_AT,     /* struct instant; NONE is null */
	KIND_ENUM,   /* int, one of `names`; the name on the wire, the number in a row */
	KIND_BYTES,  /* struct bytes; rows only */
	KIND_OBJECT, /* a struct inside this one, by `items`; never null */
	KIND_LIST,   /* struct list of `items` */
	KIND_TEXTS,  /* struct texts */
	KIND_RAW,    /* struct raw_json; NULL is null */
	KIND_N
};

/* What a field demands or does, or'ed together. REQUIRED and OPTIONAL are about reading. */
enum field_flag {
	OPTIONAL = 0,      /* may be absent: the member keeps what it held */
	REQUIRED = 1 << 0, /* must be there */
	NULLABLE = 1 << 1, /* null is accepted (TEXT, AT, MAYBE, RAW) */
	BLANK = 1 << 2,    /* "" is accepted where min is 0; else refused as blank */
	NO_TRIM = 1 << 3,  /* white space at the ends is kept (passwords) */
	SECRET = 1 << 4,   /* never logged, never written, `writeOnly` and `format: password` in OpenAPI */
	NO_ZONE = 1 << 5,  /* AT: written without Z, as the facility's clients expect */
	LENIENT = 1 << 6,  /* BOOL: the words of Django REST framework (t, yes, on, 1, …) count;
	                     * INT: decimal text counts, as in forms */
	HIDDEN = 1 << 7,   /* in rows only: never read from or written to JSON */
	MICROS = 1 << 8,   /* AT: written with six fraction digits even if they are zero */
	LINK = 1 << 9,     /* TEXT, TEXTS: addresses of other objects; items are kept as they came, and one that is no
	                    * text is told of the field as a whole, as Django REST framework does it */
	FLAT = 1 << 10 /* TEXTS: what is wrong with an item is said under the list's own name, of the first bad one only */
};

struct shape;

struct field {
	const char *name; /* JSON key, form key, column name */
	enum field_kind kind;
	unsigned flags;
	size_t offset;
	int64_t min, max;
	const char *doc;
	const struct shape *items; /* OBJECT, LIST */
	const char *const *names;  /* ENUM: NULL-terminated, index is the value */
	/* A further rule: NULL when `value` (the member) is fine, else the message for the client. */
	const char *(*check)(struct arena *a, const void *value);
	const char *format;  /* OpenAPI format: "uri", "uuid", "email"; documentation only */
	const char *pattern; /* TEXT: what `check` or the handler accepts, as far as a regular expression (ECMA 262) can say
	                      * it; documentation only */
	const char *with;    /* TEXT: the name of another TEXT that must be there, not null, when this one is; checked */
	/* For people, in OPTIONS and forms; NULL: made from the name, and `doc`. "" for help: none. */
	const char *label, *help;
	const char *choices; /* LINK: the list of what may be chosen, a path below the mount: "/groups/" */
};

struct shape {
	const char *name; /* its name in the OpenAPI document */
	const struct field *fields;
	size_t size;
	/* Offset + 1 of a `uint64_t` that gets bit i for the i-th field that was in the body, so that PATCH can
	 * tell absent from null; 0: the struct has none. */
	size_t given_offset;
};

/* clang-format off */
#define FIELD_KIND(type, member)                        \
	_Generic(((type *)0)->member,                       \
		bool: KIND_BOOL,                                \
		int64_t: KIND_INT,                              \
		struct maybe_int: KIND_MAYBE,                   \
		double: KIND_DOUBLE,                            \
		const char *: KIND_TEXT,                        \
		struct instant: KIND_AT,                        \
		struct bytes: KIND_BYTES,                       \
		struct texts: KIND_TEXTS,                       \
		struct raw_json: KIND_RAW)

#define FIELD_AS(type, member, key, want, lo, hi, words, ...)                                      \
	{ .name = (key), .kind = FIELD_KIND(type, member), .flags = (want), .offset = offsetof(type, member), \
	  .min = (lo), .max = (hi), .doc = (words) __VA_OPT__(,) __VA_ARGS__ }
#define FIELD(type, member, want, lo, hi, words, ...) \
	FIELD_AS(type, member, #member, want, lo, hi, words __VA_OPT__(,) __VA_ARGS__)

/* `int` members that hold one of a name table. */
#define FIELD_ENUM(type, member, want, table, words)                                        \
	{ .name = #member, .kind = KIND_ENUM, .flags = (want), .offset = offsetof(type, member), \
	  .names = (table), .doc = (words) }
/* A struct inside the struct, and a list of structs. */
#define FIELD_OBJECT(type, member, want, shape_, words)                                       \
	{ .name = #member, .kind = KIND_OBJECT, .flags = (want), .offset = offsetof(type, member), \
	  .items = &(shape_), .doc = (words) }
#define FIELD_LIST(type, member, want, shape_, lo, hi, words)                                                \
	{ .name = #member, .kind = KIND_LIST, .flags = (want), .offset = offsetof(type, member), .min = (lo), \
	  .max = (hi), .items = &(shape_), .doc = (words) }
/* For members that are only written or only come from rows: no bounds to check. */
#define FIELD_OUT(type, member, words, ...) \
	FIELD(type, member, OPTIONAL, INT64_MIN, INT64_MAX, words __VA_OPT__(,) __VA_ARGS__)
#define FIELD_END { .name = NULL }

#define SHAPE(name_, type, table) { .name = (name_), .fields = (table), .size = sizeof(type) }
/* A shape whose struct has a `uint64_t given` member. */
#define SHAPE_GIVEN(name_, type, table) \
	{ .name = (name_), .fields = (table), .size = sizeof(type), .given_offset = offsetof(type, given) + 1 }
/* clang-format on */

/* True if the body held that field. The shape must be a SHAPE_GIVEN and the name one of its fields. */
bool shape_given(const struct shape *s, const void *object, const char *field);

/* The field of that name, or NULL; *index gets its position when index is not NULL. */
const struct field *shape_field(const struct shape *s, const char *name, size_t *index);

/* Address of a member. */
static inline void *field_at(const struct field *f, void *object)
{
	return (char *)object + f->offset;
}
static inline const void *field_of(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

/* The name of an enum's value, or "?" outside the table; and back: -1 when there is none of that name. */
const char *enum_name(const char *const *names, int value);
int enum_value(const char *const *names, const char *name);

#endif
