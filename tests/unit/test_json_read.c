/* test_json_read.c - JSON bodies into structs: what fits, what is refused, and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/json/json.h"

enum colour { RED, GREEN };
static const char *const colours[] = { "red", "green", NULL };

struct part {
	const char *name;
	int64_t size;
	struct instant made_at;
};
/* clang-format off */
static const struct field part_fields[] = {
	FIELD(struct part, name, REQUIRED, 1, 8, "name"),
	FIELD(struct part, size, OPTIONAL, 0, 9, "size"),
	FIELD(struct part, made_at, OPTIONAL | NULLABLE, 0, 0, "when"),
	FIELD_END,
};
/* clang-format on */
static const struct shape part_shape = SHAPE("Part", struct part, part_fields);

struct thing {
	uint64_t given;
	bool on, loose;
	int64_t count, word;
	struct maybe_int maybe;
	double weight;
	const char *text, *blank, *secret;
	struct instant at;
	int colour;
	struct part part;
	struct list parts;
	struct texts tags;
	struct raw_json raw;
	int64_t inner;
};

static const char *is_even(struct arena *a, const void *value)
{
	(void)a;
	return *(const int64_t *)value % 2 == 0 ? NULL : "Enter an even number.";
}

/* clang-format off */
static const struct field thing_fields[] = {
	FIELD(struct thing, on, OPTIONAL, 0, 0, "strict"),
	FIELD(struct thing, loose, OPTIONAL | LENIENT, 0, 0, "lenient"),
	FIELD(struct thing, count, OPTIONAL, -10, INT64_MAX, "an integer", .check = is_even),
	FIELD(struct thing, word, OPTIONAL | LENIENT, 0, 99, "an integer, also as text"),
	FIELD(struct thing, maybe, OPTIONAL | NULLABLE, 0, 5, "an integer or null"),
	FIELD(struct thing, weight, OPTIONAL, -1, 10, "a number"),
	FIELD(struct thing, text, OPTIONAL, 2, 4, "a text"),
	FIELD(struct thing, blank, OPTIONAL | NULLABLE | BLANK, 0, 20, "may be blank"),
	FIELD(struct thing, secret, OPTIONAL | NO_TRIM | SECRET, 1, 20, "a password"),
	FIELD(struct thing, at, OPTIONAL | NULLABLE, 0, 0, "an instant"),
	FIELD_ENUM(struct thing, colour, OPTIONAL, colours, "a colour"),
	FIELD_OBJECT(struct thing, part, OPTIONAL, part_shape, "a part"),
	FIELD_LIST(struct thing, parts, OPTIONAL | NULLABLE, part_shape, 1, 3, "parts"),
	FIELD(struct thing, tags, OPTIONAL, 1, 3, "tags"),
	FIELD(struct thing, raw, OPTIONAL | NULLABLE, 0, 0, "anything"),
	FIELD(struct thing, inner, REQUIRED | HIDDEN, 0, 9, "rows only"),
	FIELD_END,
};
/* clang-format on */
static const struct shape thing_shape = SHAPE_GIVEN("Thing", struct thing, thing_fields);

struct pair {
	const char *a, *b;
};
/* clang-format off */
static const struct field pair_fields[] = {
	FIELD(struct pair, a, REQUIRED, 1, 5, "first"),
	FIELD(struct pair, b, REQUIRED, 1, 5, "second"),
	FIELD_END,
};
/* clang-format on */
static const struct shape pair_shape = SHAPE("Pair", struct pair, pair_fields);

static struct problem *read_as(struct arena *a, const char *text, const struct shape *shape, void *out)
{
	return json_read(a, arena_copy(a, text, strlen(text)), strlen(text), &JSON_FROM_CLIENT, shape, out);
}

/* "field: message|field: message" */
static const char *errors_of(struct arena *a, const struct problem *p)
{
	const char *all = "";

	if (p && !problem_is(p, &PROBLEM_FIELDS))
		return p->detail;
	for (const struct field_error *e = p ? p->fields : NULL; e; e = e->next)
		all = arena_printf(a, "%s%s%s: %s", all, *all ? "|" : "", e->field, e->message);
	return all;
}

