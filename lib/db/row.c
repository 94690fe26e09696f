/* row.c - puts result rows into structs through their shape.
 *
 * Columns meet fields by name once, when the statement is prepared. Short texts land in a buffer of the statement, longer
 * ones are fetched a second time at their true length. */
#include "lib/db/internal.h"

#include <string.h>

#define COLUMN_ROOM 128

/* One column of a kept statement and where its value goes. */
struct column {
	const struct field *field;
	int names; /* ENUM: values below it exist */
	int64_t n;
	double d;
	MYSQL_TIME at;
	char text[COLUMN_ROOM];
	unsigned long length; /* of the value at the server, however much of it fitted */
	my_bool null;
	my_bool error; /* the value does not fit its kind */
};

static const struct field number_fields[] = { { .name = "*", .kind = KIND_MAYBE }, FIELD_END };
const struct shape db_number_shape = SHAPE("Number", struct maybe_int, number_fields);

/* ---- meeting ---- */

/* What a column's type can be read as. */
enum family { FAMILY_NUMBER, FAMILY_TIME, FAMILY_TEXT, FAMILY_NULL };

static enum family family_of(enum enum_field_types type)
{
	switch ((int)type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return FAMILY_NUMBER;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return FAMILY_TIME;
	case MYSQL_TYPE_NULL:
		return FAMILY_NULL;
	default:
		return FAMILY_TEXT;
	}
}

/* Binds the column as its field's kind wants it; false when the two cannot meet. */
static bool column_bind(struct column *c, enum family family, MYSQL_BIND *bind)
{
	*bind = (MYSQL_BIND){ .length = &c->length, .is_null = &c->null, .error = &c->error };
	switch (c->field->kind) {
	case KIND_BOOL:
	case KIND_INT:
	case KIND_MAYBE:
	case KIND_ENUM:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &c->n;
		return family == FAMILY_NUMBER || family == FAMILY_NULL;
	case KIND_DOUBLE:
		bind->buffer_type = MYSQL_TYPE_DOUBLE;
		bind->buffer = &c->d;
		return family == FAMILY_NUMBER || family == FAMILY_NULL;
	case KIND_AT:
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &c->at;
		return family == FAMILY_TIME || family == FAMILY_NULL;
	case KIND_TEXT:
	case KIND_RAW:
	case KIND_BYTES:
		bind->buffer_type = c->field->kind == KIND_BYTES ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
		bind->buffer = c->text;
		bind->buffer_length = sizeof(c->text);
		return family == FAMILY_TEXT || family == FAMILY_NULL;
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
	case KIND_N:
		break;
	}
	return false;
}

static int names_count(const struct field *f)
{
	int n = 0;

	while (f->kind == KIND_ENUM && f->names[n])
		n++;
	return n;
}

/* The field for a column; the one number goes by position. */
static const struct field *field_for(const struct shape *shape, const char *column)
{
	return shape == &db_number_shape ? number_fields : shape_field(shape, column, NULL);
}

static struct problem *defect(struct arena *a, const struct statement *s, const char *what, const char *column)
{
	return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "column %s %s in: %.300s", column, what, s->sql);
}

static struct problem *columns_meet(struct arena *a, struct statement *s, MYSQL_RES *meta)
{
	s->column_count = mysql_num_fields(meta);
	s->columns = ARENA_ARRAY(s->arena, struct column, s->column_count);
	s->binds = ARENA_ARRAY(s->arena, MYSQL_BIND, s->column_count);
	if (s->shape == &db_number_shape && s->column_count != 1)
		return defect(a, s, "is not the only one", "*");
	for (unsigned i = 0; i < s->column_count; i++) {
		const MYSQL_FIELD *column = mysql_fetch_field_direct(meta, i);
		struct column *c = &s->columns[i];

		c->field = field_for(s->shape, column->name);
		if (!c->field)
			return defect(a, s, "has no field", column->name);
		if (!column_bind(c, family_of(column->type), &s->binds[i]))
			return defect(a, s, "is of another kind than its field", column->name);
		c->names = names_count(c->field);
	}
	return NULL;
}

struct problem *row_bind(struct arena *a, struct statement *s)
{
	bool first = !s->columns;

	if (first) {
		MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
		if (!meta)
			return defect(a, s, "has no description", "*");
		struct problem *p = columns_meet(a, s, meta);
		mysql_free_result(meta);
		TRY(p);
	}
	/* the library keeps the bindings of a statement whose columns it knew beforehand */
	if ((first || s->returning) && mysql_stmt_bind_result(s->handle, s->binds))
		return defect(a, s, mysql_stmt_error(s->handle), "*");
	return NULL;
}

