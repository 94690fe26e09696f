/* store_user.c - accounts as rows of account_user.
 * Speaks SQL and nothing else: no request, no JSON, no policy. Contracts are in store.h and accounts.h. */
#include "app/accounts/store.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/base/uuid.h"

static const struct field account_fields[] = { FIELD_OUT(struct account, id, "number"),
	                                           FIELD_OUT(struct account, username, "login name"),
	                                           FIELD_OUT(struct account, email, "mail address, may be empty"),
	                                           FIELD_OUT(struct account, uuid, "stable public identifier",
	                                                     .format = "uuid"),
	                                           FIELD_OUT(struct account, superuser, "may do everything"),
	                                           FIELD_OUT(struct account, staff, "may enter the administration"),
	                                           FIELD_OUT(struct account, active, "may log in"),
	                                           FIELD_OUT(struct account, last_login_at, "last login, null: never"),
	                                           FIELD_OUT(struct account, joined_at, "when the account was made"),
	                                           FIELD_END };
const struct shape account_row = SHAPE("Account", struct account, account_fields);

#define ACCOUNT_COLUMNS "id, username, email, uuid, superuser, staff, active, last_login_at, joined_at"

static const struct field credential_fields[] = { FIELD_OUT(struct credential, id, "number"),
	                                              FIELD_OUT(struct credential, username, "login name"),
	                                              FIELD_OUT(struct credential, password_hash, "hash"),
	                                              FIELD_OUT(struct credential, superuser, "may do everything"),
	                                              FIELD_OUT(struct credential, staff, "may enter the administration"),
	                                              FIELD_OUT(struct credential, active, "may log in"),
	                                              FIELD_END };
static const struct shape credential_row = SHAPE("Credential", struct credential, credential_fields);

struct problem *account_find(struct db *db, struct arena *a, const char *username, struct account *out)
{
	/* the unique key finds it in any case, the second condition wants it byte for byte */
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS
							  "  FROM account_user"
							  " WHERE username = ? AND BINARY username = BINARY ?";

	return db_one(db, a, sql, DB_ARGS(db_text(username), db_text(username)), &account_row, out);
}

struct problem *account_find_id(struct db *db, struct arena *a, int64_t id, struct account *out)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS
							  "  FROM account_user"
							  " WHERE id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &account_row, out);
}

struct problem *user_lock(struct db *db, struct arena *a, int64_t id, struct account *out)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS
							  "  FROM account_user"
							  " WHERE id = ?"
							  "   FOR UPDATE";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &account_row, out);
}

struct problem *superusers_lock(struct db *db, struct arena *a, int64_t *count)
{
	/* by the key, in one order: two that demote each other wait instead of meeting in a deadlock */
	static const char sql[] =
		"SELECT COUNT(*)"
		"  FROM account_user FORCE INDEX (account_user_superuser)"
		" WHERE superuser = 1 AND active = 1"
		"   FOR UPDATE";

	return db_number(db, a, sql, DB_NONE, count);
}

struct problem *superusers_count(struct db *db, struct arena *a, int64_t *count)
{
	static const char sql[] = "SELECT COUNT(*) FROM account_user WHERE superuser = 1 AND active = 1";

	return db_number(db, a, sql, DB_NONE, count);
}

struct problem *credential_find(struct db *db, struct arena *a, const char *username, struct credential *out,
                                bool *found)
{
	static const char sql[] =
		"SELECT id, username, password_hash, superuser, staff, active"
		"  FROM account_user"
		" WHERE username = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(username)), &credential_row, out, found);
}

struct problem *user_insert(struct db *db, struct arena *a, const struct user_ask *ask, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO account_user (uuid, username, password_hash, email, superuser, staff, joined_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_text(uuid_new(a)), db_text(ask->username), db_text(ask->password_hash),
	                   db_text(ask->email ? ask->email : ""), db_bool(ask->superuser), db_bool(ask->staff),
	                   db_at(clock_now())),
	           &done));
	*id = done.insert_id;
	return NULL;
}

/* ---- changes of one row ---- */

/* Runs an update of one row; PROBLEM_NOT_FOUND when there is none. */
static struct problem *change_one(struct db *db, struct arena *a, const char *sql, struct db_args args)
{
	struct db_done done;

	TRY(db_run(db, a, sql, args, &done));
	return done.affected ? NULL : problem_new(a, &PROBLEM_NOT_FOUND, NULL);
}

struct problem *user_set_superuser(struct db *db, struct arena *a, int64_t id, bool superuser)
{
	static const char sql[] = "UPDATE account_user SET superuser = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_bool(superuser), db_int(id)));
}

struct problem *user_set_active(struct db *db, struct arena *a, int64_t id, bool active)
{
	static const char sql[] = "UPDATE account_user SET active = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_bool(active), db_int(id)));
}

struct problem *user_set_password(struct db *db, struct arena *a, int64_t id, const char *hash)
{
	static const char sql[] = "UPDATE account_user SET password_hash = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_text(hash), db_int(id)));
}

struct problem *user_set_last_login(struct db *db, struct arena *a, int64_t id, struct instant at)
{
	static const char sql[] = "UPDATE account_user SET last_login_at = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_at(at), db_int(id)));
}

