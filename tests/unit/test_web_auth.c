/* test_web_auth.c - who is recognized, what he may do, and which requests of other sites are turned away. */
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "tests/unit/front.h"

/* ---- an identity source with three accounts ---- */

static const struct identity ada = { .id = 7, .username = "ada" };
static const struct identity clerk = { .id = 8, .username = "clerk", .staff = true };
static const struct identity root = { .id = 1, .username = "root", .superuser = true };

static struct problem *by_session(struct req *r, const char *key, const struct identity **out)
{
	(void)r;
	if (text_equal(key, "session-of-ada"))
		*out = &ada;
	else if (text_equal(key, "session-of-clerk"))
		*out = &clerk;
	else if (text_equal(key, "session-of-root"))
		*out = &root;
	return NULL;
}

static struct problem *by_basic(struct req *r, const char *username, const char *password, const struct identity **out)
{
	if (text_equal(username, "tired"))
		return problem_new(r->arena, &PROBLEM_THROTTLED, "Request was throttled. Expected available in 9 seconds.");
	if (text_equal(username, "gone"))
		return problem_new(r->arena, &PROBLEM_BAD_CREDENTIALS, "User inactive or deleted.");
	if (text_equal(username, "ada") && text_equal(password, "pass:word"))
		*out = &ada;
	return NULL;
}

static struct problem *by_token(struct req *r, const char *key, const struct identity **out)
{
	(void)r;
	if (text_equal(key, "0123456789"))
		*out = &ada;
	return NULL;
}

static const struct identity_source source = { by_session, by_basic, by_token, NULL };

static struct problem *who(struct req *r)
{
	return reply_string(r, 200,
	                    r->user ? arena_printf(r->arena, "%s by %s", r->user->username, scheme_names[r->scheme])
	                            : "nobody");
}

static struct problem *log_in(struct req *r)
{
	csrf_rotate(r);
	reply_cookie(r, &(struct cookie){ .name = "sessionid", .value = "fresh", .max_age_s = 1209600 });
	return reply_string(r, 200, "Login OK");
}

static const struct problem_kind stranger = {
	403, "test.stranger", "Another's", "Permission denied.", FORM_PROBLEM, 0
};
struct ask {
	const char *name;
};
static const struct field ask_fields[] = { FIELD(struct ask, name, OPTIONAL, 0, 50, "a name"), FIELD_END };
static const struct shape ask_shape = SHAPE("Ask", struct ask, ask_fields);

/* clang-format off */
static const struct route routes[] = {
	{ GET,  "/a/",                who, USER,               NULL, .doc = "group A" },
	{ POST, "/a/",                who, USER,               &ask_shape, .doc = "group A" },
	{ GET,  "/open/",             who, ANYONE,             NULL, .doc = "group A, for all" },
	{ GET,  "/b/",                who, ANYONE,             NULL, .doc = "group B", .auth = AUTH_BASIC_SESSION },
	{ GET,  "/bu/",               who, USER,               NULL, .doc = "group B", .auth = AUTH_BASIC_SESSION },
	{ POST, "/login/",            log_in, ANYONE,          &ask_shape, .doc = "logs in", .auth = AUTH_BASIC_SESSION },
	{ GET,  "/c/",                who, ANYONE,             NULL, .doc = "group C", .auth = AUTH_SESSION },
	{ GET,  "/cu/",               who, USER,               NULL, .doc = "group C", .auth = AUTH_SESSION },
	{ GET,  "/none/",             who, ANYONE,             NULL, .doc = "nobody asks", .auth = AUTH_NONE },
	{ POST, "/none/",             who, ANYONE,             NULL, .doc = "nobody asks", .auth = AUTH_NONE },
	{ GET,  "/of/{username}/",    who, OWNER,              NULL, .doc = "one's own" },
	{ GET,  "/ofs/{username}/",   who, OWNER,              NULL, .doc = "one's own", .stranger = &stranger },
	{ GET,  "/ofsu/{username}/",  who, OWNER_OR_SUPERUSER, NULL, .doc = "one's own" },
	{ GET,  "/su/",               who, SUPERUSER,          NULL, .doc = "superusers" },
	{ GET,  "/staff/",            who, STAFF,              NULL, .doc = "pages for staff" },
	{ POST, "/form/",             who, ANYONE,             NULL, .doc = "a login form", .csrf = true },
	{ GET,  "/change/",           who, USER,               NULL, .doc = "changes", .changes = true },
	{ 0 },
};
static const struct app app = { .name = "test", .routes = routes };
static const struct mount mounts[] = { { "/api", &app }, { NULL, NULL } };
/* clang-format on */

