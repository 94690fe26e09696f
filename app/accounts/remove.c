/* remove.c - several users or groups removed in one transaction, each with its line in the audit trail. */
#include "app/accounts/account.h"
#include "app/accounts/models.h"
#include "app/accounts/problems.h"

static struct problem *user_remove(struct db *db, struct arena *a, const struct identity *who, int64_t id,
                                   int64_t *gone)
{
	struct account user;
	struct problem *p = account_lock_not_last(db, a, id, &user);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return NULL; /* somebody was quicker */
	TRY(p);
	if (user.superuser && !who->superuser)
		return problem_new(a, &PROBLEM_FORBIDDEN, NULL);
	TRY(audit_add(db, a, who->id, "remove", "user", id, user.username, NULL));
	p = user_delete(db, a, id);
	if (problem_is(p, &PROBLEM_DB_REFERENCE))
		return problem_new(a, &PROBLEM_USER_IN_USE, "Other records need the user %s; deactivate it instead.",
		                   user.username);
	TRY(p);
	++*gone;
	return NULL;
}

struct problem *users_remove(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
                             size_t count, int64_t *gone)
{
	*gone = 0;
	for (size_t i = 0; i < count; i++)
		TRY(user_remove(db, a, who, ids[i], gone));
	return NULL;
}

static struct problem *one_group_remove(struct db *db, struct arena *a, const struct identity *who, int64_t id,
                                        int64_t *gone)
{
	struct group_seen group;
	struct problem *p = group_lock(db, a, id, &group);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return NULL;
	TRY(p);
	TRY(group_delete(db, a, id));
	TRY(audit_add(db, a, who->id, "remove", "group", id, group.name, NULL));
	++*gone;
	return NULL;
}

struct problem *groups_remove(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
                              size_t count, int64_t *gone)
{
	*gone = 0;
	for (size_t i = 0; i < count; i++)
		TRY(one_group_remove(db, a, who, ids[i], gone));
	return NULL;
}
