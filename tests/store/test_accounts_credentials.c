/* test_accounts_credentials.c - the chain behind the login form and HTTP Basic: hashes, sources, counts of failures. */
#include "tests/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/accounts/account.h"
#include "app/accounts/basic_cache.h"
#include "app/accounts/conf.h"
#include "app/accounts/credentials.h"
#include "app/accounts/password.h"
#include "app/accounts/throttle.h"
#include "lib/base/seal.h"
#include "lib/web/identity.h"

#define GOOD "Vogel-im-Wind 42"
#define DJANGO "pbkdf2_sha256$1$a1B2c3D4e5F6$lC5xchiKoGS9kwsfPZWWtD4mv4y2uO73oVEyJVwgnSs=" /* "correct horse" */

static const struct password_cost cheap = { .passes = 1, .memory_bytes = 8192 };

/* ---- a user office of the test's own ---- */

static int asked;
static const char *office_name, *office_password;
static const struct problem_kind OFFICE_AWAY = { .status = 502, .code = "test.office", .title = "Office is away" };
static bool office_away;

static struct problem *office_verify(struct arena *a, const char *username, const char *password, bool *valid)
{
	asked++;
	if (office_away)
		return problem_new(a, &OFFICE_AWAY, NULL);
	*valid = office_name && strcmp(username, office_name) == 0 && strcmp(password, office_password) == 0;
	return NULL;
}
static const struct credential_source office = { "office", office_verify };

static void office_knows(const char *username, const char *password)
{
	credential_source_add(&office);
	office_name = username;
	office_password = password;
}

static int begin(void **state)
{
	store_begin(state);
	struct store *s = *state;
	assert_fine(seal_key_load(s->arena, store_path(s, "accounts-test.key"), true));
	accounts_conf = (struct accounts_conf){ .local_passwords = true,
		                                    .session_days = 14,
		                                    .login_attempts = 3,
		                                    .account_attempts = 5,
		                                    .address_attempts = 8,
		                                    .login_window_s = 100,
		                                    .lockout_s = 1000,
		                                    .basic_cache_s = 60,
		                                    .argon2_passes = cheap.passes,
		                                    .argon2_memory = cheap.memory_bytes };
	credential_sources_clear();
	basic_cache_clear();
	asked = 0;
	office_away = false;
	office_name = NULL;
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, store_end)

static int64_t user_with_hash(struct store *s, const char *name, const char *hash)
{
	struct account made;

	assert_fine(
		account_create(s->db, s->arena, 0, &(struct user_ask){ .username = name, .password_hash = hash }, &made));
	return made.id;
}

static int64_t user(struct store *s, const char *name)
{
	return user_with_hash(s, name, password_hash(s->arena, GOOD, &cheap));
}

/* One attempt; `who` gets the canonical name of a success. */
enum outcome { WRONG, RIGHT, THROTTLED, AWAY };
struct
try {
	const char *name, *password, *address;
	int64_t at_s;
	bool make, remember;
};
static const char *who;
static int retry_after_s;

static enum outcome attempt_on(struct db *db, struct arena *a, struct try t)
{
	struct credential out = { .username = "?" };
	bool valid = false;
	struct problem *p = credentials_check(db, a,
	                                      &(struct credentials_ask){ .username = t.name,
	                                                                 .password = t.password,
	                                                                 .address = t.address ? t.address : "192.0.2.1",
	                                                                 .now = { (1800000000 + t.at_s) * US_PER_S },
	                                                                 .make = t.make,
	                                                                 .remember = t.remember },
	                                      &out, &valid);
	if (problem_is(p, &PROBLEM_THROTTLED)) {
		retry_after_s = p->retry_after_s;
		return THROTTLED;
	}
	if (problem_is(p, &OFFICE_AWAY))
		return AWAY;
	assert_fine(p);
	who = out.username;
	return valid ? RIGHT : WRONG;
}

