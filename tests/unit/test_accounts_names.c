/* test_accounts_names.c - which user names and mail addresses may be stored. */
#include "tests/unit/unit.h"

#include "app/accounts/account.h"

static void accepts_plain_names(void **state)
{
	static const char *const good[] = {
		"a", "ada", "Ada.Lovelace", "ada+test@example.org", "_x-1", "...", "@", "-", "0"
	};
	char *most = arena_alloc(*state, 151);

	memset(most, 'a', 150);
	assert_true(username_is_plain(most));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(username_is_plain(good[i]));
}

static void refuses_names_that_are_unsafe_in_paths(void **state)
{
	static const char *const bad[] = {
		"",      ".",     "..",    "a b", "x y/z", "a/b", "{'a': 1}", "ada\n", "\n",  "a\tb",
		"a:b",   "a\\b",  "a%2Fb", "a'b", "a\"b",  "a,b", "a;b",      "a*b",   "a~b", "zo\xc3\xab",
		"a\x7f", "a\x01", "<a>",   "a&b", "$a",    "a=b", "a?b",      "a#b",
	};
	char *more = arena_alloc(*state, 152);

	memset(more, 'a', 151);
	assert_false(username_is_plain(more));
	assert_false(username_is_plain(NULL));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(username_is_plain(bad[i]));
}

static void knows_mail_addresses(void **state)
{
	static const char *const good[] = { "", "a@b.c", "ada+x@lovelace.example", "ada@localhost", "\xc3\xa4@b.de" };
	static const char *const bad[] = { "a",       "@b.c",    "a@",      "a@b",     "a@.b",    "a@b.",
		                               "a b@c.d", "a@b c.d", "a@b.c\n", "<a@b.c>", "a,b@c.d", "\xff@b.c" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(email_fault(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(email_fault(bad[i]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(accepts_plain_names),
		CASE(refuses_names_that_are_unsafe_in_paths),
		CASE(knows_mail_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
