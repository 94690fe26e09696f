/* test_text.c - reading text that somebody else wrote. */
#include "tests/unit/unit.h"

#include "lib/base/text.h"

static void accepts_well_formed_utf8(void **state)
{
	/* clang-format off */
	static const char *const good[] = {
		"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "aä€\xf0\x9f\xa7\x80z"
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(utf8_valid(good[i], strlen(good[i])));
}

static void refuses_malformed_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} bad[] = {
		/* clang-format off */
		{ "\0", 1 },                  /* NUL */
		{ "\x80", 1 },                /* continuation first */
		{ "\xbf""a", 2 },
		{ "\xc0\x80", 2 },            /* overlong */
		{ "\xc1\xbf", 2 },
		{ "\xe0\x9f\xbf", 3 },
		{ "\xf0\x8f\xbf\xbf", 4 },
		{ "\xed\xa0\x80", 3 },        /* surrogates */
		{ "\xed\xbf\xbf", 3 },
		{ "\xf4\x90\x80\x80", 4 },    /* above U+10FFFF */
		{ "\xf5\x80\x80\x80", 4 },
		{ "\xff", 1 },
		{ "\xc3", 1 },                /* cut off */
		{ "\xe2\x82", 2 },
		{ "\xf0\x9f\xa7", 3 },
		{ "\xc3(", 2 },               /* a character inside another */
		{ "\xe2\x82(", 3 },
		{ "\xf0\x9f\xa7(", 4 },
		{ "\xc3\xa4", 1 },            /* the length counts, not what follows */
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(utf8_valid(bad[i].text, bad[i].n));
}

static void counts_and_cuts_characters(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(""), 0);
	assert_int_equal(utf8_length("aä€\xf0\x9f\xa7\x80"), 4);
	assert_int_equal(utf8_cut("aä€\xf0\x9f\xa7\x80", 0), 0);
	assert_int_equal(utf8_cut("aä€\xf0\x9f\xa7\x80", 2), 3);
	assert_int_equal(utf8_cut("aä€\xf0\x9f\xa7\x80", 3), 6);
	assert_int_equal(utf8_cut("aä€\xf0\x9f\xa7\x80", 99), 10);
}