#define ADA "HTTP_COOKIE", "sessionid=session-of-ada"
#define ROOT "HTTP_COOKIE", "x=1; sessionid=session-of-root"
#define CLERK "HTTP_COOKIE", "sessionid=session-of-clerk"
#define BASIC_ADA "HTTP_AUTHORIZATION", "Basic YWRhOnBhc3M6d29yZA==" /* ada:pass:word */
#define BASIC_BAD "HTTP_AUTHORIZATION", "Basic YWRhOnBhc3M="
#define TOKEN_ADA "HTTP_AUTHORIZATION", "toKen 0123456789"

static int start(void **state)
{
	unit_arena_new(state);
	front_start(mounts);
	identity_source_set(&source);
	return 0;
}

#undef CASE
#define CASE(test) cmocka_unit_test_setup_teardown(test, start, unit_arena_free)

static void expect_who(const char *who_it_is)
{
	assert_status(200);
	assert_string_equal(answer_body(), who_it_is);
}

static void expect_detail(int status, const char *detail)
{
	char wanted[256];

	assert_status(status);
	snprintf(wanted, sizeof(wanted), "\"detail\":\"%s\"", detail);
	assert_contains(answer_body(), wanted);
}

/* ---- who is it ---- */

static void a_session_is_recognized(void **state)
{
	(void)state;
	ASK("GET", "/api/a/", ADA);
	expect_who("\"ada by session\"");
	ASK("GET", "/api/b/", ADA);
	expect_who("\"ada by session\"");
	ASK("GET", "/api/c/", ADA);
	expect_who("\"ada by session\"");
	ASK("GET", "/api/none/", ADA);
	expect_who("\"nobody\"");
	ASK("GET", "/api/a/", "HTTP_COOKIE", "sessionid=\"session-of-ada\" ; y=2");
	expect_who("\"ada by session\"");
}

static void a_dead_session_is_nobody_and_its_cookie_is_taken_back(void **state)
{
	(void)state;
	ASK("GET", "/api/open/", "HTTP_COOKIE", "sessionid=gone");
	expect_who("\"nobody\"");
	assert_cookie("sessionid=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax; HttpOnly");
	ASK("GET", "/api/a/", "HTTP_COOKIE", "sessionid=gone");
	expect_detail(403, "Authentication credentials were not provided.");
	assert_cookie("sessionid=\"\"");
}

static void basic_and_token_are_recognized(void **state)
{
	(void)state;
	ASK("GET", "/api/a/", BASIC_ADA);
	expect_who("\"ada by basic\"");
	ASK("GET", "/api/b/", TOKEN_ADA);
	expect_who("\"ada by token\"");
	ASK("GET", "/api/c/", BASIC_BAD);
	expect_who("\"nobody\"");
	ASK("GET", "/api/open/", "HTTP_AUTHORIZATION", "Bearer abc");
	expect_who("\"nobody\"");
}

static void the_order_decides_between_two_credentials(void **state)
{
	(void)state;
	ASK("GET", "/api/a/", ROOT, BASIC_ADA);
	expect_who("\"root by session\"");
	ASK("GET", "/api/b/", ROOT, BASIC_ADA);
	expect_who("\"ada by basic\"");
	ASK("GET", "/api/a/", ROOT, BASIC_BAD);
	expect_who("\"root by session\"");
	ASK("GET", "/api/b/", ROOT, BASIC_BAD);
	assert_status(401);
}

static void wrong_credentials_are_403_or_a_challenge(void **state)
{
	(void)state;
	ASK("GET", "/api/open/", BASIC_BAD);
	expect_detail(403, "Invalid username/password.");
	assert_no_header("WWW-Authenticate");
	ASK("GET", "/api/b/", BASIC_BAD);
	expect_detail(401, "Invalid username/password.");
	assert_header("WWW-Authenticate", "Basic realm=\"api\"");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Basic Z29uZTp4");
	expect_detail(403, "User inactive or deleted.");
	ASK("GET", "/api/b/", "HTTP_AUTHORIZATION", "Basic Z29uZTp4");
	expect_detail(401, "User inactive or deleted.");
}

