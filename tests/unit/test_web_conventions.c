/* test_web_conventions.c - formats in addresses, links, permissions that a table names, checks beyond the shape, lists in
 * parts and what OPTIONS says of a body. */
#include "lib/web/paging.h"
#include "tests/unit/front.h"

struct thing {
	const char *url;
	int64_t id;
};
static const struct field thing_fields[] = {
	FIELD(struct thing, url, REQUIRED | LINK, 0, INT64_MAX, "its address", .format = "uri"),
	FIELD_OUT(struct thing, id, "its number"),
	FIELD_END,
};
static const struct shape thing_shape = SHAPE("Thing", struct thing, thing_fields);

static const char *const colours[] = { "red", "green", NULL };
struct ask {
	const char *name;
	int64_t size;
	int colour;
	struct texts friends;
	bool big;
	uint64_t given;
};

static const char *no_q(struct arena *a, const void *value)
{
	(void)a;
	return strchr(*(const char *const *)value, 'q') ? "No q." : NULL;
}

static const struct field ask_fields[] = {
	FIELD(struct ask, name, REQUIRED, 2, 5, "a word", .check = no_q),
	FIELD(struct ask, size, OPTIONAL, 1, 9, "how big", .label = "Extent", .help = ""),
	FIELD_ENUM(struct ask, colour, OPTIONAL, colours, "which"),
	FIELD(struct ask, friends, OPTIONAL | LINK, 0, 9, "others", .choices = "/things/"),
	FIELD(struct ask, big, OPTIONAL, 0, 1, "is it?"),
	FIELD_END,
};
static const struct shape ask_shape = SHAPE_GIVEN("Ask", struct ask, ask_fields);

static int64_t thing_count = 7;
static bool opened;

static bool is_opened(void)
{
	return opened;
}

static const char *thing_key(struct arena *a, const void *item)
{
	return arena_printf(a, "%lld", (long long)((const struct thing *)item)->id);
}

/* Things 1 to thing_count, by number. */
static struct problem *thing_list(struct req *r)
{
	struct paging p;
	int64_t from = 1, step = 1;
	struct thing *things;
	size_t count = 0;

	TRY(paging_read(r, &(struct paging_conf){ .size = 3, .most = 5 }, &p));
	if (paging_counts(&p))
		p.count = thing_count;
	TRY(paging_settle(r, &p));
	if (p.position && !num_read(p.position, 0, 1000, &from))
		return problem_new(r->arena, &PROBLEM_CURSOR, NULL);
	step = p.backwards ? -1 : 1;
	from += p.position ? step : p.offset;
	things = ARENA_ARRAY(r->arena, struct thing, 100);
	for (int64_t i = from; i >= 1 && i <= thing_count && (int64_t)count < p.limit; i += step)
		things[count++] = (struct thing){ req_link(r, "/things/%lld/", (long long)i), i };
	return reply_paging(r, &thing_shape, (struct list){ things, count }, &p, thing_key);
}

static struct problem *thing_show(struct req *r)
{
	struct thing thing = { .url = req_link(r, "/things/%s/", req_param(r, "pk")) };

	if (!num_read(req_param(r, "pk"), 1, 100, &thing.id))
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	return reply_shape(r, 200, &thing_shape, &thing);
}

static struct problem *thing_make(struct req *r)
{
	const struct ask *ask = r->body;
	struct buf b;

	buf_init(&b, r->arena, 4096);
	buf_printf(&b, "%s:", req_body_is_form(r) ? "form" : "json");
	for (size_t i = 0; i < ask->friends.count; i++) {
		const char *pk = "";
		const enum link_kind kind = link_read(r, ask->friends.items[i], "/things/{pk}/", &pk);

		buf_printf(&b, " %s", kind == LINK_FITS ? pk : kind == LINK_OTHER ? "other" : "nowhere");
	}
	return reply_string(r, 201, buf_string(&b));
}

static struct problem *thing_check(struct req *r, void *body, struct problem **wrong)
{
	const struct ask *ask = body;

	if (ask->name && text_equal(ask->name, "taken"))
		problem_field(r->arena, wrong, "name", "Taken.");
	if (ask->size == 9)
		problem_field(r->arena, wrong, "size", "Nine.");
	return NULL;
}