#define TRY_WITH(name_, password_, ...) \
	((struct try){ .name = (name_), .password = (password_)__VA_OPT__(, ) __VA_ARGS__ })
#define ATTEMPT(...) attempt_on(s->db, s->arena, TRY_WITH(__VA_ARGS__))

static const char *hash_of(struct store *s, const char *name)
{
	struct credential c;
	bool known;

	assert_fine(credential_find(s->db, s->arena, name, &c, &known));
	return known ? c.password_hash : NULL;
}

/* ---- hashes kept here ---- */

static void tells_right_from_wrong(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	assert_int_equal(ATTEMPT("ada", GOOD), RIGHT);
	assert_string_equal(who, "ada");
	assert_int_equal(ATTEMPT("ada", GOOD "x"), WRONG);
	assert_int_equal(ATTEMPT("ada", ""), WRONG);
	assert_int_equal(ATTEMPT("grace", GOOD), WRONG);
	assert_int_equal(ATTEMPT("", GOOD), WRONG);
}

static void finds_the_account_in_any_case_and_gives_its_own_name(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	assert_int_equal(ATTEMPT("ADA", GOOD), RIGHT);
	assert_string_equal(who, "ada");
	assert_int_equal(ATTEMPT("ada ", GOOD), WRONG);
}

static void an_inactive_account_is_wrong_like_any_other(void **state)
{
	struct store *s = *state;
	const int64_t id = user(s, "ada");

	assert_fine(account_set_active(s->db, s->arena, 0, id, false));
	assert_int_equal(ATTEMPT("ada", GOOD), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .remember = true), WRONG);
	office_knows("ada", "office words");
	assert_int_equal(ATTEMPT("ada", "office words", .make = true), WRONG);
}

static void an_unusable_password_matches_nothing(void **state)
{
	struct store *s = *state;

	user_with_hash(s, "ada", PASSWORD_UNUSABLE);
	assert_int_equal(ATTEMPT("ada", "!"), WRONG);
	assert_int_equal(ATTEMPT("ada", ""), WRONG);
}

static void renews_an_old_hash_at_a_success_only(void **state)
{
	struct store *s = *state;

	user_with_hash(s, "ada", DJANGO);
	assert_int_equal(ATTEMPT("ada", "wrong"), WRONG);
	assert_string_equal(hash_of(s, "ada"), DJANGO);
	assert_int_equal(ATTEMPT("ada", "correct horse"), RIGHT);
	assert_memory_equal(hash_of(s, "ada"), "$argon2id$", 10);
	assert_int_equal(ATTEMPT("ada", "correct horse"), RIGHT);

	const char *now = hash_of(s, "ada");
	assert_int_equal(ATTEMPT("ada", "correct horse"), RIGHT);
	assert_string_equal(hash_of(s, "ada"), now); /* as it should be: left alone */
	accounts_conf.argon2_passes = 2;
	assert_int_equal(ATTEMPT("ada", "correct horse"), RIGHT);
	assert_string_not_equal(hash_of(s, "ada"), now);
}

static void hashes_do_not_count_when_the_setting_says_so(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	accounts_conf.local_passwords = false;
	assert_int_equal(ATTEMPT("ada", GOOD), WRONG);
	office_knows("ada", "office words");
	assert_int_equal(ATTEMPT("ada", "office words"), RIGHT);
}

/* ---- sources ---- */

static void asks_the_source_after_the_hash(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	office_knows("ada", "office words");
	assert_int_equal(ATTEMPT("ada", GOOD), RIGHT);
	assert_int_equal(asked, 0);
	assert_int_equal(ATTEMPT("ada", "office words"), RIGHT);
	assert_int_equal(asked, 1);
	assert_memory_equal(hash_of(s, "ada"), "$argon2id$", 10); /* her own hash stays */
	assert_int_equal(ATTEMPT("ada", GOOD), RIGHT);
}