static void reads_whole_numbers(void **state)
{
	int64_t n = 7;

	(void)state;
	assert_true(num_read("0", 0, 0, &n));
	assert_int_equal(n, 0);
	assert_true(num_read("-12", -12, 5, &n));
	assert_int_equal(n, -12);
	assert_true(num_read("007", 0, 9, &n));
	assert_int_equal(n, 7);
	assert_true(num_read("9223372036854775807", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
	assert_true(num_read("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
	assert_true(n == INT64_MIN);
}

static void refuses_what_is_no_number_or_out_of_range(void **state)
{
	/* clang-format off */
	static const char *const bad[] = {
		"", "-", "--1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "a", "1a", "١", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999999", "6", "-6"
	};
	/* clang-format on */
	int64_t n = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(num_read(bad[i], i < 15 ? INT64_MIN : -5, i < 15 ? INT64_MAX : 5, &n));
	assert_int_equal(n, 42);
}

static void reads_sizes(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int64_t bytes;
	} good[] = {
		{ "0", 0 },         { "17", 17 },       { "17B", 17 },
		{ "2k", 2048 },     { "2K", 2048 },     { "1m", 1048576 },
		{ "3G", 3221225472 }, { "1T", 1099511627776 }, { "9223372036854775807", INT64_MAX },
	};
	static const char *const bad[] = { "",    "G",   "-1", "3GB", "3 G", "1.5G", "3g3", "9223372036854775807K",
		                               "8388608T", "99999999999999999999" };
	/* clang-format on */
	int64_t n = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(size_read(good[i].text, &n));
		assert_true(n == good[i].bytes);
	}
	n = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(size_read(bad[i], &n));
	assert_int_equal(n, 42);
}

static void decodes_percent_encoding(void **state)
{
	assert_string_equal(percent_decode(*state, "a%2Fb%c3%A4+c", 13, false), "a/bä+c");
	assert_string_equal(percent_decode(*state, "a+%2B+b", 7, true), "a + b");
	assert_string_equal(percent_decode(*state, "", 0, false), "");
	assert_string_equal(percent_decode(*state, "ab%41", 2, false), "ab");
}

static void refuses_broken_percent_encoding(void **state)
{
	static const char *const bad[] = {
		"%", "%4", "a%", "%4g", "%g4", "%%41", "%00", "a%00b", "%ff", "%c3", "%ed%a0%80"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(percent_decode(*state, bad[i], strlen(bad[i]), true));
	assert_null(percent_decode(*state, "%41", 2, false)); /* the length counts */
}

static void reads_hex_of_either_case(void **state)
{
	unsigned char out[4];
	size_t n;

	(void)state;
	assert_true(hex_read("00fFA9", 6, out, sizeof(out), &n));
	assert_int_equal(n, 3);
	assert_memory_equal(out, "\x00\xff\xa9", 3);
	assert_true(hex_read("", 0, out, sizeof(out), &n));
	assert_int_equal(n, 0);
	assert_false(hex_read("0", 1, out, sizeof(out), &n));
	assert_false(hex_read("0g", 2, out, sizeof(out), &n));
	assert_false(hex_read("00 11", 5, out, sizeof(out), &n));
	assert_false(hex_read("0011223344", 10, out, sizeof(out), &n));
}

static bool base64_is(const char *text, const char *wanted)
{
	char out[8];
	size_t n;

	return base64_read(text, strlen(text), out, sizeof(out), &n) && n == strlen(wanted) && memcmp(out, wanted, n) == 0;
}

static void reads_base64_of_either_alphabet_with_and_without_padding(void **state)
{
	(void)state;
	assert_true(base64_is("", ""));
	assert_true(base64_is("Zg==", "f"));
	assert_true(base64_is("Zg", "f"));
	assert_true(base64_is("Zm8=", "fo"));
	assert_true(base64_is("Zm9v", "foo"));
	assert_true(base64_is("Zm9vYg", "foob"));
	assert_true(base64_is("+/8=", "\xfb\xff"));
	assert_true(base64_is("-_8", "\xfb\xff"));
}

static void refuses_broken_base64(void **state)
{
	/* clang-format off */
	static const char *const bad[] = {
		"Z", "Zg=", "Zg===", "=", "====", "Zm9v=", "Zm9v====", "Z g", "Zg\n", "Z!", "+_8=", "Zh==", "Zm9vYmFyZm9v"
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char out[8];
		size_t n;

		if (base64_read(bad[i], strlen(bad[i]), out, sizeof(out), &n))
			fail_msg("\"%s\" was read", bad[i]);
	}
}

static void trims_the_blanks_that_python_trims(void **state)
{
	assert_string_equal(text_trim(*state, " \t\r\n\v\f a b \n"), "a b");
	assert_string_equal(
		text_trim(*state, "\x1c\x1f\xc2\x85\xc2\xa0\xe1\x9a\x80\xe2\x80\x80\xe2\x80\xa8\xe3\x80\x80ä\xe2\x80\xaf"),
		"ä");
	assert_string_equal(text_trim(*state, "\xe2\x80\x8b"), "\xe2\x80\x8b"); /* zero width space is none */
	assert_string_equal(text_trim(*state, " \xe3\x80\x80 "), "");
	assert_string_equal(text_trim(*state, ""), "");
}

static void compares_text(void **state)
{
	(void)state;
	assert_true(text_equal("a", "a"));
	assert_false(text_equal("a", "b"));
	assert_false(text_equal(NULL, ""));
	assert_true(text_equal(NULL, NULL));
	assert_true(text_equal_nocase("ABCz", "abcZ"));
	assert_false(text_equal_nocase("abc", "abcd"));
	assert_false(text_equal_nocase("abcd", "abc"));
	assert_false(text_equal_nocase("Ä", "ä"));
	assert_false(text_equal_nocase("@", "`"));
	assert_true(text_starts("portico", "port"));
	assert_false(text_starts("port", "portico"));
	assert_true(text_ends("a.json", ".json"));
	assert_false(text_ends("json", ".json"));
	assert_true(text_same_secret("hush", "hush"));
	assert_false(text_same_secret("hush", "husH"));
	assert_false(text_same_secret("hush", "hush "));
	assert_false(text_same_secret(NULL, NULL));
}

static void suggests_what_was_probably_meant(void **state)
{
	static const char *const names[] = { "docker_url", "call_ms", "image", "quota", NULL };

	(void)state;
	assert_string_equal(text_nearest("docker_ulr", names), "docker_url");
	assert_string_equal(text_nearest("dockerurl", names), "docker_url");
	assert_string_equal(text_nearest("call", names), "call_ms");
	assert_string_equal(text_nearest("IMAGE", names), "image");
	assert_string_equal(text_nearest("qouta", names), "quota");
	assert_null(text_nearest("zebra", names));
	assert_null(text_nearest("x", names));
	assert_null(text_nearest("", names));
}

static void folds_what_looks_the_same(void **state)
{
	assert_string_equal(text_fold(*state, "Straße ＡＢＣ ﬁ"), "strasse abc fi");
	assert_string_equal(text_fold(*state, "A\u030a"), "å");
	assert_string_equal(text_fold(*state, "so\u00adft\u200d"), "soft"); /* what nobody sees */
	assert_string_equal(text_fold(*state, ""), "");
}

static void finds_the_words_of_a_text(void **state)
{
	assert_string_equal(text_words(*state, "  Let’s  GO!! \U0001f389\n"), "let's go");
	assert_string_equal(text_words(*state, "'quoted' and don't; O'Brien's'"), "quoted and don't o'brien's");
	assert_string_equal(text_words(*state, "a--b,c/d"), "a b c d");
	assert_string_equal(text_words(*state, "Привет, МИР 42"), "привет мир 42");
	assert_string_equal(text_words(*state, "?! \U0001f600 '"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(accepts_well_formed_utf8),
		CASE(refuses_malformed_utf8),
		CASE(counts_and_cuts_characters),
		CASE(reads_whole_numbers),
		CASE(refuses_what_is_no_number_or_out_of_range),
		CASE(reads_sizes),
		CASE(decodes_percent_encoding),
		CASE(refuses_broken_percent_encoding),
		CASE(reads_hex_of_either_case),
		CASE(reads_base64_of_either_alphabet_with_and_without_padding),
		CASE(refuses_broken_base64),
		CASE(trims_the_blanks_that_python_trims),
		CASE(compares_text),
		CASE(suggests_what_was_probably_meant),
		CASE(folds_what_looks_the_same),
		CASE(finds_the_words_of_a_text),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
