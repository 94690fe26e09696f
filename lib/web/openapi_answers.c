/* openapi_answers.c - every answer a route can give: the successes it names, the problems it names, and those that the
 * framework raises before and after the handler. */
#include "lib/web/openapi.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"
#include "lib/web/idempotency.h"

#define ROUTE_KINDS_MOST 100

struct kinds {
	const struct problem_kind *items[ROUTE_KINDS_MOST];
	size_t count;
	const struct manner *manner; /* of the route's app */
};

static void add(struct kinds *k, const struct problem_kind *kind)
{
	kind = manner_kind(k->manner, kind);
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i] == kind)
			return;
	assert(k->count < ROUTE_KINDS_MOST);
	k->items[k->count++] = kind;
}

/* ---- what the framework may raise for a route ---- */

static void add_input(struct kinds *k, const struct route *route)
{
	if (route->query)
		add(k, &PROBLEM_FIELDS);
	if (!route->body)
		return;
	add(k, &PROBLEM_WEB_CUT);
	add(k, &PROBLEM_WEB_LATE);
	add(k, &PROBLEM_TOO_LARGE);
	if (route->body_lenient)
		return;
	add(k, &PROBLEM_FIELDS);
	add(k, &PROBLEM_MALFORMED);
	add(k, &PROBLEM_WEB_MEDIA);
}

static void add_caller(struct kinds *k, const struct route *route)
{
	const bool challenges = route->auth == AUTH_BASIC_SESSION;

	if (route->auth == AUTH_NONE)
		return;
	if (route->auth != AUTH_SESSION) {
		add(k, challenges ? &PROBLEM_WEB_BAD_CHALLENGE : &PROBLEM_BAD_CREDENTIALS);
		add(k, &PROBLEM_THROTTLED);
	}
	if (route->verb != GET) {
		add(k, &PROBLEM_CSRF);
		add(k, &PROBLEM_CROSS_SITE);
	}
	if (route_who(route) != ANYONE)
		add(k, challenges ? &PROBLEM_WEB_CHALLENGE : &PROBLEM_NO_CREDENTIALS);
	if (route_who(route) != ANYONE && route->who != USER)
		add(k, route->stranger ? route->stranger : &PROBLEM_FORBIDDEN);
	add(k, &PROBLEM_DB_DOWN);
	add(k, &PROBLEM_DB_TIMEOUT);
	add(k, &PROBLEM_DB_BUSY);
}

static void add_key(struct kinds *k, const struct route *route)
{
	if (!takes_key(route))
		return;
	add(k, &PROBLEM_KEY_MALFORMED);
	add(k, &PROBLEM_KEY_IN_FLIGHT);
	add(k, &PROBLEM_KEY_LARGE);
	add(k, &PROBLEM_KEY_REUSED);
	add(k, &PROBLEM_DB_DOWN);
	add(k, &PROBLEM_DB_TIMEOUT);
	add(k, &PROBLEM_DB_BUSY);
}

/* JSON or a page, as the caller prefers. */
static bool has_forms(const struct kinds *k, const struct route *route)
{
	return route_negotiates(route) && !(k->manner && k->manner->accept_ignored);
}

static void collect(struct kinds *k, const struct entry *e)
{
	const struct route *route = e->route;

	for (const struct problem_kind *const *kind = route->problems; kind && *kind; kind++)
		add(k, *kind);
	add(k, &PROBLEM_WEB_HOST);
	add(k, &PROBLEM_WEB_METHOD);
	add(k, &PROBLEM_WEB_URI);
	add(k, &PROBLEM_WEB_HEADERS);
	add(k, &PROBLEM_INTERNAL);
	add(k, &PROBLEM_UNAVAILABLE); /* also the front server's word when no worker is there */
	if (e->param_count > 0) {
		add(k, &PROBLEM_WEB_PATH);
		add(k, &PROBLEM_NOT_FOUND);
	}
	if (has_forms(k, route)) {
		add(k, &PROBLEM_NOT_FOUND);
		add(k, &PROBLEM_WEB_ACCEPT);
	}
	if (route->changes)
		add(k, &PROBLEM_CROSS_SITE);
	add_caller(k, route);
	add_key(k, route);
	add_input(k, route);
}