static void every_wrong_value_is_refused_in_the_words_of_django(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *errors;
	} rows[] = {
		{ "{\"on\":\"true\"}", "on: \"true\" is not a valid boolean." },
		{ "{\"on\":1}", "on: \"1\" is not a valid boolean." },
		{ "{\"on\":[1, 2]}", "on: \"[1, 2]\" is not a valid boolean." },
		{ "{\"on\":null}", "on: This field may not be null." },
		{ "{\"loose\":\"maybe\"}", "loose: \"maybe\" is not a valid boolean." },
		{ "{\"loose\":2}", "loose: \"2\" is not a valid boolean." },
		{ "{\"count\":\"5\"}", "count: A valid integer is required." },
		{ "{\"count\":1.5}", "count: A valid integer is required." },
		{ "{\"count\":true}", "count: A valid integer is required." },
		{ "{\"count\":[]}", "count: A valid integer is required." },
		{ "{\"count\":1e999}", "count: A valid integer is required." },
		{ "{\"count\":9223372036854775808}", "count: A valid integer is required." },
		{ "{\"count\":9007199254740994.0}", "count: A valid integer is required." },
		{ "{\"count\":-11}", "count: Ensure this value is greater than or equal to -10." },
		{ "{\"count\":3}", "count: Enter an even number." },
		{ "{\"word\":\"100\"}", "word: Ensure this value is less than or equal to 99." },
		{ "{\"word\":\"5x\"}", "word: A valid integer is required." },
		{ "{\"word\":\"\"}", "word: A valid integer is required." },
		{ "{\"maybe\":6}", "maybe: Ensure this value is less than or equal to 5." },
		{ "{\"maybe\":\"6\"}", "maybe: A valid integer is required." },
		{ "{\"weight\":\"1\"}", "weight: A valid number is required." },
		{ "{\"weight\":true}", "weight: A valid number is required." },
		{ "{\"weight\":1e999}", "weight: A valid number is required." },
		{ "{\"weight\":-1.01}", "weight: Ensure this value is greater than or equal to -1." },
		{ "{\"weight\":10.01}", "weight: Ensure this value is less than or equal to 10." },
		{ "{\"text\":true}", "text: Not a valid string." },
		{ "{\"text\":{}}", "text: Not a valid string." },
		{ "{\"text\":[\"a\"]}", "text: Not a valid string." },
		{ "{\"text\":1e999}", "text: Not a valid string." },
		{ "{\"text\":null}", "text: This field may not be null." },
		{ "{\"text\":\"\"}", "text: This field may not be blank." },
		{ "{\"text\":\" \\t\\n\"}", "text: This field may not be blank." },
		{ "{\"text\":\"x\"}", "text: Ensure this field has at least 2 characters." },
		{ "{\"text\":\"abcde\"}", "text: Ensure this field has no more than 4 characters." },
		{ "{\"text\":12345}", "text: Ensure this field has no more than 4 characters." },
		{ "{\"secret\":\"\"}", "secret: This field may not be blank." },
		{ "{\"at\":\"2020-01-01\"}",
		  "at: Datetime has wrong format. Use one of these formats instead: "
		  "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]." },
		{ "{\"at\":5}", "at: Datetime has wrong format. Use one of these formats instead: "
		                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]." },
		{ "{\"colour\":\"blue\"}", "colour: \"blue\" is not a valid choice." },
		{ "{\"colour\":0}", "colour: \"0\" is not a valid choice." },
		{ "{\"colour\":true}", "colour: \"true\" is not a valid choice." },
		{ "{\"part\":null}", "part: This field may not be null." },
		{ "{\"part\":[]}", "part: Invalid data. Expected a dictionary, but got list." },
		{ "{\"part\":{}}", "part.name: This field is required." },
		{ "{\"part\":{\"name\":\"\",\"size\":10}}",
		  "part.name: This field may not be blank.|part.size: Ensure this value is less than or equal to 9." },
		{ "{\"parts\":\"x\"}", "parts: Expected a list of items but got type \"str\"." },
		{ "{\"parts\":{}}", "parts: Expected a list of items but got type \"dict\"." },
		{ "{\"parts\":[]}", "parts: Ensure this field has at least 1 elements." },
		{ "{\"parts\":[1,1,1,1]}", "parts: Ensure this field has no more than 3 elements." },
		{ "{\"parts\":[{\"name\":\"a\"},{\"size\":1},7]}",
		  "parts.1.name: This field is required.|parts.2: Invalid data. Expected a dictionary, but got int." },
		{ "{\"parts\":[null]}", "parts.0: This field may not be null." },
		{ "{\"tags\":1}", "tags: Expected a list of items but got type \"int\"." },
		{ "{\"tags\":1.5}", "tags: Expected a list of items but got type \"float\"." },
		{ "{\"tags\":false}", "tags: Expected a list of items but got type \"bool\"." },
		{ "{\"tags\":[\"a\",{},null,\" \"]}", "tags: Ensure this field has no more than 3 elements." },
		{ "{\"tags\":[{},null,\" \"]}",
		  "tags.0: Not a valid string.|tags.1: This field may not be null.|tags.2: This field may not be blank." },
		/* all at once, in the order of the fields */
		{ "{\"colour\":\"x\",\"count\":\"x\",\"on\":0}",
		  "on: \"0\" is not a valid boolean.|count: A valid integer is required.|colour: \"x\" is not a valid choice." },
		/* the body as a whole */
		{ "[]", "non_field_errors: Invalid data. Expected a dictionary, but got list." },
		{ "\"x\"", "non_field_errors: Invalid data. Expected a dictionary, but got str." },
		{ "1", "non_field_errors: Invalid data. Expected a dictionary, but got int." },
		{ " 1.0", "non_field_errors: Invalid data. Expected a dictionary, but got float." },
		{ "true", "non_field_errors: Invalid data. Expected a dictionary, but got bool." },
		{ "null", "non_field_errors: No data provided" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct thing t = { 0 };
		struct problem *p = read_as(a, rows[i].text, &thing_shape, &t);

		if (strcmp(errors_of(a, p), rows[i].errors) != 0)
			fail_msg("%s\n  gave  %s\n  want  %s", rows[i].text, errors_of(a, p), rows[i].errors);
	}
}

