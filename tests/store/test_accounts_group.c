/* test_accounts_group.c - groups, memberships, permissions, and who sees what, as rows. */
#include "tests/store/store.h"

#include <string.h>

#include "app/accounts/account.h"
#include "app/accounts/password.h"
#include "lib/base/text.h"
#include "lib/web/request.h"

static int64_t user(struct store *s, const char *name)
{
	struct account made;

	assert_fine(account_add(s->db, s->arena, name, &made));
	return made.id;
}

static int64_t group(struct store *s, const char *name)
{
	int64_t id = 0;

	assert_fine(group_create(s->db, s->arena, 0, name, &id));
	return id;
}

static int64_t count(struct store *s, const char *sql)
{
	int64_t n = -1;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	return n;
}

static void has_message(const struct problem *p, const char *field, const char *message)
{
	assert_non_null(p);
	assert_non_null(p->fields);
	assert_string_equal(p->fields->field, field);
	assert_string_equal(p->fields->message, message);
}

static bool held(struct store *s, int64_t user_id, const char *permission)
{
	bool out = false;

	assert_fine(permission_held(s->db, s->arena, user_id, permission, &out));
	return out;
}

/* ---- groups ---- */

static void a_groups_name_is_unique_whatever_its_case(void **state)
{
	struct store *s = *state;
	int64_t ants = group(s, "ants"), bees = group(s, "bees"), id;

	has_message(group_create(s->db, s->arena, 0, "ANTS", &id), "name", "group with this name already exists.");
	has_message(group_change(s->db, s->arena, 0, bees, "Ants"), "name", "group with this name already exists.");
	assert_fine(group_change(s->db, s->arena, 0, ants, "Ants"));
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_audit WHERE object_kind = 'group'"), 3);
}

static void a_group_that_is_gone_is_not_found(void **state)
{
	struct store *s = *state;
	int64_t ants = group(s, "ants"), ada = user(s, "ada");

	assert_fine(membership_set(s->db, s->arena, ada, &ants, 1));
	assert_fine(group_remove(s->db, s->arena, 0, ants));
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_membership"), 0);
	assert_problem(group_remove(s->db, s->arena, 0, ants), PROBLEM_NOT_FOUND);
	assert_problem(group_change(s->db, s->arena, 0, ants, "x"), PROBLEM_NOT_FOUND);
	has_message(account_change(s->db, s->arena, 0,
	                           &(struct user_change){ .id = ada, .group_ids = &ants, .group_count = 1 }),
	            "groups", MSG_LINK_GONE);
}

static void memberships_are_replaced_as_a_set(void **state)
{
	struct store *s = *state;
	const int64_t ids[] = { group(s, "ants"), group(s, "bees") }, twice[] = { ids[1], ids[1] };
	const int64_t ada = user(s, "ada");
	struct user_seen seen;

	assert_fine(membership_set(s->db, s->arena, ada, ids, 2));
	assert_fine(user_see(s->db, s->arena, 0, ada, &seen));
	assert_string_equal(seen.group_ids, arena_printf(s->arena, "%lld,%lld", (long long)ids[0], (long long)ids[1]));
	assert_fine(membership_set(s->db, s->arena, ada, twice, 2));
	assert_fine(user_see(s->db, s->arena, 0, ada, &seen));
	assert_string_equal(seen.group_ids, arena_printf(s->arena, "%lld", (long long)ids[1]));
	assert_fine(membership_set(s->db, s->arena, ada, NULL, 0));
	assert_fine(user_see(s->db, s->arena, 0, ada, &seen));
	assert_string_equal(seen.group_ids, "");
}

/* ---- changes of an account ---- */

static void a_change_leaves_what_it_does_not_name(void **state)
{
	struct store *s = *state;
	const int64_t ants = group(s, "ants"), ada = user(s, "ada");
	struct user_seen seen;

	assert_fine(
		account_change(s->db, s->arena, 0,
	                   &(struct user_change){ .id = ada, .email = "a@b.org", .group_ids = &ants, .group_count = 1 }));
	assert_fine(account_change(s->db, s->arena, ada, &(struct user_change){ .id = ada, .username = "Ada" }));
	assert_fine(user_see(s->db, s->arena, 0, ada, &seen));
	assert_string_equal(seen.username, "Ada");
	assert_string_equal(seen.email, "a@b.org");
	assert_true(*seen.group_ids);
	assert_int_equal(count(s,
	                       "SELECT COUNT(*) FROM account_audit WHERE action = 'change' AND"
	                       " detail = '[{\"changed\":{\"fields\":[\"email\",\"groups\"]}}]'"),
	                 1);
	assert_problem(account_change(s->db, s->arena, 0, &(struct user_change){ .id = 99999, .email = "x" }),
	               PROBLEM_NOT_FOUND);
}

