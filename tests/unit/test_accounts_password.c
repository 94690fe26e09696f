/* test_accounts_password.c - password hashes of both kinds, and the rules for new passwords. */
#include "tests/unit/unit.h"

#include "app/accounts/password.h"
#include "lib/base/text.h"

/* as cheap as libsodium allows: the tests are about right and wrong */
static const struct password_cost cheap = { .passes = 1, .memory_bytes = 8192 };

static void matches_its_own_hash_and_no_other_password(void **state)
{
	const char *hash = password_hash(*state, "correct horse", &cheap);

	assert_memory_equal(hash, "$argon2id$", 10);
	assert_true(password_usable(hash));
	assert_true(password_matches(hash, "correct horse"));
	assert_false(password_matches(hash, "correct horsE"));
	assert_false(password_matches(hash, "correct horse "));
	assert_false(password_matches(hash, ""));
}

static void salts_every_hash(void **state)
{
	assert_string_not_equal(password_hash(*state, "same", &cheap), password_hash(*state, "same", &cheap));
}

/* From Django's own tests (36000, 120000) and made with what Django uses: Python's hashlib.pbkdf2_hmac, argon2-cffi, bcrypt. */
static const struct {
	const char *hash, *password;
} django[] = {
	{ "pbkdf2_sha256$36000$seasalt$mEUPPFJkT/xtwDU8rB7Q+puHRZnR07WRjerTkt/3HI0=", "l\xc3\xa8tmein" },
	{ "pbkdf2_sha256$120000$seasalt2$FRWVLZaxRXtbVIkhYdTQc/tE7JF/s5tU/4O4VhB94ig=", "l\xc3\xa8tmein" },
	{ "pbkdf2_sha256$600000$abcdefghijklmnopqrstuv$YwuuPhVNfWRMu1PCdmnmSxN0KZ3ZlgOJcLi7hu9+CkI=", "correct horse" },
	{ "pbkdf2_sha256$1$a1B2c3D4e5F6$lC5xchiKoGS9kwsfPZWWtD4mv4y2uO73oVEyJVwgnSs=", "correct horse" },
	{ "pbkdf2_sha256$1$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=", "" },
	{ "argon2$argon2i$v=19$m=512,t=2,p=2$c2Vhc2FsdHNlYXNhbHQxNg$Tg7k5xebhTig4fVGsApj6g", "correct horse" },
	{ "argon2$argon2i$v=19$m=1024,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxNg$GfIpOdkfzSnD8m+WTWGlfNQ0Ylq+sskKKwAXAwzQJog",
	  "correct horse" },
	{ "argon2$argon2id$v=19$m=512,t=2,p=2$c2Vhc2FsdHNlYXNhbHQxNg$Pwf3HkH8/9JUvVd1wv2l+A", "correct horse" },
	{ "argon2$argon2id$v=19$m=1024,t=2,p=8$c2Vhc2FsdHNlYXNhbHQxNg$5Js/9Ogerwy9J3eE6xwDiJrojd6oI60qCTXLmpaodSk",
	  "correct horse" },
	{ "bcrypt_sha256$$2b$04$/gZYxyc1pp5bluXWCC5RL.GW5yI9ganAV3YSS8EjYARejvvewcEba", "correct horse" },
	{ "bcrypt$$2b$04$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzm", "correct horse" },
	{ "pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM=", "correct horse" },
};

static void verifies_hashes_of_django(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(django) / sizeof(django[0]); i++) {
		assert_true(password_usable(django[i].hash));
		assert_true(password_matches(django[i].hash, django[i].password));
		assert_false(password_matches(django[i].hash, "wrong"));
	}
}