static void required_fields_are_named_all_at_once(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct pair pair = { 0 };

	(void)state;
	assert_string_equal(errors_of(a, read_as(a, "{}", &pair_shape, &pair)),
	                    "a: This field is required.|b: This field is required.");
	assert_string_equal(errors_of(a, read_as(a, "{\"b\":null}", &pair_shape, &pair)),
	                    "a: This field is required.|b: This field may not be null.");
	assert_null(read_as(a, "{\"b\":\"y\",\"a\":\"x\",\"c\":{\"deep\":[1]}}", &pair_shape, &pair));
	assert_string_equal(pair.a, "x");
	assert_string_equal(pair.b, "y");
}

static void every_kind_arrives(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct thing t = { 0 };

	(void)state;
	assert_null(read_as(a,
	                    "{\"on\":true, \"loose\":\"Yes\", \"count\":9007199254740994, \"word\":\"42\", \"maybe\":0,"
	                    " \"weight\":0.1, \"text\":\"  \xC3\xA9\xC3\xA9 \", \"blank\":\"\", \"secret\":\" s \","
	                    " \"at\":\"2018-06-22T09:05:00Z\", \"colour\":\"green\", \"part\":{\"name\":\"p\",\"size\":3},"
	                    " \"parts\":[{\"name\":\"q\",\"made_at\":\"1970-01-01 00:00:01\"},{\"name\":5}],"
	                    " \"tags\":[\"a\",2,\"\\u00e9\"], \"raw\": { \"x\" : [1,12345678901234567890] } ,"
	                    " \"inner\":7, \"other\":null}",
	                    &thing_shape, &t));
	assert_true(t.on);
	assert_true(t.loose);
	assert_true(t.count == INT64_C(9007199254740994));
	assert_int_equal(t.word, 42);
	assert_true(t.maybe.set && t.maybe.n == 0);
	assert_true(t.weight == 0.1);
	assert_string_equal(t.text, "\xC3\xA9\xC3\xA9");
	assert_string_equal(t.blank, "");
	assert_string_equal(t.secret, " s ");
	assert_true(t.at.us == INT64_C(1529658300) * US_PER_S);
	assert_int_equal(t.colour, GREEN);
	assert_string_equal(t.part.name, "p");
	assert_int_equal(t.part.size, 3);
	assert_int_equal(t.parts.count, 2);
	assert_true(((struct part *)t.parts.items)[0].made_at.us == US_PER_S);
	assert_string_equal(((struct part *)t.parts.items)[1].name, "5");
	assert_true(instant_is_none(((struct part *)t.parts.items)[1].made_at));
	assert_int_equal(t.tags.count, 3);
	assert_string_equal(t.tags.items[1], "2");
	assert_string_equal(t.tags.items[2], "\xC3\xA9");
	assert_string_equal(t.raw.text, "{ \"x\" : [1,12345678901234567890] }");
	assert_int_equal(t.inner, 0); /* HIDDEN is no door */
}