/* clang-format off */
static const struct route routes[] = {
	{ GET,  "/things/", thing_list, ANYONE, NULL, .doc = "things", .formats = true, .title = "Thing List", .about = "Things.",
	  ANSWERS({ 200, ANSWER_LIST, &thing_shape, NULL, "all" }, { 200, ANSWER_PAGES, &thing_shape, NULL, "some" }) },
	{ POST, "/things/", thing_make, ANYONE, &ask_shape, .doc = "makes", .formats = true, .check = thing_check },
	{ GET,  "/things/{pk}/", thing_show, ANYONE, NULL, .doc = "thing", .formats = true,
	  ANSWERS({ 200, ANSWER_OBJECT, &thing_shape, NULL, "it" }) },
	{ PUT,  "/things/{pk}/", thing_make, PERMITTED, &ask_shape, .doc = "changes", .formats = true, .permission = "t.change", .opened = is_opened },
	{ GET,  "/plain/{name}/", thing_list, ANYONE, NULL, .doc = "without formats" },
	{ 0 },
};
/* clang-format on */
static const struct app app = { .name = "things", .routes = routes };
static const struct mount mounts[] = { { "/api", &app }, { NULL, NULL } };

/* "token" is who the Authorization header says. */
static struct identity caller = { .id = 1, .username = "ada" };

static struct problem *by_token(struct req *r, const char *key, const struct identity **out)
{
	(void)r;
	caller.superuser = text_equal(key, "super");
	caller.staff = text_equal(key, "staff") || text_equal(key, "idle");
	caller.username = text_equal(key, "idle") ? "idle" : "ada";
	*out = &caller;
	return NULL;
}

static struct problem *nobody(struct req *r, const char *key, const struct identity **out)
{
	(void)r;
	(void)key;
	(void)out;
	return NULL;
}

static struct problem *nobody_basic(struct req *r, const char *name, const char *password, const struct identity **out)
{
	(void)r;
	(void)name;
	(void)password;
	(void)out;
	return NULL;
}

static struct problem *holds(struct req *r, const char *permission, bool *out)
{
	*out = text_equal(permission, "t.change") && text_equal(r->user->username, "ada");
	return NULL;
}

static const struct identity_source source = { nobody, nobody_basic, by_token, holds };

static int begin(void **state)
{
	(void)state;
	opened = false;
	thing_count = 7;
	identity_source_set(&source);
	front_start(mounts);
	return 0;
}

static int end(void **state)
{
	(void)state;
	identity_source_set(NULL);
	return 0;
}

static void expect(const char *uri, int status, const char *part)
{
	ASK("GET", uri);
	assert_status(status);
	assert_contains(answer_body(), part);
}

static void a_format_may_stand_in_the_place_of_the_slash(void **state)
{
	(void)state;
	expect("/api/things/4.json", 200, "\"url\":\"http://localhost/api/things/4.json\"");
	expect("/api/things/4.json/", 200, "/api/things/4.json\"");
	expect("/api/things/4/?format=json", 200, "/api/things/4/?format=json\"");
	expect("/api/things.json", 200, "/api/things/1.json\"");
	expect("/api/.json", 200, "http://localhost/api/things.json");
	ASK("GET", "/api/things/4.api");
	assert_header("Content-Type", "text/html; charset=utf-8");
	expect("/api/things/4.xml", 404, "Not found.");
	expect("/api/things/4.x.json", 404, "Not found.");
	expect("/api/things/.json", 404, "Not found.");
	expect("/api.json", 404, "Not found.");
	expect("/api/things/4.JSON", 404, "Not found.");
	expect("/api/plain/a.json/", 200, "\"id\":1"); /* no formats there: a name with a dot */
	ASK("GET", "/api/things.json?format=api", "HTTP_ACCEPT", "*/*");
	assert_header("Content-Type", "application/json");
}

