/* store_django.c - reading the tables of a Django installation (accounts-and-conventions.md section 2), and writing whole
 * rows of ours. Speaks SQL and nothing else. Contracts are in django.h. */
#include "app/accounts/django.h"

#include "lib/base/uuid.h"

/* clang-format off */
static const struct field user_fields[] = {
	FIELD_OUT(struct django_user, id, ""), FIELD_OUT(struct django_user, username, ""), FIELD_OUT(struct django_user, password, ""),
	FIELD_OUT(struct django_user, email, ""), FIELD_OUT(struct django_user, first_name, ""), FIELD_OUT(struct django_user, last_name, ""),
	FIELD_OUT(struct django_user, is_superuser, ""), FIELD_OUT(struct django_user, is_staff, ""), FIELD_OUT(struct django_user, is_active, ""),
	FIELD_OUT(struct django_user, date_joined, ""), FIELD_OUT(struct django_user, last_login, ""),
	FIELD_END,
};
static const struct shape user_row = SHAPE("DjangoUser", struct django_user, user_fields);

static const struct field group_fields[] = {
	FIELD_OUT(struct django_group, id, ""), FIELD_OUT(struct django_group, name, ""), FIELD_END
};
static const struct shape group_row = SHAPE("DjangoGroup", struct django_group, group_fields);

static const struct field number_fields[] = { FIELD_OUT(struct django_number, id, ""), FIELD_END };
static const struct shape number_row = SHAPE("DjangoNumber", struct django_number, number_fields);

static const struct field permission_fields[] = {
	FIELD_OUT(struct django_permission, app_label, ""), FIELD_OUT(struct django_permission, model, ""),
	FIELD_OUT(struct django_permission, codename, ""), FIELD_END
};
static const struct shape permission_row = SHAPE("DjangoPermission", struct django_permission, permission_fields);

static const struct field token_fields[] = {
	FIELD_AS(struct django_token, key, "key_text", OPTIONAL, INT64_MIN, INT64_MAX, ""), FIELD_OUT(struct django_token, created, ""), FIELD_END
};
static const struct shape token_row = SHAPE("DjangoToken", struct django_token, token_fields);
/* clang-format on */

struct problem *django_table_is_there(struct db *from, struct arena *a, const char *name, bool *out)
{
	static const char sql[] =
		"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";
	int64_t count;

	TRY(db_number(from, a, sql, DB_ARGS(db_text(name)), &count));
	*out = count > 0;
	return NULL;
}

struct problem *django_users_count(struct db *from, struct arena *a, int64_t *out)
{
	return db_number(from, a, "SELECT COUNT(*) FROM auth_user", DB_NONE, out);
}

struct problem *django_users(struct db *from, struct arena *a, int64_t after, int64_t limit, struct list *out)
{
	static const char sql[] =
		"SELECT id, username, password, email, first_name, last_name, is_superuser, is_staff, is_active, date_joined,"
		"       last_login"
		"  FROM auth_user WHERE id > ? ORDER BY id LIMIT ?";

	return db_rows(from, a, sql, DB_ARGS(db_int(after), db_int(limit)), &user_row, out);
}

struct problem *django_groups(struct db *from, struct arena *a, struct list *out)
{
	return db_rows(from, a, "SELECT id, name FROM auth_group ORDER BY id", DB_NONE, &group_row, out);
}

struct problem *django_groups_of(struct db *from, struct arena *a, int64_t user_id, struct list *out)
{
	static const char sql[] = "SELECT group_id AS id FROM auth_user_groups WHERE user_id = ? ORDER BY group_id";

	return db_rows(from, a, sql, DB_ARGS(db_int(user_id)), &number_row, out);
}

#define PERMISSIONS                           \
	"SELECT t.app_label, t.model, p.codename" \
	"  FROM auth_permission AS p"             \
	"  JOIN django_content_type AS t ON t.id = p.content_type_id"

struct problem *django_permissions_of_user(struct db *from, struct arena *a, int64_t id, struct list *out)
{
	static const char sql[] = PERMISSIONS
		"  JOIN auth_user_user_permissions AS h ON h.permission_id = p.id WHERE h.user_id = ? ORDER BY p.id";