static void integers_are_exact(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		{ "0", 0 }, { "-0", 0 }, { "-10", -10 }, { "4.0", 4 }, { "1e3", 1000 }, 
		{ "9007199254740992", INT64_C(9007199254740992) }, { "9007199254740992.0", INT64_C(9007199254740992) },
		{ "9223372036854775806", INT64_C(9223372036854775806) },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct thing t = { .count = -1 };

		assert_null(read_as(a, arena_printf(a, "{\"count\":%s}", rows[i].text), &thing_shape, &t));
		assert_true(t.count == rows[i].value);
	}
}

static void numbers_become_text_where_text_is_wanted(void **state)
{
	/* clang-format off */
	static const struct {
		const char *sent, *text;
	} rows[] = {
		{ "12", "12" }, { "-0", "0" }, { "12345678901234567890", "12345678901234567890" }, { "1.50", "1.5" },
		{ "1e2", "100.0" }, { "0.1", "0.1" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct thing t = { 0 };

		assert_null(read_as(a, arena_printf(a, "{\"blank\":%s}", rows[i].sent), &thing_shape, &t));
		assert_string_equal(t.blank, rows[i].text);
	}
}

static void the_words_for_booleans_are_those_of_django(void **state)
{
	static const char *const yes[] = { "true", "1", "1.0", "\"t\"", "\"YES\"", "\"on\"", "\"1\"", "\"True\"" };
	static const char *const no[] = { "false", "0", "-0.0", "\"f\"", "\"No\"", "\"OFF\"", "\"0\"", "\"FALSE\"" };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct thing t = { 0 };

		assert_null(read_as(a, arena_printf(a, "{\"loose\":%s}", yes[i]), &thing_shape, &t));
		assert_true(t.loose);
		assert_null(read_as(a, arena_printf(a, "{\"loose\":%s}", no[i]), &thing_shape, &t));
		assert_false(t.loose);
	}
}

static void patch_tells_absent_from_null(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct thing t = { .blank = "before", .count = 4, .maybe = { .set = true, .n = 3 }, .at = { 5 } };

	(void)state;
	assert_null(
		read_as(a, "{\"blank\":null,\"maybe\":null,\"at\":null,\"raw\":null,\"parts\":null}", &thing_shape, &t));
	assert_null(t.blank);
	assert_false(t.maybe.set);
	assert_true(instant_is_none(t.at));
	assert_null(t.raw.text);
	assert_int_equal(t.parts.count, 0);
	assert_int_equal(t.count, 4);
	assert_true(shape_given(&thing_shape, &t, "blank"));
	assert_true(shape_given(&thing_shape, &t, "maybe"));
	assert_true(shape_given(&thing_shape, &t, "parts"));
	assert_false(shape_given(&thing_shape, &t, "count"));
	assert_false(shape_given(&thing_shape, &t, "inner"));
}

static void strict_limits_refuse_unknown_and_hidden_keys(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	static const char text[] = "{\"inner\":1,\"part\":{\"name\":\"a\",\"x\":1},\"nope\":{}}";
	struct json_limits strict = JSON_FROM_CLIENT;
	struct thing t = { 0 };

	(void)state;
	strict.strict = true;
	assert_string_equal(
		errors_of(a, json_read(a, text, strlen(text), &strict, &thing_shape, &t)),
		"inner: This field is not known.|nope: This field is not known.|part.x: This field is not known.");
}

static void a_key_that_stands_twice_is_refused_even_when_unknown(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct thing t = { 0 };

	(void)state;
	assert_true(problem_is(read_as(a, "{\"count\":2,\"count\":4}", &thing_shape, &t), &PROBLEM_MALFORMED));
	assert_true(problem_is(read_as(a, "{\"x\":{\"y\":1,\"y\":1}}", &thing_shape, &t), &PROBLEM_MALFORMED));
	assert_int_equal(t.count, 0);
}

static void at_most_a_hundred_errors_are_told(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct buf b;
	struct list list = { 0 };
	struct problem *p;
	int n = 0;

	(void)state;
	buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_text(&b, i ? ",{}" : "[{}");
	buf_char(&b, ']');
	p = json_read_list(a, b.data, b.length, &JSON_FROM_CLIENT, &pair_shape, 5000, &list);
	assert_true(problem_is(p, &PROBLEM_FIELDS));
	for (const struct field_error *e = p->fields; e; e = e->next)
		n++;
	assert_int_equal(n, 100);
	assert_string_equal(p->fields->field, "0.a");
	assert_int_equal(list.count, 0);
}

