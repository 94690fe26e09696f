/* openapi.c - the OpenAPI 3.1 document, made from the same tables that route and check: nothing in it is written by
 * hand but the frame. */
#include "lib/web/openapi.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

#define DOCUMENT_MOST ((size_t)16 << 20)

void doc_text(struct document *d, const char *name, const char *text)
{
	json_key(d->b, name);
	buf_json_string(d->b, text, strlen(text));
}

/* Between items of an array: nothing before the first one. */
void doc_comma(struct document *d)
{
	const char last = d->b->length > 0 ? d->b->data[d->b->length - 1] : '[';

	if (last != '[')
		buf_char(d->b, ',');
}

static const char parameters[] =
	"{\"Idempotency-Key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
	"\"description\":\"The same key with the same request is served once: a repetition gets the kept answer.\","
	"\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":255,"
	"\"pattern\":\"^[!#-\\\\[\\\\]-~]([ !#-\\\\[\\\\]-~]*[!#-\\\\[\\\\]-~])?$\"}}}";

/* ---- one operation ---- */

static void add_security(struct document *d, const struct route *route)
{
	const char *session = route->verb == GET ? "{\"session\":[]}" : "{\"session\":[],\"csrf\":[]}";

	json_key(d->b, "security");
	buf_char(d->b, '[');
	if (route->auth != AUTH_NONE)
		buf_text(d->b, session);
	if (route->auth == AUTH_SESSION_BASIC || route->auth == AUTH_BASIC_SESSION)
		buf_text(d->b, ",{\"basic\":[]},{\"token\":[]}");
	if (route->auth != AUTH_NONE && route_who(route) == ANYONE)
		buf_text(d->b, ",{}");
	buf_char(d->b, ']');
}

static const char *param_schema(enum param_kind kind)
{
	static const char *const schemas[PARAM_KIND_N] = {
		[PARAM_INT] = "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":0,\"maximum\":999999999999999999}",
		[PARAM_DIGITS] = "{\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}",
		[PARAM_NAME] = "{\"type\":\"string\",\"minLength\":1,\"maxLength\":255}",
		[PARAM_ANY] = "{\"type\":\"string\",\"minLength\":1}",
	};
	static_assert(PARAM_CHARS_MOST == 255, "the schema of a name says so");

	return schemas[kind];
}

/* "" is all that a query can say for nothing. */
static bool empty_is_absent(const struct field *f)
{
	if (f->kind == KIND_TEXT && (f->flags & BLANK))
		return false; /* a value like others */
	return !(f->flags & REQUIRED) || (f->flags & NULLABLE);
}

static void add_parameters(struct document *d, const struct entry *e)
{
	json_key(d->b, "parameters");
	buf_char(d->b, '[');
	for (size_t i = 0; i < e->param_count; i++) {
		doc_comma(d);
		buf_printf(d->b, "{\"name\":\"%s\",\"in\":\"path\",\"required\":true,\"schema\":", e->params[i].name);
		buf_text(d->b, param_schema(e->params[i].kind));
		buf_char(d->b, '}');
	}
	for (const struct field *f = e->route->query ? e->route->query->fields : NULL; f && f->name; f++) {
		if (!schema_shows(f, USAGE_READ))
			continue;
		doc_comma(d);
		buf_char(d->b, '{');
		doc_text(d, "name", f->name);
		buf_printf(d->b, ",\"in\":\"query\",\"required\":%s", f->flags & REQUIRED ? "true" : "false");
		if (empty_is_absent(f))
			buf_text(d->b, ",\"allowEmptyValue\":true");
		if (f->doc)
			doc_text(d, "description", f->doc);
		json_key(d->b, "schema");
		schema_field(d, f, USAGE_READ);
		buf_char(d->b, '}');
	}
	if (takes_key(e->route)) {
		doc_comma(d);
		buf_text(d->b, "{\"$ref\":\"#/components/parameters/Idempotency-Key\"}");
	}
	buf_char(d->b, ']');
}

/* Objects inside objects cannot be said in a form. */
static bool fits_form(const struct shape *shape)
{
	for (const struct field *f = shape->fields; f->name; f++)
		if (schema_shows(f, USAGE_READ) && (f->kind == KIND_OBJECT || f->kind == KIND_LIST || f->kind == KIND_RAW))
			return false;
	return true;
}

static bool asks_for_a_field(const struct shape *shape)
{
	for (const struct field *f = shape->fields; f->name; f++)
		if (schema_shows(f, USAGE_READ) && (f->flags & REQUIRED))
			return true;
	return false;
}

