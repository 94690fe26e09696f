/* test_web_reply.c - what an answer looks like: bodies, headers, problems in all their forms, pages, documents. */
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/json/json.h"
#include "tests/unit/front.h"

struct item {
	const char *name;
	int64_t size;
};
static const struct field item_fields[] = {
	FIELD_OUT(struct item, name, "its name"),
	FIELD_OUT(struct item, size, "its size"),
	FIELD_END,
};
static const struct shape item_shape = SHAPE("Item", struct item, item_fields);
static struct item items[] = { { "a", 1 }, { NULL, 2 } };
static const struct list both = { items, 2 };

static const struct problem_kind kinds[] = {
	{ 409, "test.problem", "Quota reached", "None left.", FORM_PROBLEM, 0 },
	{ 403, "test.empty", "Nothing to say", NULL, FORM_EMPTY, 0 },
	{ 401, "test.text", "Wrong", "Unable to authenticate", FORM_TEXT, 0 },
	{ 400, "test.error", "Broken", "the \"daemon\" said no", FORM_ERROR, 0 },
	{ 404, "test.msg", "Absent", "session not found", FORM_MSG, 0 },
	{ 204, "test.header", "Refused", "Max machines exceeded", FORM_HEADER, 0 },
	{ 503, "test.away", "Away", NULL, FORM_PROBLEM, 30 },
};

static struct problem *show_item(struct req *r)
{
	reply_header(r, "X-Test", "%s", "one\r\nSet-Cookie: two");
	return reply_shape(r, 201, &item_shape, &items[0]);
}

static struct problem *show_list(struct req *r)
{
	return reply_list(r, 200, &item_shape, both);
}

static struct problem *show_empty(struct req *r)
{
	return reply_empty(r, 204);
}

static struct problem *show_bytes(struct req *r)
{
	reply_header(r, "Cache-Control", "max-age=60");
	return reply_bytes(r, 200, "image/png", "\x89PNG", 4);
}

static struct problem *redirect(struct req *r)
{
	return reply_redirect(r, 302, "https://sso.example.org/login");
}

static struct problem *refuse(struct req *r)
{
	struct problem *p;

	TRY(reply_shape(r, 200, &item_shape, &items[0]));
	reply_header(r, "X-Test", "begun");
	p = problem_new(r->arena, &kinds[req_param_int(r, "n")], NULL);
	return problem_because(p, "the secret cause");
}

static struct problem *refuse_fields(struct req *r)
{
	struct problem *p = NULL;

	problem_field(r->arena, &p, "name", "one");
	problem_field(r->arena, &p, "status", "two");
	problem_field(r->arena, &p, "name", "three");
	return p;
}

static struct problem *forget(struct req *r)
{
	(void)r;
	return NULL;
}

static int64_t item_count;

static struct problem *show_page(struct req *r)
{
	struct page page;
	int64_t offset = 0;

	TRY(page_read(r, 7, &page));
	page.count = item_count;
	TRY(page_settle(r, &page, &offset));
	reply_header(r, "X-Offset", "%d", (int)offset);
	return reply_page(r, &item_shape, (struct list){ items, 1 }, &page);
}

/* clang-format off */
static const struct route routes[] = {
	{ GET, "/item/",           show_item,     ANYONE, NULL, .doc = "an item", ANSWERS({ 201, ANSWER_OBJECT, &item_shape, NULL, "it" }) },
	{ GET, "/list/",           show_list,     ANYONE, NULL, .doc = "items", ANSWERS({ 200, ANSWER_LIST, &item_shape, NULL, "they" }) },
	{ GET, "/empty/",          show_empty,    ANYONE, NULL, .doc = "nothing", ANSWERS({ 204, ANSWER_EMPTY, NULL, NULL, "gone" }) },
	{ GET, "/bytes/",          show_bytes,    ANYONE, NULL, .doc = "a picture", ANSWERS({ 200, ANSWER_OTHER, NULL, "image/png", "it" }) },
	{ GET, "/away/",           redirect,      ANYONE, NULL, .doc = "elsewhere" },
	{ GET, "/refuse/{n:int}/", refuse,        ANYONE, NULL, .doc = "problems" },
	{ GET, "/fields/",         refuse_fields, ANYONE, NULL, .doc = "field problems" },
	{ GET, "/forget/",         forget,        ANYONE, NULL, .doc = "our mistake" },
	{ GET, "/page/",           show_page,     ANYONE, NULL, .doc = "pages", ANSWERS({ 200, ANSWER_PAGE, &item_shape, NULL, "a page" }) },
	{ 0 },
};
static const struct app app = { .name = "test", .routes = routes };
static const struct mount mounts[] = { { "/api", &app }, { NULL, NULL } };
/* clang-format on */

