/* store_view.c - users and groups as the API shows them. Who looks stands in every WHERE, so that a stranger's number and
 * one that nobody has look the same.
 * Speaks SQL and nothing else. Contracts are in store.h. */
#include "app/accounts/store.h"

/* clang-format off */
static const struct field user_fields[] = {
	FIELD_OUT(struct user_seen, id,        "number"),
	FIELD_OUT(struct user_seen, username,  "login name"),
	FIELD_OUT(struct user_seen, email,     "mail address"),
	FIELD_OUT(struct user_seen, superuser, "may do everything"),
	FIELD_OUT(struct user_seen, staff,     "may enter the administration"),
	FIELD_OUT(struct user_seen, joined_at, "when the account was made"),
	FIELD_OUT(struct user_seen, group_ids, "numbers of the groups"),
	FIELD_END,
};
static const struct shape user_row = SHAPE("UserSeen", struct user_seen, user_fields);

static const struct field group_fields[] = {
	FIELD_OUT(struct group_seen, id,   "number"),
	FIELD_OUT(struct group_seen, name, "name"),
	FIELD_END,
};
static const struct shape group_row = SHAPE("GroupSeen", struct group_seen, group_fields);

#define USERS \
	"SELECT u.id, u.username, u.email, u.superuser, u.staff, u.joined_at," \
	"       COALESCE((SELECT GROUP_CONCAT(m.group_id ORDER BY m.group_id) FROM account_membership AS m" \
	"                  WHERE m.user_id = u.id), '') AS group_ids" \
	"  FROM account_user AS u" \
	" WHERE " USER_SEEN
#define USER_SEEN "(? = 0 OR u.id = ?)"
#define GROUPS "SELECT g.id, g.name FROM account_group AS g WHERE " GROUP_SEEN
#define GROUP_SEEN \
	"(? = 0 OR EXISTS (SELECT 1 FROM account_membership AS m WHERE m.group_id = g.id AND m.user_id = ?))"
/* clang-format on */

struct problem *user_see(struct db *db, struct arena *a, int64_t viewer_id, int64_t id, struct user_seen *out)
{
	static const char sql[] = USERS " AND u.id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_int(id)), &user_row, out);
}

struct problem *user_see_count(struct db *db, struct arena *a, int64_t viewer_id, int64_t *out)
{
	static const char sql[] = "SELECT COUNT(*) FROM account_user AS u WHERE " USER_SEEN;

	return db_number(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id)), out);
}

struct problem *user_see_list(struct db *db, struct arena *a, int64_t viewer_id, int64_t offset, int64_t limit,
                              struct list *out)
{
	static const char sql[] = USERS " ORDER BY u.joined_at DESC, u.id DESC LIMIT ? OFFSET ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_int(limit), db_int(offset)), &user_row,
	               out);
}

struct problem *user_see_beyond(struct db *db, struct arena *a, int64_t viewer_id, struct instant joined_at, int64_t id,
                                bool backwards, int64_t limit, struct list *out)
{
	static const char older[] =
		USERS " AND (u.joined_at < ? OR (u.joined_at = ? AND u.id < ?)) ORDER BY u.joined_at DESC, u.id DESC LIMIT ?";
	static const char newer[] =
		USERS " AND (u.joined_at > ? OR (u.joined_at = ? AND u.id > ?)) ORDER BY u.joined_at, u.id LIMIT ?";

	return db_rows(db, a, backwards ? newer : older,
	               DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_at(joined_at), db_at(joined_at), db_int(id),
	                       db_int(limit)),
	               &user_row, out);
}

struct problem *group_see(struct db *db, struct arena *a, int64_t viewer_id, int64_t id, struct group_seen *out)
{
	static const char sql[] = GROUPS " AND g.id = ?";

	return db_one(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_int(id)), &group_row, out);
}

struct problem *group_see_count(struct db *db, struct arena *a, int64_t viewer_id, int64_t *out)
{
	static const char sql[] = "SELECT COUNT(*) FROM account_group AS g WHERE " GROUP_SEEN;

	return db_number(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id)), out);
}

struct problem *group_see_list(struct db *db, struct arena *a, int64_t viewer_id, int64_t offset, int64_t limit,
                               struct list *out)
{
	static const char sql[] = GROUPS " ORDER BY g.name LIMIT ? OFFSET ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_int(limit), db_int(offset)), &group_row,
	               out);
}

struct problem *group_see_beyond(struct db *db, struct arena *a, int64_t viewer_id, const char *name, bool backwards,
                                 int64_t limit, struct list *out)
{
	static const char behind[] = GROUPS " AND g.name > ? ORDER BY g.name LIMIT ?";
	static const char before[] = GROUPS " AND g.name < ? ORDER BY g.name DESC LIMIT ?";

	return db_rows(db, a, backwards ? before : behind,
	               DB_ARGS(db_int(viewer_id), db_int(viewer_id), db_text(name), db_int(limit)), &group_row, out);
}