/* ---- examples, said once ---- */

static void add_example_ref(struct document *d, const struct problem_kind *kind)
{
	size_t i = 0;

	while (i < d->kind_count && d->kinds[i] != kind)
		i++;
	assert(i < KINDS_MOST);
	if (i == d->kind_count)
		d->kinds[d->kind_count++] = kind;
	json_key(d->b, arena_printf(d->arena, "%s.%d", kind->code, kind->status));
	buf_printf(d->b, "{\"$ref\":\"#/components/examples/%s.%d\"}", kind->code, kind->status);
}

static bool same_example(const struct problem_kind *l, const struct problem_kind *r)
{
	return l->status == r->status && text_equal(l->code, r->code);
}

void examples_write(struct document *d)
{
	for (size_t i = 0; i < d->kind_count; i++) {
		const struct problem_kind *kind = d->kinds[i];
		size_t before = 0;

		while (!same_example(d->kinds[before], kind))
			before++;
		if (before < i)
			continue; /* two rooms raise the same code */
		json_key(d->b, arena_printf(d->arena, "%s.%d", kind->code, kind->status));
		buf_char(d->b, '{');
		doc_text(d, "summary", kind->title);
		json_key(d->b, "value");
		buf_char(d->b, '{');
		doc_text(d, "type", arena_printf(d->arena, "%s%s/docs/#%s", d->base_url, web_conf.api_prefix, kind->code));
		doc_text(d, "title", kind->title);
		json_key(d->b, "status");
		buf_int(d->b, kind->status);
		doc_text(d, "detail", kind->detail ? kind->detail : kind->title);
		doc_text(d, "code", kind->code);
		doc_text(d, "request_id", "7f3a90c1d2e4b5a600000001");
		if (kind == &PROBLEM_FIELDS)
			buf_text(d->b,
			         ",\"errors\":{\"name\":[\"This field is required.\"]},\"name\":[\"This field is required.\"]");
		buf_text(d->b, "}}");
	}
}

/* ---- one status ---- */

static void add_page(struct document *d, const struct shape *shape)
{
	buf_text(d->b,
	         "{\"type\":\"object\",\"required\":[\"next\",\"previous\",\"count\",\"results\",\"page_size\"],"
	         "\"properties\":{\"next\":{\"type\":[\"string\",\"null\"],\"format\":\"uri\"},"
	         "\"previous\":{\"type\":[\"string\",\"null\"],\"format\":\"uri\"},"
	         "\"count\":{\"type\":\"integer\",\"minimum\":0},\"results\":{\"type\":\"array\",\"items\":");
	schema_ref(d, shape, USAGE_WRITTEN);
	buf_text(d->b, "},\"page_size\":{\"type\":\"integer\",\"minimum\":1}}}");
}

/* By number, by offset or by cursor, which has no count. */
static void add_pages(struct document *d, const struct shape *shape)
{
	buf_text(d->b,
	         "{\"type\":\"object\",\"required\":[\"next\",\"previous\",\"results\"],"
	         "\"properties\":{\"count\":{\"type\":\"integer\",\"minimum\":0},"
	         "\"next\":{\"type\":[\"string\",\"null\"],\"format\":\"uri\"},"
	         "\"previous\":{\"type\":[\"string\",\"null\"],\"format\":\"uri\"},"
	         "\"results\":{\"type\":\"array\",\"items\":");
	schema_ref(d, shape, USAGE_WRITTEN);
	buf_text(d->b, "}}}");
}

