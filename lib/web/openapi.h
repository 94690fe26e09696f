/* openapi.h - what the files that make the OpenAPI document share. */
#ifndef PORTICO_WEB_OPENAPI_H
#define PORTICO_WEB_OPENAPI_H

#include "lib/web/inner.h"

/* The same shape may be read and written, and the two differ: what must be there, what is secret. */
enum usage { USAGE_READ, USAGE_WRITTEN };

struct schema {
	const struct shape *shape;
	enum usage usage;
	const char *name; /* under components */
};

struct document {
	struct buf *b;
	struct arena *arena;
	const struct router *router;
	const char *base_url;
	struct schema *schemas; /* all that were referred to; grows while they are written */
	size_t schema_count;
	const struct problem_kind **kinds; /* likewise */
	size_t kind_count;
};
#define SCHEMAS_MOST 1000
#define KINDS_MOST 1000

/* openapi_schema.c */
void schema_ref(struct document *d, const struct shape *shape, enum usage usage); /* {"$ref":…} */
void schema_field(struct document *d, const struct field *f, enum usage usage);   /* one member's schema */
bool schema_shows(const struct field *f, enum usage usage);                       /* is it on the wire at all? */
void schemas_write(struct document *d); /* "Name":{…},… of all referred to */

/* openapi_answers.c */
void answers_write(struct document *d, const struct entry *e); /* the `responses` object */
void examples_write(struct document *d);                       /* "code.status":{…},… of all kinds */

/* Does an Idempotency-Key mean something to it? */
static inline bool takes_key(const struct route *route)
{
	return route->verb != GET && route->keyed != KEYED_NEVER;
}

/* ---- writing JSON: json_key() sets the commas between members, this one between items ---- */
void doc_text(struct document *d, const char *name, const char *text); /* "name":"text" */
void doc_comma(struct document *d);

#endif