static void malformed_credentials_are_named(void **state)
{
	(void)state;
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Basic");
	expect_detail(403, "Invalid basic header. No credentials provided.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "basic a b");
	expect_detail(403, "Invalid basic header. Credentials string should not contain spaces.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Basic !!!");
	expect_detail(403, "Invalid basic header. Credentials not correctly base64 encoded.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Basic YWRh");
	expect_detail(403, "Invalid username/password.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Token ");
	expect_detail(403, "Invalid token header. No credentials provided.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Token a b");
	expect_detail(403, "Invalid token header. Token string should not contain spaces.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Token \xff");
	expect_detail(403, "Invalid token header. Token string should not contain invalid characters.");
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Token nobodys");
	expect_detail(403, "Invalid token.");
}

static void throttling_says_when_to_come_back(void **state)
{
	(void)state;
	ASK("GET", "/api/a/", "HTTP_AUTHORIZATION", "Basic dGlyZWQ6eA==");
	expect_detail(429, "Request was throttled. Expected available in 9 seconds.");
	assert_header("Retry-After", "60");
}

/* ---- may he ---- */

static void an_anonymous_caller_is_told_so(void **state)
{
	(void)state;
	ASK("GET", "/api/a/");
	expect_detail(403, "Authentication credentials were not provided.");
	assert_no_header("WWW-Authenticate");
	ASK("GET", "/api/bu/");
	expect_detail(401, "Authentication credentials were not provided.");
	assert_header("WWW-Authenticate", "Basic realm=\"api\"");
	ASK("GET", "/api/cu/");
	expect_detail(403, "Authentication credentials were not provided.");
	ASK("OPTIONS", "/api/a/");
	assert_status(403);
	ASK("OPTIONS", "/api/a/", ADA);
	assert_status(200);
}

static void an_owner_is_compared_byte_for_byte(void **state)
{
	(void)state;
	ASK("GET", "/api/of/ada/", ADA);
	assert_status(200);
	ASK("GET", "/api/of/%61da/", ADA);
	assert_status(200);
	ASK("GET", "/api/of/Ada/", ADA);
	expect_detail(403, "You do not have permission to perform this action.");
	ASK("GET", "/api/of/ada/", ROOT);
	assert_status(403);
	ASK("GET", "/api/ofs/bob/", ADA);
	expect_detail(403, "Permission denied.");
	ASK("GET", "/api/ofsu/ada/", ROOT);
	assert_status(200);
	ASK("GET", "/api/ofsu/ada/", ADA);
	assert_status(200);
	ASK("GET", "/api/ofsu/bob/", ADA);
	assert_status(403);
	ASK("GET", "/api/of/ada/");
	expect_detail(403, "Authentication credentials were not provided.");
}

static void superusers_alone_pass_where_they_alone_may(void **state)
{
	(void)state;
	ASK("GET", "/api/su/", ROOT);
	assert_status(200);
	ASK("GET", "/api/su/", ADA);
	expect_detail(403, "You do not have permission to perform this action.");
}

static void staff_and_superusers_pass_where_staff_may(void **state)
{
	(void)state;
	ASK("GET", "/api/staff/", ROOT);
	assert_status(200);
	ASK("GET", "/api/staff/", CLERK);
	assert_status(200);
	ASK("GET", "/api/staff/", ADA);
	expect_detail(403, "You do not have permission to perform this action.");
	ASK("GET", "/api/staff/");
	expect_detail(403, "Authentication credentials were not provided.");
}

/* ---- CSRF ---- */

#define MASK "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"  /* shifts by nothing */
#define MASK2 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" /* shifts by one */
#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEF"
#define SECRET2 "bcdefghijklmnopqrstuvwxyzABCDEFG" /* SECRET under MASK2 */
#define OTHER "abcdefghijklmnopqrstuvwxyzABCDEG"
#define ADA_CSRF "HTTP_COOKIE", "sessionid=session-of-ada; csrftoken=" MASK SECRET
#define FORM "CONTENT_TYPE", "application/x-www-form-urlencoded"
#define JSON "CONTENT_TYPE", "application/json"

static void a_session_that_changes_brings_its_token(void **state)
{
	(void)state;
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTP_X_CSRFTOKEN", MASK SECRET);
	assert_status(200);
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTP_X_CSRFTOKEN", MASK2 SECRET2);
	assert_status(200);
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTP_X_CSRFTOKEN", SECRET);
	assert_status(200);
	SEND("name=x&csrfmiddlewaretoken=" MASK2 SECRET2, "POST", "/api/a/", ADA_CSRF, FORM);
	assert_status(200);
	SEND("--b\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n" MASK SECRET "\r\n--b--\r\n",
	     "POST", "/api/a/", ADA_CSRF, "CONTENT_TYPE", "multipart/form-data; boundary=b");
	assert_status(200);
}

static void a_missing_or_wrong_token_is_refused(void **state)
{
	(void)state;
	SEND("{}", "POST", "/api/a/", ADA, JSON, "HTTP_X_CSRFTOKEN", MASK SECRET);
	expect_detail(403, "CSRF Failed: CSRF cookie not set.");
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTP_X_CSRFTOKEN", "none");
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTP_X_CSRFTOKEN", MASK OTHER);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("{\"csrfmiddlewaretoken\":\"" MASK SECRET "\"}", "POST", "/api/a/", ADA_CSRF, JSON);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("name=x&csrfmiddlewaretoken=" MASK OTHER, "POST", "/api/a/", ADA_CSRF, FORM);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("{}", "POST", "/api/login/", ADA_CSRF, JSON);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
}

static void callers_without_a_session_need_no_token(void **state)
{
	(void)state;
	SEND("{}", "POST", "/api/a/", BASIC_ADA, JSON);
	assert_status(200);
	SEND("{}", "POST", "/api/a/", TOKEN_ADA, JSON);
	assert_status(200);
	SEND("{}", "POST", "/api/login/", JSON);
	assert_status(200);
	ASK("GET", "/api/a/", ADA);
	assert_status(200);
}

static void a_form_that_asks_everybody_has_its_token_from_everybody(void **state)
{
	(void)state;
	SEND("csrfmiddlewaretoken=" MASK SECRET, "POST", "/api/form/", FORM);
	expect_detail(403, "CSRF Failed: CSRF cookie not set.");
	SEND("", "POST", "/api/form/", "HTTP_COOKIE", "csrftoken=" MASK SECRET, FORM);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("csrfmiddlewaretoken=" MASK OTHER, "POST", "/api/form/", "HTTP_COOKIE", "csrftoken=" MASK SECRET, FORM);
	expect_detail(403, "CSRF Failed: CSRF token missing or incorrect.");
	SEND("csrfmiddlewaretoken=" MASK2 SECRET2, "POST", "/api/form/", "HTTP_COOKIE", "csrftoken=" MASK SECRET, FORM);
	assert_status(200);
}

static void over_https_the_referer_must_be_ours(void **state)
{
	static const char *const origins[] = { "https://portal.example.org" };

	(void)state;
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 1 };
#define OVER_TLS(...)                                                                \
	SEND("{}", "POST", "/api/a/", ADA_CSRF, JSON, "HTTPS", "on", "HTTP_X_CSRFTOKEN", \
	     MASK SECRET __VA_OPT__(,) __VA_ARGS__)
	OVER_TLS("HTTP_REFERER", "https://localhost/page");
	assert_status(200);
	OVER_TLS("HTTP_REFERER", "https://localhost:443/");
	assert_status(200);
	OVER_TLS("HTTP_REFERER", "https://portal.example.org/x?y");
	assert_status(200);
	OVER_TLS();
	expect_detail(403, "CSRF Failed: Referer checking failed - no Referer.");
	OVER_TLS("HTTP_REFERER", "localhost");
	expect_detail(403, "CSRF Failed: Referer checking failed - Referer is malformed.");
	OVER_TLS("HTTP_REFERER", "http://localhost/");
	expect_detail(403, "CSRF Failed: Referer checking failed - Referer is insecure while host is secure.");
	OVER_TLS("HTTP_REFERER", "https://evil.example/");
	expect_detail(403,
	              "CSRF Failed: Referer checking failed - https://evil.example/ does not match any trusted origins.");
	OVER_TLS("HTTP_REFERER", "https://localhost:8443/");
	assert_status(403);
	OVER_TLS("HTTP_REFERER", "https://localhost.evil.example/");
	assert_status(403);
	OVER_TLS("HTTP_REFERER", "https://localhost@evil.example/");
	assert_status(403);
}

