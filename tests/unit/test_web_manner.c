/* test_web_manner.c - an app that answers in the words and forms of the service it replaces. */
#include "lib/base/log.h"
#include "tests/unit/front.h"

#define THING_SHA1 "05311cd6360e4417aa726ff0c3b9bfbfaef6b2db"

static const struct problem_kind nowhere = {
	404, "old.nowhere", "Nothing there", "Invalid URL requested", FORM_ERROR, 0
};
static const struct problem_kind refused = { 405, "old.method", "Refused", NULL, FORM_ERROR, 0 };
static const struct problem_kind wrong = { 400, "old.wrong", "Wrong", NULL, FORM_ERROR, 0 };
static const struct problem_kind own = { 404, "old.own", "The app's own", NULL, FORM_PROBLEM, 0 };
static const struct problem_kind *const refusals[] = { &nowhere, &refused, &wrong, NULL };
static const struct manner manner = {
	.refusals = refusals,
	.any_origin_headers = "x-requested-with",
	.preflight_methods = "GET, PUT, OPTIONS",
	.json_type = "application/json; charset=UTF-8",
	.json_spaced = true,
	.etag = true,
	.accept_ignored = true,
	.allow_only_refused = true,
};

struct ask {
	int64_t n;
};
static const struct field ask_fields[] = { FIELD(struct ask, n, OPTIONAL, 0, 9, "a number"), FIELD_END };
static const struct shape ask_shape = SHAPE("Ask", struct ask, ask_fields);

static struct problem *show(struct req *r)
{
	return reply_json(r, 200, "{\"a\":[1,2],\"b\":\"\xc3\xa4</\"}");
}

static struct problem *refuse(struct req *r)
{
	return problem_new(r->arena, &own, "mine");
}

/* clang-format off */
static const struct route routes[] = {
	{ GET, "/thing", show,   ANYONE, NULL, "shows", .query = &ask_shape, .auth = AUTH_NONE, .no_suffix = true },
	{ PUT, "/thing", show,   ANYONE, NULL, "sets",  .auth = AUTH_NONE, .no_suffix = true },
	{ PUT, "/other", refuse, ANYONE, NULL, "no",    .auth = AUTH_NONE, .no_suffix = true },
	{ 0 },
};
static const struct app old = { .name = "old", .routes = routes, .manner = &manner };
static struct problem *as_page(struct req *r, const struct problem *p)
{
	return reply_bytes(r, p->kind->status, "text/html; charset=utf-8", "<p>no</p>", 9);
}
static const struct manner pages_manner = { .refuse = as_page };
static const struct app pages = { .name = "pages", .routes = routes, .manner = &pages_manner };
static const struct app usual = { .name = "usual", .routes = routes };
static const struct mount mounts[] = { { "/old", &old }, { "/api/old", &old }, { "/api/pages", &pages }, { "/api", &usual }, { NULL, NULL } };
/* clang-format on */

#define ANY_ORIGIN "Access-Control-Allow-Origin"
#define METHODS "Access-Control-Allow-Methods"

static void json_is_spelled_and_typed_as_the_manner_says(void **state)
{
	(void)state;
	front_start(mounts);
	ASK("GET", "/old/thing");
	assert_status(200);
	assert_header("Content-Type", "application/json; charset=UTF-8");
	assert_string_equal(answer_body(), "{\"a\": [1, 2], \"b\": \"\\u00e4<\\/\"}");
	ASK("GET", "/api/thing");
	assert_header("Content-Type", "application/json");
	assert_string_equal(answer_body(), "{\"a\":[1,2],\"b\":\"\xc3\xa4</\"}");
}

static void refusals_before_and_after_routing_are_in_its_words(void **state)
{
	(void)state;
	front_start(mounts);
	for (size_t i = 0; i < 2; i++) {
		ASK("GET", i ? "/old/nothing" : "/api/old/thing/");
		assert_status(404);
		assert_string_equal(answer_body(), "{\"error\": \"Invalid URL requested\"}");
		assert_header("Content-Type", "application/json; charset=UTF-8");
		assert_header(ANY_ORIGIN, "*");
		assert_header(METHODS, "GET, OPTIONS");
	}
	ASK("DELETE", "/old/thing");
	assert_status(405);
	assert_string_equal(answer_body(), "{\"error\": \"Method \\\"DELETE\\\" not allowed.\"}");
	assert_header("Allow", "GET, PUT, HEAD, OPTIONS");
	ASK("GET", "/old/thing?n=10");
	assert_status(400);
	assert_string_equal(answer_body(), "{\"error\": \"n: Ensure this value is less than or equal to 9.\"}");
	ASK("GET", "/old/%ff");
	assert_status(400);
	ASK("GET", "/older/thing");
	assert_status(404);
	assert_header("Content-Type", "application/problem+json");
	assert_no_header(ANY_ORIGIN);
	ASK("PUT", "/old/other");
	assert_string_equal(answer_body(), "{\"error\": \"Invalid URL requested\"}");
}

