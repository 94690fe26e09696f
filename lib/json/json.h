/* json.h - structs to JSON text and back, through their shapes. cJSON parses; what it is lax about is checked first:
 * UTF-8, depth, number and string grammar (RFC 8259), nothing behind the value, no \u0000, no key twice.
 *
 * Integers are exact over the whole of int64_t when they are written as digits; with a fraction or an exponent
 * (1.0, 1e3) they count as integers within +-2^53, where a double is exact. Everything else, also what lies outside
 * int64_t, is `A valid integer is required.` A number given for a text becomes its text, as Django REST framework
 * does it. */
#ifndef PORTICO_JSON_JSON_H
#define PORTICO_JSON_JSON_H

#include "lib/base/buf.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct json_limits {
	size_t bytes;  /* of the text */
	int depth;     /* of nesting */
	bool strict;   /* unknown keys are a field error; else they are passed over */
	size_t values; /* scalars, arrays and objects in all, since each costs memory; 0: the bytes alone bound them */
};
extern const struct json_limits JSON_FROM_CLIENT;  /* 1 MiB, depth 16, 50000 values, unknown keys passed over */
extern const struct json_limits JSON_FROM_SERVICE; /* 16 MiB, depth 32, 500000 values, unknown keys passed over */

/* Reads an object into *out. PROBLEM_TOO_LARGE above limits->bytes, PROBLEM_MALFORMED ("JSON parse error - …") when it
 * is not JSON, PROBLEM_FIELDS with every wrong field at once (at most 100) and the messages of
 * accounts-and-conventions.md section 9 when it does not fit; fields of nested shapes are named `sessions.0.name`.
 * Members of absent fields keep what they held; *out may be changed on a problem. In list items, which the reader
 * makes, absent members are zero and absent instants NONE. NULLABLE on a kind that cannot hold null (BOOL, INT, OBJECT,
 * LIST …) makes null mean absent, as services written in Go send it. An empty text is not JSON: who takes an empty
 * body for "no fields" gives it to form_read(). */
struct problem *json_read(struct arena *a, const char *text, size_t length, const struct json_limits *limits,
                          const struct shape *shape, void *out) MUST_CHECK;

/* An array of objects. */
struct problem *json_read_list(struct arena *a, const char *text, size_t length, const struct json_limits *limits,
                               const struct shape *items, size_t most, struct list *out) MUST_CHECK;

/* Well-formed within the limits; nothing is kept. */
struct problem *json_check(struct arena *a, const char *text, size_t length, const struct json_limits *limits)
	MUST_CHECK;

/* application/x-www-form-urlencoded text, or query parameters, through the same shapes and messages. Values are
 * text: INT, BOOL, AT … are read from it, RAW is JSON; TEXTS takes repeated keys or key[0]=…; of other kinds the last
 * of several wins. OBJECT and LIST cannot be given. "" is null where the field is NULLABLE, and absent where it is
 * OPTIONAL and not BLANK, as in Django REST framework. At most 1 MiB and 1000 pairs: PROBLEM_TOO_LARGE,
 * PROBLEM_MALFORMED; also malformed when a key or value is wrongly encoded. */
struct problem *form_read(struct arena *a, const char *text, size_t length, const struct shape *shape, void *out)
	MUST_CHECK;

/* Checks and stores one text value as form_read() does (path and query parameters, settings of jobs); text NULL is
 * absent. What is wrong is added to *p. */
void field_read_text(struct arena *a, const struct field *f, const char *text, void *object, struct problem **p);

/* Writes compact JSON: {"a":1}. Keys in the order of the fields; SECRET and HIDDEN fields are left out, and BYTES,
 * which has no form in JSON. A double that is no number (NaN, infinite) is written as null. */
void json_write(struct buf *b, const struct shape *shape, const void *object);
void json_write_list(struct buf *b, const struct shape *items, struct list list);
/* One member's value alone. */
void json_write_value(struct buf *b, const struct field *f, const void *object);

/* Compact JSON text, as it is written here, once more in the spelling of Python's json.dumps(): `, ` and `: ` between things,
 * everything but printable ASCII as \uXXXX; and `</` as `<\/`, as tornado writes it. `out` may need six times the length. */
void json_spaced(struct buf *out, const char *json, size_t length);

/* A member of an object that is known to be JSON (our own answer): text as it is, other values as they are written, NULL
 * when it is absent or null. And the texts of an array; no texts when it is none. */
const char *json_member(struct arena *a, const char *text, size_t length, const char *name);
struct texts json_member_texts(struct arena *a, const char *text, size_t length, const char *name);

/* The values of an array, each as it is written (a text with its quotes); none when it is no array. */
struct texts json_items(struct arena *a, const char *text, size_t length);

/* "name": with a comma before it when needed; for the few answers that are no shape. Looks at the last byte of b. */
void json_key(struct buf *b, const char *name);

#endif