static void a_taken_name_is_refused_and_nothing_else_is_changed(void **state)
{
	struct store *s = *state;
	const int64_t ada = user(s, "ada");
	struct user_seen seen;

	user(s, "bob");
	has_message(account_change(s->db, s->arena, 0,
	                           &(struct user_change){ .id = ada, .username = "BOB", .email = "a@b.org" }),
	            "username", "A user with that username already exists.");
	assert_fine(user_see(s->db, s->arena, 0, ada, &seen));
	assert_string_equal(seen.email, "");
}

static void a_new_password_ends_all_sessions(void **state)
{
	struct store *s = *state;
	const int64_t ada = user(s, "ada");
	const struct instant now = clock_now();
	char hash[32] = "0123456789012345678901234567890";
	int64_t id;

	assert_fine(session_insert(s->db, s->arena,
	                           &(struct session_ask){ .token_hash = { hash, sizeof(hash) },
	                                                  .user_id = ada,
	                                                  .created_at = now,
	                                                  .expires_at = clock_after_s(now, 60) },
	                           &id));
	assert_fine(account_change(s->db, s->arena, 0, &(struct user_change){ .id = ada, .email = "a@b.org" }));
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_session"), 1);
	assert_fine(account_change(s->db, s->arena, 0, &(struct user_change){ .id = ada, .password_hash = "!x" }));
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_session"), 0);
}

static void letters_of_any_script_are_for_who_asks_for_them(void **state)
{
	struct store *s = *state;
	struct user_ask ask = { .username = "Ольга", .password_hash = PASSWORD_UNUSABLE };
	struct account made;

	has_message(account_create(s->db, s->arena, 0, &ask, &made), "username", MSG_USERNAME_INVALID);
	ask.any_letters = true;
	assert_fine(account_create(s->db, s->arena, 0, &ask, &made));
	assert_string_equal(made.username, "Ольга");
}

/* ---- permissions ---- */

static void a_permission_is_held_by_itself_or_by_a_group(void **state)
{
	struct store *s = *state;
	const int64_t ada = user(s, "ada"), bob = user(s, "bob"), ants = group(s, "ants");
	bool empowers = true;

	assert_fine(group_empowers(s->db, s->arena, ants, &empowers));
	assert_false(empowers);
	assert_fine(
		db_run(s->db, s->arena,
	           arena_printf(s->arena, "INSERT INTO account_user_permission VALUES (%lld, 'x.y')", (long long)ada),
	           DB_NONE, NULL));
	assert_fine(
		db_run(s->db, s->arena,
	           arena_printf(s->arena, "INSERT INTO account_group_permission VALUES (%lld, 'x.z')", (long long)ants),
	           DB_NONE, NULL));
	assert_fine(membership_set(s->db, s->arena, bob, &ants, 1));
	assert_true(held(s, ada, "x.y"));
	assert_false(held(s, ada, "x.z"));
	assert_true(held(s, bob, "x.z"));
	assert_false(held(s, bob, "x.y"));
	assert_fine(group_empowers(s->db, s->arena, ants, &empowers));
	assert_true(empowers);
}

/* ---- who sees what ---- */

