/* test_web_router.c - which row answers which path, and which tables are refused. */
#include "lib/base/log.h"
#include "tests/unit/front.h"

/* Answers with the row's path and its parameters, so that a test sees which one was asked. */
static struct problem *tell(struct req *r)
{
	const struct inner *in = r->inner;
	struct buf b;

	buf_init(&b, r->arena, 65536);
	buf_text(&b, r->route->path);
	for (size_t i = 0; i < in->entry->param_count; i++)
		buf_printf(&b, " %s=%s", in->entry->params[i].name, req_param(r, in->entry->params[i].name));
	return reply_string(r, 200, buf_string(&b));
}

/* clang-format off */
static const struct route low_routes[] = {
	{ GET,    "/users/",                     tell, ANYONE, NULL, .doc = "users" },
	{ POST,   "/users/",                     tell, ANYONE, NULL, .doc = "users" },
	{ GET,    "/users/{name}/",              tell, ANYONE, NULL, .doc = "user" },
	{ GET,    "/users/{id:int}/",            tell, ANYONE, NULL, .doc = "user by number" },
	{ GET,    "/users/self/",                tell, ANYONE, NULL, .doc = "oneself" },
	{ GET,    "/users/self/keys/",           tell, ANYONE, NULL, .doc = "one's keys" },
	{ GET,    "/users/{name}/books/",        tell, ANYONE, NULL, .doc = "books" },
	{ GET,    "/users/{name}/books/{id:int}/pages/{page:int}/", tell, ANYONE, NULL, .doc = "page" },
	{ GET,    "/containers/{id}",            tell, ANYONE, NULL, .doc = "exact", .no_suffix = true },
	{ GET,    "/exact/",                     tell, ANYONE, NULL, .doc = "exact", .no_suffix = true },
	{ GET,    "/bare",                       tell, ANYONE, NULL, .doc = "without a slash" },
	{ GET,    "/change/",                    tell, ANYONE, NULL, .doc = "changes something", .changes = true },
	{ DELETE, "/change/",                    tell, ANYONE, NULL, .doc = "changes something" },
	{ PUT,    "/max/{n:digits}",             tell, ANYONE, NULL, .doc = "digits" },
	{ PUT,    "/max/{n:digits}/label/{text:any}", tell, ANYONE, NULL, .doc = "anything" },
	{ GET,    "/{any}/{thing}/shadowed/",    tell, ANYONE, NULL, .doc = "not below a deeper mount" },
	{ 0 },
};
static const struct route high_routes[] = {
	{ GET,    "/",                           tell, ANYONE, NULL, .doc = "root" },
	{ GET,    "/one/",                       tell, ANYONE, NULL, .doc = "one" },
	{ 0 },
};
static const struct app low = { .name = "low", .routes = low_routes };
static const struct app high = { .name = "high", .routes = high_routes };
static const struct mount mounts[] = { { "/api", &low }, { "/api/deep", &high }, { "/space", &high }, { NULL, NULL } };
/* clang-format on */

static void start(void)
{
	front_start(mounts);
}

/* GET `path` is answered by the row `told`. */
static void expect(const char *path, const char *told)
{
	char quoted[1024];

	ASK("GET", path);
	assert_status(200);
	snprintf(quoted, sizeof(quoted), "\"%s\"", told);
	assert_string_equal(answer_body(), quoted);
}

static void expect_status(const char *method, const char *path, int status)
{
	ASK(method, path);
	assert_status(status);
}

static void finds_rows_by_segments(void **state)
{
	(void)state;
	start();
	expect("/api/users/", "/users/");
	expect("/api/users/?page=2", "/users/");
	expect("/api/users/ada/", "/users/{name}/ name=ada");
	expect("/api/users/ada/books/", "/users/{name}/books/ name=ada");
	expect("/api/users/ada/books/7/pages/12/", "/users/{name}/books/{id:int}/pages/{page:int}/ name=ada id=7 page=12");
	expect_status("GET", "/api/users/ada/books/x/pages/12/", 404);
	expect_status("GET", "/api/nothing/", 404);
	expect_status("GET", "/other/users/", 404);
	expect_status("GET", "/", 404);
	expect_status("GET", "", 404);
	expect_status("GET", "*", 404);
}

