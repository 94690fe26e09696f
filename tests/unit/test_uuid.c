/* test_uuid.c - random identifiers. */
#include "tests/unit/unit.h"

#include "lib/base/uuid.h"

static void makes_version_4_with_dashes(void **state)
{
	for (int i = 0; i < 200; i++) {
		const char *id = uuid_new(*state);

		assert_int_equal(strlen(id), 36);
		assert_true(uuid_valid(id));
		assert_int_equal(id[14], '4');
		assert_non_null(strchr("89ab", id[19]));
		assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
	}
	assert_string_not_equal(uuid_new(*state), uuid_new(*state));
}

static void makes_32_digits_without_dashes(void **state)
{
	const char *id = uuid_new_hex(*state);

	assert_int_equal(strlen(id), 32);
	assert_int_equal(strspn(id, "0123456789abcdef"), 32);
	assert_int_equal(id[12], '4');
	assert_true(uuid_valid(id));
}

static void knows_a_uuid(void **state)
{
	(void)state;
	assert_true(uuid_valid("01234567-89ab-cdef-0123-456789ABCDEF"));
	assert_true(uuid_valid("0123456789abcdef0123456789ABCDEF"));
	assert_false(uuid_valid(""));
	assert_false(uuid_valid("01234567-89ab-cdef-0123-456789abcde"));
	assert_false(uuid_valid("01234567-89ab-cdef-0123-456789abcdef0"));
	assert_false(uuid_valid("01234567089ab-cdef-0123-456789abcdef"));
	assert_false(uuid_valid("0123456-789ab-cdef-0123-456789abcdef"));
	assert_false(uuid_valid("0123456789abcdef0123456789abcdeg"));
	assert_false(uuid_valid("{1234567-89ab-cdef-0123-456789abcde}"));
}

static void random_text_keeps_to_its_letters_and_uses_them_all(void **state)
{
	const char *lower = random_lower(*state, 5000);
	const char *alnum = random_alnum(*state, 9000);

	assert_int_equal(strlen(lower), 5000);
	assert_int_equal(strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789"), 5000);
	for (const char *c = "abcdefghijklmnopqrstuvwxyz0123456789"; *c; c++)
		assert_non_null(strchr(lower, *c));
	for (const char *c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"; *c; c++)
		assert_non_null(strchr(alnum, *c));
	assert_string_equal(random_lower(*state, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(makes_version_4_with_dashes),
		CASE(makes_32_digits_without_dashes),
		CASE(knows_a_uuid),
		CASE(random_text_keeps_to_its_letters_and_uses_them_all),
	};

	return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
