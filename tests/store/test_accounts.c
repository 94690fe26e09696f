/* test_accounts.c - accounts as rows: users, sessions, tokens and the audit trail. */
#include "tests/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/accounts/account.h"
#include "app/accounts/identity.h"
#include "app/accounts/password.h"
#include "app/accounts/problems.h"
#include "lib/base/seal.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"

#define DAY_S 86400

static int begin(void **state)
{
	store_begin(state);
	struct store *s = *state;
	assert_fine(seal_key_load(s->arena, store_path(s, "accounts-test.key"), true));
	return 0;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, store_end)

static struct account user(struct store *s, const char *name)
{
	struct account made;

	assert_fine(account_add(s->db, s->arena, name, &made));
	return made;
}

static struct account superuser(struct store *s, const char *name)
{
	struct account made = user(s, name);

	assert_fine(account_set_superuser(s->db, s->arena, made.id, true));
	return made;
}

static int64_t count(struct store *s, const char *sql, int64_t id)
{
	int64_t n = -1;

	assert_fine(db_number(s->db, s->arena, sql, DB_ARGS(db_int(id)), &n));
	return n;
}

static const char *message_of(const struct problem *p)
{
	return p && p->fields ? p->fields->message : "";
}

/* ---- users ---- */

static void makes_an_account_without_a_usable_password(void **state)
{
	struct store *s = *state;
	struct account made = user(s, "ada"), found;
	struct credential credential;
	bool known;

	assert_true(made.id > 0);
	assert_string_equal(made.username, "ada");
	assert_string_equal(made.email, "");
	assert_true(uuid_valid(made.uuid));
	assert_true(made.active);
	assert_false(made.superuser);
	assert_false(made.staff);
	assert_true(instant_is_none(made.last_login_at));
	assert_fine(account_find(s->db, s->arena, "ada", &found));
	assert_int_equal(found.id, made.id);
	assert_string_equal(found.uuid, made.uuid);
	assert_fine(credential_find(s->db, s->arena, "ada", &credential, &known));
	assert_true(known);
	assert_false(password_usable(credential.password_hash));
}

static void refuses_a_taken_name_in_any_case(void **state)
{
	struct store *s = *state;
	struct account out;

	user(s, "ada");
	struct problem *p = account_add(s->db, s->arena, "ada", &out);
	assert_problem(p, PROBLEM_FIELDS);
	assert_string_equal(message_of(p), "A user with that username already exists.");
	assert_problem(account_add(s->db, s->arena, "Ada", &out), PROBLEM_FIELDS);
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_user WHERE ? = 0", 0), 1);
}

static void refuses_a_bad_name_and_a_bad_mail_address_together(void **state)
{
	struct store *s = *state;
	struct account out;
	struct problem *p =
		account_create(s->db, s->arena, 0,
	                   &(struct user_ask){
						   .username = "x y/z", .email = "nowhere", .password_hash = PASSWORD_UNUSABLE },
	                   &out);

	assert_problem(p, PROBLEM_FIELDS);
	assert_string_equal(p->fields->field, "username");
	assert_non_null(p->fields->next);
	assert_string_equal(p->fields->next->field, "email");
	assert_problem(account_add(s->db, s->arena, "..", &out), PROBLEM_FIELDS);
}

static void finds_names_byte_for_byte_and_credentials_in_any_case(void **state)
{
	struct store *s = *state;
	struct account made = user(s, "ada"), out;
	struct credential credential;
	bool known;

	assert_problem(account_find(s->db, s->arena, "Ada", &out), PROBLEM_NOT_FOUND);
	assert_problem(account_find(s->db, s->arena, "ada ", &out), PROBLEM_NOT_FOUND);
	assert_problem(account_find(s->db, s->arena, "grace", &out), PROBLEM_NOT_FOUND);
	assert_problem(account_find_id(s->db, s->arena, made.id + 1, &out), PROBLEM_NOT_FOUND);
	assert_fine(credential_find(s->db, s->arena, "ADA", &credential, &known));
	assert_true(known);
	assert_string_equal(credential.username, "ada");
	assert_fine(credential_find(s->db, s->arena, "ada ", &credential, &known));
	assert_false(known);
}