struct problem *user_delete(struct db *db, struct arena *a, int64_t id)
{
	static const char sql[] = "DELETE FROM account_user WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_int(id)));
}

struct problem *user_renew_password(struct db *db, struct arena *a, int64_t id, const char *old, const char *hash)
{
	static const char sql[] = "UPDATE account_user SET password_hash = ? WHERE id = ? AND password_hash = ?";

	return db_run(db, a, sql, DB_ARGS(db_text(hash), db_int(id), db_text(old)), NULL);
}

struct problem *user_set_identity(struct db *db, struct arena *a, int64_t id, const char *username, const char *email)
{
	static const char sql[] =
		"UPDATE account_user SET username = COALESCE(?, username), email = COALESCE(?, email) WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_text(username), db_text(email), db_int(id)));
}

/* ---- as a form shows it ---- */

static const struct field details_fields[] = { FIELD_OUT(struct user_details, username, "login name"),
	                                           FIELD_OUT(struct user_details, first_name, "first name"),
	                                           FIELD_OUT(struct user_details, last_name, "last name"),
	                                           FIELD_OUT(struct user_details, email, "mail address"),
	                                           FIELD_OUT(struct user_details, active, "may log in"),
	                                           FIELD_OUT(struct user_details, staff, "may enter the administration"),
	                                           FIELD_OUT(struct user_details, superuser, "may do everything"),
	                                           FIELD_END };
static const struct shape details_row = SHAPE("UserDetails", struct user_details, details_fields);

struct problem *user_details_find(struct db *db, struct arena *a, int64_t id, struct user_details *out)
{
	static const char sql[] =
		"SELECT username, first_name, last_name, email, active, staff, superuser FROM account_user WHERE id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &details_row, out);
}

struct problem *user_set_names(struct db *db, struct arena *a, int64_t id, const char *first_name,
                               const char *last_name)
{
	static const char sql[] =
		"UPDATE account_user SET first_name = COALESCE(?, first_name), last_name = COALESCE(?, last_name) WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_text(first_name), db_text(last_name), db_int(id)));
}

struct problem *user_set_staff(struct db *db, struct arena *a, int64_t id, bool staff)
{
	static const char sql[] = "UPDATE account_user SET staff = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_bool(staff), db_int(id)));
}

/* ---- lists ---- */

struct problem *user_list(struct db *db, struct arena *a, const char *search, const char *after, int64_t limit,
                          struct list *out)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS
							  "  FROM account_user"
							  " WHERE username > ? AND username LIKE ?"
							  " ORDER BY username LIMIT ?";
	const char *like = search ? db_like(a, search) : "%";

	return db_rows(db, a, sql, DB_ARGS(db_text(after), db_text(like), db_int(limit)), &account_row, out);
}

/* A search as Django REST framework understands it: every term must be in the name. Texts of SQL differ by the number
 * of terms alone (db_search_terms() gives at most 16), so few statements are kept. */
struct search {
	struct buf where;
	struct db_arg args[18]; /* room for the terms, limit and offset */
	size_t count;
};

static void search_init(struct search *s, struct arena *a, const char *search)
{
	const struct texts terms = search ? db_search_terms(a, search) : (struct texts){ 0 };

	s->count = 0;
	buf_init(&s->where, a, 1024);
	for (size_t i = 0; i < terms.count && i < 16; i++) {
		buf_text(&s->where, i ? " AND username LIKE ?" : " WHERE username LIKE ?");
		s->args[s->count++] = db_text(db_like(a, terms.items[i]));
	}
}

/* Both keys are unique, so the first name that is known decides and no tie is left to the second. */
static const char *order_of(const char *ordering)
{
	// clang-format off
	static const struct {
		const char *name, *sql;
	} orders[] = {
		{ "id",        " ORDER BY id"            },
		{ "-id",       " ORDER BY id DESC"       },
		{ "username",  " ORDER BY username"      },
		{ "-username", " ORDER BY username DESC" },
	};
	// clang-format on

	while (ordering && *ordering) {
		const size_t n = strcspn(ordering, ",");

		for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
			if (strlen(orders[i].name) == n && memcmp(orders[i].name, ordering, n) == 0)
				return orders[i].sql;
		ordering += n + (ordering[n] == ',');
	}
	return orders[0].sql;
}

struct problem *account_page(struct db *db, struct arena *a, const char *search, const char *ordering, int64_t offset,
                             int64_t limit, struct list *out)
{
	struct search s;

	search_init(&s, a, search);
	s.args[s.count++] = db_int(limit);
	s.args[s.count++] = db_int(offset);
	const char *sql = arena_printf(a, "SELECT " ACCOUNT_COLUMNS "  FROM account_user%s%s LIMIT ? OFFSET ?",
	                               buf_string(&s.where), order_of(ordering));
	return db_rows(db, a, sql, (struct db_args){ s.args, s.count }, &account_row, out);
}

struct problem *account_count(struct db *db, struct arena *a, const char *search, int64_t *out)
{
	struct search s;

	search_init(&s, a, search);
	const char *sql = arena_printf(a, "SELECT COUNT(*) FROM account_user%s", buf_string(&s.where));
	return db_number(db, a, sql, (struct db_args){ s.args, s.count }, out);
}
