/* openapi_schema.c - shapes as JSON Schemas (2020-12, which OpenAPI 3.1 uses). A shape that is read says what a client
 * must send and within which bounds; one that is written holds all its members, and only those marked REQUIRED are
 * promised not to be null. */
#include "lib/web/openapi.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

bool schema_shows(const struct field *f, enum usage usage)
{
	if ((f->flags & HIDDEN) || f->kind == KIND_BYTES)
		return false;
	return usage == USAGE_READ || !(f->flags & SECRET);
}

/* ---- names ---- */

static bool name_taken(const struct document *d, const char *name)
{
	for (size_t i = 0; i < d->schema_count; i++)
		if (text_equal(d->schemas[i].name, name))
			return true;
	return text_equal(name, "Problem");
}

/* A shape that is both read and written stands in the document twice, as Name and NameWritten or NameRead. */
static const char *schema_name(struct document *d, const struct shape *shape, enum usage usage)
{
	const char *name = shape->name;

	for (size_t i = 0; i < d->schema_count; i++)
		if (d->schemas[i].shape == shape && d->schemas[i].usage == usage)
			return d->schemas[i].name;
	if (name_taken(d, name))
		name = arena_printf(d->arena, "%s%s", shape->name, usage == USAGE_READ ? "Read" : "Written");
	for (int n = 2; name_taken(d, name); n++)
		name = arena_printf(d->arena, "%s%d", shape->name, n);
	assert(d->schema_count < SCHEMAS_MOST);
	d->schemas[d->schema_count++] = (struct schema){ shape, usage, name };
	return name;
}

void schema_ref(struct document *d, const struct shape *shape, enum usage usage)
{
	buf_printf(d->b, "{\"$ref\":\"#/components/schemas/%s\"}", schema_name(d, shape, usage));
}

/* ---- one member ---- */

static bool may_be_null(const struct field *f, enum usage usage)
{
	const bool can = f->kind == KIND_TEXT || f->kind == KIND_AT || f->kind == KIND_MAYBE || f->kind == KIND_RAW;

	return can && (usage == USAGE_READ ? (f->flags & NULLABLE) != 0 : !(f->flags & REQUIRED));
}

static void add_type(struct document *d, const char *type, bool null)
{
	json_key(d->b, "type");
	if (null)
		buf_printf(d->b, "[\"%s\",\"null\"]", type);
	else
		buf_printf(d->b, "\"%s\"", type);
}

static void add_bound(struct document *d, const char *name, int64_t n)
{
	if (n == INT64_MIN || n == INT64_MAX)
		return;
	json_key(d->b, name);
	buf_int(d->b, n);
}

/* Bounds are a promise of the reader; what is written may be older than they are. */
static void add_bounds(struct document *d, const struct field *f, enum usage usage, const char *low, const char *high)
{
	if (usage == USAGE_WRITTEN)
		return;
	add_bound(d, low, f->min);
	add_bound(d, high, f->max);
}

static void add_names(struct document *d, const char *const *names)
{
	json_key(d->b, "enum");
	buf_char(d->b, '[');
	for (size_t i = 0; names[i]; i++) {
		doc_comma(d);
		buf_json_string(d->b, names[i], strlen(names[i]));
	}
	buf_char(d->b, ']');
}

static void add_integer(struct document *d, const struct field *f, enum usage usage)
{
	const bool as_text = usage == USAGE_READ && (f->flags & LENIENT);

	if (as_text)
		buf_text(d->b, "\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^-?[0-9]+$\"},{");
	add_type(d, "integer", may_be_null(f, usage));
	doc_text(d, "format", "int64");
	add_bounds(d, f, usage, "minimum", "maximum");
	if (as_text)
		buf_text(d->b, "}]");
}

static void add_boolean(struct document *d, const struct field *f, enum usage usage)
{
	if (usage == USAGE_READ && (f->flags & LENIENT))
		buf_text(d->b,
		         "\"enum\":[true,false,1,0,\"t\",\"T\",\"y\",\"Y\",\"yes\",\"YES\",\"true\",\"True\",\"TRUE\","
		         "\"on\",\"On\",\"ON\",\"1\",\"f\",\"F\",\"n\",\"N\",\"no\",\"NO\",\"false\",\"False\",\"FALSE\","
		         "\"off\",\"Off\",\"OFF\",\"0\"]");
	else
		add_type(d, "boolean", false);
}

static void add_string(struct document *d, const struct field *f, enum usage usage)
{
	add_type(d, "string", may_be_null(f, usage));
	if (f->format)
		doc_text(d, "format", f->format);
	else if (f->flags & SECRET)
		doc_text(d, "format", "password");
	if (usage == USAGE_WRITTEN)
		return;
	if (f->flags & SECRET)
		buf_text(d->b, ",\"writeOnly\":true");
	add_bound(d, "minLength", f->min < 1 && !(f->flags & BLANK) ? 1 : f->min < 0 ? 0 : f->min);
	add_bound(d, "maxLength", f->max);
	if (f->pattern)
		doc_text(d, "pattern", f->pattern);
	else if (!(f->flags & (BLANK | NO_TRIM)))
		doc_text(d, "pattern", "\\S"); /* what is left after trimming must not be blank */
}