static void makes_an_account_for_a_stranger_at_login_only(void **state)
{
	struct store *s = *state;

	office_knows("grace", "office words");
	assert_int_equal(ATTEMPT("grace", "office words", .remember = true), WRONG);
	assert_int_equal(asked, 0); /* HTTP Basic: nobody to be, so nothing to ask */
	assert_null(hash_of(s, "grace"));
	assert_int_equal(ATTEMPT("grace", "wrong", .make = true), WRONG);
	assert_null(hash_of(s, "grace"));
	assert_int_equal(ATTEMPT("grace", "office words", .make = true), RIGHT);
	assert_string_equal(who, "grace");
	assert_string_equal(hash_of(s, "grace"), PASSWORD_UNUSABLE);
	assert_int_equal(ATTEMPT("grace", "office words", .remember = true), RIGHT);
}

static void asks_the_source_for_plain_names_spelled_as_stored(void **state)
{
	struct store *s = *state;

	office_knows("x y/z", "office words");
	assert_int_equal(ATTEMPT("x y/z", "office words", .make = true), WRONG);
	user(s, "ada");
	office_name = "Ada"; /* somebody else, where names have a case */
	assert_int_equal(ATTEMPT("Ada", "office words", .make = true), WRONG);
	office_name = "ada";
	office_password = "";
	assert_int_equal(ATTEMPT("ada", ""), WRONG);
	assert_int_equal(asked, 0);
}

static void counts_guesses_at_the_hash_while_the_source_is_away(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	user_with_hash(s, "grace", PASSWORD_UNUSABLE);
	office_knows("ada", "office words");
	office_away = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(ATTEMPT("ada", "guess"), AWAY);
	assert_int_equal(ATTEMPT("ada", "guess"), THROTTLED);
	for (int i = 0; i < 5; i++) /* nothing was guessed: her password is at the office */
		assert_int_equal(ATTEMPT("grace", "office words"), AWAY);
}

/* ---- the memory of HTTP Basic ---- */

static void remembers_a_success_for_a_while(void **state)
{
	struct store *s = *state;
	const int64_t id = user_with_hash(s, "ada", PASSWORD_UNUSABLE);

	office_knows("ada", "office words");
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), RIGHT);
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), RIGHT);
	assert_int_equal(asked, 1);
	assert_int_equal(ATTEMPT("ada", "other words", .remember = true), WRONG);
	assert_int_equal(asked, 2);
	assert_int_equal(ATTEMPT("ada", "office words"), RIGHT); /* the login form always asks */
	assert_int_equal(asked, 3);

	assert_fine(account_set_password(s->db, s->arena, 0, id, password_hash(s->arena, GOOD, &cheap)));
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), RIGHT);
	assert_int_equal(asked, 4); /* another hash is stored: what was remembered is void */
	assert_fine(account_set_active(s->db, s->arena, 0, id, false));
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), WRONG);
}

static void remembers_nothing_when_told_so(void **state)
{
	struct store *s = *state;

	user_with_hash(s, "ada", PASSWORD_UNUSABLE);
	office_knows("ada", "office words");
	accounts_conf.basic_cache_s = 0;
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), RIGHT);
	assert_int_equal(ATTEMPT("ada", "office words", .remember = true), RIGHT);
	assert_int_equal(asked, 2);
}

/* ---- counts of failures ---- */

static void refuses_the_right_password_too_once_the_limit_is_reached(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	for (int i = 0; i < 3; i++)
		assert_int_equal(ATTEMPT("ada", "guess", .at_s = i), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .at_s = 3), THROTTLED);
	assert_int_equal(retry_after_s, 999); /* from the third failure at 2 s */
	assert_int_equal(ATTEMPT("ADA", GOOD, .at_s = 3), THROTTLED);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "192.0.2.2", .at_s = 3), RIGHT);
	assert_int_equal(ATTEMPT("ada", "guess", .at_s = 1001), THROTTLED);
	assert_int_equal(retry_after_s, 1);
	assert_int_equal(ATTEMPT("ada", GOOD, .at_s = 1002), RIGHT);
}