static void keeps_the_last_active_superuser(void **state)
{
	struct store *s = *state;
	struct account ada = superuser(s, "ada"), grace = superuser(s, "grace"), found;

	assert_fine(account_set_superuser(s->db, s->arena, ada.id, false));
	assert_fine(account_set_superuser(s->db, s->arena, ada.id, false)); /* nothing to do is fine */
	assert_problem(account_set_superuser(s->db, s->arena, grace.id, false), PROBLEM_LAST_SUPERUSER);
	assert_problem(account_set_active(s->db, s->arena, 0, grace.id, false), PROBLEM_LAST_SUPERUSER);
	assert_problem(account_remove(s->db, s->arena, 0, grace.id), PROBLEM_LAST_SUPERUSER);
	assert_fine(account_find_id(s->db, s->arena, grace.id, &found));
	assert_true(found.superuser && found.active);

	/* one who cannot log in does not count */
	assert_fine(account_set_superuser(s->db, s->arena, ada.id, true));
	assert_fine(account_set_active(s->db, s->arena, 0, ada.id, false));
	assert_problem(account_set_superuser(s->db, s->arena, grace.id, false), PROBLEM_LAST_SUPERUSER);
	assert_problem(account_set_superuser(s->db, s->arena, grace.id + 100, true), PROBLEM_NOT_FOUND);
	assert_problem(account_set_superuser(s->db, s->arena, grace.id + 100, false), PROBLEM_NOT_FOUND);
}

/* Two superusers demote each other at the same instant, again and again: one always stays. */
static void keeps_the_last_superuser_in_a_race(void **state)
{
	struct store *s = *state;

	for (int round = 0; round < 10; round++) {
		const int64_t ids[2] = { superuser(s, arena_printf(s->arena, "a%d", round)).id,
			                     superuser(s, arena_printf(s->arena, "b%d", round)).id };
		pid_t children[2];
		int refused = 0;

		for (int i = 0; i < 2; i++) {
			children[i] = fork();
			if (children[i] == 0) {
				struct problem *p = account_set_superuser(store_connect(s, 0), s->arena, ids[i], false);
				_exit(!p ? 0 : problem_is(p, &PROBLEM_LAST_SUPERUSER) ? 1 : 2);
			}
		}
		for (int i = 0; i < 2; i++) {
			int status;
			assert_int_equal(waitpid(children[i], &status, 0), children[i]);
			assert_true(WIFEXITED(status));
			assert_in_range(WEXITSTATUS(status), 0, 1);
			refused += WEXITSTATUS(status);
		}
		assert_int_equal(refused, 1);
		assert_int_equal(count(s, "SELECT COUNT(*) FROM account_user WHERE superuser = 1 AND active = 1 AND ? = 0", 0),
		                 1);
		/* the one that is left makes room for the next round */
		assert_fine(db_run(s->db, s->arena, "UPDATE account_user SET superuser = 0", DB_NONE, NULL));
	}
}

static void removes_a_user_with_all_that_is_his(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	const struct instant now = clock_now();
	const char *token;
	int64_t id;

	assert_fine(session_insert(s->db, s->arena,
	                           &(struct session_ask){ .token_hash = session_hash(s->arena, "x"),
	                                                  .user_id = ada.id,
	                                                  .created_at = now,
	                                                  .expires_at = clock_after_s(now, 1) },
	                           &id));
	assert_fine(account_new_token(s->db, s->arena, 0, ada.id, &token));
	assert_fine(account_remove(s->db, s->arena, 0, ada.id));
	assert_problem(account_find(s->db, s->arena, "ada", &ada), PROBLEM_NOT_FOUND);
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_session WHERE user_id = ?", ada.id), 0);
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_token WHERE user_id = ?", ada.id), 0);
	/* the trail stays, with the name */
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_audit WHERE object_id = ? AND object_name = 'ada'", ada.id),
	                 3);
	assert_problem(account_remove(s->db, s->arena, 0, ada.id), PROBLEM_NOT_FOUND);
}

/* ---- lists ---- */