static int start(void **state)
{
	unit_arena_new(state);
	front_start(mounts);
	return 0;
}

#undef CASE
#define CASE(test) cmocka_unit_test_setup_teardown(test, start, unit_arena_free)

static void writes_shapes_lists_and_bytes(void **state)
{
	(void)state;
	ASK("GET", "/api/item/");
	assert_status(201);
	assert_header("Content-Type", "application/json");
	assert_header("Content-Length", "21");
	assert_string_equal(answer_body(), "{\"name\":\"a\",\"size\":1}");
	ASK("GET", "/api/list/");
	assert_string_equal(answer_body(), "[{\"name\":\"a\",\"size\":1},{\"name\":null,\"size\":2}]");
	ASK("GET", "/api/bytes/", "HTTP_ACCEPT", "image/*");
	assert_header("Content-Type", "image/png");
	assert_header("Cache-Control", "max-age=60");
	assert_string_equal(answer_body(), "\x89PNG");
	ASK("GET", "/api/away/");
	assert_status(302);
	assert_header("Location", "https://sso.example.org/login");
}

static void an_empty_answer_has_no_length_and_no_type(void **state)
{
	(void)state;
	ASK("GET", "/api/empty/");
	assert_status(204);
	assert_no_header("Content-Type");
	assert_no_header("Content-Length");
	assert_string_equal(answer_body(), "");
}

static void a_header_value_cannot_begin_another_header(void **state)
{
	(void)state;
	ASK("GET", "/api/item/");
	assert_header("X-Test", "one  Set-Cookie: two");
	assert_no_header("Set-Cookie");
}

static void carries_the_headers_of_every_answer(void **state)
{
	(void)state;
	ASK("GET", "/api/item/", "HTTP_X_REQUEST_ID", "from-the-front_1.2");
	assert_header("X-Content-Type-Options", "nosniff");
	assert_header("X-Frame-Options", "SAMEORIGIN");
	assert_header("Cache-Control", "no-cache, no-store");
	assert_header("Expires", "Thu, 01 Jan 1970 00:00:01 GMT");
	assert_header("Vary", "Accept, Cookie");
	assert_header("Allow", "GET, HEAD, OPTIONS");
	assert_header("X-Request-Id", "from-the-front_1.2");
	assert_no_header("Strict-Transport-Security");
	assert_no_header("Server-Timing");
	ASK("GET", "/api/nothing/", "HTTPS", "on", "HTTP_X_REQUEST_ID", "in\"sane");
	assert_status(404);
	assert_int_equal(strlen(answer_header("X-Request-Id")), 24);
	assert_header("Strict-Transport-Security", "max-age=31536000");
	web_conf.server_timing = true;
	ASK("GET", "/api/item/");
	assert_contains(answer_header("Server-Timing"), "db;dur=0.000, call;dur=0.000, total;dur=");
}

static void head_is_get_without_the_body(void **state)
{
	(void)state;
	ASK("HEAD", "/api/item/");
	assert_status(201);
	assert_header("Content-Length", "21");
	assert_header("X-Test", "one  Set-Cookie: two");
	assert_string_equal(answer_body(), "");
	ASK("HEAD", "/api/refuse/0/");
	assert_status(409);
	assert_string_equal(answer_body(), "");
}

static void a_problem_says_all_but_its_cause(void **state)
{
	(void)state;
	ASK("GET", "/api/refuse/0/", "HTTP_X_REQUEST_ID", "id-1");
	assert_status(409);
	assert_header("Content-Type", "application/problem+json");
	assert_no_header("X-Test");
	assert_string_equal(answer_body(),
	                    "{\"type\":\"http://localhost/api/docs/#test.problem\",\"title\":\"Quota reached\","
	                    "\"status\":409,\"detail\":\"None left.\",\"code\":\"test.problem\",\"request_id\":\"id-1\"}");
}

