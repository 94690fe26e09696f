/* test_web_body.c - what a client may send, and what becomes of it when it is too much, too little, late or unreadable. */
#include "lib/base/log.h"
#include "tests/unit/front.h"

struct order {
	const char *name;
	int64_t count;
	struct texts tags;
	bool fast;
	struct instant from_at;
	uint64_t given;
};
static const struct field order_fields[] = {
	FIELD(struct order, name, REQUIRED, 1, 20, "what"),
	FIELD(struct order, count, OPTIONAL, 1, 9, "how many"),
	FIELD(struct order, tags, OPTIONAL, 0, 5, "words"),
	FIELD(struct order, fast, OPTIONAL | LENIENT, 0, 1, "in a hurry"),
	FIELD(struct order, from_at, OPTIONAL, 0, 0, "not before"),
	FIELD_END,
};
static const struct shape order_shape = SHAPE_GIVEN("Order", struct order, order_fields);

static struct problem *tell(struct req *r)
{
	const struct order *order = r->body;
	struct buf b;

	buf_init(&b, r->arena, 4096);
	if (!order)
		return reply_string(r, 200, "no order");
	buf_printf(&b, "%s %d", order->name, (int)order->count);
	for (size_t i = 0; i < order->tags.count; i++)
		buf_printf(&b, " %s", order->tags.items[i]);
	buf_text(&b, order->fast ? " fast" : "");
	buf_text(&b, instant_is_none(order->from_at) ? "" : " later");
	return reply_string(r, 200, buf_string(&b));
}

static struct problem *tell_query(struct req *r)
{
	const struct order *order = r->query;

	return reply_string(r, 200, arena_printf(r->arena, "%s %d", order->name, (int)order->count));
}