static void scripts_of_any_origin_may_call(void **state)
{
	(void)state;
	front_start(mounts);
	ASK("PUT", "/old/thing", "HTTP_ORIGIN", "https://anywhere.example");
	assert_header(ANY_ORIGIN, "*");
	assert_header("Access-Control-Allow-Headers", "x-requested-with");
	assert_header(METHODS, "GET, PUT, OPTIONS");
	assert_no_header("Access-Control-Allow-Credentials");
	assert_no_header("Allow");
	ASK("PUT", "/old/other");
	assert_header(METHODS, "PUT, OPTIONS");
	ASK("OPTIONS", "/old/no/such/path");
	assert_status(204);
	assert_header(METHODS, "GET, PUT, OPTIONS");
	assert_string_equal(answer_body(), "");
	ASK("OPTIONS", "/api/thing");
	assert_status(200);
	assert_no_header(ANY_ORIGIN);
}

static void readers_get_an_etag_and_304(void **state)
{
	char tag[64];

	(void)state;
	front_start(mounts);
	ASK("GET", "/old/thing");
	/* printf %s BODY | sha1sum */
	assert_header("Etag", "\"" THING_SHA1 "\"");
	assert_header("Cache-Control", "no-cache");
	snprintf(tag, sizeof(tag), "\"x\", W/%s", answer_header("Etag"));
	ASK("GET", "/old/thing", "HTTP_IF_NONE_MATCH", tag);
	assert_status(304);
	assert_string_equal(answer_body(), "");
	assert_header(ANY_ORIGIN, "*");
	assert_no_header("Content-Type");
	ASK("GET", "/old/thing", "HTTP_IF_NONE_MATCH", "*");
	assert_status(304);
	ASK("HEAD", "/old/thing", "HTTP_IF_NONE_MATCH", "\"" THING_SHA1);
	assert_status(200);
	assert_header("Etag", "\"" THING_SHA1 "\"");
	ASK("PUT", "/old/thing");
	assert_no_header("Etag");
	ASK("GET", "/api/thing");
	assert_no_header("Etag");
}

static void what_the_caller_accepts_is_not_asked(void **state)
{
	(void)state;
	front_start(mounts);
	ASK("GET", "/old/thing?format=xml", "HTTP_ACCEPT", "image/png");
	assert_status(200);
	ASK("GET", "/api/thing", "HTTP_ACCEPT", "image/png");
	assert_status(406);
}

static void refusals_may_be_pages_of_the_app(void **state)
{
	static const struct {
		const char *verb, *path;
		int status;
	} refused_ones[] = { { "GET", "/api/pages/nothing", 404 },
		                 { "DELETE", "/api/pages/thing", 405 },
		                 { "PUT", "/api/pages/other", 404 } };

	(void)state;
	front_start(mounts);
	for (size_t i = 0; i < sizeof(refused_ones) / sizeof(refused_ones[0]); i++) {
		ASK(refused_ones[i].verb, refused_ones[i].path, "HTTP_ACCEPT", "application/json");
		assert_status(refused_ones[i].status);
		assert_header("Content-Type", "text/html; charset=utf-8");
		assert_string_equal(answer_body(), "<p>no</p>");
	}
	ASK("GET", "/api/pages/thing");
	assert_header("Content-Type", "application/json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(json_is_spelled_and_typed_as_the_manner_says),
		CASE(refusals_before_and_after_routing_are_in_its_words),
		CASE(scripts_of_any_origin_may_call),
		CASE(readers_get_an_etag_and_304),
		CASE(what_the_caller_accepts_is_not_asked),
		CASE(refusals_may_be_pages_of_the_app),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