static void forgets_failures_after_the_window(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	assert_int_equal(ATTEMPT("ada", "guess", .at_s = 0), WRONG);
	assert_int_equal(ATTEMPT("ada", "guess", .at_s = 1), WRONG);
	assert_int_equal(ATTEMPT("ada", "guess", .at_s = 100), WRONG); /* the first of a new window */
	assert_int_equal(ATTEMPT("ada", "guess", .at_s = 101), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .at_s = 102), RIGHT);
}

static void a_success_forgets_the_accounts_failures(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	for (int round = 0; round < 3; round++) {
		assert_int_equal(ATTEMPT("ada", "guess"), WRONG);
		assert_int_equal(ATTEMPT("ada", "guess"), WRONG);
		assert_int_equal(ATTEMPT("ada", GOOD), RIGHT);
	}
}

static void an_account_of_ones_own_does_not_clear_the_address(void **state)
{
	struct store *s = *state;

	user(s, "mallory");
	for (int i = 0; i < 8; i++) {
		assert_int_equal(ATTEMPT(arena_printf(s->arena, "victim%d", i), "guess"), WRONG);
		assert_int_equal(ATTEMPT("mallory", GOOD), i < 7 ? RIGHT : THROTTLED);
	}
	assert_int_equal(ATTEMPT("another", "guess"), THROTTLED);
	assert_int_equal(ATTEMPT("another", "guess", .address = "192.0.2.2"), WRONG);
}

static void counts_one_account_over_all_addresses(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	for (int i = 0; i < 5; i++)
		assert_int_equal(ATTEMPT("ada", "guess", .address = arena_printf(s->arena, "192.0.2.%d", i)), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "198.51.100.1"), THROTTLED);
	accounts_conf.account_attempts = 0; /* no such limit */
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "198.51.100.1"), RIGHT);
}

static void counts_an_ipv6_subscriber_as_one(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	assert_int_equal(ATTEMPT("ada", "guess", .address = "2001:db8:1:2::1"), WRONG);
	assert_int_equal(ATTEMPT("ada", "guess", .address = "2001:db8:1:2:ffff::9"), WRONG);
	assert_int_equal(ATTEMPT("ada", "guess", .address = "2001:0DB8:1:2::3"), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "2001:db8:1:2::4"), THROTTLED);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "2001:db8:1:3::4"), RIGHT);
}

static void counts_a_mapped_address_as_the_ipv4_one(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	for (int i = 0; i < 3; i++)
		assert_int_equal(ATTEMPT("ada", "guess", .address = "::ffff:192.0.2.7"), WRONG);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "192.0.2.7"), THROTTLED);
	assert_int_equal(ATTEMPT("ada", GOOD, .address = "::ffff:192.0.2.8"), RIGHT);
}

static void counts_names_that_nobody_has_as_well(void **state)
{
	struct store *s = *state;

	for (int i = 0; i < 3; i++)
		assert_int_equal(ATTEMPT("nobody", "guess"), WRONG);
	assert_int_equal(ATTEMPT("nobody", "guess"), THROTTLED);
	assert_int_equal(ATTEMPT("NoBody", "guess"), THROTTLED);
}

static void keeps_no_name_and_no_address(void **state)
{
	struct store *s = *state;
	int64_t n;

	assert_int_equal(ATTEMPT("my secret by mistake", "guess"), WRONG);
	assert_fine(db_number(s->db, s->arena,
	                      "SELECT COUNT(*) FROM account_throttle WHERE LENGTH(key_hash) = 32"
	                      " AND INSTR(key_hash, 'mistake') = 0 AND INSTR(key_hash, '192') = 0",
	                      DB_NONE, &n));
	assert_int_equal(n, 3);
}