static struct problem *read_list(struct arena *a, const char *text, struct list *out)
{
	return json_read_list(a, text, strlen(text), &JSON_FROM_SERVICE, &pair_shape, 2, out);
}

static void lists_are_read_up_to_their_limit(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct list list = { 0 };

	(void)state;
	assert_null(read_list(a, "[]", &list));
	assert_int_equal(list.count, 0);
	assert_null(read_list(a, " [ {\"a\":\"x\",\"b\":\"y\"} , {\"b\":\"z\",\"a\":\"w\"} ] ", &list));
	assert_int_equal(list.count, 2);
	assert_string_equal(((struct pair *)list.items)[1].a, "w");
	assert_string_equal(errors_of(a, read_list(a, "[{},{},{}]", &list)),
	                    "non_field_errors: Ensure this field has no more than 2 elements.");
	assert_string_equal(errors_of(a, read_list(a, "{}", &list)),
	                    "non_field_errors: Expected a list of items but got type \"dict\".");
	assert_string_equal(errors_of(a, read_list(a, "null", &list)), "non_field_errors: No data provided");
	assert_string_equal(errors_of(a, read_list(a, "[1,{\"a\":\"x\"}]", &list)),
	                    "0: Invalid data. Expected a dictionary, but got int.|1.b: This field is required.");
	assert_int_equal(list.count, 2); /* as before: changed on success only */
}

struct lines {
	struct texts content;
};
static const struct field lines_fields[] = { FIELD(struct lines, content, REQUIRED | FLAT, 1, 9, "lines"), FIELD_END };
static const struct shape lines_shape = SHAPE("Lines", struct lines, lines_fields);

static void a_flat_list_names_its_first_bad_item_under_its_own_name(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct lines l;
	static const char form[] = "content=a&content=+&content=";

	(void)state;
	assert_string_equal(errors_of(a, read_as(a, "{\"content\":[\"a\",\" \",null]}", &lines_shape, &l)),
	                    "content: This field may not be blank.");
	assert_string_equal(errors_of(a, read_as(a, "{\"content\":[null,\"\"]}", &lines_shape, &l)),
	                    "content: This field may not be null.");
	assert_string_equal(errors_of(a, read_as(a, "{\"content\":[1,[2],true]}", &lines_shape, &l)),
	                    "content: Not a valid string.");
	assert_string_equal(errors_of(a, form_read(a, form, sizeof(form) - 1, &lines_shape, &l)),
	                    "content: This field may not be blank.");
	assert_null(read_as(a, "{\"content\":[\" a \",2]}", &lines_shape, &l));
	assert_string_equal(l.content.items[0], "a");
	assert_string_equal(l.content.items[1], "2");
}

static void echoes_are_cut(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	char long_text[3001];
	struct thing t = { 0 };
	struct problem *p;

	(void)state;
	memset(long_text, 'x', 3000);
	long_text[3000] = '\0';
	p = read_as(a, arena_printf(a, "{\"colour\":\"%s\"}", long_text), &thing_shape, &t);
	assert_string_equal(errors_of(a, p), arena_printf(a, "colour: \"%.100s\" is not a valid choice.", long_text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_wrong_value_is_refused_in_the_words_of_django),
		cmocka_unit_test(required_fields_are_named_all_at_once),
		cmocka_unit_test(every_kind_arrives),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(numbers_become_text_where_text_is_wanted),
		cmocka_unit_test(the_words_for_booleans_are_those_of_django),
		cmocka_unit_test(patch_tells_absent_from_null),
		cmocka_unit_test(strict_limits_refuse_unknown_and_hidden_keys),
		cmocka_unit_test(a_key_that_stands_twice_is_refused_even_when_unknown),
		cmocka_unit_test(at_most_a_hundred_errors_are_told),
		cmocka_unit_test(lists_are_read_up_to_their_limit),
		cmocka_unit_test(a_flat_list_names_its_first_bad_item_under_its_own_name),
		cmocka_unit_test(echoes_are_cut),
	};

	return cmocka_run_group_tests_name("json read", tests, NULL, NULL);
}
