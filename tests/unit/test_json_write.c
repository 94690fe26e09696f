/* test_json_write.c - structs to JSON text, and back again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/json/json.h"

static const char *const states[] = { "busy", "created", NULL };

struct inner {
	int64_t n;
};
static const struct field inner_fields[] = { FIELD_OUT(struct inner, n, "n"), FIELD_END };
static const struct shape inner_shape = SHAPE("Inner", struct inner, inner_fields);

struct all {
	bool yes;
	int64_t number;
	struct maybe_int maybe;
	double weight;
	const char *text;
	struct instant zoned_at, bare_at;
	int state;
	struct bytes hash;
	struct inner object;
	struct list list;
	struct texts texts;
	struct raw_json raw;
	const char *secret;
	int64_t hidden;
};
/* clang-format off */
static const struct field all_fields[] = {
	FIELD(struct all, hidden, HIDDEN, 0, 9, "rows only"),
	FIELD_OUT(struct all, yes, "bool"),
	FIELD_OUT(struct all, number, "int"),
	FIELD(struct all, maybe, NULLABLE, INT64_MIN, INT64_MAX, "int or null"),
	FIELD_OUT(struct all, weight, "double"),
	FIELD(struct all, text, NULLABLE | BLANK | NO_TRIM, 0, 1000, "text"),
	FIELD(struct all, zoned_at, NULLABLE, 0, 0, "with Z"),
	FIELD(struct all, bare_at, NULLABLE | NO_ZONE, 0, 0, "without"),
	FIELD_ENUM(struct all, state, OPTIONAL, states, "state"),
	FIELD_OUT(struct all, hash, "rows only"),
	FIELD_OBJECT(struct all, object, OPTIONAL, inner_shape, "object"),
	FIELD_LIST(struct all, list, OPTIONAL, inner_shape, 0, 10, "list"),
	FIELD(struct all, texts, NO_TRIM | BLANK, 0, 10, "texts"),
	FIELD(struct all, raw, NULLABLE, 0, 0, "raw"),
	FIELD(struct all, secret, SECRET, 0, 10, "never written"),
	FIELD_END,
};
/* clang-format on */
static const struct shape all_shape = SHAPE("All", struct all, all_fields);

static const char *written(struct arena *a, const struct all *all)
{
	struct buf b;

	buf_init(&b, a, 1 << 16);
	json_write(&b, &all_shape, all);
	assert_false(b.full);
	return buf_string(&b);
}

static void writes_every_kind_in_the_order_of_the_fields(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct inner items[] = { { 1 }, { INT64_MIN } };
	const char *texts[] = { "a", "", "\"\\\n" };
	struct all all = {
		.yes = true,
		.number = INT64_MAX,
		.maybe = { .set = true, .n = -5 },
		.weight = 0.1,
		.text = "\xE2\x82\xAC \"x\"",
		.zoned_at = { INT64_C(1529658300) * US_PER_S },
		.bare_at = { INT64_C(1529658300) * US_PER_S + 7 },
		.state = 1,
		.hash = { .data = "x", .length = 1 },
		.object = { 7 },
		.list = { .items = items, .count = 2 },
		.texts = { .items = texts, .count = 3 },
		.raw = { "{\"k\": [1, 2]}" },
		.secret = "hush",
		.hidden = 3,
	};

	(void)state;
	assert_string_equal(written(a, &all),
	                    "{\"yes\":true,\"number\":9223372036854775807,\"maybe\":-5,\"weight\":0.1,"
	                    "\"text\":\"\xE2\x82\xAC \\\"x\\\"\",\"zoned_at\":\"2018-06-22T09:05:00Z\","
	                    "\"bare_at\":\"2018-06-22T09:05:00.000007\",\"state\":\"created\",\"object\":{\"n\":7},"
	                    "\"list\":[{\"n\":1},{\"n\":-9223372036854775808}],\"texts\":[\"a\",\"\",\"\\\"\\\\\\n\"],"
	                    "\"raw\":{\"k\": [1, 2]}}");
}

static void writes_null_for_what_is_missing(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct all all = { .zoned_at = instant_none(), .bare_at = instant_none(), .weight = (double)NAN, .state = 9 };

	(void)state;
	assert_string_equal(written(a, &all),
	                    "{\"yes\":false,\"number\":0,\"maybe\":null,\"weight\":null,\"text\":null,\"zoned_at\":null,"
	                    "\"bare_at\":null,\"state\":\"?\",\"object\":{\"n\":0},\"list\":[],\"texts\":[],\"raw\":null}");
}