static void prefers_words_to_numbers_to_names(void **state)
{
	(void)state;
	start();
	expect("/api/users/self/", "/users/self/");
	expect("/api/users/12/", "/users/{id:int}/ id=12");
	expect("/api/users/12x/", "/users/{name}/ name=12x");
	expect("/api/users/-1/", "/users/{name}/ name=-1");
	expect("/api/users/123456789012345678/", "/users/{id:int}/ id=123456789012345678");
	expect("/api/users/1234567890123456789/", "/users/{name}/ name=1234567890123456789");
}

static void goes_back_when_a_word_leads_nowhere(void **state)
{
	(void)state;
	start();
	expect("/api/users/self/keys/", "/users/self/keys/");
	expect("/api/users/self/books/", "/users/{name}/books/ name=self");
	expect("/api/users/12/books/", "/users/{name}/books/ name=12");
}

static void expect_put(const char *path, const char *told)
{
	ASK("PUT", path);
	assert_status(200);
	assert_string_equal(answer_body(), told);
}

static void takes_digits_as_they_come_and_any_text(void **state)
{
	struct arena *a = *state;
	char many[3000];

	start();
	expect_put("/api/max/0012", "\"/max/{n:digits} n=0012\"");
	memset(many, '7', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	expect_put(arena_printf(a, "/api/max/%s", many), arena_printf(a, "\"/max/{n:digits} n=%s\"", many));
	expect_put("/api/max/1/label/a%2Fb", "\"/max/{n:digits}/label/{text:any} n=1 text=a/b\"");
	expect_put("/api/max/1/label/%2E%2e", "\"/max/{n:digits}/label/{text:any} n=1 text=..\"");
	expect_put(arena_printf(a, "/api/max/1/label/%s", many),
	           arena_printf(a, "\"/max/{n:digits}/label/{text:any} n=1 text=%s\"", many));
	expect_status("PUT", "/api/max/%31", 404);
	expect_status("PUT", "/api/max/-1", 404);
	expect_status("PUT", "/api/max/1x", 404);
	expect_status("PUT", "/api/max/\xd9\xa1", 404); /* a digit, but not of ASCII */
	expect_status("PUT", "/api/max/1/label/", 404);
}

static void leaves_a_path_to_the_longest_mount(void **state)
{
	(void)state;
	start();
	expect("/api/deep/", "/");
	expect("/api/deep/one/", "/one/");
	expect("/api/shallow/thing/shadowed/", "/{any}/{thing}/shadowed/ any=shallow thing=thing");
	expect_status("GET", "/api/deep/thing/shadowed/", 404);
}

static void mounts_an_app_several_times(void **state)
{
	(void)state;
	start();
	expect("/space/one/", "/one/");
	expect("/api/deep/one/", "/one/");
}

static void decodes_names_after_parting_them(void **state)
{
	(void)state;
	start();
	expect("/api/users/a%2Fb/", "/users/{name}/ name=a/b");
	expect("/api/users/%C3%A4/", "/users/{name}/ name=ä");
	expect("/api/%75sers/", "/users/");
	expect("/api/users/a+b/", "/users/{name}/ name=a+b");
	expect_status("GET", "/api/users/%zz/", 400);
	expect_status("GET", "/api/users/%C3/", 400);
	expect_status("GET", "/api/users/a%00b/", 400);
	expect_status("GET", "/api/users/%/", 400);
}

static void refuses_empty_and_dotted_segments(void **state)
{
	(void)state;
	start();
	expect_status("GET", "/api/users//", 404);
	expect_status("GET", "/api//users/", 404);
	expect_status("GET", "//api/users/", 404);
	expect_status("GET", "/api/users/../", 404);
	expect_status("GET", "/api/users/./", 404);
	expect_status("GET", "/api/users/%2e%2E/", 404);
	expect("/api/users/.../", "/users/{name}/ name=...");
}

static void bounds_names_and_depth(void **state)
{
	struct arena *a = *state;
	char name[257];

	start();
	memset(name, 'x', sizeof(name));
	name[255] = '\0';
	expect_status("GET", arena_printf(a, "/api/users/%s/", name), 200);
	name[255] = 'x';
	name[256] = '\0';
	expect_status("GET", arena_printf(a, "/api/users/%s/", name), 404);

	struct buf deep;

	buf_init(&deep, a, 1000);
	for (int i = 0; i < 200; i++)
		buf_text(&deep, "/a");
	expect_status("GET", buf_string(&deep), 404);
}

static void mends_a_final_slash_for_readers_only(void **state)
{
	(void)state;
	start();
	ASK("GET", "/api/users?page=2&x=%20");
	assert_status(301);
	assert_header("Location", "/api/users/?page=2&x=%20");
	assert_string_equal(answer_body(), "");
	ASK("HEAD", "/api/users");
	assert_status(301);
	ASK("GET", "/api/bare/");
	assert_status(301);
	assert_header("Location", "/api/bare");
	ASK("POST", "/api/users");
	assert_status(200);
	ASK("GET", "/api/deep");
	assert_header("Location", "/api/deep/");
	expect("/api/bare", "/bare");
}

/* Encoded, a query is three times as long. */
static void a_redirect_too_long_for_a_header_is_refused(void **state)
{
	char uri[4000] = "/api/users?";
	const size_t n = strlen(uri);
	const char *to;

	(void)state;
	start();
	memset(uri + n, '"', 1000);
	ASK("GET", uri);
	assert_status(301);
	to = answer_header("Location");
	assert_true(to && strlen(to) == n + 1 + 3000);
	memset(uri + n, '"', sizeof(uri) - n - 1);
	ASK("GET", uri);
	assert_status(414);
	assert_no_header("Location");
	assert_contains(answer_body(), "\"code\":\"web.uri\"");
}

static void a_redirect_cannot_be_bent_to_another_place(void **state)
{
	(void)state;
	start();
	ASK("GET", "/api/users/a\\b?\r\nSet-Cookie: x=y");
	assert_status(301);
	assert_null(strstr(front.answer, "\nSet-Cookie"));
	ASK("GET", "//evil.example/api/users");
	assert_status(404);
}

static void keeps_exact_paths_exact(void **state)
{
	(void)state;
	start();
	expect("/api/containers/9", "/containers/{id} id=9");
	expect_status("GET", "/api/containers/9/", 404);
	expect("/api/exact/", "/exact/");
	expect_status("GET", "/api/exact", 404);
	expect_status("POST", "/api/exact", 404);
}

static void says_which_methods_there_are(void **state)
{
	(void)state;
	start();
	ASK("PUT", "/api/users/");
	assert_status(405);
	assert_header("Allow", "GET, POST, HEAD, OPTIONS");
	assert_contains(answer_body(), "\"detail\":\"Method \\\"PUT\\\" not allowed.\"");
	ASK("BREW", "/api/users/");
	assert_status(405);
	ASK("get", "/api/users/");
	assert_status(405);
	ASK("GET", "/api/users/");
	assert_header("Allow", "GET, POST, HEAD, OPTIONS");
}

static void answers_head_from_get_unless_it_changes(void **state)
{
	(void)state;
	start();
	ASK("HEAD", "/api/users/");
	assert_status(200);
	assert_header("Content-Length", "9"); /* "/users/" with its quotes */
	assert_string_equal(answer_body(), "");
	ASK("HEAD", "/api/change/");
	assert_status(405);
	assert_header("Allow", "GET, DELETE, OPTIONS");
}

static void answers_options_from_the_table(void **state)
{
	(void)state;
	start();
	ASK("OPTIONS", "/api/users/");
	assert_status(200);
	assert_header("Allow", "GET, POST, HEAD, OPTIONS");
	assert_string_equal(
		answer_body(),
		"{\"name\":\"Users\",\"description\":\"users\",\"renders\":[\"application/json\",\"text/html\"],\"parses\":["
		"\"application/json\",\"application/x-www-form-urlencoded\",\"multipart/form-data\"]}");
	ASK("OPTIONS", "/api/none/");
	assert_status(404);
}

static void understands_a_whole_url(void **state)
{
	(void)state;
	start();
	expect("http://localhost/api/users/ada/?x=1", "/users/{name}/ name=ada");
	expect_status("GET", "http://localhost", 404);
}

static void the_index_names_what_is_mounted(void **state)
{
	(void)state;
	start();
	ASK("GET", "/api/");
	assert_status(200);
	assert_string_equal(answer_body(),
	                    "{\"users\":\"http://localhost/api/users/\",\"exact\":\"http://localhost/api/exact/\","
	                    "\"high\":\"http://localhost/api/deep/\","
	                    "\"openapi\":\"http://localhost/api/openapi.json\","
	                    "\"docs\":\"http://localhost/api/docs/\",\"health\":\"http://localhost/api/health/ready\"}");
	ASK("GET", "/api");
	assert_status(301);
	assert_header("Location", "/api/");
}

/* ---- tables that are refused ---- */

static void refuse(void **state, const struct route *routes, const char *why)
{
	struct arena *a = *state;
	const struct app app = { .name = "odd", .routes = routes };
	const struct mount odd[] = { { "/api", &app }, { NULL, NULL } };
	struct router router;
	struct problem *p = router_compile(a, odd, &router);

	assert_problem(p, PROBLEM_INTERNAL);
	assert_contains(p->cause, why);
}

#define REFUSE(why, ...) refuse(state, (const struct route[]){ __VA_ARGS__, { 0 } }, why)

static void refuses_defective_tables(void **state)
{
	REFUSE("nobody said who", { GET, "/x/", tell, WHO_UNSAID, NULL, .doc = "x" });
	REFUSE("a parameter twice", { GET, "/{a}/{a}/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("unreachable", { GET, "/x/", tell, ANYONE, NULL, .doc = "x" }, { GET, "/x/", tell, USER, NULL, .doc = "y" });
	REFUSE("unreachable", { GET, "/{a}/", tell, ANYONE, NULL, .doc = "x" },
	       { GET, "/{b}/", tell, USER, NULL, .doc = "y" });
	REFUSE("called otherwise", { GET, "/{a}/", tell, ANYONE, NULL, .doc = "x" },
	       { PUT, "/{b}/", tell, USER, NULL, .doc = "y" });
	REFUSE("no handler", { GET, "/x/", NULL, ANYONE, NULL, .doc = "x" });
	REFUSE("no documentation", { GET, "/x/", tell, ANYONE, NULL, .doc = "" });
	REFUSE("without the parameter {username}", { GET, "/{name}/", tell, OWNER, NULL, .doc = "x" });
	REFUSE("does not begin with a slash", { GET, "x/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("an empty segment", { GET, "/x//y/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("neither a word nor a parameter", { GET, "/x{y}/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("neither a word nor a parameter", { GET, "/{}/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("no verb", { VERB_NONE, "/x/", tell, ANYONE, NULL, .doc = "x" });
	REFUSE("credentials are not looked at", { GET, "/x/", tell, USER, NULL, .doc = "x", .auth = AUTH_NONE });
}

static void refuses_a_row_in_another_mount(void **state)
{
	const struct route rows[] = { { GET, "/deep/x/", tell, ANYONE, NULL, .doc = "x" }, { 0 } };
	const struct app app = { .name = "odd", .routes = rows };
	const struct mount odd[] = { { "/api", &app }, { "/api/deep", &high }, { NULL, NULL } };
	struct router router;
	struct problem *p = router_compile(*state, odd, &router);

	assert_problem(p, PROBLEM_INTERNAL);
	assert_contains(p->cause, "it lies below another mount");
}

static void a_sound_table_is_taken(void **state)
{
	struct router router;

	assert_fine(router_compile(*state, mounts, &router));
	assert_int_equal(router.count, sizeof(low_routes) / sizeof(low_routes[0]) - 1 + 2 * 2);
	assert_string_equal(router.entries[2]->operation, "get_api_users_name");
	assert_string_equal(router.entries[2]->name, "GET /api/users/{name}/");
	assert_string_equal(router.entries[3]->operation, "get_api_users_id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(finds_rows_by_segments),
		CASE(prefers_words_to_numbers_to_names),
		CASE(goes_back_when_a_word_leads_nowhere),
		CASE(takes_digits_as_they_come_and_any_text),
		CASE(leaves_a_path_to_the_longest_mount),
		CASE(mounts_an_app_several_times),
		CASE(decodes_names_after_parting_them),
		CASE(refuses_empty_and_dotted_segments),
		CASE(bounds_names_and_depth),
		CASE(mends_a_final_slash_for_readers_only),
		CASE(a_redirect_too_long_for_a_header_is_refused),
		CASE(a_redirect_cannot_be_bent_to_another_place),
		CASE(keeps_exact_paths_exact),
		CASE(says_which_methods_there_are),
		CASE(answers_head_from_get_unless_it_changes),
		CASE(answers_options_from_the_table),
		CASE(understands_a_whole_url),
		CASE(the_index_names_what_is_mounted),
		CASE(refuses_defective_tables),
		CASE(refuses_a_row_in_another_mount),
		CASE(a_sound_table_is_taken),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