static void a_problem_takes_the_form_of_its_kind(void **state)
{
	(void)state;
	ASK("GET", "/api/refuse/1/");
	assert_status(403);
	assert_string_equal(answer_body(), "");
	assert_no_header("Content-Type");
	ASK("GET", "/api/refuse/2/");
	assert_status(401);
	assert_header("Content-Type", "application/json");
	assert_header("WWW-Authenticate", "Basic realm=\"api\"");
	assert_string_equal(answer_body(), "\"Unable to authenticate\"");
	ASK("GET", "/api/refuse/3/");
	assert_string_equal(answer_body(), "{\"error\":\"the \\\"daemon\\\" said no\"}");
	ASK("GET", "/api/refuse/4/");
	assert_string_equal(answer_body(), "{\"msg\":\"session not found\"}");
	ASK("GET", "/api/refuse/5/");
	assert_status(204);
	assert_header("X-Calipso-Error", "Max machines exceeded");
	assert_string_equal(answer_body(), "");
	assert_no_header("Content-Length");
	log_threshold(LOG_LEVEL_N);
	ASK("GET", "/api/refuse/6/");
	log_threshold(LOG_ERROR);
	assert_header("Retry-After", "30");
	assert_null(strstr(front.answer, "secret cause"));
}

static void wrong_fields_stand_twice_where_their_name_is_free(void **state)
{
	(void)state;
	ASK("GET", "/api/fields/");
	assert_status(400);
	assert_contains(answer_body(),
	                "\"errors\":{\"name\":[\"one\",\"three\"],\"status\":[\"two\"]},\"name\":[\"one\",\"three\"]}");
	assert_contains(answer_body(), "\"status\":400,");
}

static void a_handler_without_an_answer_is_our_defect(void **state)
{
	(void)state;
	log_threshold(LOG_LEVEL_N);
	ASK("GET", "/api/forget/");
	log_threshold(LOG_ERROR);
	assert_status(500);
	assert_contains(answer_body(), "\"code\":\"base.internal\"");
	assert_null(strstr(answer_body(), "handler"));
}

static void a_client_that_went_away_costs_nothing(void **state)
{
	(void)state;
	front.deaf = true;
	ASK("GET", "/api/item/");
	assert_int_equal(front.length, 0);
	front.deaf = false;
	ASK("GET", "/api/item/");
	assert_status(201);
}

static void json_must_be_acceptable(void **state)
{
	static const char *const fine[] = { "*/*",
		                                "application/json",
		                                "application/json; indent=4",
		                                "text/html,application/xhtml+xml,*/*;q=0.8",
		                                "application/json, text/plain, */*",
		                                "application/*",
		                                "Application/Problem+JSON",
		                                "" };
	static const char *const not [] = { "application/xml", "application/jsonx", "text/plain", "image/png, text/plain" };

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		ASK("GET", "/api/item/", "HTTP_ACCEPT", fine[i]);
		assert_status(201);
	}
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
		ASK("GET", "/api/item/", "HTTP_ACCEPT", not [i]);
		assert_status(406);
		assert_contains(answer_body(), "\"detail\":\"Could not satisfy the request Accept header.\"");
		assert_header("Vary", "Accept");
	}
	ASK("GET", "/api/item/?format=json");
	assert_status(201);
	ASK("GET", "/api/item/?format=json", "HTTP_ACCEPT", "text/html");
	assert_status(406);
	ASK("GET", "/api/item/?format=yaml");
	assert_status(404);
	assert_contains(answer_body(), "\"detail\":\"Not found.\"");
}

static void json_is_laid_out_when_asked_for(void **state)
{
	(void)state;
	ASK("GET", "/api/list/", "HTTP_ACCEPT", "application/json; indent=2");
	assert_string_equal(
		answer_body(),
		"[\n  {\n    \"name\": \"a\",\n    \"size\": 1\n  },\n  {\n    \"name\": null,\n    \"size\": 2\n  }\n]");
	ASK("HEAD", "/api/item/", "HTTP_ACCEPT", "text/html, application/json;indent=99");
	assert_header("Content-Length", "42"); /* eight columns */
	ASK("GET", "/api/refuse/0/", "HTTP_ACCEPT", "application/json; indent=4");
	assert_contains(answer_body(), "{\n    \"type\": \"http://localhost/api/docs/#test.problem\",\n");
	ASK("GET", "/api/item/", "HTTP_ACCEPT", "application/json; indent=0");
	assert_string_equal(answer_body(), "{\"name\":\"a\",\"size\":1}");
	ASK("GET", "/api/item/", "HTTP_ACCEPT", "application/json; indent=x");
	assert_string_equal(answer_body(), "{\"name\":\"a\",\"size\":1}");
	ASK("GET", "/api/item/", "HTTP_ACCEPT", "application/json, text/plain; indent=4");
	assert_string_equal(answer_body(), "{\"name\":\"a\",\"size\":1}");
}

/* ---- pages ---- */