static void add_success(struct document *d, const struct answer_doc *doc)
{
	switch (doc->form) {
	case ANSWER_OBJECT:
		schema_ref(d, doc->shape, USAGE_WRITTEN);
		return;
	case ANSWER_LIST:
		buf_text(d->b, "{\"type\":\"array\",\"items\":");
		schema_ref(d, doc->shape, USAGE_WRITTEN);
		buf_char(d->b, '}');
		return;
	case ANSWER_PAGE:
		add_page(d, doc->shape);
		return;
	case ANSWER_PAGES:
		add_pages(d, doc->shape);
		return;
	case ANSWER_STRING:
		buf_text(d->b, "{\"type\":\"string\"}");
		return;
	case ANSWER_OTHER:
	case ANSWER_EMPTY:
	case ANSWER_N:
		break;
	}
	buf_text(d->b, "{}");
}

/* The one or several schemas of the media type application/json at a status. */
static size_t add_json_schemas(struct document *d, const struct route *route, const struct kinds *k, int status)
{
	size_t count = 0;

	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		if (doc->status == status && doc->form != ANSWER_EMPTY && doc->form != ANSWER_OTHER) {
			doc_comma(d);
			add_success(d, doc);
			count++;
		}
	for (size_t i = 0; i < k->count; i++) {
		const struct problem_kind *kind = k->items[i];
		const bool object = kind->form == FORM_ERROR || kind->form == FORM_MSG;

		if (kind->status != status || (kind->form != FORM_TEXT && !object))
			continue;
		doc_comma(d);
		if (object) {
			const char *key = kind->form == FORM_ERROR ? "error" : "msg";

			buf_printf(d->b,
			           "{\"type\":\"object\",\"required\":[\"%s\"],\"properties\":{\"%s\":{\"type\":\"string\"}}}", key,
			           key);
		} else {
			buf_text(d->b, "{\"type\":\"string\"}");
		}
		count++;
	}
	return count;
}

static void add_json(struct document *d, const struct route *route, const struct kinds *k, int status)
{
	struct buf part;
	struct document inner = *d;
	size_t count;

	/* written aside first: how many there are decides about the anyOf around them */
	buf_init(&part, d->arena, d->b->max);
	inner.b = &part;
	count = add_json_schemas(&inner, route, k, status);
	d->schema_count = inner.schema_count;
	if (count == 0)
		return;
	json_key(d->b, "application/json");
	buf_printf(d->b, count == 1 ? "{\"schema\":%s}" : "{\"schema\":{\"anyOf\":[%s]}}", buf_string(&part));
}

static void add_problems(struct document *d, const struct kinds *k, int status)
{
	bool any = false;

	for (size_t i = 0; i < k->count; i++) {
		if (k->items[i]->status != status || k->items[i]->form != FORM_PROBLEM)
			continue;
		if (!any) {
			json_key(d->b, "application/problem+json");
			buf_text(d->b, "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"},\"examples\":{");
		}
		any = true;
		add_example_ref(d, k->items[i]);
	}
	if (any)
		buf_text(d->b, "}}");
}

static void add_other(struct document *d, const struct route *route, int status)
{
	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++) {
		if (doc->status != status || doc->form != ANSWER_OTHER)
			continue;
		/* parameters of a media type are no part of its name here */
		json_key(d->b, arena_text_n(d->arena, doc->media, strcspn(doc->media, "; ")));
		buf_text(d->b, text_equal(doc->media, "application/json") ? "{\"schema\":{\"type\":\"object\"}}"
		                                                          : "{\"schema\":{\"type\":\"string\"}}");
	}
}

/* The page that a browser gets instead of JSON. */
static void add_html(struct document *d)
{
	json_key(d->b, "text/html");
	buf_text(d->b, "{\"schema\":{\"type\":\"string\"}}");
}

