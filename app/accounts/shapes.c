/* shapes.c - the tables behind shapes.h. The words are those that clients of the replaced service show. */
#include "app/accounts/shapes.h"

#include "app/accounts/account.h"
#include "app/accounts/password.h"

#define USERNAME_HELP "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."
#define GROUPS_HELP "The groups this user belongs to. A user will get all permissions granted to each of their groups."
#define GROUPS_MOST 1000

static const char *check_username(struct arena *a, const void *value)
{
	(void)a;
	return username_letters_fit(*(const char *const *)value) ? NULL : MSG_USERNAME_INVALID;
}

static const char *check_email(struct arena *a, const void *value)
{
	const char *email = *(const char *const *)value;

	(void)a;
	return !*email || email_is_plausible(email) ? NULL : MSG_EMAIL_INVALID;
}

/* clang-format off */
static const struct field user_view_fields[] = {
	FIELD(struct user_view, url,      REQUIRED | LINK, 0, INT64_MAX, "address of the user", .format = "uri", .help = ""),
	FIELD(struct user_view, username, REQUIRED, 0, INT64_MAX, "login name", .help = USERNAME_HELP),
	FIELD(struct user_view, email,    REQUIRED, 0, INT64_MAX, "mail address, may be empty", .label = "Email address", .help = ""),
	FIELD(struct user_view, groups,   REQUIRED | LINK, 0, INT64_MAX, "addresses of the user's groups", .help = GROUPS_HELP),
	FIELD_END,
};
const struct shape user_view_shape = SHAPE("User", struct user_view, user_view_fields);

#define USER_BODY(needed) \
	FIELD(struct user_body, username, needed, 1, 150, "login name, told from others without regard to case", \
	      .check = check_username, .help = USERNAME_HELP), \
	FIELD(struct user_body, email, OPTIONAL | BLANK, 0, 254, "mail address", \
	      .check = check_email, .format = "email", .label = "Email address", .help = ""), \
	FIELD(struct user_body, groups, OPTIONAL | LINK, 0, GROUPS_MOST, \
	      "addresses of groups, the whole set; a form that replaces a user and names none empties it", \
	      .help = GROUPS_HELP, .choices = "/groups/"), \
	FIELD(struct user_body, password, OPTIONAL | NO_TRIM | SECRET, 1, PASSWORD_MOST, \
	      "a new password; never shown. Without one an account cannot log in by password")

static const struct field user_ask_fields[] = { USER_BODY(REQUIRED), FIELD_END };
static const struct field user_patch_fields[] = { USER_BODY(OPTIONAL), FIELD_END };
const struct shape user_ask_shape = SHAPE_GIVEN("UserAsk", struct user_body, user_ask_fields);
const struct shape user_patch_shape = SHAPE_GIVEN("UserPatch", struct user_body, user_patch_fields);

static const struct field group_view_fields[] = {
	FIELD(struct group_view, url,  REQUIRED | LINK, 0, INT64_MAX, "address of the group", .format = "uri", .help = ""),
	FIELD(struct group_view, name, REQUIRED, 0, INT64_MAX, "its name", .help = ""),
	FIELD_END,
};
const struct shape group_view_shape = SHAPE("Group", struct group_view, group_view_fields);

#define GROUP_BODY(needed) \
	FIELD(struct group_body, name, needed, 1, 80, "its name, told from others without regard to case", .help = "")

static const struct field group_ask_fields[] = { GROUP_BODY(REQUIRED), FIELD_END };
static const struct field group_patch_fields[] = { GROUP_BODY(OPTIONAL), FIELD_END };
const struct shape group_ask_shape = SHAPE_GIVEN("GroupAsk", struct group_body, group_ask_fields);
const struct shape group_patch_shape = SHAPE_GIVEN("GroupPatch", struct group_body, group_patch_fields);
/* clang-format on */