static void expect_links(const char *uri, const char *next, const char *previous)
{
	char wanted[512];

	ASK("GET", uri);
	assert_status(200);
	snprintf(wanted, sizeof(wanted),
	         "{\"next\":%s,\"previous\":%s,\"count\":%d,\"results\":[{\"name\":\"a\",\"size\":1}],\"page_size\":7}",
	         next, previous, (int)item_count);
	assert_string_equal(answer_body(), wanted);
}

#define AT "\"http://localhost/api/page/"

static void pages_link_to_their_neighbours(void **state)
{
	(void)state;
	item_count = 15;
	expect_links("/api/page/", AT "?page=2\"", "null");
	expect_links("/api/page/?page=", AT "?page=2\"", "null");
	expect_links("/api/page/?page=2", AT "?page=3\"", AT "\"");
	expect_links("/api/page/?page=3", "null", AT "?page=2\"");
	assert_header("X-Offset", "14");
	expect_links("/api/page/?page=last", "null", AT "?page=2\"");
	item_count = 14;
	expect_links("/api/page/?page=2", "null", AT "\"");
	item_count = 0;
	expect_links("/api/page/", "null", "null");
	expect_links("/api/page/?page=last", "null", "null");
}

static void page_links_keep_and_sort_the_other_parameters(void **state)
{
	(void)state;
	item_count = 100;
	expect_links("/api/page/?search=a%20b&page=2&ordering=&x=%C3%A4&search=c+d",
	             AT "?ordering=&page=3&search=a%20b&search=c%20d&x=%C3%A4\"",
	             AT "?ordering=&search=a%20b&search=c%20d&x=%C3%A4\"");
}

static void a_page_that_is_not_there_is_404(void **state)
{
	static const char *const bad[] = { "0", "-1", "x", "1.0", "3", "99999999999999999999", "+1", "Last" };

	(void)state;
	item_count = 14;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ASK("GET", arena_printf(*state, "/api/page/?page=%s", bad[i]));
		assert_status(404);
		assert_contains(answer_body(), "\"detail\":\"Invalid page.\"");
	}
	item_count = 0;
	ASK("GET", "/api/page/?page=2");
	assert_status(404);
}

static void a_configured_base_stands_in_all_links(void **state)
{
	(void)state;
	web_conf.base_url = "https://portal.example.org";
	item_count = 15;
	ASK("GET", "/api/page/");
	assert_contains(answer_body(), "{\"next\":\"https://portal.example.org/api/page/?page=2\"");
	assert_header("Strict-Transport-Security", "max-age=31536000");
}

/* ---- lib/web's own pages ---- */

static void health_speaks_json(void **state)
{
	(void)state;
	ASK("GET", "/api/health/live");
	assert_status(200);
	assert_string_equal(answer_body(), "{\"status\":\"ok\",\"why\":null}");
	ASK("GET", "/api/health/ready");
	assert_status(503);
	assert_string_equal(answer_body(), "{\"status\":\"unavailable\",\"why\":\"no database\"}");
	ASK("GET", "/api/health/live/");
	assert_status(301);
}

static void add_queue(struct process *p, struct arena *a, struct buf *b)
{
	(void)p;
	(void)a;
	buf_text(b, "portico_jobs_waiting 3\n");
}

static void metrics_count_requests_by_route_and_class(void **state)
{
	(void)state;
	metrics_source_add(add_queue);
	ASK("GET", "/api/item/");
	ASK("GET", "/api/item/");
	ASK("GET", "/api/refuse/0/");
	ASK("GET", "/api/nothing/");
	ASK("GET", "/api/metrics", "HTTP_ACCEPT", "application/openmetrics-text");
	assert_status(200);
	assert_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	assert_contains(answer_body(), "portico_requests_total{route=\"GET /api/item/\",status=\"2xx\"} 2\n");
	assert_contains(answer_body(), "portico_requests_total{route=\"GET /api/refuse/{n}/\",status=\"4xx\"} 1\n");
	assert_contains(answer_body(), "portico_requests_total{route=\"none\",status=\"4xx\"} 1\n");
	assert_contains(answer_body(), "portico_request_duration_seconds_count{route=\"GET /api/item/\"} 2\n");
	assert_contains(answer_body(), "portico_request_duration_seconds_bucket{route=\"GET /api/item/\",le=\"+Inf\"} 2\n");
	assert_contains(answer_body(), "portico_workers 1\n");
	assert_contains(answer_body(), "portico_workers_busy 1\n");
	assert_contains(answer_body(), "portico_jobs_waiting 3\n");
}

