/* test_json_form.c - forms, query parameters and single text values into structs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/json/json.h"

static const char *const sorts[] = { "name", "-name", NULL };

struct item {
	int64_t n;
};
static const struct field item_fields[] = { FIELD_OUT(struct item, n, "n"), FIELD_END };
static const struct shape item_shape = SHAPE("Item", struct item, item_fields);

struct ask {
	uint64_t given;
	const char *name, *note, *nick, *street, *town;
	int64_t page;
	struct maybe_int limit;
	double ratio;
	bool all;
	struct instant since_at;
	int sort;
	struct texts tags;
	struct raw_json extra;
	struct list items;
};
/* clang-format off */
static const struct field ask_fields[] = {
	FIELD(struct ask, name, REQUIRED, 1, 5, "a name"),
	FIELD(struct ask, note, OPTIONAL | BLANK, 0, 20, "a note"),
	FIELD(struct ask, nick, OPTIONAL | NULLABLE, 1, 20, "a nick"),
	FIELD(struct ask, street, OPTIONAL | NULLABLE, 1, 20, "a street", .with = "town"),
	FIELD(struct ask, town, OPTIONAL | NULLABLE, 1, 5, "its town"),
	FIELD(struct ask, page, OPTIONAL, 1, 100, "page"),
	FIELD(struct ask, limit, OPTIONAL | NULLABLE, 1, 100, "limit"),
	FIELD(struct ask, ratio, OPTIONAL, 0, 1, "ratio"),
	FIELD(struct ask, all, OPTIONAL, 0, 0, "all"),
	FIELD(struct ask, since_at, OPTIONAL | NULLABLE, 0, 0, "since"),
	FIELD_ENUM(struct ask, sort, OPTIONAL, sorts, "order"),
	FIELD(struct ask, tags, OPTIONAL, 1, 3, "tags"),
	FIELD(struct ask, extra, OPTIONAL, 0, 0, "JSON"),
	FIELD_LIST(struct ask, items, OPTIONAL, item_shape, 0, 1, "not in forms"),
	FIELD_END,
};
/* clang-format on */
static const struct shape ask_shape = SHAPE_GIVEN("Ask", struct ask, ask_fields);

static struct problem *read_form(struct arena *a, const char *text, struct ask *out)
{
	return form_read(a, arena_copy(a, text, strlen(text)), strlen(text), &ask_shape, out);
}

/* "field: message|field: message", or the detail of another problem. */
static const char *errors_of(struct arena *a, const struct problem *p)
{
	const char *all = "";

	if (p && !problem_is(p, &PROBLEM_FIELDS))
		return p->detail;
	for (const struct field_error *e = p ? p->fields : NULL; e; e = e->next)
		all = arena_printf(a, "%s%s%s: %s", all, *all ? "|" : "", e->field, e->message);
	return all;
}

static void every_kind_is_read_from_text(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { 0 };

	(void)state;
	assert_null(
		read_form(a,
	              "name=+%C3%A9+a&note=&page=7.0&limit=3&ratio=0.5&all=on&since_at=2020-01-02T03%3A04Z&sort=-name"
	              "&tags=x&tags=y+z&extra=%7B%22a%22%3A1%7D&&unknown=1",
	              &ask));
	assert_string_equal(ask.name, "\xC3\xA9 a");
	assert_string_equal(ask.note, "");
	assert_int_equal(ask.page, 7);
	assert_true(ask.limit.set && ask.limit.n == 3);
	assert_true(ask.ratio == 0.5);
	assert_true(ask.all);
	assert_true(ask.since_at.us == INT64_C(1577934240) * US_PER_S);
	assert_int_equal(ask.sort, 1);
	assert_int_equal(ask.tags.count, 2);
	assert_string_equal(ask.tags.items[1], "y z");
	assert_string_equal(ask.extra.text, "{\"a\":1}");
}