static void add_body(struct document *d, const struct route *route)
{
	static const char *const media[] = { "application/json", "application/x-www-form-urlencoded",
		                                 "multipart/form-data" };
	const size_t count = fits_form(route->body) ? sizeof(media) / sizeof(media[0]) : 1;
	/* no body says no fields, which is enough where none is required */
	const bool required = asks_for_a_field(route->body) && (!route->body_optional || route->body_lenient);

	json_key(d->b, "requestBody");
	buf_printf(d->b, "{\"required\":%s,\"content\":{", required ? "true" : "false");
	for (size_t i = 0; i < count; i++) {
		json_key(d->b, media[i]);
		buf_text(d->b, "{\"schema\":");
		schema_ref(d, route->body, USAGE_READ);
		buf_char(d->b, '}');
	}
	buf_text(d->b, "}}");
}

static void add_operation(struct document *d, const struct entry *e)
{
	static const char *const methods[VERB_N] = { "", "get", "post", "put", "patch", "delete" };

	json_key(d->b, methods[e->route->verb]);
	buf_char(d->b, '{');
	doc_text(d, "operationId", e->operation);
	doc_text(d, "summary", e->route->doc);
	json_key(d->b, "tags");
	buf_char(d->b, '[');
	buf_json_string(d->b, e->mount->app->name, strlen(e->mount->app->name));
	buf_char(d->b, ']');
	doc_text(d, "x-who", who_names[route_who(e->route)]);
	if (e->route->permission)
		doc_text(d, "x-permission", e->route->permission);
	if (e->route->formats)
		buf_text(d->b, ",\"x-formats\":[\"json\",\"api\"]");
	if (e->route->changes)
		buf_text(d->b, ",\"x-changes\":true");
	add_security(d, e->route);
	add_parameters(d, e);
	if (e->route->body)
		add_body(d, e->route);
	json_key(d->b, "responses");
	answers_write(d, e);
	buf_char(d->b, '}');
}

/* ---- the whole ---- */

/* All operations of a path stand together, wherever their rows are. */
static void add_paths(struct document *d)
{
	const struct router *router = d->router;

	json_key(d->b, "paths");
	buf_char(d->b, '{');
	for (size_t i = 0; i < router->count; i++) {
		const char *path = router->entries[i]->path;
		size_t first = 0;
		bool open = false;

		while (!text_equal(router->entries[first]->path, path))
			first++;
		if (first < i)
			continue;
		for (size_t j = i; j < router->count; j++) {
			const struct entry *e = router->entries[j];

			if (!text_equal(e->path, path) || e->route->hidden)
				continue;
			if (!open) {
				json_key(d->b, path);
				buf_char(d->b, '{');
				open = true;
			}
			add_operation(d, e);
		}
		if (open)
			buf_char(d->b, '}');
	}
	buf_char(d->b, '}');
}

static void add_tags(struct document *d, const struct mount *mounts)
{
	json_key(d->b, "tags");
	buf_char(d->b, '[');
	for (const struct mount *m = mounts; m->prefix; m++) {
		if (mount_repeats(mounts, m) || m->prefix[0] == '\0')
			continue;
		doc_comma(d);
		buf_char(d->b, '{');
		doc_text(d, "name", m->app->name);
		if (m->app->doc)
			doc_text(d, "description", m->app->doc);
		buf_char(d->b, '}');
	}
	buf_char(d->b, ']');
}

static void add_info(struct document *d)
{
	json_key(d->b, "info");
	buf_char(d->b, '{');
	doc_text(d, "title", "Portico");
	doc_text(d, "version", PORTICO_VERSION);
	doc_text(
		d, "description",
		"Answers are JSON. HEAD is answered wherever GET is, unless the GET changes something (x-changes); OPTIONS "
		"everywhere. Where a text is wanted, a number counts as its digits; U+0000 is refused wherever it stands. In "
		"forms and queries an empty value counts as none, except for texts that may be blank. "
		"A browser that prefers text/html gets the same answer as a page; ?format=json and ?format=api say so in the "
		"address, and so does the suffix .json or .api in the place of the final slash where an operation has x-formats. "
		"Accept: application/json; indent=4 lays JSON out. "
		"Refusals are application/problem+json (RFC 9457) with a stable `code`; where an older client expects another "
		"body, the operation says so. `x-who` names who may call.");
	buf_char(d->b, '}');
	json_key(d->b, "servers");
	buf_text(d->b, "[{");
	doc_text(d, "url", *d->base_url ? d->base_url : "/");
	buf_text(d->b, "}]");
}

