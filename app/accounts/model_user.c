/* model_user.c - the forms of a user: a new one in two steps, everything else in the second, and a password. Nobody raises anybody,
 * himself included, above his own rights. */
#include <string.h>

#include "app/accounts/account.h"
#include "app/accounts/conf.h"
#include "app/accounts/identity.h"
#include "app/accounts/models.h"
#include "app/accounts/password.h"
#include "app/accounts/rights.h"
#include "lib/base/text.h"

#define MSG_SUPERUSERS "Only superusers may change this."

struct pair {
	const char *username; /* of the first step */
	const char *password1, *password2;
};

struct user_form {
	const char *username, *first_name, *last_name, *email;
	bool is_active, is_staff, is_superuser;
	struct texts groups, user_permissions;
};

/* clang-format off */
#define USERNAME_HELP "150 characters or fewer. Letters, digits and @/./+/-/_ only."
#define PASSWORDS \
	FIELD(struct pair, password1, REQUIRED | NO_TRIM | SECRET, 1, PASSWORD_MOST, "a password", .label = "Password", .help = ACCOUNT_PASSWORD_HELP), \
	FIELD(struct pair, password2, REQUIRED | NO_TRIM | SECRET, 1, PASSWORD_MOST, "the same again", .label = "Password confirmation", \
	      .help = "Enter the same password as before, for verification.")

static const struct field add_fields[] = {
	FIELD(struct pair, username, REQUIRED, 1, 150, "login name", .help = USERNAME_HELP),
	PASSWORDS,
	FIELD_END,
};
static const struct shape add_shape = SHAPE("UserAddForm", struct pair, add_fields);

static const struct field password_fields[] = { PASSWORDS, FIELD_END };
static const struct shape password_shape = SHAPE("UserPasswordForm", struct pair, password_fields);

static const struct field change_fields[] = {
	FIELD(struct user_form, username,     REQUIRED, 1, 150, "login name", .help = USERNAME_HELP),
	FIELD(struct user_form, first_name,   OPTIONAL | BLANK, 0, 150, "first name", .label = "First name"),
	FIELD(struct user_form, last_name,    OPTIONAL | BLANK, 0, 150, "last name", .label = "Last name"),
	FIELD(struct user_form, email,        OPTIONAL | BLANK, 0, 254, "mail address", .label = "Email address", .format = "email"),
	FIELD(struct user_form, is_active,    OPTIONAL | LENIENT, 0, 1, "may log in", .label = "Active",
	      .help = "Unselect this instead of deleting accounts."),
	FIELD(struct user_form, is_staff,     OPTIONAL | LENIENT, 0, 1, "may enter", .label = "Staff status",
	      .help = "Whether the user can log into this administration."),
	FIELD(struct user_form, is_superuser, OPTIONAL | LENIENT, 0, 1, "may do everything", .label = "Superuser status",
	      .help = "The user has all permissions without explicitly assigning them."),
	FIELD(struct user_form, groups,       OPTIONAL | FLAT, 0, 500, "groups",
	      .help = "The groups this user belongs to. A user will get all permissions granted to each of their groups."),
	FIELD(struct user_form, user_permissions, OPTIONAL | FLAT, 0, 400, "permissions", .label = "User permissions",
	      .help = "Specific permissions for this user. They count for staff."),
	FIELD_END,
};
static const struct shape change_shape = SHAPE("UserChangeForm", struct user_form, change_fields);
/* clang-format on */

static const char *hash_of(struct req *r, const char *password)
{
	const struct password_cost cost = { accounts_conf.argon2_passes, accounts_conf.argon2_memory };

	return password_hash(r->arena, password, &cost);
}

/* ---- the first step ---- */

static struct problem *add_save(struct req *r, int64_t *id, const void *object)
{
	const struct pair *form = object;
	struct user_ask ask = { .username = form->username, .any_letters = true };
	struct problem *wrong = account_may_be_made(r->db, r->arena, &ask);
	struct account made;

	if (wrong && !problem_is(wrong, &PROBLEM_FIELDS))
		return wrong;
	password_pair_check(r->arena, form->password1, form->password2,
	                    &(struct password_owner){ .username = form->username }, "password2", &wrong);
	TRY(wrong);
	ask.password_hash = hash_of(r, form->password1);
	TRY(account_create(r->db, r->arena, r->user->id, &ask, &made));
	*id = made.id;
	return NULL;
}

const struct admin_form user_add_form = {
	.shape = &add_shape,
	.help = "First, enter a username and password. Then, you'll be able to edit more user options.",
	.save = add_save,
};

/* ---- a password ---- */

/* Who has another's password is the other. */
static struct problem *password_load(struct req *r, int64_t id, void *object)
{
	bool covered;

	(void)object;
	TRY(rights_cover(r, id, &covered));
	return covered ? NULL : problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
}

static struct problem *password_save(struct req *r, int64_t *id, const void *object)
{
	const struct pair *form = object;
	struct problem *wrong = NULL;
	struct user_change change = { .id = *id, .spares_superusers = !r->user->superuser };
	struct user_details user;

	TRY(user_details_find(r->db, r->arena, *id, &user));
	password_pair_check(r->arena, form->password1, form->password2,
	                    &(struct password_owner){ user.username, user.first_name, user.last_name, user.email },
	                    "password2", &wrong);
	TRY(wrong);
	change.password_hash = hash_of(r, form->password1);
	TRY(account_change(r->db, r->arena, r->user->id, &change));
	return *id == r->user->id ? session_renew(r) : NULL;
}

