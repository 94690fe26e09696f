/* model_group.c - the form of a group: its name and what its members may do. */
#include "app/accounts/account.h"
#include "app/accounts/models.h"
#include "app/accounts/rights.h"

struct group_form {
	const char *name;
	struct texts permissions;
};

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct group_form, name,        REQUIRED, 1, 80, "its name"),
	FIELD(struct group_form, permissions, OPTIONAL | FLAT, 0, 500, "what its members may do", .help = "What staff who are in the group may do."),
	FIELD_END,
};
static const struct shape shape = SHAPE("GroupForm", struct group_form, fields);
/* clang-format on */

/* Of the group that the address names; nothing of one that is being made. */
static struct problem *held(struct req *r, int64_t id, struct texts *out)
{
	*out = (struct texts){ NULL, 0 };
	return id ? permissions_list(r->db, r->arena, true, id, out) : NULL;
}

static struct problem *load(struct req *r, int64_t id, void *object)
{
	struct group_form *form = object;
	struct group_seen group;

	if (id == 0)
		return NULL;
	TRY(group_see(r->db, r->arena, 0, id, &group));
	form->name = group.name;
	return held(r, id, &form->permissions);
}

static struct problem *choices(struct req *r, const struct field *f, const void *object, struct list *out)
{
	const struct group_form *form = object;

	(void)f;
	*out = rights_known(r->arena, &form->permissions);
	return NULL;
}

static struct problem *save(struct req *r, int64_t *id, const void *object)
{
	const struct group_form *form = object;
	struct problem *wrong = NULL;
	struct texts now;

	TRY(held(r, *id, &now));
	TRY(rights_permissions(r, &form->permissions, &now, "permissions", &wrong));
	TRY(wrong);
	return group_write(r->db, r->arena, r->user->id, id, form->name, &form->permissions);
}

const struct admin_form group_form = { .shape = &shape, .load = load, .choices = choices, .save = save };