/* clang-format off */
static const struct route routes[] = {
	{ POST, "/strict/",   tell, ANYONE, &order_shape, .doc = "a body", .auth = AUTH_NONE },
	{ POST, "/optional/", tell, ANYONE, &order_shape, .doc = "perhaps a body", .auth = AUTH_NONE, .body_optional = true },
	{ POST, "/lenient/",  tell, ANYONE, &order_shape, .doc = "whatever it is", .auth = AUTH_NONE, .body_lenient = true },
	{ POST, "/none/",     tell, ANYONE, NULL,         .doc = "no body", .auth = AUTH_NONE },
	{ GET,  "/query/",    tell_query, ANYONE, NULL,   .doc = "a query", .auth = AUTH_NONE, .query = &order_shape },
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

#define JSON "CONTENT_TYPE", "application/json"
#define FORM "CONTENT_TYPE", "application/x-www-form-urlencoded"
#define MULTIPART "CONTENT_TYPE", "multipart/form-data; boundary=cut"
#define STRICT "POST", "/api/strict/"

static void expect(const char *body)
{
	assert_status(200);
	assert_string_equal(answer_body(), body);
}

static void expect_refusal(int status, const char *part)
{
	assert_status(status);
	assert_header("Content-Type", "application/problem+json");
	assert_contains(answer_body(), part);
}

static void reads_json(void **state)
{
	(void)state;
	SEND("{\"name\":\"x\",\"count\":3,\"tags\":[\"a\",\"b\"],\"fast\":true}", STRICT, JSON);
	expect("\"x 3 a b fast\"");
	SEND("{\"name\":\"x\",\"from_at\":\"2020-01-01T00:00:00Z\"}", STRICT, "CONTENT_TYPE",
	     "Application/JSON ; charset=latin-1");
	expect("\"x 0 later\"");
}

static void reads_forms(void **state)
{
	(void)state;
	SEND("name=a+b&count=3&tags=p&tags=q&fast=on", STRICT, FORM);
	expect("\"a b 3 p q fast\"");
	SEND("name=%C3%A4", STRICT, "CONTENT_TYPE", "application/x-www-form-urlencoded;charset=UTF-8");
	expect("\"ä 0\"");
}

#define PART(name, value) "--cut\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void reads_multipart_forms(void **state)
{
	(void)state;
	SEND(PART("name", "a&b=c+d") PART("tags", "p") PART("tags", "q\r\nr") "--cut--\r\n", STRICT, MULTIPART);
	expect("\"a&b=c+d 0 p q\\r\\nr\"");
	SEND("preamble\r\n" PART("name", "x") "--cut--", STRICT, "CONTENT_TYPE", "multipart/form-data; boundary=\"cut\"");
	expect("\"x 0\"");
}

static void refuses_broken_multipart(void **state)
{
	(void)state;
	SEND(PART("name", "x") "--cut--", STRICT, "CONTENT_TYPE", "multipart/form-data");
	expect_refusal(400, "\"detail\":\"Multipart form parse error - Invalid boundary in multipart: None\"");
	SEND(PART("name", "x"), STRICT, MULTIPART);
	expect_refusal(400, "Multipart form parse error - ");
	SEND("nothing of the kind", STRICT, MULTIPART);
	expect_refusal(400, "Multipart form parse error - ");
	SEND("--cut\r\nContent-Disposition: form-data; name=\"name\"\r\n--cut--", STRICT, MULTIPART);
	expect_refusal(400, "Multipart form parse error - ");
	SEND("--cut\r\nContent-Disposition: form-data; name=\"name\"; filename=\"a.txt\"\r\n\r\nx\r\n--cut--", STRICT,
	     MULTIPART);
	expect_refusal(400, "\"errors\":{\"name\":[\"Not a valid string.\"]}");
}

static void an_empty_body_is_no_fields_whatever_its_type(void **state)
{
	(void)state;
	SEND("", STRICT, JSON);
	expect_refusal(400, "\"errors\":{\"name\":[\"This field is required.\"]},\"name\":[\"This field is required.\"]");
	SEND("", STRICT, "CONTENT_TYPE", "text/plain");
	expect_refusal(400, "\"name\":[\"This field is required.\"]");
	ASK(STRICT);
	expect_refusal(400, "\"name\":[\"This field is required.\"]");
	ASK("POST", "/api/optional/");
	expect("\"no order\"");
	SEND("", "POST", "/api/optional/", JSON);
	expect("\"no order\"");
	SEND("{}", "POST", "/api/optional/", JSON);
	expect_refusal(400, "This field is required.");
}

static void names_all_wrong_fields_at_once(void **state)
{
	(void)state;
	SEND("{\"name\":\"\",\"count\":10,\"tags\":3}", STRICT, JSON);
	expect_refusal(400, "\"code\":\"base.fields\"");
	assert_contains(
		answer_body(),
		"\"errors\":{\"name\":[\"This field may not be blank.\"],\"count\":[\"Ensure this value is less than "
		"or equal to 9.\"],\"tags\":[");
}

static void refuses_broken_json(void **state)
{
	(void)state;
	SEND("{\"name\":", STRICT, JSON);
	expect_refusal(400, "\"detail\":\"JSON parse error - ");
	SEND("[1]", STRICT, JSON);
	expect_refusal(400, "\"non_field_errors\":[\"Invalid data. Expected a dictionary, but got list.\"]");
}

/* Each value costs some eighty bytes while it is read, however small it is. */
static void refuses_json_of_too_many_values(void **state)
{
	struct buf b;

	buf_init(&b, *state, 1 << 20);
	buf_text(&b, "{\"name\":\"x\",\"other\":[0");
	for (int i = 0; i < 49000; i++)
		buf_text(&b, ",0");
	SEND(arena_printf(*state, "%s]}", buf_string(&b)), STRICT, JSON);
	assert_status(200);
	for (int i = 0; i < 1000; i++)
		buf_text(&b, ",0");
	SEND(arena_printf(*state, "%s]}", buf_string(&b)), STRICT, JSON);
	expect_refusal(400, "\"detail\":\"JSON parse error - Too many values");
}

static void refuses_other_types_by_name(void **state)
{
	(void)state;
	SEND("x", STRICT, "CONTENT_TYPE", "text/plain");
	expect_refusal(415, "\"detail\":\"Unsupported media type \\\"text/plain\\\" in request.\"");
	SEND("x", STRICT);
	expect_refusal(415, "\"detail\":\"Unsupported media type \\\"\\\" in request.\"");
	SEND("{}", STRICT, "CONTENT_TYPE", "application/jsonx");
	assert_status(415);
	SEND("x", "POST", "/api/none/", "CONTENT_TYPE", "text/plain");
	assert_status(200); /* it is not even read */
}

static void a_lenient_route_decides_itself(void **state)
{
	static const char *const odd[] = { "", "{", "[]", "\"x\"", "{}", "{\"name\":[]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		SEND(odd[i], "POST", "/api/lenient/", JSON);
		expect("\"no order\"");
	}
	SEND("x", "POST", "/api/lenient/", "CONTENT_TYPE", "text/plain");
	expect("\"no order\"");
	SEND("{\"name\":\"x\"}", "POST", "/api/lenient/", JSON);
	expect("\"x 0\"");
	SEND("{\"name\":\"x\"}", "POST", "/api/lenient/", JSON, "CONTENT_LENGTH", "99");
	assert_status(400);
}

static void a_body_may_come_in_pieces(void **state)
{
	(void)state;
	front.piece = 1;
	SEND("{\"name\":\"piece by piece\"}", STRICT, JSON);
	front.piece = 0;
	expect("\"piece by piece 0\"");
}

static void a_body_may_come_without_a_length(void **state)
{
	(void)state;
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "");
	expect("\"x 0\"");
	web_conf.body_bytes = 1024;
	front.piece = 100;
	SEND(arena_printf(*state, "{\"name\":\"%01024d\"}", 0), STRICT, JSON, "CONTENT_LENGTH", "");
	front.piece = 0;
	expect_refusal(413, "\"code\":\"base.too_large\"");
}