static const char *names_of(struct store *s, struct list list)
{
	const struct account *items = list.items;
	struct buf b;

	buf_init(&b, s->arena, 4096);
	for (size_t i = 0; i < list.count; i++)
		buf_printf(&b, "%s%s", i ? " " : "", items[i].username);
	return buf_string(&b);
}

static const char *page(struct store *s, const char *search, const char *ordering, int64_t offset, int64_t limit)
{
	struct list list;

	assert_fine(account_page(s->db, s->arena, search, ordering, offset, limit, &list));
	return names_of(s, list);
}

static int64_t counted(struct store *s, const char *search)
{
	int64_t n;

	assert_fine(account_count(s->db, s->arena, search, &n));
	return n;
}

static void pages_orders_and_searches_users(void **state)
{
	struct store *s = *state;

	user(s, "grace");
	user(s, "ada");
	user(s, "Alan");
	user(s, "ada_2");
	assert_string_equal(page(s, NULL, NULL, 0, 10), "grace ada Alan ada_2");
	assert_string_equal(page(s, NULL, "-id", 0, 10), "ada_2 Alan ada grace");
	assert_string_equal(page(s, NULL, "username", 0, 2), "ada ada_2");
	assert_string_equal(page(s, NULL, "username", 2, 2), "Alan grace");
	assert_string_equal(page(s, NULL, "password_hash,-username", 0, 1), "grace"); /* unknown names are passed over */
	assert_string_equal(page(s, NULL, "nonsense", 0, 1), "grace");
	assert_string_equal(page(s, "ADA", "username", 0, 10), "ada ada_2");
	assert_string_equal(page(s, "a_", "username", 0, 10), "ada_2"); /* _ is no wildcard */
	assert_string_equal(page(s, "%", "username", 0, 10), "");
	assert_string_equal(page(s, "a, 2", "username", 0, 10), "ada_2"); /* every term counts */
	assert_int_equal(counted(s, NULL), 4);
	assert_int_equal(counted(s, "ada"), 2);
	assert_int_equal(counted(s, "nobody"), 0);
}

static void lists_users_piece_by_piece(void **state)
{
	struct store *s = *state;
	struct list list;

	user(s, "grace");
	user(s, "ada");
	user(s, "Alan");
	assert_fine(user_list(s->db, s->arena, NULL, "", 2, &list));
	assert_string_equal(names_of(s, list), "ada Alan");
	assert_fine(user_list(s->db, s->arena, NULL, "Alan", 2, &list));
	assert_string_equal(names_of(s, list), "grace");
	assert_fine(user_list(s->db, s->arena, "AC", "", 2, &list));
	assert_string_equal(names_of(s, list), "grace");
}

/* ---- passwords ---- */

static const char *hash_of(struct store *s, const char *name)
{
	struct credential c;
	bool known;

	assert_fine(credential_find(s->db, s->arena, name, &c, &known));
	assert_true(known);
	return c.password_hash;
}

static void renews_only_the_hash_it_has_seen(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");

	assert_fine(user_renew_password(s->db, s->arena, ada.id, "an older one", "better"));
	assert_string_equal(hash_of(s, "ada"), PASSWORD_UNUSABLE);
	assert_fine(user_renew_password(s->db, s->arena, ada.id, PASSWORD_UNUSABLE, "better"));
	assert_string_equal(hash_of(s, "ada"), "better");
}

/* ---- sessions ---- */

static struct bytes session(struct store *s, int64_t user_id, const char *key, struct instant from, int64_t lasts_s)
{
	const struct bytes hash = session_hash(s->arena, key);
	int64_t id = 0;

	assert_fine(session_insert(s->db, s->arena,
	                           &(struct session_ask){ .token_hash = hash,
	                                                  .user_id = user_id,
	                                                  .created_at = from,
	                                                  .expires_at = clock_after_s(from, lasts_s),
	                                                  .address = "2001:db8::1" },
	                           &id));
	assert_true(id > 0);
	return hash;
}

static bool lives(struct store *s, struct bytes hash, struct instant at)
{
	struct session out;
	bool found;

	assert_fine(session_find(s->db, s->arena, hash, at, &out, &found));
	return found;
}