static void matches_nothing_against_an_unusable_or_malformed_hash(void **state)
{
	static const char *const bad[] = {
		"",
		"!",
		"!kq3YzXcVbN",
		"plain",
		"$argon2id$",
		"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$",
		"$argon2i$v=19$m=8,t=1,p=1$x$y",
		"pbkdf2_sha256$",
		"pbkdf2_sha256$1",
		"pbkdf2_sha256$1$salt",
		"pbkdf2_sha256$1$$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$0$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$-1$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$1x$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$10000001$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$99999999999999999999$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha256$1$seasalt$",
		"pbkdf2_sha256$1$seasalt$7uPyO44g",
		"pbkdf2_sha256$1$seasalt$7uPyO44geqCt!Nv3ztly1adSqh5h",
		"pbkdf2_sha256$1$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWVBQUFB",
		"pbkdf2_sha1$1$seasalt$7uPyO44geqCt/Nv3ztly1adSqh5hHCYtGPDoMYOOBWU=",
		"pbkdf2_sha1$1000$seasalt$",
		"bcrypt$$2b$12$x",
		"bcrypt$$2b$31$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzm", /* it would take weeks */
		"bcrypt$$2b$03$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzm",
		"bcrypt$$2x$04$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzm",
		"bcrypt_sha256$$2b$04$25MQq7ho.Ti5OQtCh5DA8O6dxdzpzfMCz0ReBQnnqd/urAEAnoOzma",
		"argon2$",
		"argon2$argon2id$v=19$m=512,t=2,p=2$c2Vhc2FsdA$",
		"argon2$argon2d$v=19$m=512,t=2,p=2$c2Vhc2FsdHNlYXNhbHQxNg$2VHxl3p0oVvVqJ0TJDk8Iw",
		/* Django made these long ago; they are too weak to be asked of anybody */
		"sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8",
		"md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3",
		"sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b",
		"88a434c88cca4e900f7874cd98123f43",
		"crypt$$ab1Hv2Lg7ltQo",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(password_matches(bad[i], ""));
		assert_false(password_matches(bad[i], bad[i]));
		assert_false(password_matches(bad[i], "x"));
		assert_false(password_matches(bad[i], "correct horse"));
		assert_false(password_usable(bad[i]) && !text_starts(bad[i], "$argon2id$"));
	}
}

static void looks_at_no_password_beyond_the_bound(void **state)
{
	char *most = arena_alloc(*state, PASSWORD_MOST + 2);
	const char *hash;

	memset(most, 'p', PASSWORD_MOST);
	hash = password_hash(*state, most, &cheap);
	assert_true(password_matches(hash, most));
	most[PASSWORD_MOST] = 'p';
	assert_false(password_matches(hash, most));
	assert_false(password_matches(password_hash(*state, most, &cheap), most));
}

static void calls_other_kinds_and_costs_outdated(void **state)
{
	const struct password_cost dearer = { .passes = 2, .memory_bytes = 8192 },
							   wider = { .passes = 1, .memory_bytes = 16384 };
	const char *hash = password_hash(*state, "correct horse", &cheap);

	assert_false(password_outdated(hash, &cheap));
	assert_true(password_outdated(hash, &dearer));
	assert_true(password_outdated(hash, &wider));
	assert_true(password_outdated(django[0].hash, &cheap));
}

static void spends_time_on_nobody(void **state)
{
	(void)state;
	password_dummy("whatever", &cheap); /* it returns, and frees what it took: the sanitizers look */
}

/* ---- rules ---- */

/* The messages in one line. */
static const char *faults(struct arena *a, const char *password, const char *username)
{
	const struct password_owner owner = {
		.username = username, .first_name = "Augusta", .last_name = "", .email = "countess@lovelace.example"
	};
	const struct texts list = password_faults(a, password, &owner);
	struct buf b;

	buf_init(&b, a, 4096);
	for (size_t i = 0; i < list.count; i++)
		buf_printf(&b, "%s%s", i ? "|" : "", list.items[i]);
	return buf_string(&b);
}

#define SHORT "This password is too short. It must contain at least 8 characters."
#define COMMON "This password is too common."
#define NUMERIC "This password is entirely numeric."

