/* models.c - users and groups as the administration shows them (accounts-and-conventions.md section 14). Of a password nothing is
 * shown but of which kind its hash is. */
#include "app/accounts/models.h"

/* clang-format off */

/* ---- users ---- */

#define GROUP_NAMES \
	"(SELECT GROUP_CONCAT(g.name ORDER BY g.name SEPARATOR ', ') FROM account_membership m JOIN account_group g ON g.id = m.group_id" \
	"  WHERE m.user_id = u.id)"
#define PART(n) "SUBSTRING_INDEX(SUBSTRING_INDEX(u.password_hash, '$', " #n "), '$', -1)"
#define HASH_SUMMARY \
	"CASE WHEN u.password_hash = '' OR LEFT(u.password_hash, 1) = '!' THEN 'No password set.'" \
	"     WHEN LEFT(u.password_hash, 10) = '$argon2id$'" \
	"     THEN CONCAT('algorithm: argon2id, ', " PART(4) ", ', salt: ', LEFT(" PART(5) ", 2), '******, hash: ******')" \
	"     ELSE CONCAT('algorithm: ', SUBSTRING_INDEX(u.password_hash, '$', 1), ', salt and hash: ******') END"

static const struct admin_column user_columns[] = {
	COLUMN("Username",      "u.username"),
	COLUMN("Email address", "u.email"),
	COLUMN("First name",    "u.first_name"),
	COLUMN("Last name",     "u.last_name"),
	COLUMN("Staff status",  "u.staff", .kind = ADMIN_YES),
	{ .sql = NULL },
};
static const struct admin_column user_fields[] = {
	COLUMN("Username",         "u.username"),
	COLUMN("Password",         HASH_SUMMARY),
	COLUMN("First name",       "u.first_name"),
	COLUMN("Last name",        "u.last_name"),
	COLUMN("Email address",    "u.email"),
	COLUMN("Active",           "u.active", .kind = ADMIN_YES),
	COLUMN("Staff status",     "u.staff", .kind = ADMIN_YES),
	COLUMN("Superuser status", "u.superuser", .kind = ADMIN_YES),
	COLUMN("Groups",           GROUP_NAMES),
	COLUMN("Last login",       "u.last_login_at", .kind = ADMIN_AT),
	COLUMN("Date joined",      "u.joined_at", .kind = ADMIN_AT),
	{ .sql = NULL },
};
static const char *const user_search[] = { "u.username", "u.first_name", "u.last_name", "u.email", NULL };
static const struct admin_filter user_filters[] = {
	FILTER("is_staff",     "staff status",     ADMIN_BY_YES, "u.staff = ?"),
	FILTER("is_superuser", "superuser status", ADMIN_BY_YES, "u.superuser = ?"),
	FILTER("is_active",    "active",           ADMIN_BY_YES, "u.active = ?"),
	FILTER("groups",       "groups",           ADMIN_BY_RELATED,
	       "EXISTS (SELECT 1 FROM account_membership x WHERE x.user_id = u.id AND x.group_id = ?)",
	       .none = "NOT EXISTS (SELECT 1 FROM account_membership x WHERE x.user_id = u.id)",
	       .choices = "SELECT CAST(id AS CHAR) AS object, name AS c0 FROM account_group ORDER BY name LIMIT 100"),
	{ .name = NULL },
};

#define CHOSEN(column) " JOIN JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT PATH '$')) AS chosen ON " column " = chosen.n"
#define SESSIONS    " FROM account_session s JOIN account_user u ON u.id = s.user_id" CHOSEN("s.user_id")
#define TOKENS      " FROM account_token t JOIN account_user u ON u.id = t.user_id" CHOSEN("t.user_id")
#define MEMBERSHIPS " FROM account_membership m JOIN account_user u ON u.id = m.user_id JOIN account_group g ON g.id = m.group_id"

static const struct admin_along user_along[] = {
	{ "session", "sessions", "SELECT COUNT(*)" SESSIONS,
	  "SELECT CONCAT(u.username, ', since ', CAST(s.created_at AS CHAR)) AS c0" SESSIONS " ORDER BY s.id LIMIT ?" },
	{ "token", "tokens", "SELECT COUNT(*)" TOKENS, "SELECT u.username AS c0" TOKENS " ORDER BY t.user_id LIMIT ?" },
	{ "membership", "memberships", "SELECT COUNT(*)" MEMBERSHIPS CHOSEN("m.user_id"),
	  "SELECT CONCAT(u.username, ' in ', g.name) AS c0" MEMBERSHIPS CHOSEN("m.user_id") " ORDER BY u.id, g.id LIMIT ?" },
	{ .one = NULL },
};

/* ---- groups ---- */

static const struct admin_column group_columns[] = {
	COLUMN("Name", "g.name"),
	{ .sql = NULL },
};
static const struct admin_column group_fields[] = {
	COLUMN("Name",        "g.name"),
	COLUMN("Members",     "(SELECT COUNT(*) FROM account_membership m WHERE m.group_id = g.id)"),
	COLUMN("Permissions", "(SELECT GROUP_CONCAT(p.permission ORDER BY p.permission SEPARATOR '\n') FROM account_group_permission p"
	                      " WHERE p.group_id = g.id)", .kind = ADMIN_LINES),
	{ .sql = NULL },
};
static const char *const group_search[] = { "g.name", NULL };
static const struct admin_along group_along[] = {
	{ "membership", "memberships", "SELECT COUNT(*)" MEMBERSHIPS CHOSEN("m.group_id"),
	  "SELECT CONCAT(u.username, ' in ', g.name) AS c0" MEMBERSHIPS CHOSEN("m.group_id") " ORDER BY g.id, u.id LIMIT ?" },
	{ .one = NULL },
};

const struct admin_model accounts_models[] = {
	{ .label = "auth", .name = "user", .group = "Authentication and authorization", .one = "user", .many = "users",
	  .permission = "accounts.user", .audited = "user",
	  .from = "account_user u", .key = "u.id", .title = "u.username", .order = "u.username", .columns = user_columns,
	  .fields = user_fields, .search = user_search, .filters = user_filters, .remove = users_remove, .along = user_along,
	  .remove_help = "What other apps keep for the users alone goes as well. Where one of them still needs a user, nothing is deleted.",
	  .add = &user_add_form, .change = &user_change_form, .password = &user_password_form },
	{ .label = "auth", .name = "group", .group = "Authentication and authorization", .one = "group", .many = "groups",
	  .permission = "accounts.group", .audited = "group",
	  .from = "account_group g", .key = "g.id", .title = "g.name", .order = "g.name", .columns = group_columns,
	  .fields = group_fields, .search = group_search, .remove = groups_remove, .along = group_along,
	  .add = &group_form, .change = &group_form },
	{ .label = NULL },
};
/* clang-format on */
