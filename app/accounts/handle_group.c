/* handle_group.c - groups: what may be seen, made and changed. */
#include "app/accounts/account.h"
#include "app/accounts/handle.h"
#include "app/accounts/shapes.h"
#include "lib/base/text.h"
#include "lib/web/paging.h"

static struct group_view view_of(struct req *r, const struct group_seen *group)
{
	return (struct group_view){ .url = req_link(r, "/groups/%lld/", (long long)group->id), .name = group->name };
}

/* The group of the address, if the caller may see it. */
static struct problem *group_of(struct req *r, struct group_seen *out)
{
	int64_t id, viewer;

	TRY(pk_read(r, &id));
	TRY(viewer_of_groups(r, &viewer));
	return group_see(r->db, r->arena, viewer, id, out);
}

static const char *key_of(struct arena *a, const void *item)
{
	(void)a;
	return ((const struct group_view *)item)->name;
}

static struct problem *groups_read(struct req *r, int64_t viewer, const struct paging *paging, struct list *out)
{
	if (paging->position)
		return group_see_beyond(r->db, r->arena, viewer, paging->position, paging->backwards, paging->limit, out);
	return group_see_list(r->db, r->arena, viewer, paging->offset, paging->limit, out);
}

/* GET /groups/ */
struct problem *accounts_group_list_show(struct req *r)
{
	struct paging paging;
	struct list groups, views;
	int64_t viewer;

	TRY(viewer_of_groups(r, &viewer));
	TRY(paging_read(r, &(struct paging_conf){ .size = 100, .most = 1000 }, &paging));
	if (paging_counts(&paging))
		TRY(group_see_count(r->db, r->arena, viewer, &paging.count));
	TRY(paging_settle(r, &paging));
	TRY(groups_read(r, viewer, &paging, &groups));
	views = (struct list){ ARENA_ARRAY(r->arena, struct group_view, groups.count), groups.count };
	for (size_t i = 0; i < groups.count; i++)
		((struct group_view *)views.items)[i] = view_of(r, (const struct group_seen *)groups.items + i);
	return reply_paging(r, &group_view_shape, views, &paging, key_of);
}

/* GET /groups/{pk}/ */
struct problem *accounts_group_show(struct req *r)
{
	struct group_seen group;
	struct group_view view;

	TRY(group_of(r, &group));
	view = view_of(r, &group);
	return reply_shape(r, 200, &group_view_shape, &view);
}

/* A group that gives permissions is nothing for a policy that lets everybody change groups. */
static struct problem *guard(struct req *r, const struct group_seen *group, const char *permission)
{
	bool holds, empowers;

	TRY(auth_holds(r, permission, &holds));
	if (holds)
		return NULL;
	TRY(group_empowers(r->db, r->arena, group->id, &empowers));
	return empowers ? problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL) : NULL;
}

struct problem *accounts_group_check(struct req *r, void *body, struct problem **wrong)
{
	const struct group_body *ask = body;
	struct group_seen own = { 0 }, other;
	bool taken = false;

	if (r->verb != POST) {
		TRY(group_of(r, &own));
		TRY(guard(r, &own, MAY_CHANGE_GROUP));
	}
	if (ask->name)
		TRY(group_find_named(r->db, r->arena, ask->name, &other, &taken));
	if (taken && other.id != own.id)
		problem_field(r->arena, wrong, "name", "%s", MSG_GROUP_TAKEN);
	return NULL;
}

/* POST /groups/ */
struct problem *accounts_group_add(struct req *r)
{
	const struct group_body *ask = r->body;
	struct group_seen group = { .name = ask->name };
	struct group_view view;

	TRY(group_create(r->db, r->arena, actor_of(r), ask->name, &group.id));
	view = view_of(r, &group);
	reply_header(r, "Location", "%s", view.url);
	return reply_shape(r, 201, &group_view_shape, &view);
}

/* PUT and PATCH /groups/{pk}/ */
struct problem *accounts_group_replace(struct req *r)
{
	const struct group_body *ask = r->body;
	struct group_seen group;
	struct group_view view;

	TRY(group_of(r, &group));
	if (ask->name) {
		TRY(group_change(r->db, r->arena, actor_of(r), group.id, ask->name));
		group.name = ask->name;
	}
	view = view_of(r, &group);
	return reply_shape(r, 200, &group_view_shape, &view);
}

/* DELETE /groups/{pk}/ */
struct problem *accounts_group_destroy(struct req *r)
{
	struct group_seen group;
	int64_t id;

	TRY(pk_read(r, &id));
	TRY(group_see(r->db, r->arena, 0, id, &group));
	TRY(guard(r, &group, MAY_DELETE_GROUP));
	TRY(group_remove(r->db, r->arena, actor_of(r), id));
	return reply_empty(r, 204);
}
