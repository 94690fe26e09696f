/* input.c - query parameters and body into the structs of the route, before the handler runs. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

/* A struct in which nothing has been set yet: no instant is not 1970. */
static void blank_instants(const struct shape *shape, void *object)
{
	for (const struct field *f = shape->fields; f->name; f++) {
		if (f->kind == KIND_AT)
			*(struct instant *)field_at(f, object) = instant_none();
		else if (f->kind == KIND_OBJECT)
			blank_instants(f->items, field_at(f, object));
	}
}

static void *blank_new(struct arena *a, const struct shape *shape)
{
	void *object = arena_alloc(a, shape->size);

	blank_instants(shape, object);
	return object;
}

static struct problem *query_read(struct req *r)
{
	const struct shape *shape = r->route->query;

	if (!shape)
		return NULL;

	void *query = blank_new(r->arena, shape);

	TRY(form_read(r->arena, r->query_text, strlen(r->query_text), shape, query));
	r->query = query;
	return NULL;
}

/* The type as it came, as far as it may be shown. */
static struct problem *unsupported(struct req *r)
{
	const char *type = req_header(r, "Content-Type");
	size_t n = type ? strlen(type) : 0;

	if (n > 100)
		n = 100;
	if (!type || !utf8_valid(type, n))
		type = "", n = 0;
	return problem_new(r->arena, &PROBLEM_WEB_MEDIA, "Unsupported media type \"%.*s\" in request.", (int)n, type);
}

static struct problem *body_parse(struct req *r, void *out)
{
	const struct inner *in = r->inner;
	const struct shape *shape = r->route->body;
	const struct json_limits limits = {
		.bytes = (size_t)web_conf.body_bytes,
		.depth = JSON_FROM_CLIENT.depth,
		.strict = JSON_FROM_CLIENT.strict,
		.values = JSON_FROM_CLIENT.values,
	};

	if (in->text_length == 0)
		return form_read(r->arena, "", 0, shape, out); /* no body says no fields, whatever its type */
	switch (in->type) {
	case BODY_JSON:
		return json_read(r->arena, in->text, in->text_length, &limits, shape, out);
	case BODY_FORM:
	case BODY_MULTIPART:
		return form_read(r->arena, in->text, in->text_length, shape, out);
	case BODY_UNKNOWN:
		break;
	}
	return unsupported(r);
}

/* What a lenient route leaves to its handler: a body that came whole and in time, but says nothing usable. */
static bool unreadable(const struct problem *p)
{
	return problem_is(p, &PROBLEM_FIELDS) || problem_is(p, &PROBLEM_MALFORMED) || problem_is(p, &PROBLEM_WEB_MEDIA);
}

static size_t place_of(const struct shape *shape, const char *name)
{
	size_t place = SIZE_MAX;

	(void)shape_field(shape, name, &place);
	return place;
}

/* In the order of the shape's fields; several messages of one field stay as they came. */
static void fields_sort(struct problem *p, const struct shape *shape)
{
	struct field_error *sorted = NULL;

	while (p->fields) {
		struct field_error *one = p->fields, **at = &sorted;

		p->fields = one->next;
		while (*at && place_of(shape, (*at)->field) <= place_of(shape, one->field))
			at = &(*at)->next;
		one->next = *at;
		*at = one;
	}
	p->fields = sorted;
}

/* What the database has to say about it, beside what the shape has found. */
static struct problem *body_check(struct req *r, void *body, struct problem *found)
{
	if (!r->route->check)
		return found;
	TRY(r->route->check(r, body, &found));
	if (found)
		fields_sort(found, r->route->body);
	return found;
}

static struct problem *body_read(struct req *r)
{
	const struct inner *in = r->inner;
	void *body;
	struct problem *p = body_text(r);

	if (!p && in->text_length == 0 && r->route->body_optional)
		return NULL;
	body = blank_new(r->arena, r->route->body);
	if (!p)
		p = body_parse(r, body);
	if (p && r->route->body_lenient && unreadable(p))
		return NULL;
	if (problem_is(p, &PROBLEM_FIELDS))
		p = body_check(r, body, p);
	TRY(p);
	r->body = body;
	return NULL;
}

struct problem *req_form(struct req *r, const struct shape *shape, void *out)
{
	const struct inner *in = r->inner;

	TRY(body_text(r));
	if (in->text_length > 0 && in->type != BODY_FORM && in->type != BODY_MULTIPART)
		return unsupported(r);
	return form_read(r->arena, in->text, in->text_length, shape, out);
}

const char *req_form_value(const struct req *r, const char *name)
{
	const struct inner *in = r->inner;

	return in->text ? form_value(r->arena, in->text, in->text_length, name) : NULL;
}

struct problem *input_check(struct req *r)
{
	return r->body ? body_check(r, (void *)r->body, NULL) : NULL;
}

struct problem *input_read(struct req *r)
{
	TRY(query_read(r));
	return r->route->body ? body_read(r) : NULL;
}