/* ---- reading ---- */

/* The bytes of column i at their true length, with a NUL behind them. */
static const char *column_bytes(struct arena *a, struct statement *s, unsigned i)
{
	struct column *c = &s->columns[i];
	unsigned long length = c->length;

	if (length <= sizeof(c->text))
		return arena_text_n(a, c->text, length);

	char *bytes = arena_alloc(a, length + 1);
	unsigned long got = 0;
	my_bool null = 0, error = 0;
	MYSQL_BIND whole = { .buffer_type = s->binds[i].buffer_type,
		                 .buffer = bytes,
		                 .buffer_length = length,
		                 .length = &got,
		                 .is_null = &null,
		                 .error = &error };
	if (mysql_stmt_fetch_column(s->handle, &whole, i, 0) != 0 || got != length)
		return NULL;
	return bytes;
}

static struct instant instant_of(const MYSQL_TIME *t)
{
	return civil_instant(&(struct civil){ .year = (int)t->year,
	                                      .month = (int)t->month,
	                                      .day = (int)t->day,
	                                      .hour = (int)t->hour,
	                                      .minute = (int)t->minute,
	                                      .second = (int)t->second,
	                                      .us = (int)t->second_part });
}

/* NULL into a member that has no word for it is a mistake in the SQL or the table. */
static bool store_null(const struct field *f, void *member)
{
	switch (f->kind) {
	case KIND_MAYBE:
		*(struct maybe_int *)member = (struct maybe_int){ 0 };
		return true;
	case KIND_TEXT:
		*(const char **)member = NULL;
		return true;
	case KIND_AT:
		*(struct instant *)member = instant_none();
		return true;
	case KIND_BYTES:
		*(struct bytes *)member = (struct bytes){ 0 };
		return true;
	case KIND_RAW:
		*(struct raw_json *)member = (struct raw_json){ 0 };
		return true;
	case KIND_BOOL:
	case KIND_INT:
	case KIND_DOUBLE:
	case KIND_ENUM:
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
	case KIND_N:
		break;
	}
	return false;
}

static bool store_value(struct arena *a, struct statement *s, unsigned i, void *member)
{
	struct column *c = &s->columns[i];
	const char *bytes = NULL;

	switch (c->field->kind) {
	case KIND_BOOL:
		*(bool *)member = c->n != 0;
		return !c->error;
	case KIND_INT:
		*(int64_t *)member = c->n;
		return !c->error;
	case KIND_MAYBE:
		*(struct maybe_int *)member = (struct maybe_int){ .set = true, .n = c->n };
		return !c->error;
	case KIND_ENUM:
		*(int *)member = (int)c->n;
		return !c->error && c->n >= 0 && c->n < c->names;
	case KIND_DOUBLE:
		*(double *)member = c->d;
		return true; /* a decimal that is not exactly a double counts as cut; it is near enough */
	case KIND_AT:
		*(struct instant *)member = instant_of(&c->at);
		return true;
	case KIND_TEXT:
		bytes = column_bytes(a, s, i);
		*(const char **)member = bytes;
		return bytes != NULL;
	case KIND_RAW:
		bytes = column_bytes(a, s, i);
		*(struct raw_json *)member = (struct raw_json){ .text = bytes };
		return bytes != NULL;
	case KIND_BYTES:
		bytes = column_bytes(a, s, i);
		*(struct bytes *)member = (struct bytes){ .data = bytes, .length = c->length };
		return bytes != NULL;
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
	case KIND_N:
		break;
	}
	return false;
}

struct problem *row_fetch(struct arena *a, struct statement *s, void *object)
{
	int got = mysql_stmt_fetch(s->handle);

	if (got != 0 && got != MYSQL_DATA_TRUNCATED) /* cut values are looked at one by one */
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "row not fetched (%d): %s in: %.300s", got,
		                       mysql_stmt_error(s->handle), s->sql);
	for (unsigned i = 0; i < s->column_count; i++) {
		struct column *c = &s->columns[i];
		void *member = field_at(c->field, object);

		if (c->null ? !store_null(c->field, member) : !store_value(a, s, i, member))
			return defect(a, s, c->null ? "is NULL" : "does not fit its field", c->field->name);
	}
	return NULL;
}