static void links_are_read_in_all_their_forms(void **state)
{
	(void)state;
	SEND(
		"{\"name\":\"ab\",\"friends\":[\"/api/things/7/\",\"http://elsewhere/api/things/8/\",\"https://x/api/things/9.json?a#b\","
		"\"/api/things/7\",\"/api/things/\",\"/api/docs/\",\"\",\"7\",\"javascript:alert(1)\",\"/api/things/x/\"]}",
		"POST", "/api/things/", "CONTENT_TYPE", "application/json");
	assert_status(400); /* ten, and nine are allowed */
	SEND(
		"{\"name\":\"ab\",\"friends\":[\"/api/things/7/\",\"http://elsewhere/api/things/8/\",\"https://x/api/things/9.json?a#b\","
		"\"/api/things/7\",\"/api/things/\",\"/api/docs/\",\"\",\"javascript:alert(1)\",\"/api/things/x/\"]}",
		"POST", "/api/things/", "CONTENT_TYPE", "application/json");
	assert_string_equal(answer_body(), "\"json: 7 8 9 nowhere other other nowhere nowhere x\"");
	SEND("name=ab&friends=/api/things/7/&friends=", "POST", "/api/things/", "CONTENT_TYPE",
	     "application/x-www-form-urlencoded");
	assert_string_equal(answer_body(), "\"form: 7 nowhere\"");
	SEND("{\"name\":\"ab\",\"friends\":[\"/api/things/7/\",4,null]}", "POST", "/api/things/", "CONTENT_TYPE",
	     "application/json");
	assert_contains(answer_body(), "\"friends\":[\"Incorrect type. Expected URL string, received int.\"]");
}

static void what_the_shape_and_the_check_find_is_told_together_and_in_order(void **state)
{
	(void)state;
	SEND("{\"friends\":7,\"size\":9,\"name\":\"taken\"}", "POST", "/api/things/", "CONTENT_TYPE", "application/json");
	assert_status(400);
	assert_contains(answer_body(),
	                "\"errors\":{\"name\":[\"Taken.\"],\"size\":[\"Nine.\"],\"friends\":[\"Expected a list");
	SEND("{\"name\":\"qqqqqq\"}", "POST", "/api/things/", "CONTENT_TYPE", "application/json");
	assert_contains(answer_body(), "\"name\":[\"Ensure this field has no more than 5 characters.\",\"No q.\"]");
	SEND("{", "POST", "/api/things/", "CONTENT_TYPE", "application/json");
	assert_contains(answer_body(), "JSON parse error");
}

static void a_permission_is_for_superusers_and_for_staff_who_hold_it(void **state)
{
	(void)state;
	SEND("{\"name\":\"ab\"}", "PUT", "/api/things/1/", "CONTENT_TYPE", "application/json");
	assert_status(403);
	assert_contains(answer_body(), "Authentication credentials were not provided.");

	static const struct {
		const char *key;
		int status;
	} callers[] = { { "Token super", 201 }, { "Token staff", 201 }, { "Token idle", 403 }, { "Token user", 403 } };

	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		SEND("{\"name\":\"ab\"}", "PUT", "/api/things/1/", "CONTENT_TYPE", "application/json", "HTTP_AUTHORIZATION",
		     callers[i].key);
		assert_status(callers[i].status);
	}
	opened = true;
	SEND("{\"name\":\"ab\"}", "PUT", "/api/things/1/", "CONTENT_TYPE", "application/json");
	assert_status(201);
}

static void options_tells_who_may_write_what_to_send(void **state)
{
	(void)state;
	ASK("OPTIONS", "/api/things/");
	assert_contains(answer_body(), "{\"name\":\"Thing List\",\"description\":\"Things.\",");
	assert_contains(answer_body(),
	                "\"actions\":{\"POST\":{\"url\":{\"type\":\"field\",\"required\":false,\"read_only\":true,"
	                "\"label\":\"Url\",\"help_text\":\"its address\"},\"id\":{\"type\":\"integer\",\"required\":false,"
	                "\"read_only\":true,\"label\":\"Id\",\"help_text\":\"its number\"},"
	                "\"name\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Name\","
	                "\"help_text\":\"a word\",\"min_length\":2,\"max_length\":5},"
	                "\"size\":{\"type\":\"integer\",\"required\":false,\"read_only\":false,\"label\":\"Extent\","
	                "\"min_value\":1,\"max_value\":9},"
	                "\"colour\":{\"type\":\"choice\",");
	assert_contains(answer_body(), "\"choices\":[{\"value\":\"red\",\"display_name\":\"red\"},");
	ASK("OPTIONS", "/api/things/3/");
	assert_null(strstr(answer_body(), "actions"));
	ASK("OPTIONS", "/api/things/3/", "HTTP_AUTHORIZATION", "Token super");
	assert_contains(answer_body(), "\"actions\":{\"PUT\":{");
	ASK("OPTIONS", "/api/things/999/", "HTTP_AUTHORIZATION", "Token super");
	assert_status(200);
	assert_null(strstr(answer_body(), "actions"));
}