static void what_is_written_reads_back_the_same(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct inner items[] = { { 1 }, { -2 } };
	const char *texts[] = { " a ", "", "\xF0\x9F\x98\x80\x01\x7F\xE2\x80\xA8</script>" };
	struct all all = {
		.yes = true,
		.number = INT64_C(-9007199254740993),
		.weight = 1.0 / 3,
		.text = " \t\"\\/\b\f\n\r\x1F ",
		.zoned_at = { INT64_C(-1) },
		.bare_at = { INT64_C(253402300799) * US_PER_S },
		.object = { INT64_MIN },
		.list = { .items = items, .count = 2 },
		.texts = { .items = texts, .count = 3 },
		.raw = { "[true]" },
	};
	struct all back = { 0 };
	const char *text = written(a, &all);

	(void)state;
	assert_null(json_read(a, text, strlen(text), &JSON_FROM_CLIENT, &all_shape, &back));
	assert_string_equal(written(a, &back), text);
	assert_true(back.number == all.number);
	assert_true(back.weight == all.weight);
	assert_true(back.zoned_at.us == -1);
	assert_string_equal(back.text, all.text);
	assert_string_equal(back.texts.items[2], texts[2]);
}

static void doubles_are_short_and_exact(void **state)
{
	/* clang-format off */
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0.0" },      { -0.0, "-0.0" },       { 1, "1.0" },          { 0.1, "0.1" }, { 1.5, "1.5" },
		{ 100, "100.0" },  { 1e300, "1e+300" },    { 1e-7, "1e-07" },     { 0.1 + 0.2, "0.30000000000000004" },
		{ 1.0 / 3, "0.3333333333333333" },         { 123456789.125, "123456789.125" },
		{ 9007199254740993.0, "9007199254740992.0" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct all all = { .weight = rows[i].value };
		struct buf b;

		buf_init(&b, a, 100);
		json_write_value(&b, shape_field(&all_shape, "weight", NULL), &all);
		assert_string_equal(buf_string(&b), rows[i].text);
	}
}

static void any_double_survives(void **state)
{
	uint64_t seed = UINT64_C(88172645463325252); /* xorshift64 */

	(void)state;
	for (int i = 0; i < 20000; i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct all all = { 0 };
		struct buf b;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(&all.weight, &seed, sizeof(seed));
		if (!isfinite(all.weight))
			continue;
		buf_init(&b, a, 100);
		json_write_value(&b, shape_field(&all_shape, "weight", NULL), &all);
		assert_true(strtod(buf_string(&b), NULL) == all.weight);
	}
}

static void keys_by_hand_get_their_commas(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, a, 100);
	buf_char(&b, '{');
	json_key(&b, "a");
	buf_char(&b, '{');
	json_key(&b, "b\"");
	buf_int(&b, 1);
	buf_char(&b, '}');
	json_key(&b, "c");
	buf_text(&b, "[]}");
	assert_string_equal(buf_string(&b), "{\"a\":{\"b\\\"\":1},\"c\":[]}");
}

/* What Python says: json.dumps(x).replace("</", "<\\/") */
static void spaced_text_is_that_of_python(void **state)
{
	static const char compact[] =
		"{\"a\":[1,-2.5,null],\"b,:\":{\"c\":\"x, y: z \\\" </b> / \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f\\n\\\\\"},\"d\":{}}";
	static const char spaced[] =
		"{\"a\": [1, -2.5, null], \"b,:\": {\"c\": \"x, y: z \\\" <\\/b> / \\u00e4\\u20ac\\ud83d\\ude00\\u007f\\n\\\\\"}, \"d\": {}}";
	AUTO(arena_close) struct arena *a = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, a, 6 * sizeof(compact));
	json_spaced(&b, compact, sizeof(compact) - 1);
	assert_string_equal(buf_string(&b), spaced);
}

static void a_full_buffer_says_so(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct all all = { .text = "0123456789", .zoned_at = instant_none(), .bare_at = instant_none() };
	struct buf b;

	(void)state;
	buf_init(&b, a, 20);
	json_write(&b, &all_shape, &all);
	assert_true(b.full);
	assert_true(b.length <= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_kind_in_the_order_of_the_fields),
		cmocka_unit_test(writes_null_for_what_is_missing),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(doubles_are_short_and_exact),
		cmocka_unit_test(any_double_survives),
		cmocka_unit_test(keys_by_hand_get_their_commas),
		cmocka_unit_test(spaced_text_is_that_of_python),
		cmocka_unit_test(a_full_buffer_says_so),
	};

	return cmocka_run_group_tests_name("json write", tests, NULL, NULL);
}