static void a_user_sees_the_own_account_and_the_own_groups(void **state)
{
	struct store *s = *state;
	const int64_t ada = user(s, "ada"), bob = user(s, "bob"), ants = group(s, "ants"), bees = group(s, "bees");
	struct user_seen one;
	struct group_seen a_group;
	struct list list;
	int64_t n;

	assert_fine(membership_set(s->db, s->arena, ada, &ants, 1));
	assert_fine(user_see(s->db, s->arena, ada, ada, &one));
	assert_problem(user_see(s->db, s->arena, ada, bob, &one), PROBLEM_NOT_FOUND);
	assert_fine(user_see_list(s->db, s->arena, ada, 0, 10, &list));
	assert_int_equal(list.count, 1);
	assert_fine(user_see_count(s->db, s->arena, ada, &n));
	assert_int_equal(n, 1);
	assert_fine(user_see_count(s->db, s->arena, 0, &n));
	assert_int_equal(n, 2);
	assert_fine(group_see(s->db, s->arena, ada, ants, &a_group));
	assert_problem(group_see(s->db, s->arena, ada, bees, &a_group), PROBLEM_NOT_FOUND);
	assert_fine(group_see_list(s->db, s->arena, ada, 0, 10, &list));
	assert_int_equal(list.count, 1);
	assert_fine(group_see_count(s->db, s->arena, 0, &n));
	assert_int_equal(n, 2);
}

static void users_who_joined_at_one_instant_are_told_apart_by_number(void **state)
{
	struct store *s = *state;
	struct list list;
	const struct user_seen *users;
	struct instant at;
	int64_t ids[5];

	for (size_t i = 0; i < 5; i++)
		ids[i] = user(s, arena_printf(s->arena, "u%zu", i));
	assert_fine(
		db_run(s->db, s->arena, "UPDATE account_user SET joined_at = '2018-01-02 03:04:05.000006'", DB_NONE, NULL));
	assert_fine(user_see_list(s->db, s->arena, 0, 0, 10, &list));
	users = list.items;
	assert_int_equal(list.count, 5);
	assert_int_equal(users[0].id, ids[4]);
	at = users[2].joined_at;
	assert_fine(user_see_beyond(s->db, s->arena, 0, at, ids[2], false, 10, &list));
	users = list.items;
	assert_int_equal(list.count, 2);
	assert_int_equal(users[0].id, ids[1]);
	assert_fine(user_see_beyond(s->db, s->arena, 0, at, ids[2], true, 10, &list));
	users = list.items;
	assert_int_equal(list.count, 2);
	assert_int_equal(users[0].id, ids[3]);
}

/* Rows that the server sorted for this connection. */
static int64_t sorted_rows(struct store *s)
{
	return count(s,
	             "SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status"
	             " WHERE variable_name = 'SORT_ROWS'");
}

static void the_next_part_of_many_users_is_read_without_sorting_them(void **state)
{
	struct store *s = *state;
	struct user_seen last;
	struct list list;
	int64_t before;

	assert_fine(db_run(s->db, s->arena,
	                   "INSERT INTO account_user (uuid, username, password_hash, joined_at)"
	                   " SELECT UUID(), CONCAT('u', seq), '!', '2026-01-01' + INTERVAL seq MINUTE FROM seq_1_to_3000",
	                   DB_NONE, NULL));
	assert_fine(user_see_list(s->db, s->arena, 0, 1400, 100, &list));
	last = ((const struct user_seen *)list.items)[99];
	before = sorted_rows(s);
	assert_fine(user_see_beyond(s->db, s->arena, 0, last.joined_at, last.id, false, 100, &list));
	assert_string_equal(((const struct user_seen *)list.items)[0].username, "u1500");
	assert_fine(user_see_beyond(s->db, s->arena, 0, last.joined_at, last.id, true, 100, &list));
	assert_string_equal(((const struct user_seen *)list.items)[0].username, "u1502");
	assert_int_equal(sorted_rows(s) - before, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(a_groups_name_is_unique_whatever_its_case),
		STORE_TEST(a_group_that_is_gone_is_not_found),
		STORE_TEST(memberships_are_replaced_as_a_set),
		STORE_TEST(a_change_leaves_what_it_does_not_name),
		STORE_TEST(a_taken_name_is_refused_and_nothing_else_is_changed),
		STORE_TEST(a_new_password_ends_all_sessions),
		STORE_TEST(letters_of_any_script_are_for_who_asks_for_them),
		STORE_TEST(a_permission_is_held_by_itself_or_by_a_group),
		STORE_TEST(a_user_sees_the_own_account_and_the_own_groups),
		STORE_TEST(users_who_joined_at_one_instant_are_told_apart_by_number),
		STORE_TEST(the_next_part_of_many_users_is_read_without_sorting_them),
	};

	return STORE_RUN(tests);
}