static const char problem_schema[] =
	"{\"type\":\"object\",\"description\":\"RFC 9457. Wrong fields also stand at the top level, where their name is free.\","
	"\"required\":[\"type\",\"title\",\"status\",\"detail\",\"code\",\"request_id\"],\"properties\":{"
	"\"type\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"title\":{\"type\":\"string\"},"
	"\"status\":{\"type\":\"integer\",\"minimum\":100,\"maximum\":599},\"detail\":{\"type\":\"string\"},"
	"\"code\":{\"type\":\"string\",\"description\":\"stable, dotted\"},"
	"\"request_id\":{\"type\":\"string\",\"description\":\"also in the log\"},"
	"\"errors\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
	"\"additionalProperties\":true}";

static const char security_schemes[] =
	"{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"sessionid\",\"description\":\"set by a login\"},"
	"\"csrf\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-CSRFToken\","
	"\"description\":\"the value of the cookie csrftoken; asked of session callers whenever something may change\"},"
	"\"basic\":{\"type\":\"http\",\"scheme\":\"basic\"},"
	"\"token\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"Authorization\",\"description\":\"Token, a blank, 40 hex digits\"}}";

static const char headers[] =
	"{\"X-Request-Id\":{\"description\":\"names this request in the log\",\"schema\":{\"type\":\"string\"}},"
	"\"WWW-Authenticate\":{\"description\":\"the challenge\",\"schema\":{\"type\":\"string\"}},"
	"\"Allow\":{\"description\":\"the methods of this address\",\"schema\":{\"type\":\"string\"}},"
	"\"Retry-After\":{\"description\":\"seconds after which it may go better\",\"schema\":{\"type\":\"integer\"}},"
	"\"Location\":{\"description\":\"where it is instead\",\"schema\":{\"type\":\"string\"}},"
	"\"X-Calipso-Error\":{\"description\":\"why nothing was done\",\"schema\":{\"type\":\"string\"}}}";

static void add_components(struct document *d)
{
	json_key(d->b, "components");
	buf_text(d->b, "{\"schemas\":{\"Problem\":");
	buf_text(d->b, problem_schema);
	schemas_write(d);
	buf_text(d->b, "},\"examples\":{");
	examples_write(d);
	buf_text(d->b, "},\"headers\":");
	buf_text(d->b, headers);
	buf_text(d->b, ",\"parameters\":");
	buf_text(d->b, parameters);
	buf_text(d->b, ",\"securitySchemes\":");
	buf_text(d->b, security_schemes);
	buf_char(d->b, '}');
}

void openapi_write(struct buf *b, const struct mount *mounts, const char *base_url)
{
	AUTO(arena_close) struct arena *a = arena_new();
	const struct mount *all = mounts_with_own(a, mounts);
	struct router router;
	struct document d = {
		.b = b,
		.arena = a,
		.router = &router,
		.base_url = base_url ? base_url : "",
		.schemas = ARENA_ARRAY(a, struct schema, SCHEMAS_MOST),
		.kinds = ARENA_ARRAY(a, const struct problem_kind *, KINDS_MOST),
	};
	struct problem *p = router_compile(a, all, &router);

	if (p) {
		buf_printf(b, "{\"defect\":\"%s\"}", p->cause);
		return;
	}
	buf_text(b, "{\"openapi\":\"3.1.0\"");
	add_info(&d);
	add_tags(&d, all);
	add_paths(&d);
	add_components(&d);
	buf_char(b, '}');
}

/* What a worker has told once it keeps; another base of links (a second host name) is made anew. */
struct problem *openapi_show(struct req *r)
{
	struct buf b;

	if (web.document && text_equal(web.document_base, r->base_url))
		return reply_bytes(r, 200, "application/json", web.document, web.document_length);
	buf_init(&b, r->arena, DOCUMENT_MOST);
	openapi_write(&b, web.mounts_of_apps, r->base_url);
	if (b.full)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL), "the OpenAPI document is too large");
	if (!web.document) {
		web.document = arena_text_n(r->process->arena, b.data, b.length);
		web.document_length = b.length;
		web.document_base = arena_text(r->process->arena, r->base_url);
	}
	return reply_bytes(r, 200, "application/json", buf_string(&b), b.length);
}

void routes_print(struct buf *b, const struct mount *mounts)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct router router;
	struct problem *p = router_compile(a, mounts_with_own(a, mounts), &router);

	if (p) {
		buf_printf(b, "defect: %s\n", p->cause);
		return;
	}
	for (size_t i = 0; i < router.count; i++) {
		const struct entry *e = router.entries[i];

		buf_printf(b, "%-7s %-68s %-18s %-11s %s\n", verb_names[e->route->verb], e->path,
		           who_names[route_who(e->route)], e->mount->app->name, e->route->doc);
	}
}
