/* policy.c - who sees which users and groups (setting accounts.policy). */
#include "app/accounts/conf.h"
#include "app/accounts/handle.h"
#include "lib/base/text.h"

bool policy_is_upstream(void)
{
	return accounts_conf.policy == POLICY_UPSTREAM;
}

bool policy_lets_register(void)
{
	return accounts_conf.policy == POLICY_UPSTREAM || accounts_conf.policy == POLICY_OPEN_REGISTRATION;
}

/* Who may change all may see all; Django 1.11 knows no permission of its own for seeing. */
static struct problem *viewer(struct req *r, const char *permission, int64_t *out)
{
	bool holds = policy_is_upstream();

	if (!holds)
		TRY(auth_holds(r, permission, &holds));
	*out = holds ? 0 : actor_of(r);
	if (!holds && !r->user)
		return problem_new(r->arena, &PROBLEM_NO_CREDENTIALS, NULL); /* the table keeps them out already */
	return NULL;
}

struct problem *viewer_of_users(struct req *r, int64_t *out)
{
	return viewer(r, MAY_CHANGE_USER, out);
}

/* Who changes users chooses among the groups. */
struct problem *viewer_of_groups(struct req *r, int64_t *out)
{
	TRY(viewer(r, MAY_CHANGE_GROUP, out));
	return *out == 0 ? NULL : viewer(r, MAY_CHANGE_USER, out);
}

struct problem *pk_read(struct req *r, int64_t *out)
{
	if (num_read(req_param(r, "pk"), 1, INT64_MAX, out))
		return NULL;
	return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
}

int64_t actor_of(const struct req *r)
{
	return r->user ? r->user->id : 0;
}