static void finds_a_session_until_it_ends(void **state)
{
	struct store *s = *state;
	struct account ada = superuser(s, "ada");
	const struct instant now = clock_now();
	const struct bytes hash = session(s, ada.id, "one", now, 14 * DAY_S);
	struct session out;
	bool found;

	assert_fine(session_find(s->db, s->arena, hash, now, &out, &found));
	assert_true(found);
	assert_int_equal(out.user_id, ada.id);
	assert_string_equal(out.username, "ada");
	assert_true(out.superuser);
	assert_true(lives(s, hash, clock_after_s(now, 14 * DAY_S - 1)));
	assert_false(lives(s, hash, clock_after_s(now, 14 * DAY_S)));
	assert_false(lives(s, session_hash(s->arena, "two"), now));
	assert_fine(session_delete(s->db, s->arena, hash));
	assert_false(lives(s, hash, now));
	assert_fine(session_delete(s->db, s->arena, hash)); /* again is fine */
}

static void keeps_no_key_of_a_session(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	const char *key = "0123456789abcdefghijklmnopqrstuv";

	session(s, ada.id, key, clock_now(), DAY_S);
	assert_int_equal(count(s,
	                       "SELECT COUNT(*) FROM account_session WHERE user_id = ?"
	                       " AND token_hash <> '0123456789abcdefghijklmnopqrstuv' AND LENGTH(token_hash) = 32",
	                       ada.id),
	                 1);
	/* the same text means another hash as a token */
	assert_memory_not_equal(session_hash(s->arena, key).data, token_hash(s->arena, key).data, SEAL_HASH_BYTES);
}

static void a_deactivated_user_has_no_sessions(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	const struct instant now = clock_now();
	const struct bytes hash = session(s, ada.id, "one", now, DAY_S);

	assert_fine(account_set_active(s->db, s->arena, 0, ada.id, false));
	assert_false(lives(s, hash, now));
	assert_fine(account_set_active(s->db, s->arena, 0, ada.id, true));
	assert_false(lives(s, hash, now)); /* it ended; it was not only hidden */

	/* a row that came by another way opens nothing while the user is inactive */
	assert_fine(account_set_active(s->db, s->arena, 0, ada.id, false));
	assert_false(lives(s, session(s, ada.id, "two", now, DAY_S), now));
}

static void a_new_password_ends_the_users_sessions_and_no_others(void **state)
{
	struct store *s = *state;
	const struct instant now = clock_now();
	struct account ada = user(s, "ada"), grace = user(s, "grace");
	const struct bytes hers = session(s, ada.id, "one", now, DAY_S), other = session(s, grace.id, "two", now, DAY_S);

	assert_fine(account_set_password(s->db, s->arena, 0, ada.id, "$argon2id$x"));
	assert_string_equal(hash_of(s, "ada"), "$argon2id$x");
	assert_false(lives(s, hers, now));
	assert_true(lives(s, other, now));
	assert_problem(account_set_password(s->db, s->arena, 0, grace.id + 100, "x"), PROBLEM_NOT_FOUND);
}

static void sweeps_expired_sessions_in_batches(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	const struct instant now = clock_now();
	int64_t gone;

	for (int i = 0; i < 5; i++)
		session(s, ada.id, arena_printf(s->arena, "old %d", i), clock_after_s(now, -2 * DAY_S), DAY_S);
	const struct bytes live = session(s, ada.id, "live", now, DAY_S);
	assert_fine(session_sweep(s->db, s->arena, now, 3, &gone));
	assert_int_equal(gone, 3);
	assert_fine(session_sweep(s->db, s->arena, now, 3, &gone));
	assert_int_equal(gone, 2);
	assert_fine(session_sweep(s->db, s->arena, now, 3, &gone));
	assert_int_equal(gone, 0);
	assert_true(lives(s, live, now));
}

/* ---- tokens ---- */