static void add_instant(struct document *d, const struct field *f, enum usage usage)
{
	add_type(d, "string", may_be_null(f, usage));
	if (usage == USAGE_WRITTEN && (f->flags & NO_ZONE))
		doc_text(d, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{6})?$");
	else
		doc_text(d, "format", "date-time");
}

static void add_array(struct document *d, const struct field *f, enum usage usage)
{
	add_type(d, "array", false);
	json_key(d->b, "items");
	if (f->kind == KIND_LIST)
		schema_ref(d, f->items, usage);
	else
		buf_text(d->b, "{\"type\":\"string\"}");
	add_bounds(d, f, usage, "minItems", "maxItems");
}

/* A value that the reader takes; none where only the field's own rule knows. */
static void add_example(struct document *d, const struct field *f)
{
	static const char word[] = "example";

	if ((f->flags & SECRET) || f->check || f->pattern)
		return;
	if (f->kind == KIND_RAW || f->kind == KIND_ENUM || f->kind == KIND_LIST || f->kind == KIND_OBJECT)
		return;
	if (f->kind == KIND_TEXT && f->format) {
		if (text_equal(f->format, "uri"))
			buf_text(d->b, ",\"examples\":[\"https://example.org/\"]");
		else if (text_equal(f->format, "email"))
			buf_text(d->b, ",\"examples\":[\"ada@example.org\"]");
	} else if (f->kind == KIND_TEXT && f->min <= (int64_t)sizeof(word) - 1 && f->max >= (int64_t)sizeof(word) - 1) {
		buf_text(d->b, ",\"examples\":[\"example\"]");
	} else if (f->kind == KIND_INT || f->kind == KIND_MAYBE) {
		buf_text(d->b, ",\"examples\":[");
		buf_int(d->b, f->min > 1 ? f->min : f->max < 1 ? f->max : 1);
		buf_char(d->b, ']');
	} else if (f->kind == KIND_AT) {
		buf_text(d->b, ",\"examples\":[\"2018-06-22T09:05:00Z\"]");
	}
}

void schema_field(struct document *d, const struct field *f, enum usage usage)
{
	buf_char(d->b, '{');
	switch (f->kind) {
	case KIND_BOOL:
		add_boolean(d, f, usage);
		break;
	case KIND_INT:
	case KIND_MAYBE:
		add_integer(d, f, usage);
		break;
	case KIND_DOUBLE:
		add_type(d, "number", false);
		add_bounds(d, f, usage, "minimum", "maximum");
		break;
	case KIND_TEXT:
		add_string(d, f, usage);
		break;
	case KIND_AT:
		add_instant(d, f, usage);
		break;
	case KIND_ENUM:
		add_type(d, "string", false);
		add_names(d, f->names);
		break;
	case KIND_OBJECT:
		json_key(d->b, "allOf");
		buf_char(d->b, '[');
		schema_ref(d, f->items, usage);
		buf_char(d->b, ']');
		break;
	case KIND_LIST:
	case KIND_TEXTS:
		add_array(d, f, usage);
		break;
	case KIND_RAW:
	case KIND_BYTES:
	case KIND_N:
		break;
	}
	if (f->doc)
		doc_text(d, "description", f->doc);
	if (usage == USAGE_READ)
		add_example(d, f);
	buf_char(d->b, '}');
}

/* ---- whole shapes ---- */

/* Either the one is not there, or the other is. */
static void add_together(struct document *d, const struct field *f)
{
	buf_printf(d->b, "{\"anyOf\":[{\"properties\":{\"%s\":{\"type\":\"null\"}}},", f->name);
	buf_printf(d->b, "{\"required\":[\"%s\"],\"properties\":{\"%s\":{\"type\":\"string\"}}}]}", f->with, f->with);
}

static void add_rules(struct document *d, const struct shape *shape)
{
	bool any = false;

	for (const struct field *f = shape->fields; f->name; f++)
		if (f->with) {
			buf_text(d->b, any ? "," : ",\"allOf\":[");
			add_together(d, f);
			any = true;
		}
	if (any)
		buf_char(d->b, ']');
}

static void add_object(struct document *d, const struct shape *shape, enum usage usage)
{
	bool any = false;

	buf_text(d->b, "{\"type\":\"object\",\"properties\":{");
	for (const struct field *f = shape->fields; f->name; f++)
		if (schema_shows(f, usage)) {
			json_key(d->b, f->name);
			schema_field(d, f, usage);
		}
	buf_char(d->b, '}');
	for (const struct field *f = shape->fields; f->name; f++)
		if (schema_shows(f, usage) && (usage == USAGE_WRITTEN || (f->flags & REQUIRED))) {
			buf_text(d->b, any ? "," : ",\"required\":[");
			buf_json_string(d->b, f->name, strlen(f->name));
			any = true;
		}
	if (any)
		buf_char(d->b, ']');
	if (usage == USAGE_READ)
		add_rules(d, shape);
	buf_char(d->b, '}');
}

/* Writing one may refer to others, which are then appended to the list and written in turn. */
void schemas_write(struct document *d)
{
	for (size_t i = 0; i < d->schema_count; i++) {
		json_key(d->b, d->schemas[i].name);
		add_object(d, d->schemas[i].shape, d->schemas[i].usage);
	}
}