static void a_browser_gets_its_token_with_the_first_answer(void **state)
{
	(void)state;
	ASK("GET", "/api/open/", "HTTP_USER_AGENT", "Mozilla/5.0 (X11)");
	assert_cookie("csrftoken=");
	assert_contains(front.answer, "; Max-Age=31449600; Path=/; SameSite=Lax\r\n");
	assert_null(strstr(front.answer, "HttpOnly"));
	ASK("GET", "/api/a/", "HTTP_SEC_FETCH_SITE", "same-origin");
	assert_status(403);
	assert_cookie("csrftoken=");
	ASK("GET", "/api/open/", "HTTP_COOKIE", "csrftoken=too-short");
	assert_cookie("csrftoken=");
	ASK("GET", "/api/open/", "HTTP_COOKIE", "csrftoken=" MASK SECRET);
	assert_no_header("Set-Cookie");
}

static void programs_and_plain_pages_get_no_token(void **state)
{
	(void)state;
	ASK("GET", "/api/open/", "HTTP_USER_AGENT", "curl/7.88.1");
	assert_no_header("Set-Cookie");
	ASK("GET", "/api/a/", BASIC_ADA, "HTTP_USER_AGENT", "Mozilla/5.0");
	assert_no_header("Set-Cookie");
	ASK("GET", "/api/a/", TOKEN_ADA, "HTTP_USER_AGENT", "Mozilla/5.0");
	assert_no_header("Set-Cookie");
	ASK("GET", "/api/none/", "HTTP_USER_AGENT", "Mozilla/5.0");
	assert_no_header("Set-Cookie");
	ASK("GET", "/api/health/live", "HTTP_USER_AGENT", "Mozilla/5.0");
	assert_no_header("Set-Cookie");
	ASK("GET", "/api/openapi.json", "HTTP_USER_AGENT", "Mozilla/5.0");
	assert_no_header("Set-Cookie");
}

