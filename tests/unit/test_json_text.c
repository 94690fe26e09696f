/* test_json_text.c - which texts are JSON, and which are refused with what words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/json/json.h"

static const struct json_limits small = { .bytes = 4096, .depth = 4, .values = 10 };

/* The text as an exact heap block, so that the sanitizer sees a read behind its end. */
static struct problem *check(struct arena *a, const char *text, size_t length, const struct json_limits *limits)
{
	return json_check(a, arena_copy(a, text, length), length, limits);
}

static void takes_what_rfc_8259_allows(void **state)
{
	/* clang-format off */
	static const char *const texts[] = {
		"{}", "[]", "\"\"", "0", "-0", "-0.0", "1", "10", "-12.5e+3", "1E5", "1e-5", "0e0", "1e999", "true", "false",
		"null", " \t\r\n1 \t\r\n", "[1,2,3]", "[ 1 , [ ] , { } ]", "{\"a\":1}", "{ \"a\" : { \"b\" : [ null ] } }",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\xE2\x82\xAC\"",
		"\"\x7F\"", "{\"\":0}", "{\"a\":1,\"A\":2}", "[[[[1]]]]", "[1,2,3,4,5,6,7,8,9]",
		"123456789012345678901234567890123456789012345678901234567890123",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct problem *p = check(a, texts[i], strlen(texts[i]), &small);

		if (p)
			fail_msg("%s: %s", texts[i], p->detail);
	}
}

static void refuses_everything_else_and_says_where(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *detail;
	} rows[] = {
		/* not a value */
		{ "", "Expecting value: line 1 column 1 (char 0)" },
		{ "  ", "Expecting value: line 1 column 3 (char 2)" },
		{ "nul", "Expecting value: line 1 column 1 (char 0)" },
		{ "True", "Expecting value: line 1 column 1 (char 0)" },
		{ "NaN", "Expecting value: line 1 column 1 (char 0)" },
		{ "-Infinity", "Expecting value: line 1 column 1 (char 0)" },
		{ "'a'", "Expecting value: line 1 column 1 (char 0)" },
		{ "// x\n1", "Expecting value: line 1 column 1 (char 0)" },
		/* numbers */
		{ "01", "Extra data: line 1 column 2 (char 1)" },
		{ "-", "Expecting value: line 1 column 1 (char 0)" },
		{ "+1", "Expecting value: line 1 column 1 (char 0)" },
		{ ".5", "Expecting value: line 1 column 1 (char 0)" },
		{ "1.", "Extra data: line 1 column 2 (char 1)" },
		{ "1.e5", "Extra data: line 1 column 2 (char 1)" },
		{ "1e", "Extra data: line 1 column 2 (char 1)" },
		{ "1e+", "Extra data: line 1 column 2 (char 1)" },
		{ "0x10", "Extra data: line 1 column 2 (char 1)" },
		{ "[01]", "Expecting ',' delimiter: line 1 column 3 (char 2)" },
		{ "1234567890123456789012345678901234567890123456789012345678901234",
		  "Number has too many digits: line 1 column 1 (char 0)" },
		/* arrays and objects */
		{ "[", "Expecting value: line 1 column 2 (char 1)" },
		{ "[1", "Expecting ',' delimiter: line 1 column 3 (char 2)" },
		{ "[1,]", "Expecting value: line 1 column 4 (char 3)" },
		{ "[,1]", "Expecting value: line 1 column 2 (char 1)" },
		{ "[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)" },
		{ "[1}", "Expecting ',' delimiter: line 1 column 3 (char 2)" },
		{ "{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)" },
		{ "{a:1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)" },
		{ "{1:1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)" },
		{ "{\"a\"}", "Expecting ':' delimiter: line 1 column 5 (char 4)" },
		{ "{\"a\":}", "Expecting value: line 1 column 6 (char 5)" },
		{ "{\"a\":1,}", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)" },
		{ "{\"a\":1", "Expecting ',' delimiter: line 1 column 7 (char 6)" },
		{ "{\n \"\xC3\xA9\": x}", "Expecting value: line 2 column 7 (char 8)" },
		{ "]", "Expecting value: line 1 column 1 (char 0)" },
		/* behind the value */
		{ "{}{}", "Extra data: line 1 column 3 (char 2)" },
		{ "1 1", "Extra data: line 1 column 3 (char 2)" },
		{ "{} x", "Extra data: line 1 column 4 (char 3)" },
		/* strings */
		{ "\"a", "Unterminated string starting at: line 1 column 1 (char 0)" },
		{ "\"a\\\"", "Unterminated string starting at: line 1 column 1 (char 0)" },
		{ "\"\\", "Invalid \\escape: line 1 column 2 (char 1)" },
		{ "\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)" },
		{ "\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)" },
		{ "\"\x1F\"", "Invalid control character at: line 1 column 2 (char 1)" },
		{ "\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 2 (char 1)" },
		{ "\"\\u12g4\"", "Invalid \\uXXXX escape: line 1 column 2 (char 1)" },
		{ "\"\\u0000\"", "Null characters are not allowed: line 1 column 2 (char 1)" },
		{ "{\"\\u0000\":1}", "Null characters are not allowed: line 1 column 3 (char 2)" },
		{ "\"\\ud83d\"", "Lone surrogate: line 1 column 2 (char 1)" },
		{ "\"\\ude00\"", "Lone surrogate: line 1 column 2 (char 1)" },
		{ "\"\\ud83d\\ud83d\"", "Lone surrogate: line 1 column 2 (char 1)" },
		{ "\"\\ud83dx\"", "Lone surrogate: line 1 column 2 (char 1)" },
		/* bytes */
		{ "\xEF\xBB\xBF{}", "Unexpected byte order mark" },
		{ "\"\xFF\"", "Invalid UTF-8" },
		{ "\"\xC0\xAF\"", "Invalid UTF-8" },         /* overlong / */
		{ "\"\xE0\x80\xAF\"", "Invalid UTF-8" },     /* overlong / */
		{ "\"\xED\xA0\x80\"", "Invalid UTF-8" },     /* a surrogate */
		{ "\"\xF4\x90\x80\x80\"", "Invalid UTF-8" }, /* above U+10FFFF */
		{ "\"\xC3", "Invalid UTF-8" },
		/* the limits */
		{ "[[[[[1]]]]]", "Nested too deeply: line 1 column 5 (char 4)" },
		{ "[1,2,3,4,5,6,7,8,9,10]", "Too many values: line 1 column 20 (char 19)" },
		/* keys */
		{ "{\"a\":1,\"a\":1}", "Key \"a\" stands twice" },
		{ "{\"a\":1,\"b\":2,\"\\u0061\":3}", "Key \"a\" stands twice" },
		{ "[{\"x\":{\"\":1,\"\":2}}]", "Key \"\" stands twice" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct problem *p = check(a, rows[i].text, strlen(rows[i].text), &small);

		if (!problem_is(p, &PROBLEM_MALFORMED))
			fail_msg("%s was not refused as malformed", rows[i].text);
		assert_string_equal(p->detail, arena_printf(a, "JSON parse error - %s", rows[i].detail));
	}
}