static void a_limit_outlives_the_program(void **state)
{
	struct store *s = *state;

	user(s, "ada");
	for (int i = 0; i < 3; i++)
		assert_int_equal(ATTEMPT("ada", "guess"), WRONG);
	basic_cache_clear(); /* all that a process keeps */
	assert_int_equal(attempt_on(store_connect(s, 0), s->arena, TRY_WITH("ada", GOOD)), THROTTLED);
}

static void sweeps_what_is_forgotten(void **state)
{
	struct store *s = *state;
	const struct instant then = { (INT64_C(1800000000) + 100) * US_PER_S };
	int64_t gone;

	assert_int_equal(ATTEMPT("ada", "guess"), WRONG);
	assert_fine(throttle_sweep(s->db, s->arena, clock_after_s(then, -1), 100, &gone));
	assert_int_equal(gone, 0);
	assert_fine(throttle_sweep(s->db, s->arena, then, 2, &gone));
	assert_int_equal(gone, 2);
	assert_fine(throttle_sweep(s->db, s->arena, then, 2, &gone));
	assert_int_equal(gone, 1);
}

/* However many guess at once, as many as the limit are told that they are wrong, and every one is counted. */
#define GUESSERS 12
static void counts_parallel_failures_one_by_one(void **state)
{
	struct store *s = *state;
	pid_t children[GUESSERS];
	int outcomes[4] = { 0 };
	int64_t counted;

	accounts_conf.login_attempts = 7;
	accounts_conf.account_attempts = 0;
	accounts_conf.address_attempts = 1000;
	user(s, "ada");
	for (int i = 0; i < GUESSERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit((int)attempt_on(store_connect(s, 0), s->arena, TRY_WITH("ada", "guess")));
	}
	for (int i = 0; i < GUESSERS; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), WRONG, AWAY);
		outcomes[WEXITSTATUS(status)]++;
	}
	assert_int_equal(outcomes[WRONG], 7);
	assert_int_equal(outcomes[THROTTLED], GUESSERS - 7);
	/* those that got as far as a check are all there: the pair's count is the address's count */
	assert_fine(db_number(s->db, s->arena, "SELECT COUNT(DISTINCT failures) FROM account_throttle", DB_NONE, &counted));
	assert_int_equal(counted, 1);
	assert_fine(db_number(s->db, s->arena, "SELECT MIN(failures) FROM account_throttle", DB_NONE, &counted));
	assert_in_range(counted, 7, GUESSERS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(tells_right_from_wrong),
		TEST(finds_the_account_in_any_case_and_gives_its_own_name),
		TEST(an_inactive_account_is_wrong_like_any_other),
		TEST(an_unusable_password_matches_nothing),
		TEST(renews_an_old_hash_at_a_success_only),
		TEST(hashes_do_not_count_when_the_setting_says_so),
		TEST(asks_the_source_after_the_hash),
		TEST(makes_an_account_for_a_stranger_at_login_only),
		TEST(asks_the_source_for_plain_names_spelled_as_stored),
		TEST(counts_guesses_at_the_hash_while_the_source_is_away),
		TEST(remembers_a_success_for_a_while),
		TEST(remembers_nothing_when_told_so),
		TEST(refuses_the_right_password_too_once_the_limit_is_reached),
		TEST(forgets_failures_after_the_window),
		TEST(a_success_forgets_the_accounts_failures),
		TEST(an_account_of_ones_own_does_not_clear_the_address),
		TEST(counts_one_account_over_all_addresses),
		TEST(counts_an_ipv6_subscriber_as_one),
		TEST(counts_a_mapped_address_as_the_ipv4_one),
		TEST(counts_names_that_nobody_has_as_well),
		TEST(keeps_no_name_and_no_address),
		TEST(a_limit_outlives_the_program),
		TEST(sweeps_what_is_forgotten),
		TEST(counts_parallel_failures_one_by_one),
	};

	return STORE_RUN(tests);
}