static void metrics_are_for_this_machine_or_the_token(void **state)
{
	(void)state;
	ASK("GET", "/api/metrics", "REMOTE_ADDR", "192.0.2.1");
	assert_status(403);
	web_conf.metrics_token = "let-me-in";
	ASK("GET", "/api/metrics");
	assert_status(403);
	ASK("GET", "/api/metrics", "HTTP_AUTHORIZATION", "Bearer let-me-out");
	assert_status(403);
	ASK("GET", "/api/metrics", "REMOTE_ADDR", "192.0.2.1", "HTTP_AUTHORIZATION", "Bearer let-me-in");
	assert_status(200);
}

static void the_docs_page_loads_nothing_from_elsewhere(void **state)
{
	(void)state;
	ASK("GET", "/api/docs/", "HTTP_ACCEPT", "text/html");
	assert_status(200);
	assert_header("Content-Type", "text/html; charset=utf-8");
	assert_contains(answer_header("Content-Security-Policy"),
	                "default-src 'none'; style-src 'self'; script-src 'self'");
	assert_contains(answer_body(), "src=\"docs.js\"");
	assert_null(strstr(answer_body(), "//"));
	ASK("GET", "/api/docs/docs.js");
	assert_header("Content-Type", "text/javascript; charset=utf-8");
	ASK("GET", "/api/docs/docs.css");
	assert_header("Content-Type", "text/css; charset=utf-8");
	assert_null(strstr(answer_body(), "url("));
	ASK("GET", "/api/docs");
	assert_status(301);
}

static void the_contract_holds_every_route(void **state)
{
	struct arena *a = *state;
	const struct json_limits limits = { .bytes = 1 << 20, .depth = 32 };

	ASK("GET", "/api/openapi.json");
	assert_status(200);
	assert_fine(json_check(a, answer_body(), strlen(answer_body()), &limits));
	assert_contains(answer_body(), "{\"openapi\":\"3.1.0\",");
	for (const struct route *route = routes; route->path; route++) {
		struct buf path;

		buf_init(&path, a, 1024);
		buf_printf(&path,
		           "\"/api%s\":{\"get\":", text_equal(route->path, "/refuse/{n:int}/") ? "/refuse/{n}/" : route->path);
		assert_contains(answer_body(), buf_string(&path));
	}
	assert_contains(answer_body(), "\"servers\":[{\"url\":\"http://localhost\"}]");
	assert_contains(answer_body(),
	                "\"Item\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":[\"string\",\"null\"],");
	assert_contains(answer_body(), "\"x-who\":\"anyone\"");
	assert_null(strstr(answer_body(), "docs.css"));
	ASK("GET", "/api/openapi.json", "HTTPS", "on");
	assert_contains(answer_body(), "\"servers\":[{\"url\":\"https://localhost\"}]");
	ASK("GET", "/api/openapi.json");
	assert_contains(answer_body(), "\"servers\":[{\"url\":\"http://localhost\"}]");
}

static void routes_can_be_printed(void **state)
{
	struct buf b;

	buf_init(&b, *state, 1 << 20);
	routes_print(&b, mounts);
	assert_contains(buf_string(&b), "GET     /api/refuse/{n}/ ");
	assert_contains(buf_string(&b), "/api/health/ready");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(writes_shapes_lists_and_bytes),
		CASE(an_empty_answer_has_no_length_and_no_type),
		CASE(a_header_value_cannot_begin_another_header),
		CASE(carries_the_headers_of_every_answer),
		CASE(head_is_get_without_the_body),
		CASE(a_problem_says_all_but_its_cause),
		CASE(a_problem_takes_the_form_of_its_kind),
		CASE(wrong_fields_stand_twice_where_their_name_is_free),
		CASE(a_handler_without_an_answer_is_our_defect),
		CASE(a_client_that_went_away_costs_nothing),
		CASE(json_must_be_acceptable),
		CASE(json_is_laid_out_when_asked_for),
		CASE(pages_link_to_their_neighbours),
		CASE(page_links_keep_and_sort_the_other_parameters),
		CASE(a_page_that_is_not_there_is_404),
		CASE(a_configured_base_stands_in_all_links),
		CASE(health_speaks_json),
		CASE(metrics_count_requests_by_route_and_class),
		CASE(metrics_are_for_this_machine_or_the_token),
		CASE(the_docs_page_loads_nothing_from_elsewhere),
		CASE(the_contract_holds_every_route),
		CASE(routes_can_be_printed),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