const struct admin_form user_password_form = {
	.shape = &password_shape,
	.title = "Change password",
	.load = password_load,
	.save = password_save,
};

/* ---- the second step ---- */

static struct problem *group_texts(struct req *r, int64_t id, struct texts *out)
{
	struct user_seen user;
	size_t n = 0;

	TRY(user_see(r->db, r->arena, 0, id, &user));
	*out = (struct texts){ ARENA_ARRAY(r->arena, const char *, strlen(user.group_ids) + 1), 0 };
	for (const char *at = user.group_ids; *at; at += *at == ',') {
		n = strcspn(at, ",");
		out->items[out->count++] = arena_text_n(r->arena, at, n);
		at += n;
	}
	return NULL;
}

static struct problem *load(struct req *r, int64_t id, void *object)
{
	struct user_form *form = object;
	struct user_details user;

	TRY(user_details_find(r->db, r->arena, id, &user));
	if (user.superuser && !r->user->superuser)
		return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
	*form = (struct user_form){ .username = user.username,
		                        .first_name = user.first_name,
		                        .last_name = user.last_name,
		                        .email = user.email,
		                        .is_active = user.active,
		                        .is_staff = user.staff,
		                        .is_superuser = user.superuser };
	TRY(group_texts(r, id, &form->groups));
	return permissions_list(r->db, r->arena, false, id, &form->user_permissions);
}

#define GROUPS_SHOWN 1000

static struct problem *choices(struct req *r, const struct field *f, const void *object, struct list *out)
{
	const struct user_form *form = object;
	struct admin_choice *items;
	struct list groups;

	if (text_equal(f->name, "user_permissions")) {
		*out = rights_known(r->arena, &form->user_permissions);
		return NULL;
	}
	TRY(group_see_list(r->db, r->arena, 0, 0, GROUPS_SHOWN, &groups));
	items = ARENA_ARRAY(r->arena, struct admin_choice, groups.count + 1);
	for (size_t i = 0; i < groups.count; i++) {
		const struct group_seen *group = (const struct group_seen *)groups.items + i;

		items[i] = (struct admin_choice){ arena_printf(r->arena, "%lld", (long long)group->id), group->name };
	}
	*out = (struct list){ items, groups.count };
	return NULL;
}

/* What is no number is no group. */
static size_t ids_read(struct arena *a, const struct texts *texts, int64_t **out)
{
	*out = ARENA_ARRAY(a, int64_t, texts->count + 1);
	for (size_t i = 0; i < texts->count; i++)
		if (!num_read(texts->items[i], 1, INT64_MAX, &(*out)[i]))
			(*out)[i] = 0;
	return texts->count;
}

static bool same_set(const struct texts *left, const struct texts *right)
{
	size_t found = 0;

	for (size_t i = 0; i < left->count; i++)
		for (size_t j = 0; j < right->count; j++)
			found += text_equal(left->items[i], right->items[j]);
	return found == left->count && found == right->count;
}

static const char *text_new(const char *wanted, const char *now)
{
	wanted = wanted ? wanted : "";
	return text_equal(wanted, now) ? NULL : wanted;
}

/* What is the caller's to give, and what is a name at all. */
static struct problem *form_check(struct req *r, const struct user_form *form, const struct user_form *now,
                                  const struct user_change *change, struct problem **wrong)
{
	int64_t *now_ids;
	const size_t now_count = ids_read(r->arena, &now->groups, &now_ids);

	if (change->username && !username_is_valid(change->username))
		problem_field(r->arena, wrong, "username", "%s", MSG_USERNAME_INVALID);
	if (change->email && email_fault(change->email))
		problem_field(r->arena, wrong, "email", "%s", email_fault(change->email));
	if (change->staff && !r->user->superuser)
		problem_field(r->arena, wrong, "is_staff", "%s", MSG_SUPERUSERS);
	if (change->superuser && !r->user->superuser)
		problem_field(r->arena, wrong, "is_superuser", "%s", MSG_SUPERUSERS);
	if (change->group_ids)
		TRY(rights_groups(r, change->group_ids, change->group_count, now_ids, now_count, "groups", wrong));
	return change->permissions
	           ? rights_permissions(r, &form->user_permissions, &now->user_permissions, "user_permissions", wrong)
	           : NULL;
}

/* Only what is different is written, and stands in the audit trail. */
static struct problem *save(struct req *r, int64_t *id, const void *object)
{
	const struct user_form *form = object;
	struct problem *wrong = NULL;
	struct user_change change = { .id = *id, .spares_superusers = !r->user->superuser };
	struct user_form now;
	int64_t *ids;

	TRY(load(r, *id, &now));
	change.username = text_new(form->username, now.username);
	change.first_name = text_new(form->first_name, now.first_name);
	change.last_name = text_new(form->last_name, now.last_name);
	change.email = text_new(form->email, now.email);
	change.active = form->is_active != now.is_active ? &form->is_active : NULL;
	change.staff = form->is_staff != now.is_staff ? &form->is_staff : NULL;
	change.superuser = form->is_superuser != now.is_superuser ? &form->is_superuser : NULL;
	if (!same_set(&form->groups, &now.groups)) {
		change.group_count = ids_read(r->arena, &form->groups, &ids);
		change.group_ids = ids;
	}
	change.permissions = same_set(&form->user_permissions, &now.user_permissions) ? NULL : &form->user_permissions;
	TRY(form_check(r, form, &now, &change, &wrong));
	TRY(wrong);
	return account_change(r->db, r->arena, r->user->id, &change);
}

const struct admin_form user_change_form = { .shape = &change_shape, .load = load, .choices = choices, .save = save };