static void accepts_a_good_password(void **state)
{
	assert_string_equal(faults(*state, "Vogel-im-Wind 42", "ada"), "");
	assert_string_equal(faults(*state, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6", "ada"), "");
}

static void counts_characters_and_not_bytes(void **state)
{
	assert_string_equal(faults(*state, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4", "ada"), SHORT);
	assert_string_equal(faults(*state, "kV7-wz!", "ada"), SHORT);
	assert_string_equal(faults(*state, "kV7-wz!p", "ada"), "");
	assert_string_equal(faults(*state, "", "ada"), SHORT);
}

static void refuses_common_ones_in_any_case(void **state)
{
	assert_string_equal(faults(*state, "password", "ada"), COMMON);
	assert_string_equal(faults(*state, "PassWord1", "ada"), COMMON);
	assert_string_equal(faults(*state, " iloveyou ", "ada"), COMMON);
	assert_string_equal(faults(*state, "trustno1", "ada"), COMMON);
	assert_string_equal(faults(*state, "password-of-my-own", "ada"), "");
}

static void reports_all_broken_rules_together(void **state)
{
	assert_string_equal(faults(*state, "123456", "ada"), SHORT "|" COMMON "|" NUMERIC);
	assert_string_equal(faults(*state, "81726354919", "ada"), NUMERIC);
}

static void refuses_what_is_like_its_owner(void **state)
{
	assert_string_equal(faults(*state, "lovelace1843", "lovelace"), "The password is too similar to the username.");
	assert_string_equal(faults(*state, "LOVElace1843", "lovelace"), "The password is too similar to the username.");
	assert_string_equal(faults(*state, "augusta77", "ada"), "The password is too similar to the first name.");
	/* a word of the mail address is enough */
	assert_string_equal(faults(*state, "countess", "ada"), "The password is too similar to the email address.");
	assert_string_equal(faults(*state, "xlovelacex", "ada"), "The password is too similar to the email address.");
	assert_string_equal(faults(*state, "analytical engine", "ada"), "");
}

static void draws_the_line_at_seven_tenths(void **state)
{
	/* 2 * 7 / (7 + 13) is 0.7 exactly; one character more is below */
	assert_string_equal(faults(*state, "abcdefg123456", "abcdefg"), "The password is too similar to the username.");
	assert_string_equal(faults(*state, "abcdefg1234567", "abcdefg"), "");
}

static void refuses_what_is_no_text_or_too_long(void **state)
{
	char *most = arena_alloc(*state, PASSWORD_MOST + 2);

	assert_string_equal(faults(*state,
	                           "abc\xff"
	                           "defgh",
	                           "ada"),
	                    "This password is not valid UTF-8.");
	for (size_t i = 0; i <= PASSWORD_MOST; i++)
		most[i] = (char)('!' + i % 90);
	assert_string_equal(faults(*state, most, "ada"), "This password is too long. It must contain at most 1024 bytes.");
}

static void keeps_its_list_sorted(void **state)
{
	(void)state;
	assert_true(common_passwords_count >= 1000);
	for (size_t i = 1; i < common_passwords_count; i++)
		assert_true(strcmp(common_passwords[i - 1], common_passwords[i]) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(matches_its_own_hash_and_no_other_password),
		CASE(salts_every_hash),
		CASE(verifies_hashes_of_django),
		CASE(matches_nothing_against_an_unusable_or_malformed_hash),
		CASE(looks_at_no_password_beyond_the_bound),
		CASE(calls_other_kinds_and_costs_outdated),
		CASE(spends_time_on_nobody),
		CASE(accepts_a_good_password),
		CASE(counts_characters_and_not_bytes),
		CASE(refuses_common_ones_in_any_case),
		CASE(reports_all_broken_rules_together),
		CASE(refuses_what_is_like_its_owner),
		CASE(draws_the_line_at_seven_tenths),
		CASE(refuses_what_is_no_text_or_too_long),
		CASE(keeps_its_list_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