static void the_last_of_several_wins(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { 0 };

	(void)state;
	assert_null(read_form(a, "name=a&page=5&name=b&page=6", &ask));
	assert_string_equal(ask.name, "b");
	assert_int_equal(ask.page, 6);
}

static void lists_come_as_repeated_or_numbered_keys(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { 0 };

	(void)state;
	assert_null(read_form(a, "name=a&tags%5B10%5D=z&tags[0]=x&tags[2]=y&tags[]=no&tags[a]=no&tagsx[1]=no", &ask));
	assert_int_equal(ask.tags.count, 3);
	assert_string_equal(ask.tags.items[0], "x");
	assert_string_equal(ask.tags.items[1], "y");
	assert_string_equal(ask.tags.items[2], "z");
	assert_string_equal(errors_of(a, read_form(a, "name=a&tags=1&tags=2&tags=3&tags=4", &ask)),
	                    "tags: Ensure this field has no more than 3 elements.");
	assert_string_equal(errors_of(a, read_form(a, "name=a&tags=1&tags=+", &ask)),
	                    "tags.1: This field may not be blank.");
}

static void wrong_values_are_refused_all_at_once(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *errors;
	} rows[] = {
		{ "", "name: This field is required." },
		{ "&&", "name: This field is required." },
		{ "name=", "name: This field may not be blank." },
		{ "name=+", "name: This field may not be blank." },
		{ "name=abcdef", "name: Ensure this field has no more than 5 characters." },
		{ "name=a&page=0", "page: Ensure this value is greater than or equal to 1." },
		{ "name=a&page=x&ratio=1.&all=x&since_at=1&sort=up&extra=%7B",
		  "page: A valid integer is required.|ratio: A valid number is required.|all: \"x\" is not a valid boolean.|"
		  "since_at: Datetime has wrong format. Use one of these formats instead: "
		  "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].|sort: \"up\" is not a valid choice.|"
		  "extra: Value must be valid JSON." },
		{ "name=a&page=99999999999999999999999999999999", "page: A valid integer is required." },
		{ "name=a&page=9223372036854775808", "page: A valid integer is required." },
		{ "name=a&page=1e1", "page: A valid integer is required." },
		{ "name=a&page=%201", "page: A valid integer is required." },
		{ "name=a&ratio=inf", "ratio: A valid number is required." },
		{ "name=a&ratio=0x1", "ratio: A valid number is required." },
		{ "name=a&ratio=1e999", "ratio: A valid number is required." },
		{ "name=a&items=1", "items: Expected a list of items but got type \"str\"." },
		{ "name=%zz", "Form parse error - Wrong encoding in field 1" },
		{ "name=%", "Form parse error - Wrong encoding in field 1" },
		{ "name=a&b=%00", "Form parse error - Wrong encoding in field 2" },
		{ "name=%FF", "Form parse error - Wrong encoding in field 1" },
		{ "%C0%AF=1", "Form parse error - Wrong encoding in field 1" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct ask ask = { 0 };

		assert_string_equal(errors_of(a, read_form(a, rows[i].text, &ask)), rows[i].errors);
	}
}

static void nothing_means_null_or_absent(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { .nick = "x", .limit = { .set = true, .n = 4 }, .page = 9, .since_at = { 1 } };

	(void)state;
	assert_null(read_form(a, "name=a&nick=&limit=&page=&since_at=&sort=", &ask));
	assert_null(ask.nick);
	assert_false(ask.limit.set);
	assert_true(instant_is_none(ask.since_at));
	assert_int_equal(ask.page, 9);
	assert_true(shape_given(&ask_shape, &ask, "nick"));
	assert_false(shape_given(&ask_shape, &ask, "page"));
	assert_false(shape_given(&ask_shape, &ask, "note"));
}