static void lists_are_whole_or_in_parts(void **state)
{
	(void)state;
	expect("/api/things/", 200, "[{\"url\":\"http://localhost/api/things/1/\",\"id\":1},");
	expect(
		"/api/things/?page=2", 200,
		"{\"count\":7,\"next\":\"http://localhost/api/things/?page=3\",\"previous\":\"http://localhost/api/things/\",\"results\":"
		"[{\"url\":\"http://localhost/api/things/4/\",");
	expect("/api/things/?page=last", 200, "\"next\":null,\"previous\":\"http://localhost/api/things/?page=2\"");
	expect("/api/things/?page_size=99&x=y", 200, "\"next\":\"http://localhost/api/things/?page=2&page_size=99&x=y\"");
	expect("/api/things/?limit=2&offset=2", 200,
	       "{\"count\":7,\"next\":\"http://localhost/api/things/?limit=2&offset=4\","
	       "\"previous\":\"http://localhost/api/things/?limit=2\"");
	expect("/api/things/?offset=99", 200,
	       "\"next\":null,\"previous\":\"http://localhost/api/things/?limit=3&offset=96\",\"results\":[]");
	expect("/api/things/?limit=-1", 200, "\"next\":\"http://localhost/api/things/?limit=3&offset=3\"");
	expect("/api/things/?page=4", 404, "Invalid page.");
	expect("/api/things/?page=0", 404, "Invalid page.");
	expect("/api/things/?cursor=!", 404, "Invalid cursor");
	expect("/api/things/?cursor=eDE", 404, "Invalid cursor");  /* x1: no direction */
	expect("/api/things/?cursor=Znh4", 404, "Invalid cursor"); /* fxx: no number */
	thing_count = 0;
	expect("/api/things/?page=1", 200, "{\"count\":0,\"next\":null,\"previous\":null,\"results\":[]}");
	expect("/api/things/?cursor=", 200, "{\"next\":null,\"previous\":null,\"results\":[]}");
}

static void a_cursor_goes_on_and_back(void **state)
{
	(void)state;
	expect("/api/things/?cursor=", 200,
	       "{\"next\":\"http://localhost/api/things/?cursor=ZjM\",\"previous\":null,"); /* f3 */
	expect(
		"/api/things/?cursor=ZjM", 200,
		"{\"next\":\"http://localhost/api/things/?cursor=ZjY\",\"previous\":\"http://localhost/api/things/?cursor=YjQ\",");
	expect("/api/things/?cursor=ZjY", 200, "{\"next\":null,\"previous\":\"http://localhost/api/things/?cursor=Yjc\",");
	expect(
		"/api/things/?cursor=Yjc", 200,
		"\"previous\":\"http://localhost/api/things/?cursor=YjQ\",\"results\":[{\"url\":\"http://localhost/api/things/4/\"");
	expect(
		"/api/things/?cursor=YjQ", 200,
		"{\"next\":\"http://localhost/api/things/?cursor=ZjM\",\"previous\":null,\"results\":[{\"url\":\"http://localhost/api/things/1/\"");
}

static void tables_that_contradict_themselves_are_refused(void **state)
{
	static const struct route defects[][2] = {
		{ { GET, "/a/", thing_list, PERMITTED, NULL, .doc = "x" }, { 0 } },
		{ { GET, "/a/", thing_list, USER, NULL, .doc = "x", .permission = "t.x" }, { 0 } },
		{ { GET, "/a", thing_list, ANYONE, NULL, .doc = "x", .formats = true }, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(defects) / sizeof(defects[0]); i++) {
		const struct app bad = { .name = "bad", .routes = defects[i] };
		const struct mount one[] = { { "/api", &bad }, { NULL, NULL } };
		struct arena *a = arena_new();
		struct router router;

		assert_true(problem_is(router_compile(a, one, &router), &PROBLEM_INTERNAL));
		arena_free(a);
	}
}

#undef CASE
#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_format_may_stand_in_the_place_of_the_slash),
		CASE(links_are_read_in_all_their_forms),
		CASE(what_the_shape_and_the_check_find_is_told_together_and_in_order),
		CASE(a_permission_is_for_superusers_and_for_staff_who_hold_it),
		CASE(options_tells_who_may_write_what_to_send),
		CASE(lists_are_whole_or_in_parts),
		CASE(a_cursor_goes_on_and_back),
		CASE(tables_that_contradict_themselves_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