static void refuses_a_nul_byte(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();

	(void)state;
	assert_true(problem_is(check(a, "1\0", 2, &small), &PROBLEM_MALFORMED));
	assert_true(problem_is(check(a, "\"\0\"", 3, &small), &PROBLEM_MALFORMED));
}

static void every_cut_of_a_good_text_is_refused(void **state)
{
	static const char text[] = "{\"a\":[1.5e3,\"\\ud83d\\ude00\xE2\x82\xAC\",{\"b\":null}],\"c\":true}";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		AUTO(arena_close) struct arena *a = arena_new();

		assert_non_null(check(a, text, n, &small));
	}
}

static char *filled(struct arena *a, const char *before, char fill, size_t n, const char *after)
{
	char *text = arena_alloc(a, strlen(before) + n + strlen(after) + 1);

	memcpy(text, before, strlen(before));
	memset(text + strlen(before), fill, n);
	memcpy(text + strlen(before) + n, after, strlen(after));
	return text;
}

static void a_hundred_thousand_brackets_cost_no_stack(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	char *text = filled(a, "", '[', 100000, "");
	struct problem *p = check(a, text, strlen(text), &JSON_FROM_CLIENT);

	(void)state;
	assert_true(problem_is(p, &PROBLEM_MALFORMED));
	assert_string_equal(p->detail, "JSON parse error - Nested too deeply: line 1 column 17 (char 16)");
}

static void ten_mebibytes_are_too_much_from_a_client_and_fine_from_a_service(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	char *text = filled(a, "\"", 'x', 10 << 20, "\"");

	(void)state;
	assert_true(problem_is(check(a, text, strlen(text), &JSON_FROM_CLIENT), &PROBLEM_TOO_LARGE));
	assert_null(check(a, text, strlen(text), &JSON_FROM_SERVICE));
}

static void a_mebibyte_of_tiny_values_is_refused_before_it_costs_memory(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	const size_t n = 100001;
	char *text = filled(a, "[", '1', n, "]");
	struct problem *p;

	(void)state;
	for (size_t i = 2; i < n; i += 2)
		text[i] = ',';
	p = check(a, text, strlen(text), &JSON_FROM_CLIENT);
	assert_true(problem_is(p, &PROBLEM_MALFORMED));
	assert_non_null(strstr(p->detail, "Too many values"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_rfc_8259_allows),
		cmocka_unit_test(refuses_everything_else_and_says_where),
		cmocka_unit_test(refuses_a_nul_byte),
		cmocka_unit_test(every_cut_of_a_good_text_is_refused),
		cmocka_unit_test(a_hundred_thousand_brackets_cost_no_stack),
		cmocka_unit_test(ten_mebibytes_are_too_much_from_a_client_and_fine_from_a_service),
		cmocka_unit_test(a_mebibyte_of_tiny_values_is_refused_before_it_costs_memory),
	};

	return cmocka_run_group_tests_name("json text", tests, NULL, NULL);
}