static void a_form_has_bounds(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, a, 2 << 20);
	buf_text(&b, "name=a");
	for (int i = 1; i < 1000; i++)
		buf_text(&b, "&x=1");
	assert_null(form_read(a, b.data, b.length, &ask_shape, &ask));
	buf_text(&b, "&x=1");
	assert_string_equal(errors_of(a, form_read(a, b.data, b.length, &ask_shape, &ask)),
	                    "Form parse error - More than 1000 fields");
	while (b.length <= 1 << 20)
		buf_text(&b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_true(problem_is(form_read(a, b.data, b.length, &ask_shape, &ask), &PROBLEM_TOO_LARGE));
	assert_string_equal(errors_of(a, form_read(a, NULL, 0, &ask_shape, &ask)), "name: This field is required.");
}

static void a_number_of_too_many_digits_is_named_so(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct ask ask = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, a, 4096);
	buf_text(&b, "name=a&ratio=1&page=");
	for (int i = 0; i < 1001; i++)
		buf_char(&b, '1');
	assert_string_equal(errors_of(a, form_read(a, b.data, b.length, &ask_shape, &ask)),
	                    "page: String value too large.");
}

static void what_must_come_together_does(void **state)
{
	/* clang-format off */
	static const struct {
		const char *form, *json, *errors;
	} rows[] = {
		{ "name=x&street=a&town=b", "{\"name\":\"x\",\"street\":\"a\",\"town\":\"b\"}", "" },
		{ "name=x&town=b",          "{\"name\":\"x\",\"town\":\"b\"}", "" },
		{ "name=x&street=",         "{\"name\":\"x\",\"street\":null}", "" },
		{ "name=x&street=a",        "{\"name\":\"x\",\"street\":\"a\"}", "town: This field is required with street." },
		{ "name=x&street=a&town=",  "{\"name\":\"x\",\"street\":\"a\",\"town\":null}",
		  "town: This field is required with street." },
		{ "name=x&street=a&town=bbbbbb", "{\"name\":\"x\",\"street\":\"a\",\"town\":\"bbbbbb\"}",
		  "town: Ensure this field has no more than 5 characters." },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct ask form = { 0 }, json = { 0 };

		assert_string_equal(errors_of(a, read_form(a, rows[i].form, &form)), rows[i].errors);
		assert_string_equal(errors_of(a, json_read(a, rows[i].json, strlen(rows[i].json), &JSON_FROM_CLIENT, &ask_shape,
		                                           &json)),
		                    rows[i].errors);
	}
}

static void single_values_add_to_one_problem(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	struct problem *p = NULL;
	struct ask ask = { 0 };

	(void)state;
	field_read_text(a, shape_field(&ask_shape, "page", NULL), "3", &ask, &p);
	field_read_text(a, shape_field(&ask_shape, "tags", NULL), "one", &ask, &p);
	field_read_text(a, shape_field(&ask_shape, "sort", NULL), NULL, &ask, &p);
	assert_null(p);
	assert_int_equal(ask.page, 3);
	assert_int_equal(ask.tags.count, 1);
	assert_string_equal(ask.tags.items[0], "one");
	field_read_text(a, shape_field(&ask_shape, "name", NULL), NULL, &ask, &p);
	field_read_text(a, shape_field(&ask_shape, "limit", NULL), "x", &ask, &p);
	assert_string_equal(errors_of(a, p), "name: This field is required.|limit: A valid integer is required.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read_from_text),
		cmocka_unit_test(the_last_of_several_wins),
		cmocka_unit_test(lists_come_as_repeated_or_numbered_keys),
		cmocka_unit_test(wrong_values_are_refused_all_at_once),
		cmocka_unit_test(nothing_means_null_or_absent),
		cmocka_unit_test(a_form_has_bounds),
		cmocka_unit_test(a_number_of_too_many_digits_is_named_so),
		cmocka_unit_test(what_must_come_together_does),
		cmocka_unit_test(single_values_add_to_one_problem),
	};

	return cmocka_run_group_tests_name("json form", tests, NULL, NULL);
}