static void a_new_token_takes_the_place_of_the_old(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	struct credential owner;
	const char *first, *second;
	bool found, had;

	assert_fine(account_new_token(s->db, s->arena, 0, ada.id, &first));
	assert_int_equal(strlen(first), 40);
	assert_int_equal(strspn(first, "0123456789abcdef"), 40);
	assert_fine(token_find(s->db, s->arena, token_hash(s->arena, first), &owner, &found));
	assert_true(found);
	assert_int_equal(owner.id, ada.id);
	assert_true(owner.active);

	assert_fine(account_new_token(s->db, s->arena, 0, ada.id, &second));
	assert_fine(token_find(s->db, s->arena, token_hash(s->arena, first), &owner, &found));
	assert_false(found);
	assert_fine(token_find(s->db, s->arena, token_hash(s->arena, second), &owner, &found));
	assert_true(found);

	assert_fine(account_revoke_token(s->db, s->arena, 0, ada.id, &had));
	assert_true(had);
	assert_fine(token_find(s->db, s->arena, token_hash(s->arena, second), &owner, &found));
	assert_false(found);
	assert_fine(account_revoke_token(s->db, s->arena, 0, ada.id, &had));
	assert_false(had);
	assert_problem(account_new_token(s->db, s->arena, 0, ada.id + 100, &first), PROBLEM_NOT_FOUND);
}

/* ---- the audit trail ---- */

struct audited {
	struct maybe_int actor_id;
	const char *actor_name, *action, *object_kind, *object_name, *detail;
	int64_t object_id;
};
static const struct field audited_fields[] = {
	FIELD_OUT(struct audited, actor_id, ""),    FIELD_OUT(struct audited, actor_name, ""),
	FIELD_OUT(struct audited, action, ""),      FIELD_OUT(struct audited, object_kind, ""),
	FIELD_OUT(struct audited, object_name, ""), FIELD_OUT(struct audited, detail, ""),
	FIELD_OUT(struct audited, object_id, ""),   FIELD_END
};
static const struct shape audited_row = SHAPE("Audited", struct audited, audited_fields);

static struct audited last_audit(struct store *s)
{
	struct audited out;

	assert_fine(db_one(s->db, s->arena,
	                   "SELECT actor_id, actor_name, action, object_kind, object_name, detail, object_id"
	                   "  FROM account_audit ORDER BY id DESC LIMIT 1",
	                   DB_NONE, &audited_row, &out));
	return out;
}

static void writes_who_did_what_with_the_names_of_then(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada"), grace = user(s, "grace");

	assert_fine(account_promote(s->db, s->arena, ada.id, grace.id, true));
	assert_fine(
		db_run(s->db, s->arena, "UPDATE account_user SET username = 'augusta' WHERE username = 'ada'", DB_NONE, NULL));
	struct audited line = last_audit(s);
	assert_true(line.actor_id.set);
	assert_int_equal(line.actor_id.n, ada.id);
	assert_string_equal(line.actor_name, "ada");
	assert_string_equal(line.action, "promote");
	assert_string_equal(line.object_kind, "user");
	assert_int_equal(line.object_id, grace.id);
	assert_string_equal(line.object_name, "grace");

	assert_fine(audit_add(s->db, s->arena, 0, "image.add", "image", 7, "base_image", "by file"));
	line = last_audit(s);
	assert_false(line.actor_id.set);
	assert_string_equal(line.actor_name, "");
	assert_string_equal(line.detail, "by file");
}

static void cuts_long_names_at_a_character(void **state)
{
	struct store *s = *state;
	char *name = arena_alloc(s->arena, 601);

	for (int i = 0; i < 300; i++)
		memcpy(name + 2 * i, "\xc3\xa4", 2);
	assert_fine(audit_add(s->db, s->arena, 0, "x", "x", 1, name, NULL));
	assert_int_equal(utf8_length(last_audit(s).object_name), 255);
}

static void a_refused_change_leaves_no_trace(void **state)
{
	struct store *s = *state;
	struct account ada = superuser(s, "ada");
	const int64_t before = count(s, "SELECT COUNT(*) FROM account_audit WHERE ? = 0", 0);

	assert_problem(account_promote(s->db, s->arena, 0, ada.id, false), PROBLEM_LAST_SUPERUSER);
	assert_problem(account_set_active(s->db, s->arena, 0, ada.id, false), PROBLEM_LAST_SUPERUSER);
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_audit WHERE ? = 0", 0), before);
}

/* ---- what the tables themselves refuse ---- */