static void a_login_gives_a_new_token_and_a_session(void **state)
{
	const char *first;

	(void)state;
	SEND("{}", "POST", "/api/login/", JSON, "HTTP_COOKIE", "sessionid=gone; csrftoken=" MASK SECRET);
	assert_status(200);
	assert_cookie("csrftoken=");
	assert_cookie("sessionid=fresh; Max-Age=1209600; Path=/; SameSite=Lax; HttpOnly\r\n");
	assert_null(strstr(front.answer, "sessionid=\"\"")); /* the last word counts */
	first = arena_text(*state, strstr(front.answer, "csrftoken="));
	SEND("{}", "POST", "/api/login/", JSON);
	assert_memory_not_equal(first, strstr(front.answer, "csrftoken="), 74);
}

static void cookies_are_secure_over_https(void **state)
{
	(void)state;
	SEND("{}", "POST", "/api/login/", JSON, "HTTPS", "on");
	assert_cookie("sessionid=fresh; Max-Age=1209600; Path=/; SameSite=Lax; HttpOnly; Secure\r\n");
	web_conf.secure_cookies = 2; /* no */
	SEND("{}", "POST", "/api/login/", JSON, "HTTPS", "on");
	assert_null(strstr(front.answer, "; Secure"));
	web_conf.secure_cookies = 1; /* yes */
	SEND("{}", "POST", "/api/login/", JSON);
	assert_contains(front.answer, "; Secure");
}

/* ---- other sites ---- */

static void an_old_get_that_changes_serves_scripts_of_this_site(void **state)
{
	static const char *const origins[] = { "http://portal.example.org:4200" };

	(void)state;
	ASK("GET", "/api/change/", ADA);
	assert_status(200);
	ASK("GET", "/api/change/", ADA, "HTTP_SEC_FETCH_SITE", "same-origin", "HTTP_SEC_FETCH_MODE", "cors");
	assert_status(200);
	ASK("GET", "/api/change/", ADA, "HTTP_SEC_FETCH_SITE", "same-site", "HTTP_SEC_FETCH_MODE", "cors");
	assert_status(200);
	ASK("GET", "/api/change/", ADA, "HTTP_REFERER", "http://localhost/calipsoplus/");
	assert_status(200);
	ASK("GET", "/api/change/", ADA, "HTTP_ORIGIN", "http://localhost:80");
	assert_status(200);
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 1 };
	ASK("GET", "/api/change/", ADA, "HTTP_ORIGIN", "http://portal.example.org:4200", "HTTP_REFERER",
	    "http://portal.example.org:4200/");
	assert_status(200);
}

