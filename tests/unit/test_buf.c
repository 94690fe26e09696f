/* test_buf.c - bounded bytes and the notations text is written in. */
#include "tests/unit/unit.h"

static void is_an_empty_string_before_the_first_write(void **state)
{
	struct buf b;

	buf_init(&b, *state, 10);
	assert_string_equal(buf_string(&b), "");
	buf_text(&b, "");
	assert_string_equal(buf_string(&b), "");
	assert_int_equal(b.length, 0);
}

static void grows_and_stays_a_string(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100000);
	for (int i = 0; i < 10000; i++) {
		buf_text(&b, "ab");
		buf_char(&b, 'c');
		buf_int(&b, i % 10);
		assert_int_equal(buf_string(&b)[b.length], '\0');
	}
	assert_int_equal(b.length, 40000);
	assert_memory_equal(buf_string(&b) + 39996, "abc9", 5);
	assert_false(b.full);
}

static void drops_what_exceeds_the_maximum_and_says_so(void **state)
{
	struct buf b;

	buf_init(&b, *state, 5);
	buf_text(&b, "abcde");
	assert_false(b.full);
	buf_text(&b, "f");
	assert_true(b.full);
	assert_string_equal(buf_string(&b), "abcde");

	buf_init(&b, *state, 5);
	buf_text(&b, "abc");
	buf_printf(&b, "%d", 1000);
	buf_char(&b, 'd'); /* would fit, but then the text had a hole */
	assert_string_equal(buf_string(&b), "abc");
	assert_true(b.full);

	buf_clear(&b);
	assert_false(b.full);
	buf_text(&b, "again");
	assert_string_equal(buf_string(&b), "again");
}

static void writes_into_given_storage(void **state)
{
	char storage[6];
	struct buf b;

	(void)state;
	memset(storage, '!', sizeof(storage));
	buf_over(&b, storage, sizeof(storage));
	assert_string_equal(buf_string(&b), "");
	buf_text(&b, "12345");
	assert_false(b.full);
	assert_string_equal(storage, "12345");
	buf_char(&b, '6');
	assert_true(b.full);
}

static void writes_the_smallest_and_largest_number(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100);
	buf_int(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_int(&b, INT64_MAX);
	assert_string_equal(buf_string(&b), "-9223372036854775808 9223372036854775807");
}

static void writes_json_strings(void **state)
{
	static const char in[] =
		"a\"b\\c/\b\f\n\r\t\x01\x1f\x7f Käse \xf0\x9f\xa7\x80 \xe2\x80\xa8\xe2\x80\xa9\xc2\x85\xc2\xa0";
	struct buf b;

	buf_init(&b, *state, 1000);
	buf_json_string(&b, in, sizeof(in) - 1);
	assert_string_equal(buf_string(&b),
	                    "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f Käse \xf0\x9f\xa7\x80 "
	                    "\\u2028\\u2029\\u0085\xc2\xa0\"");
	buf_clear(&b);
	buf_json_string(&b, "", 0);
	assert_string_equal(buf_string(&b), "\"\"");
}

static void writes_html(void **state)
{
	struct buf b;

	buf_init(&b, *state, 1000);
	buf_html(&b, "<a href=\"x\" title='y'>R&D</a>");
	assert_string_equal(buf_string(&b), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;");
	buf_clear(&b);
	buf_html(&b, "");
	assert_string_equal(buf_string(&b), "");
}

static void writes_percent_encoding(void **state)
{
	struct buf b;

	buf_init(&b, *state, 1000);
	buf_percent(&b, "aZ09-._~ /?#[]@!$&'()*+,;=%ä", 29);
	assert_string_equal(buf_string(&b), "aZ09-._~%20%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%C3%A4");
}

static void writes_hex_and_base64(void **state)
{
	/* RFC 4648 section 10 */
	static const char *const plain[] = { "", "f", "fo", "foo", "foob", "fooba", "foobar" };
	static const char *const coded[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	struct buf b;

	buf_init(&b, *state, 10000);
	for (size_t i = 0; i < 7; i++) {
		buf_clear(&b);
		buf_base64(&b, plain[i], i);
		assert_string_equal(buf_string(&b), coded[i]);
		buf_clear(&b);
		buf_base64url(&b, plain[i], i);
		assert_int_equal(b.length, strcspn(coded[i], "="));
		assert_memory_equal(buf_string(&b), coded[i], b.length);
	}
	buf_clear(&b);
	buf_base64(&b, "\xfb\xff", 2);
	buf_base64url(&b, "\xfb\xff", 2);
	buf_hex(&b, "\x00\x9a\xff", 3);
	assert_string_equal(buf_string(&b), "+/8=-_8009aff");
}

static void long_base64_is_seamless(void **state)
{
	char *zeros = arena_alloc(*state, 1000);
	struct buf b;

	buf_init(&b, *state, 10000);
	buf_base64(&b, zeros, 1000);
	assert_int_equal(b.length, 1336);
	assert_int_equal(strspn(buf_string(&b), "A"), 1334);
	assert_string_equal(buf_string(&b) + 1334, "==");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(is_an_empty_string_before_the_first_write),
		CASE(grows_and_stays_a_string),
		CASE(drops_what_exceeds_the_maximum_and_says_so),
		CASE(writes_into_given_storage),
		CASE(writes_the_smallest_and_largest_number),
		CASE(writes_json_strings),
		CASE(writes_html),
		CASE(writes_percent_encoding),
		CASE(writes_hex_and_base64),
		CASE(long_base64_is_seamless),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
