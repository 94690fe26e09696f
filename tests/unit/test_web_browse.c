/* test_web_browse.c - the page around an answer: who gets it, that nothing of it is trusted, and what it offers. */
#include "lib/web/browse.h"
#include "tests/unit/front.h"

struct note {
	const char *text;
	bool loud;
};
static const struct field note_fields[] = {
	FIELD(struct note, text, REQUIRED, 1, 20, "its <words>"),
	FIELD(struct note, loud, OPTIONAL, 0, 1, "is it?"),
	FIELD_END,
};
static const struct shape note_shape = SHAPE("Note", struct note, note_fields);

static const char evil[] = "</pre><script>alert(1)</script>\" onload='x";
static const struct problem_kind hollow = { 409, "test.hollow", "Hollow", NULL, FORM_EMPTY, 0 };

static struct problem *show(struct req *r)
{
	struct note note = { .text = evil };

	reply_header(r, "X-Echo", "%s", evil);
	return reply_shape(r, 200, &note_shape, &note);
}

static struct problem *refuse(struct req *r)
{
	return problem_new(r->arena, &hollow, NULL);
}

static struct problem *gone(struct req *r)
{
	return reply_empty(r, 204);
}

static struct problem *away(struct req *r)
{
	return reply_redirect(r, 302, "/api/notes/");
}

/* clang-format off */
static const struct route routes[] = {
	{ GET,    "/notes/", show,   ANYONE, NULL, .doc = "shows <notes>" },
	{ POST,   "/notes/", show,   ANYONE, &note_shape, .doc = "writes" },
	{ DELETE, "/notes/", gone,   ANYONE, NULL, .doc = "forgets" },
	{ GET,    "/no/",    refuse, ANYONE, NULL, .doc = "refuses" },
	{ GET,    "/away/",  away,   ANYONE, NULL, .doc = "elsewhere" },
	{ POST,   "/secret/", show,  SUPERUSER, &note_shape, .doc = "not for you" },
	{ 0 },
};
/* clang-format on */
static const struct app app = { .name = "notes", .routes = routes };
static const struct mount mounts[] = { { "/api", &app }, { NULL, NULL } };

#define BROWSER "HTTP_ACCEPT", "text/html,application/xhtml+xml,*/*;q=0.8", "HTTP_USER_AGENT", "Mozilla/5.0"

static int begin(void **state)
{
	(void)state;
	front_start(mounts);
	return 0;
}

static void expect_page(int status)
{
	assert_status(status);
	assert_header("Content-Type", "text/html; charset=utf-8");
	assert_contains(answer_body(), "<!DOCTYPE html>");
	assert_contains(answer_header("Content-Security-Policy"),
	                "default-src 'none'; style-src 'self'; script-src 'self';");
	assert_null(strstr(answer_body(), "<script>"));
	assert_null(strstr(answer_body(), "onload='"));
}

static void a_browser_gets_a_page_and_a_program_json(void **state)
{
	(void)state;
	ASK("GET", "/api/notes/", BROWSER);
	expect_page(200);
	assert_contains(answer_body(), "HTTP 200 OK");
	assert_contains(answer_body(), "&lt;script&gt;alert(1)");
	assert_contains(answer_body(), "shows &lt;notes&gt;");
	ASK("GET", "/api/notes/", "HTTP_ACCEPT", "application/json, text/plain, */*");
	assert_header("Content-Type", "application/json");
	ASK("HEAD", "/api/notes/", BROWSER);
	assert_header("Content-Type", "text/html; charset=utf-8");
	assert_string_equal(answer_body(), "");
}

static void refusals_are_pages_with_their_own_status(void **state)
{
	(void)state;
	ASK("GET", "/api/nowhere/<script>/", BROWSER);
	expect_page(404);
	ASK("PUT", "/api/notes/", BROWSER);
	expect_page(405);
	ASK("GET", "/api/no/", BROWSER);
	expect_page(409);
	assert_contains(answer_body(), "No body.");
	SEND("text=", "POST", "/api/notes/", "CONTENT_TYPE", "application/x-www-form-urlencoded", BROWSER);
	expect_page(400);
	assert_contains(answer_body(), "id=\"POST-text-wrong\">This field may not be blank. </span>");
}

static void what_has_no_body_or_lies_elsewhere_stays_so(void **state)
{
	(void)state;
	ASK("DELETE", "/api/notes/", BROWSER);
	assert_status(204);
	assert_string_equal(answer_body(), "");
	ASK("GET", "/api/away/", BROWSER);
	assert_status(302);
	assert_string_equal(answer_body(), "");
	ASK("GET", "/api/openapi.json", BROWSER);
	assert_header("Content-Type", "application/json");
}

static void forms_carry_the_token_that_the_cookie_has(void **state)
{
	const char *cookie, *field;

	(void)state;
	ASK("GET", "/api/notes/", BROWSER);
	cookie = strstr(front.answer, "Set-Cookie: csrftoken=");
	field = strstr(answer_body(), "name=\"csrfmiddlewaretoken\" value=\"");
	assert_non_null(cookie);
	assert_non_null(field);
	assert_memory_equal(cookie + strlen("Set-Cookie: csrftoken="),
	                    field + strlen("name=\"csrfmiddlewaretoken\" value=\""), 64);
	ASK("GET", "/api/secret/", BROWSER);
	assert_null(strstr(answer_body(), "<form class=\"plain\""));
}

static void addresses_and_mails_become_links_and_nothing_else_does(void **state)
{
	static const char json[] =
		"{\"a\":\"https://example.org/?x=1&y=\",\"b\":\"ada@example.org\",\"c\":\"javascript:alert(1)\","
		"\"https://key.example\":\"x@y\",\"d\":\"http://a\\\"b\",\"e\":[],\"f\":{},\"g\":1.5}";
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, a, 1 << 20);
	browse_json(&b, a, json, sizeof(json) - 1);
	assert_contains(buf_string(&b), "<a rel=\"noreferrer\" href=\"https://example.org/?x=1&amp;y=\">");
	assert_contains(buf_string(&b), "<a href=\"mailto:ada@example.org\">");
	assert_null(strstr(buf_string(&b), "href=\"javascript"));
	assert_null(strstr(buf_string(&b), "href=\"https://key"));
	assert_null(strstr(buf_string(&b), "href=\"http://a"));
	assert_contains(buf_string(&b), "<span class=\"key\">&quot;e&quot;</span>: [],");
	arena_free(a);
}

#undef CASE
#define CASE(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_browser_gets_a_page_and_a_program_json),
		CASE(refusals_are_pages_with_their_own_status),
		CASE(what_has_no_body_or_lies_elsewhere_stays_so),
		CASE(forms_carry_the_token_that_the_cookie_has),
		CASE(addresses_and_mails_become_links_and_nothing_else_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