static void stores_no_illegal_state(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	const struct instant now = clock_now();
	int64_t id;

	assert_problem(db_run(s->db, s->arena, "UPDATE account_user SET username = ''", DB_NONE, NULL), PROBLEM_DB_CHECK);
	assert_problem(db_run(s->db, s->arena, "UPDATE account_user SET active = 2", DB_NONE, NULL), PROBLEM_DB_CHECK);
	assert_problem(session_insert(s->db, s->arena,
	                              &(struct session_ask){ .token_hash = session_hash(s->arena, "x"),
	                                                     .user_id = ada.id + 100,
	                                                     .created_at = now,
	                                                     .expires_at = clock_after_s(now, 1) },
	                              &id),
	               PROBLEM_DB_REFERENCE);
	assert_problem(session_insert(s->db, s->arena,
	                              &(struct session_ask){ .token_hash = session_hash(s->arena, "x"),
	                                                     .user_id = ada.id,
	                                                     .created_at = now,
	                                                     .expires_at = now },
	                              &id),
	               PROBLEM_DB_CHECK);
	session(s, ada.id, "x", now, 1);
	assert_problem(session_insert(s->db, s->arena,
	                              &(struct session_ask){ .token_hash = session_hash(s->arena, "x"),
	                                                     .user_id = ada.id,
	                                                     .created_at = now,
	                                                     .expires_at = clock_after_s(now, 1) },
	                              &id),
	               PROBLEM_DB_DUPLICATE);
}

static void models_groups_and_permissions(void **state)
{
	struct store *s = *state;
	struct account ada = user(s, "ada");
	struct db_done done;

	assert_fine(db_run(s->db, s->arena, "INSERT INTO account_group (name) VALUES ('Beamline staff')", DB_NONE, &done));
	const struct db_args link = DB_ARGS(db_int(ada.id), db_int(done.insert_id));
	assert_fine(
		db_run(s->db, s->arena, "INSERT INTO account_membership (user_id, group_id) VALUES (?, ?)", link, NULL));
	assert_problem(db_run(s->db, s->arena, "INSERT INTO account_membership (user_id, group_id) VALUES (?, ?)", link,
	                      NULL),
	               PROBLEM_DB_DUPLICATE);
	assert_problem(db_run(s->db, s->arena, "INSERT INTO account_group (name) VALUES ('BEAMLINE STAFF')", DB_NONE, NULL),
	               PROBLEM_DB_DUPLICATE);
	assert_fine(db_run(s->db, s->arena, "INSERT INTO account_user_permission VALUES (?, 'accounts.user.change')",
	                   DB_ARGS(db_int(ada.id)), NULL));
	assert_fine(account_remove(s->db, s->arena, 0, ada.id));
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_membership WHERE user_id = ?", ada.id), 0);
	assert_int_equal(count(s, "SELECT COUNT(*) FROM account_user_permission WHERE user_id = ?", ada.id), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(makes_an_account_without_a_usable_password),
		TEST(refuses_a_taken_name_in_any_case),
		TEST(refuses_a_bad_name_and_a_bad_mail_address_together),
		TEST(finds_names_byte_for_byte_and_credentials_in_any_case),
		TEST(keeps_the_last_active_superuser),
		TEST(keeps_the_last_superuser_in_a_race),
		TEST(removes_a_user_with_all_that_is_his),
		TEST(pages_orders_and_searches_users),
		TEST(lists_users_piece_by_piece),
		TEST(renews_only_the_hash_it_has_seen),
		TEST(finds_a_session_until_it_ends),
		TEST(keeps_no_key_of_a_session),
		TEST(a_deactivated_user_has_no_sessions),
		TEST(a_new_password_ends_the_users_sessions_and_no_others),
		TEST(sweeps_expired_sessions_in_batches),
		TEST(a_new_token_takes_the_place_of_the_old),
		TEST(writes_who_did_what_with_the_names_of_then),
		TEST(cuts_long_names_at_a_character),
		TEST(a_refused_change_leaves_no_trace),
		TEST(stores_no_illegal_state),
		TEST(models_groups_and_permissions),
	};

	return STORE_RUN(tests);
}
