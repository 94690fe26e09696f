/* import.h - taking over users and groups that another system kept: from Django's database, or from its fixtures. */
#ifndef PORTICO_ACCOUNTS_IMPORT_H
#define PORTICO_ACCOUNTS_IMPORT_H

#include "app/accounts/django.h"
#include "lib/base/app.h"

/* A group there and here. */
struct pair {
	int64_t old_id, id;
};

struct tally {
	int64_t taken, present, refused;
};

struct import {
	struct invocation *in;
	struct db *from;
	bool plan;
	bool has_tokens;
	struct pair *groups;
	size_t group_count;
	struct tally users, group_tally;
	int64_t permissions, unknown_permissions, tokens, unread_hashes;
};

/* One user or group on its way through its transaction. */
struct item {
	struct import *import;
	const struct django_user *user;
	const struct django_group *group;
	struct list permissions;
	struct list memberships;
	struct django_token token;
	bool has_token;
	int64_t id;
};

/* Takes one that is not here yet, with all that `item` holds of it, in one transaction; counts it. Groups come first.
 * import->groups has room for all of them. */
struct problem *import_take_group(struct import *import, struct arena *a, struct item *item) MUST_CHECK;
struct problem *import_take_user(struct import *import, struct arena *a, struct item *item) MUST_CHECK;

/* Says what was taken; PROBLEM_ROWS when something was refused. */
struct problem *import_report(const struct import *import) MUST_CHECK;

/* Django's model and codename of a permission of ours: "accounts.user.change" -> auth, user, change_user; false: it has
 * none. */
bool permission_to_django(struct arena *a, const char *permission, struct django_permission *out);

#endif