static void an_old_get_that_changes_refuses_everybody_else(void **state)
{
	static const char *const elsewhere[][2] = {
		{ "HTTP_SEC_FETCH_SITE", "cross-site" },
		{ "HTTP_SEC_FETCH_MODE", "navigate" },
		{ "HTTP_SEC_FETCH_MODE", "no-cors" },
		{ "HTTP_ORIGIN", "http://evil.example" },
		{ "HTTP_ORIGIN", "https://localhost" },
		{ "HTTP_ORIGIN", "null" },
		{ "HTTP_REFERER", "http://evil.example/localhost" },
		{ "HTTP_REFERER", "http://localhost.evil.example/" },
		{ "HTTP_REFERER", "about:blank" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		ASK("GET", "/api/change/", ADA, elsewhere[i][0], elsewhere[i][1]);
		assert_status(403);
		assert_contains(answer_body(), "\"code\":\"web.cross_site\"");
	}
	ASK("GET", "/api/a/", ADA, "HTTP_SEC_FETCH_SITE", "cross-site");
	assert_status(200);
}

/* Browsers keep headers of these names from scripts and forms. */
static void a_change_is_taken_from_our_own_pages_and_from_programs(void **state)
{
	static const char *const origins[] = { "https://portal.example.org" };
	static const char *const here[][4] = {
		{ "HTTP_USER_AGENT", "curl/7.88.1" },
		{ "HTTP_SEC_FETCH_SITE", "same-origin", "HTTP_SEC_FETCH_MODE", "navigate" },
		{ "HTTP_SEC_FETCH_SITE", "none", "HTTP_SEC_FETCH_MODE", "navigate" },
		{ "HTTP_ORIGIN", "http://localhost" },
		{ "HTTP_ORIGIN", "http://localhost:80", "HTTP_SEC_FETCH_SITE", "same-origin" },
		{ "HTTP_ORIGIN", "http://dev.example:4200", "HTTP_SEC_FETCH_SITE",
		  "same-origin" }, /* Host was changed on the way */
		{ "HTTP_ORIGIN", "https://portal.example.org" },
		{ "HTTP_ORIGIN", "https://portal.example.org", "HTTP_SEC_FETCH_SITE", "cross-site" },
	};

	(void)state;
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 1 };
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		SEND("name=x", "POST", "/api/login/", FORM, here[i][0], here[i][1], here[i][2], here[i][3]);
		assert_status(200);
		SEND("name=x", "POST", "/api/a/", BASIC_ADA, FORM, here[i][0], here[i][1], here[i][2], here[i][3]);
		assert_status(200);
	}
}

static void a_change_is_not_taken_from_pages_of_other_sites(void **state)
{
	static const char *const elsewhere[][4] = {
		{ "HTTP_SEC_FETCH_SITE", "cross-site" },
		{ "HTTP_SEC_FETCH_SITE", "same-site" },
		{ "HTTP_SEC_FETCH_SITE", "cross-site", "HTTP_ORIGIN", "null" },
		{ "HTTP_SEC_FETCH_SITE", "same-site", "HTTP_ORIGIN", "http://localhost:8080" },
		{ "HTTP_ORIGIN", "http://evil.example" },
		{ "HTTP_ORIGIN", "http://localhost.evil.example" },
		{ "HTTP_ORIGIN", "null" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		SEND("name=x", "POST", "/api/login/", FORM, elsewhere[i][0], elsewhere[i][1], elsewhere[i][2], elsewhere[i][3]);
		assert_status(403);
		assert_contains(answer_body(), "\"code\":\"web.cross_site\"");
		assert_null(strstr(front.answer, "sessionid"));
		SEND("name=x", "POST", "/api/a/", BASIC_ADA, FORM, elsewhere[i][0], elsewhere[i][1], elsewhere[i][2],
		     elsewhere[i][3]);
		assert_status(403);
		/* a token is given by a program that means it, and what asks for nobody is for all */
		SEND("name=x", "POST", "/api/a/", TOKEN_ADA, FORM, elsewhere[i][0], elsewhere[i][1], elsewhere[i][2],
		     elsewhere[i][3]);
		assert_status(200);
		SEND("", "POST", "/api/none/", FORM, elsewhere[i][0], elsewhere[i][1], elsewhere[i][2], elsewhere[i][3]);
		assert_status(200);
	}
}

static void listed_origins_are_allowed_on_every_answer(void **state)
{
	static const char *const origins[] = { "https://portal.example.org", "http://localhost:4200" };
	static const char *const paths[] = {
		"/api/open/", "/api/a/", "/api/open", "/api/nothing/", "/api/%zz/", "/api/su/"
	};

	(void)state;
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 2 };
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		ASK("GET", paths[i], "HTTP_ORIGIN", "https://portal.example.org");
		assert_header("Access-Control-Allow-Origin", "https://portal.example.org");
		assert_header("Access-Control-Allow-Credentials", "true");
		assert_contains(answer_header("Vary"), "Origin");
	}
	ASK("GET", "/api/open/", "HTTP_ORIGIN", "https://portal.example.org", "HTTP_HOST", "elsewhere");
	assert_status(400);
	assert_header("Access-Control-Allow-Origin", "https://portal.example.org");
	ASK("POST", "/api/a/", "HTTP_ORIGIN", "http://localhost:4200", ADA);
	assert_status(403);
	assert_header("Access-Control-Allow-Origin", "http://localhost:4200");
}