static void a_lying_length_is_refused(void **state)
{
	(void)state;
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "13");
	expect_refusal(400, "\"code\":\"web.cut\"");
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "11");
	expect_refusal(400, "\"code\":\"web.cut\"");
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "-1");
	expect_refusal(400, "\"code\":\"web.cut\"");
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "12; 3");
	expect_refusal(400, "\"code\":\"web.cut\"");
}

static void a_body_that_is_cut_off_or_late_is_refused(void **state)
{
	(void)state;
	front.stops = TRANSPORT_CUT;
	SEND("{\"name\":\"x", STRICT, JSON, "CONTENT_LENGTH", "12");
	expect_refusal(400, "\"code\":\"web.cut\"");
	front.stops = TRANSPORT_LATE;
	SEND("{\"name\":\"x", STRICT, JSON, "CONTENT_LENGTH", "12");
	expect_refusal(408, "\"code\":\"web.late\"");
	front.stops = TRANSPORT_CUT;
	SEND("{\"name\":\"x", STRICT, JSON, "CONTENT_LENGTH", "");
	expect_refusal(400, "\"code\":\"web.cut\"");
	front.stops = 0;
	web_conf.request_s = 0; /* every body is late */
	SEND("{\"name\":\"x\"}", STRICT, JSON);
	expect_refusal(408, "\"code\":\"web.late\"");
}

static void a_stated_length_beyond_the_limit_is_refused_unread(void **state)
{
	(void)state;
	web_conf.body_bytes = 1024;
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "1025");
	expect_refusal(413, "\"detail\":\"A request body may have 1024 bytes.\"");
	assert_int_equal(front.body_at, 0);
	SEND("{\"name\":\"x\"}", STRICT, JSON, "CONTENT_LENGTH", "99999999999999999999999");
	assert_status(400);
}

static void checks_query_parameters(void **state)
{
	(void)state;
	ASK("GET", "/api/query/?name=a%20b&count=4&unknown=1");
	expect("\"a b 4\"");
	ASK("GET", "/api/query/?count=x");
	expect_refusal(400,
	               "\"errors\":{\"name\":[\"This field is required.\"],\"count\":[\"A valid integer is required.\"]}");
	ASK("GET", "/api/query/?name=%zz");
	assert_status(400);
}

static void bounds_the_outline(void **state)
{
	char *uri = arena_printf(*state, "/api/query/?name=%09000d", 0);

	ASK("GET", uri);
	expect_refusal(414, "\"code\":\"web.uri\"");
	uri[0] = '/';
	memset(uri + 1, 'a', 9000);
	ASK("GET", uri);
	assert_status(414);
	front.variable_count = 201;
	ASK("GET", "/api/query/?name=x");
	expect_refusal(431, "\"code\":\"web.headers\"");
	front.variable_count = 20;
	front.variable_bytes = 70000;
	ASK("GET", "/api/query/?name=x");
	assert_status(431);
	front.variable_bytes = 60000;
	ASK("GET", "/api/query/?name=x");
	assert_status(200);
	front.variable_count = front.variable_bytes = 0;
}

static void answers_known_hosts_only(void **state)
{
	static const char *names[] = { "portal.example.org", ".example.net", "with.port:8443" };

	(void)state;
#define HOST(host) ASK("GET", "/api/query/?name=x", "HTTP_HOST", host)
	HOST("localhost:8080");
	assert_status(200);
	HOST("[::1]:80");
	assert_status(200);
	HOST("portal.example.org");
	expect_refusal(400, "\"type\":\"about:blank\"");
	web_conf.hosts = (struct texts){ names, 3 };
	HOST("Portal.Example.org:99");
	assert_status(200);
	HOST("example.net");
	assert_status(200);
	HOST("a.b.example.net");
	assert_status(200);
	HOST("with.port:8443");
	assert_status(200);
	HOST("with.port:8444");
	assert_status(400);
	HOST("badexample.net");
	assert_status(400);
	HOST("localhost");
	assert_status(400);
	HOST("");
	assert_status(400);
	HOST("portal.example.org/x");
	assert_status(400);
	HOST("portal.example.org:99999");
	assert_status(400);
	HOST("portal.example.org\r\nX: y");
	assert_status(400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_json),
		CASE(reads_forms),
		CASE(reads_multipart_forms),
		CASE(refuses_broken_multipart),
		CASE(an_empty_body_is_no_fields_whatever_its_type),
		CASE(names_all_wrong_fields_at_once),
		CASE(refuses_broken_json),
		CASE(refuses_json_of_too_many_values),
		CASE(refuses_other_types_by_name),
		CASE(a_lenient_route_decides_itself),
		CASE(a_body_may_come_in_pieces),
		CASE(a_body_may_come_without_a_length),
		CASE(a_lying_length_is_refused),
		CASE(a_body_that_is_cut_off_or_late_is_refused),
		CASE(a_stated_length_beyond_the_limit_is_refused_unread),
		CASE(checks_query_parameters),
		CASE(bounds_the_outline),
		CASE(answers_known_hosts_only),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