	return db_rows(from, a, sql, DB_ARGS(db_int(id)), &permission_row, out);
}

struct problem *django_permissions_of_group(struct db *from, struct arena *a, int64_t id, struct list *out)
{
	static const char sql[] =
		PERMISSIONS "  JOIN auth_group_permissions AS h ON h.permission_id = p.id WHERE h.group_id = ? ORDER BY p.id";

	return db_rows(from, a, sql, DB_ARGS(db_int(id)), &permission_row, out);
}

struct problem *django_token_of(struct db *from, struct arena *a, int64_t user_id, struct django_token *out,
                                bool *found)
{
	static const char sql[] = "SELECT `key` AS key_text, created FROM authtoken_token WHERE user_id = ?";

	return db_maybe_one(from, a, sql, DB_ARGS(db_int(user_id)), &token_row, out, found);
}

/* ---- ours ---- */

struct problem *import_user(struct db *db, struct arena *a, const struct django_user *user, const char *hash,
                            int64_t *id)
{
	/* the old number when nobody has it: links to /users/4/ stay right */
	static const char sql[] =
		"INSERT INTO account_user (id, uuid, username, password_hash, email, first_name, last_name, superuser, staff,"
		"                          active, joined_at, last_login_at)"
		" SELECT IF(EXISTS (SELECT 1 FROM account_user WHERE id = ?), NULL, NULLIF(?, 0)), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_int(user->id), db_int(user->id), db_text(uuid_new(a)), db_text(user->username), db_text(hash),
	                   db_text(user->email), db_text(user->first_name), db_text(user->last_name),
	                   db_bool(user->is_superuser), db_bool(user->is_staff), db_bool(user->is_active),
	                   db_at(user->date_joined), db_at(user->last_login)),
	           &done));
	return db_number(db, a, "SELECT id FROM account_user WHERE username = ?", DB_ARGS(db_text(user->username)), id);
}

struct problem *import_group(struct db *db, struct arena *a, const struct django_group *group, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO account_group (id, name) SELECT IF(EXISTS (SELECT 1 FROM account_group WHERE id = ?), NULL, NULLIF(?, 0)), ?";

	TRY(db_run(db, a, sql, DB_ARGS(db_int(group->id), db_int(group->id), db_text(group->name)), NULL));
	return db_number(db, a, "SELECT id FROM account_group WHERE name = ?", DB_ARGS(db_text(group->name)), id);
}

struct problem *import_permission(struct db *db, struct arena *a, bool of_group, int64_t id, const char *permission)
{
	static const char to_user[] = "INSERT IGNORE INTO account_user_permission (user_id, permission) VALUES (?, ?)";
	static const char to_group[] = "INSERT IGNORE INTO account_group_permission (group_id, permission) VALUES (?, ?)";

	return db_run(db, a, of_group ? to_group : to_user, DB_ARGS(db_int(id), db_text(permission)), NULL);
}

/* clang-format off */
static const struct field held_fields[] = { FIELD_OUT(struct held, permission, ""), FIELD_END };
static const struct shape held_row = SHAPE("Held", struct held, held_fields);
/* clang-format on */

struct problem *permissions_of(struct db *db, struct arena *a, bool of_group, int64_t id, struct list *out)
{
	static const char of_users[] =
		"SELECT permission FROM account_user_permission WHERE user_id = ? ORDER BY permission";
	static const char of_groups[] =
		"SELECT permission FROM account_group_permission WHERE group_id = ? ORDER BY permission";

	return db_rows(db, a, of_group ? of_groups : of_users, DB_ARGS(db_int(id)), &held_row, out);
}

struct problem *users_as_django(struct db *db, struct arena *a, int64_t after, int64_t limit, struct list *out)
{
	static const char sql[] =
		"SELECT id, username, password_hash AS password, email, first_name, last_name, superuser AS is_superuser,"
		"       staff AS is_staff, active AS is_active, joined_at AS date_joined, last_login_at AS last_login"
		"  FROM account_user WHERE id > ? ORDER BY id LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(after), db_int(limit)), &user_row, out);
}
