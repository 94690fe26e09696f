/* store_group.c - groups, who is in them, and what may be done by whom, as rows.
 * Speaks SQL and nothing else. Contracts are in store.h. */
#include "app/accounts/store.h"

static const struct field group_fields[] = { FIELD_OUT(struct group_seen, id, "number"),
	                                         FIELD_OUT(struct group_seen, name, "name"), FIELD_END };
static const struct shape group_row = SHAPE("GroupRow", struct group_seen, group_fields);

struct problem *group_find_named(struct db *db, struct arena *a, const char *name, struct group_seen *out, bool *found)
{
	static const char sql[] = "SELECT id, name FROM account_group WHERE name = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_text(name)), &group_row, out, found);
}

struct problem *group_lock(struct db *db, struct arena *a, int64_t id, struct group_seen *out)
{
	static const char sql[] = "SELECT id, name FROM account_group WHERE id = ? FOR UPDATE";

	return db_one(db, a, sql, DB_ARGS(db_int(id)), &group_row, out);
}

struct problem *group_empowers(struct db *db, struct arena *a, int64_t id, bool *out)
{
	static const char sql[] = "SELECT COUNT(*) FROM account_group_permission WHERE group_id = ?";
	int64_t count;

	TRY(db_number(db, a, sql, DB_ARGS(db_int(id)), &count));
	*out = count > 0;
	return NULL;
}

struct problem *group_insert(struct db *db, struct arena *a, const char *name, int64_t *id)
{
	static const char sql[] = "INSERT INTO account_group (name) VALUES (?)";
	struct db_done done;

	TRY(db_run(db, a, sql, DB_ARGS(db_text(name)), &done));
	*id = done.insert_id;
	return NULL;
}

/* Runs a change of one row; PROBLEM_NOT_FOUND when there is none. */
static struct problem *change_one(struct db *db, struct arena *a, const char *sql, struct db_args args)
{
	struct db_done done;

	TRY(db_run(db, a, sql, args, &done));
	return done.affected ? NULL : problem_new(a, &PROBLEM_NOT_FOUND, NULL);
}

struct problem *group_set_name(struct db *db, struct arena *a, int64_t id, const char *name)
{
	static const char sql[] = "UPDATE account_group SET name = ? WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_text(name), db_int(id)));
}

struct problem *group_delete(struct db *db, struct arena *a, int64_t id)
{
	static const char sql[] = "DELETE FROM account_group WHERE id = ?";

	return change_one(db, a, sql, DB_ARGS(db_int(id)));
}

struct problem *membership_set(struct db *db, struct arena *a, int64_t user_id, const int64_t *group_ids, size_t count)
{
	static const char leave[] = "DELETE FROM account_membership WHERE user_id = ?";
	static const char join[] =
		"INSERT INTO account_membership (user_id, group_id) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE group_id = VALUES(group_id)";

	TRY(db_run(db, a, leave, DB_ARGS(db_int(user_id)), NULL));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(db, a, join, DB_ARGS(db_int(user_id), db_int(group_ids[i])), NULL));
	return NULL;
}

struct permission_line {
	const char *permission;
};
static const struct field permission_fields[] = { FIELD_OUT(struct permission_line, permission, "its name"),
	                                              FIELD_END };
static const struct shape permission_row = SHAPE("PermissionRow", struct permission_line, permission_fields);

static struct problem *permission_texts(struct db *db, struct arena *a, const char *sql, struct db_args args,
                                        struct texts *out)
{
	struct list rows;

	TRY(db_rows(db, a, sql, args, &permission_row, &rows));
	*out = (struct texts){ ARENA_ARRAY(a, const char *, rows.count + 1), rows.count };
	for (size_t i = 0; i < rows.count; i++)
		out->items[i] = ((const struct permission_line *)rows.items)[i].permission;
	return NULL;
}

struct problem *permissions_list(struct db *db, struct arena *a, bool of_group, int64_t id, struct texts *out)
{
	static const char of_users[] =
		"SELECT permission FROM account_user_permission WHERE user_id = ? ORDER BY permission";
	static const char of_groups[] =
		"SELECT permission FROM account_group_permission WHERE group_id = ? ORDER BY permission";

	return permission_texts(db, a, of_group ? of_groups : of_users, DB_ARGS(db_int(id)), out);
}

struct problem *permissions_set(struct db *db, struct arena *a, bool of_group, int64_t id,
                                const struct texts *permissions)
{
	static const char user_loses[] = "DELETE FROM account_user_permission WHERE user_id = ?";
	static const char group_loses[] = "DELETE FROM account_group_permission WHERE group_id = ?";
	static const char user_gets[] =
		"INSERT INTO account_user_permission (user_id, permission) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE permission = VALUES(permission)";
	static const char group_gets[] =
		"INSERT INTO account_group_permission (group_id, permission) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE permission = VALUES(permission)";

	TRY(db_run(db, a, of_group ? group_loses : user_loses, DB_ARGS(db_int(id)), NULL));
	for (size_t i = 0; i < permissions->count; i++)
		TRY(db_run(db, a, of_group ? group_gets : user_gets, DB_ARGS(db_int(id), db_text(permissions->items[i])),
		           NULL));
	return NULL;
}

struct problem *group_exceeds(struct db *db, struct arena *a, int64_t group_id, int64_t user_id, bool *out)
{
	static const char sql[] =
		"SELECT COUNT(*) FROM account_group_permission AS p WHERE p.group_id = ?"
		"   AND NOT EXISTS (SELECT 1 FROM account_user_permission AS u WHERE u.user_id = ? AND u.permission = p.permission)"
		"   AND NOT EXISTS (SELECT 1 FROM account_membership AS m"
		"                     JOIN account_group_permission AS o ON o.group_id = m.group_id"
		"                    WHERE m.user_id = ? AND o.permission = p.permission)";
	int64_t count;

	TRY(db_number(db, a, sql, DB_ARGS(db_int(group_id), db_int(user_id), db_int(user_id)), &count));
	*out = count > 0;
	return NULL;
}

struct problem *account_permissions(struct db *db, struct arena *a, int64_t user_id, struct texts *out)
{
	static const char sql[] =
		"SELECT permission FROM account_user_permission WHERE user_id = ?"
		" UNION SELECT p.permission FROM account_membership AS m"
		"         JOIN account_group_permission AS p ON p.group_id = m.group_id WHERE m.user_id = ?"
		" ORDER BY permission";

	return permission_texts(db, a, sql, DB_ARGS(db_int(user_id), db_int(user_id)), out);
}

struct problem *permission_held(struct db *db, struct arena *a, int64_t user_id, const char *permission, bool *out)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT 1 FROM account_user_permission WHERE user_id = ? AND permission = ?)"
		"    OR EXISTS (SELECT 1 FROM account_membership AS m"
		"                 JOIN account_group_permission AS p ON p.group_id = m.group_id"
		"                WHERE m.user_id = ? AND p.permission = ?)";
	int64_t held;

	TRY(db_number(db, a, sql, DB_ARGS(db_int(user_id), db_text(permission), db_int(user_id), db_text(permission)),
	              &held));
	*out = held != 0;
	return NULL;
}