static void other_origins_get_nothing_but_the_answer(void **state)
{
	static const char *const origins[] = { "https://portal.example.org" };
	static const char *const others[] = { "http://portal.example.org", "https://portal.example.org.evil.example",
		                                  "https://portal.example.org:8443", "null", "" };

	(void)state;
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 1 };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		ASK("GET", "/api/open/", "HTTP_ORIGIN", others[i]);
		assert_status(200);
		assert_no_header("Access-Control-Allow-Origin");
		assert_no_header("Access-Control-Allow-Credentials");
		assert_contains(answer_header("Vary"), "Origin");
	}
	ASK("GET", "/api/open/");
	assert_no_header("Access-Control-Allow-Origin");
}

static void a_preflight_is_answered_before_anybody_is_asked(void **state)
{
	static const char *const origins[] = { "https://portal.example.org" };

	(void)state;
	web_conf.cors_origins = (struct texts){ (const char **)(uintptr_t)origins, 1 };
	ASK("OPTIONS", "/api/a/", "HTTP_ORIGIN", "https://portal.example.org", "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "PUT");
	assert_status(200);
	assert_string_equal(answer_body(), "");
	assert_header("Access-Control-Allow-Methods", "DELETE, GET, OPTIONS, PATCH, POST, PUT");
	assert_contains(answer_header("Access-Control-Allow-Headers"), "x-csrftoken");
	assert_header("Access-Control-Max-Age", "86400");
	ASK("OPTIONS", "/api/a/", "HTTP_ORIGIN", "https://evil.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "PUT");
	assert_status(200);
	assert_no_header("Access-Control-Allow-Origin");
	assert_no_header("Access-Control-Allow-Methods");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_session_is_recognized),
		CASE(a_dead_session_is_nobody_and_its_cookie_is_taken_back),
		CASE(basic_and_token_are_recognized),
		CASE(the_order_decides_between_two_credentials),
		CASE(wrong_credentials_are_403_or_a_challenge),
		CASE(malformed_credentials_are_named),
		CASE(throttling_says_when_to_come_back),
		CASE(an_anonymous_caller_is_told_so),
		CASE(an_owner_is_compared_byte_for_byte),
		CASE(superusers_alone_pass_where_they_alone_may),
		CASE(a_session_that_changes_brings_its_token),
		CASE(a_missing_or_wrong_token_is_refused),
		CASE(callers_without_a_session_need_no_token),
		CASE(staff_and_superusers_pass_where_staff_may),
		CASE(a_form_that_asks_everybody_has_its_token_from_everybody),
		CASE(over_https_the_referer_must_be_ours),
		CASE(a_browser_gets_its_token_with_the_first_answer),
		CASE(programs_and_plain_pages_get_no_token),
		CASE(a_login_gives_a_new_token_and_a_session),
		CASE(cookies_are_secure_over_https),
		CASE(an_old_get_that_changes_serves_scripts_of_this_site),
		CASE(an_old_get_that_changes_refuses_everybody_else),
		CASE(a_change_is_taken_from_our_own_pages_and_from_programs),
		CASE(a_change_is_not_taken_from_pages_of_other_sites),
		CASE(listed_origins_are_allowed_on_every_answer),
		CASE(other_origins_get_nothing_but_the_answer),
		CASE(a_preflight_is_answered_before_anybody_is_asked),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