/* The words of all that may end in this status. */
static void add_description(struct document *d, const struct route *route, const struct kinds *k, int status)
{
	struct buf words;

	buf_init(&words, d->arena, 8192);
	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		if (doc->status == status && doc->doc)
			buf_printf(&words, "%s%s", words.length > 0 ? "; " : "", doc->doc);
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i]->status == status && !strstr(buf_string(&words), k->items[i]->title))
			buf_printf(&words, "%s%s", words.length > 0 ? "; " : "", k->items[i]->title);
	doc_text(d, "description", words.length > 0 ? buf_string(&words) : "done");
}

static void add_headers(struct document *d, const struct kinds *k, int status)
{
	bool reason = false;

	for (size_t i = 0; i < k->count; i++)
		reason = reason || (k->items[i]->status == status && k->items[i]->form == FORM_HEADER);
	json_key(d->b, "headers");
	buf_text(d->b, "{\"X-Request-Id\":{\"$ref\":\"#/components/headers/X-Request-Id\"}");
	if (status == 401)
		buf_text(d->b, ",\"WWW-Authenticate\":{\"$ref\":\"#/components/headers/WWW-Authenticate\"}");
	if (status == 405)
		buf_text(d->b, ",\"Allow\":{\"$ref\":\"#/components/headers/Allow\"}");
	if (status == 429 || status == 503)
		buf_text(d->b, ",\"Retry-After\":{\"$ref\":\"#/components/headers/Retry-After\"}");
	if (status == 201 || (status >= 301 && status <= 308))
		buf_text(d->b, ",\"Location\":{\"$ref\":\"#/components/headers/Location\"}");
	if (reason)
		buf_text(d->b, ",\"X-Calipso-Error\":{\"$ref\":\"#/components/headers/X-Calipso-Error\"}");
	buf_char(d->b, '}');
}

/* OpenAPI cannot say that one status comes with a body or without one, so an extension does. */
static void add_may_be_empty(struct document *d, const struct route *route, const struct kinds *k, int status)
{
	bool empty = false;

	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		empty = empty || (doc->status == status && doc->form == ANSWER_EMPTY);
	for (size_t i = 0; i < k->count; i++)
		empty = empty || (k->items[i]->status == status &&
		                  (k->items[i]->form == FORM_EMPTY || k->items[i]->form == FORM_HEADER));
	if (empty) {
		json_key(d->b, "x-may-be-empty");
		buf_text(d->b, "true");
	}
}

static bool has_body(const struct route *route, const struct kinds *k, int status)
{
	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		if (doc->status == status && doc->form != ANSWER_EMPTY)
			return true;
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i]->status == status && k->items[i]->form != FORM_EMPTY && k->items[i]->form != FORM_HEADER)
			return true;
	return false;
}

static void add_status(struct document *d, const struct route *route, const struct kinds *k, int status)
{
	json_key(d->b, arena_printf(d->arena, "%d", status));
	buf_char(d->b, '{');
	add_description(d, route, k, status);
	add_headers(d, k, status);
	add_may_be_empty(d, route, k, status);
	if (has_body(route, k, status)) {
		json_key(d->b, "content");
		buf_char(d->b, '{');
		add_json(d, route, k, status);
		add_problems(d, k, status);
		add_other(d, route, status);
		if (has_forms(k, route))
			add_html(d);
		buf_char(d->b, '}');
	}
	buf_char(d->b, '}');
}

/* ---- all of them, in the order of their numbers ---- */

static bool has_status(const struct route *route, const struct kinds *k, int status)
{
	for (const struct answer_doc *doc = route->answers; doc && doc->status != 0; doc++)
		if (doc->status == status)
			return true;
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i]->status == status)
			return true;
	return false;
}

void answers_write(struct document *d, const struct entry *e)
{
	struct kinds kinds = { .manner = e->mount->app->manner };

	collect(&kinds, e);
	buf_char(d->b, '{');
	for (int status = 200; status < 600; status++)
		if (has_status(e->route, &kinds, status))
			add_status(d, e->route, &kinds, status);
	buf_char(d->b, '}');
}
