/* group.c - changes of groups: each is one transaction with its line in the audit trail. */
#include "app/accounts/account.h"

struct change {
	int64_t actor_id;
	int64_t id;
	int64_t made; /* by group_write(), which may run again */
	const char *name;
};

/* What the table says of a name in the client's words. Characters that nobody sees do not count when names are compared: a name
 * of them alone is empty to the table's constraint, whatever its length. */
static struct problem *name_refused(struct arena *a, struct problem *p)
{
	struct problem *wrong = NULL;

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		problem_field(a, &wrong, "name", "%s", MSG_GROUP_TAKEN);
	else if (problem_is(p, &PROBLEM_DB_CHECK))
		problem_field(a, &wrong, "name", "%s", MSG_GROUP_BLANK);
	return wrong ? wrong : p;
}

static struct problem *create_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;

	TRY(group_insert(db, a, c->name, &c->id));
	return audit_add(db, a, c->actor_id, "add", "group", c->id, c->name, NULL);
}

struct problem *group_create(struct db *db, struct arena *a, int64_t actor_id, const char *name, int64_t *id)
{
	struct change c = { .actor_id = actor_id, .name = name };

	TRY(name_refused(a, db_transaction(db, a, create_work, &c)));
	*id = c.id;
	return NULL;
}

static struct problem *change_work(struct db *db, struct arena *a, void *context)
{
	const struct change *c = context;
	struct group_seen group;

	TRY(group_lock(db, a, c->id, &group));
	TRY(group_set_name(db, a, c->id, c->name));
	return audit_add(db, a, c->actor_id, "change", "group", c->id, c->name, "[{\"changed\":{\"fields\":[\"name\"]}}]");
}

struct problem *group_change(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char *name)
{
	struct change c = { .actor_id = actor_id, .id = id, .name = name };

	return name_refused(a, db_transaction(db, a, change_work, &c));
}

struct writing {
	struct change change;
	const struct texts *permissions;
};

static struct problem *write_work(struct db *db, struct arena *a, void *context)
{
	struct writing *w = context;
	struct change *c = &w->change;
	const bool adds = c->id == 0;
	int64_t id = c->id;
	struct group_seen group;

	if (adds)
		TRY(group_insert(db, a, c->name, &id));
	else
		TRY(group_lock(db, a, id, &group));
	if (!adds)
		TRY(group_set_name(db, a, id, c->name));
	TRY(permissions_set(db, a, true, id, w->permissions));
	TRY(audit_add(db, a, c->actor_id, adds ? "add" : "change", "group", id, c->name,
	              adds ? NULL : "[{\"changed\":{\"fields\":[\"name\",\"permissions\"]}}]"));
	c->made = id;
	return NULL;
}

struct problem *group_write(struct db *db, struct arena *a, int64_t actor_id, int64_t *id, const char *name,
                            const struct texts *permissions)
{
	struct writing w = { .change = { .actor_id = actor_id, .id = *id, .name = name }, .permissions = permissions };

	TRY(name_refused(a, db_transaction(db, a, write_work, &w)));
	*id = w.change.made;
	return NULL;
}

static struct problem *remove_work(struct db *db, struct arena *a, void *context)
{
	const struct change *c = context;
	struct group_seen group;

	TRY(group_lock(db, a, c->id, &group));
	TRY(group_delete(db, a, c->id));
	return audit_add(db, a, c->actor_id, "remove", "group", c->id, group.name, NULL);
}

struct problem *group_remove(struct db *db, struct arena *a, int64_t actor_id, int64_t id)
{
	return db_transaction(db, a, remove_work, &(struct change){ .actor_id = actor_id, .id = id });
}
