/* handle_user.c - accounts: who may see them, make them, change them. A user's own account is the user's to change, but
 * for the groups, which carry permissions. Staff and superusers are protected whatever the policy opens. */
#include <string.h>

#include "app/accounts/account.h"
#include "app/accounts/conf.h"
#include "app/accounts/credentials.h"
#include "app/accounts/handle.h"
#include "app/accounts/identity.h"
#include "app/accounts/password.h"
#include "app/accounts/rights.h"
#include "app/accounts/shapes.h"
#include "app/accounts/throttle.h"
#include "lib/base/text.h"
#include "lib/web/paging.h"

/* ---- showing ---- */

/* "3,17" -> numbers; the text is made by the database. */
static int64_t *ids_read(struct arena *a, const char *text, size_t *count)
{
	int64_t *ids = ARENA_ARRAY(a, int64_t, strlen(text) + 1);
	size_t n = 0;

	for (const char *at = text; *at;) {
		const size_t length = strcspn(at, ",");

		if (num_read(arena_text_n(a, at, length), 1, INT64_MAX, &ids[n]))
			n++;
		at += length;
		at += *at == ',';
	}
	*count = n;
	return ids;
}

static struct user_view view_of(struct req *r, const struct user_seen *user)
{
	struct user_view view = { .url = req_link(r, "/users/%lld/", (long long)user->id),
		                      .username = user->username,
		                      .email = user->email };
	size_t count;
	const int64_t *ids = ids_read(r->arena, user->group_ids, &count);

	view.groups = (struct texts){ ARENA_ARRAY(r->arena, const char *, count), count };
	for (size_t i = 0; i < count; i++)
		view.groups.items[i] = req_link(r, "/groups/%lld/", (long long)ids[i]);
	return view;
}

/* The account of the address, if the caller may see it. */
static struct problem *user_of(struct req *r, struct user_seen *out)
{
	int64_t id, viewer;

	TRY(pk_read(r, &id));
	TRY(viewer_of_users(r, &viewer));
	return user_see(r->db, r->arena, viewer, id, out);
}

static struct problem *user_reply(struct req *r, int status, int64_t id)
{
	struct user_seen user;
	struct user_view view;

	TRY(user_see(r->db, r->arena, 0, id, &user));
	view = view_of(r, &user);
	if (status == 201)
		reply_header(r, "Location", "%s", view.url);
	return reply_shape(r, status, &user_view_shape, &view);
}

/* An item of the list with what a cursor needs of it: the view comes first, so that the shape fits both. */
struct listed {
	struct user_view view;
	struct instant joined_at;
	int64_t id;
};

static const char *key_of(struct arena *a, const void *item)
{
	const struct listed *user = item;

	return arena_printf(a, "%lld.%lld", (long long)user->joined_at.us, (long long)user->id);
}

static struct problem *position_read(struct req *r, const char *text, struct instant *joined_at, int64_t *id)
{
	const char *dot = strchr(text, '.');

	if (dot && num_read(arena_text_n(r->arena, text, (size_t)(dot - text)), INT64_MIN + 1, INT64_MAX, &joined_at->us) &&
	    num_read(dot + 1, 0, INT64_MAX, id))
		return NULL;
	return problem_new(r->arena, &PROBLEM_CURSOR, NULL);
}

static struct problem *users_read(struct req *r, int64_t viewer, const struct paging *paging, struct list *out)
{
	struct instant joined_at;
	int64_t id;

	if (!paging->position)
		return user_see_list(r->db, r->arena, viewer, paging->offset, paging->limit, out);
	TRY(position_read(r, paging->position, &joined_at, &id));
	return user_see_beyond(r->db, r->arena, viewer, joined_at, id, paging->backwards, paging->limit, out);
}

/* GET /users/ */
struct problem *accounts_user_list_show(struct req *r)
{
	const struct shape listed_shape = { user_view_shape.name, user_view_shape.fields, sizeof(struct listed), 0 };
	struct paging paging;
	struct list users, views;
	int64_t viewer;

	TRY(viewer_of_users(r, &viewer));
	TRY(paging_read(r, &(struct paging_conf){ .size = 100, .most = 1000 }, &paging));
	if (paging_counts(&paging))
		TRY(user_see_count(r->db, r->arena, viewer, &paging.count));
	TRY(paging_settle(r, &paging));
	TRY(users_read(r, viewer, &paging, &users));
	views = (struct list){ ARENA_ARRAY(r->arena, struct listed, users.count), users.count };
	for (size_t i = 0; i < users.count; i++) {
		const struct user_seen *user = (const struct user_seen *)users.items + i;

		((struct listed *)views.items)[i] = (struct listed){ view_of(r, user), user->joined_at, user->id };
	}
	return reply_paging(r, &listed_shape, views, &paging, key_of);
}

/* GET /users/{pk}/ */
struct problem *accounts_user_show(struct req *r)
{
	struct user_seen user;
	struct user_view view;

	TRY(user_of(r, &user));
	view = view_of(r, &user);
	return reply_shape(r, 200, &user_view_shape, &view);
}

/* ---- what a body may say ---- */

static struct problem *forbidden(struct req *r)
{
	return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
}

/* The addresses as numbers of groups that are there. Only the first wrong one is told. */
static struct problem *groups_check(struct req *r, struct user_body *body, struct problem **wrong)
{
	body->group_ids = ARENA_ARRAY(r->arena, int64_t, body->groups.count + 1);
	for (size_t i = 0; i < body->groups.count; i++) {
		struct group_seen group;
		const char *pk = NULL, *message = NULL;
		struct problem *p = NULL;

		switch (link_read(r, body->groups.items[i], "/groups/{pk}/", &pk)) {
		case LINK_NOWHERE:
			message = MSG_LINK_NOWHERE;
			break;
		case LINK_OTHER:
			message = MSG_LINK_OTHER;
			break;
		case LINK_FITS:
			if (num_read(pk, 1, INT64_MAX, &body->group_ids[i]))
				p = group_see(r->db, r->arena, 0, body->group_ids[i], &group);
			else
				message = MSG_LINK_GONE;
			break;
		}
		if (problem_is(p, &PROBLEM_NOT_FOUND))
			message = MSG_LINK_GONE;
		else
			TRY(p);
		if (message) {
			problem_field(r->arena, wrong, "groups", "%s", message);
			return NULL;
		}
	}
	body->group_count = body->groups.count;
	return NULL;
}

static void password_check(struct req *r, const struct user_body *body, const struct user_seen *now,
                           struct problem **wrong)
{
	const struct password_owner owner = { .username = body->username ? body->username : now->username,
		                                  .email = body->email ? body->email : now->email };
	const struct texts faults = password_faults(r->arena, body->password, &owner);

	for (size_t i = 0; i < faults.count; i++)
		problem_field(r->arena, wrong, "password", "%s", faults.items[i]);
}

/* Before a name is looked up or a password hashed: signing up must neither fill the table nor try names by the thousand. */
static struct problem *signup_check(struct req *r)
{
	bool holds;

	TRY(auth_holds(r, MAY_ADD_USER, &holds));
	return holds ? NULL : throttle_signup(r->db, r->arena, req_address(r), r->now);
}

/* A name may be the user's own in other case; groups and password are looked at when they are readable at all. */
struct problem *accounts_user_check(struct req *r, void *object, struct problem **wrong)
{
	struct user_body *body = object;
	struct user_seen now = { 0 };
	struct credential other;
	bool taken = false;

	if (r->verb == POST)
		TRY(signup_check(r));
	else
		TRY(user_of(r, &now));
	if (body->username)
		TRY(credential_find(r->db, r->arena, body->username, &other, &taken));
	if (taken && other.id != now.id)
		problem_field(r->arena, wrong, "username", "%s", MSG_USERNAME_TAKEN);
	if (r->verb == PUT && req_body_is_form(r) && !shape_given(&user_ask_shape, body, "groups"))
		body->groups = (struct texts){ ARENA_ARRAY(r->arena, const char *, 1), 0 };
	if (body->groups.items)
		TRY(groups_check(r, body, wrong));
	if (body->password)
		password_check(r, body, &now, wrong);
	return NULL;
}

/* ---- who may say it ---- */

/* Groups that come new to the user; without the permission only such as give none themselves, where the policy lets
 * everybody choose at all. */
static struct problem *groups_guard(struct req *r, const struct user_body *body, const char *now)
{
	size_t count;
	const int64_t *ids = ids_read(r->arena, now, &count);
	bool same = count == body->group_count;

	for (size_t i = 0; i < body->group_count; i++) {
		bool empowers;

		if (id_is_among(body->group_ids[i], ids, count))
			continue;
		same = false;
		TRY(group_empowers(r->db, r->arena, body->group_ids[i], &empowers));
		if (empowers)
			return forbidden(r);
	}
	return same || policy_is_upstream() ? NULL : forbidden(r);
}

/* Holders of the permission who are no superusers give nothing that they do not have themselves: neither a group that may more, nor
 * themselves the account of somebody who may more, by its password. */
static struct problem *giver_guard(struct req *r, const struct user_body *body, const struct user_seen *user)
{
	size_t count;
	const int64_t *now = ids_read(r->arena, user->group_ids, &count);
	bool exceeds = false, covered = true;

	for (size_t i = 0; i < body->group_count && !r->user->superuser && !exceeds; i++)
		if (!id_is_among(body->group_ids[i], now, count))
			TRY(group_exceeds(r->db, r->arena, body->group_ids[i], r->user->id, &exceeds));
	if (body->password && user->id)
		TRY(rights_cover(r, user->id, &covered));
	return exceeds || !covered ? forbidden(r) : NULL;
}

static bool is_self(const struct req *r, const struct user_seen *user)
{
	return r->user && r->user->id == user->id;
}

/* Superusers are changed by superusers, staff by who holds the permission. */
static struct problem *target_guard(struct req *r, const struct user_seen *user, const char *permission, bool *holds)
{
	TRY(auth_holds(r, permission, holds));
	if (user->superuser && !(r->user && r->user->superuser))
		return forbidden(r);
	return user->staff && !*holds ? forbidden(r) : NULL;
}

/* What the caller may not change of this account. */
static struct problem *change_guard(struct req *r, const struct user_seen *user, struct user_body *body)
{
	bool holds;

	if (is_self(r, user))
		TRY(auth_holds(r, MAY_CHANGE_USER, &holds));
	else
		TRY(target_guard(r, user, MAY_CHANGE_USER, &holds));
	if (holds)
		return giver_guard(r, body, user);
	/* a form that says nothing of the groups does not mean them, when they are not the caller's to change */
	if (body->groups.items && body->group_count == 0 && req_body_is_form(r) && !policy_is_upstream())
		body->groups.items = NULL;
	if (body->groups.items)
		TRY(groups_guard(r, body, user->group_ids));
	if (!is_self(r, user))
		return body->password || !policy_is_upstream() ? forbidden(r) : NULL;
	/* where another service says who somebody is, a name is not the user's to choose: it may be another's there */
	if (body->username && !text_equal(body->username, user->username) && credential_sources_any())
		return forbidden(r);
	return NULL;
}

static const char *hash_of(struct req *r, const char *password)
{
	const struct password_cost cost = { accounts_conf.argon2_passes, accounts_conf.argon2_memory };

	return password_hash(r->arena, password, &cost);
}

/* POST /users/ */
struct problem *accounts_user_create(struct req *r)
{
	const struct user_body *body = r->body;
	struct user_ask ask = { .username = body->username,
		                    .email = body->email,
		                    .any_letters = true,
		                    .group_ids = body->group_ids,
		                    .group_count = body->group_count };
	struct account made;
	bool holds;

	TRY(auth_holds(r, MAY_ADD_USER, &holds));
	if (holds)
		TRY(giver_guard(r, body, &(struct user_seen){ .group_ids = "" }));
	else
		TRY(groups_guard(r, body, ""));
	ask.password_hash = body->password ? hash_of(r, body->password) : PASSWORD_UNUSABLE;
	TRY(account_create(r->db, r->arena, actor_of(r), &ask, &made));
	return user_reply(r, 201, made.id);
}

/* PUT and PATCH /users/{pk}/ */
struct problem *accounts_user_replace(struct req *r)
{
	struct user_body body = *(const struct user_body *)r->body;
	struct user_seen user;
	struct user_change change;

	TRY(user_of(r, &user));
	TRY(change_guard(r, &user, &body));
	change = (struct user_change){ .id = user.id, .username = body.username, .email = body.email };
	if (body.groups.items) {
		change.group_ids = body.group_ids;
		change.group_count = body.group_count;
	}
	if (body.password)
		change.password_hash = hash_of(r, body.password);
	TRY(account_change(r->db, r->arena, actor_of(r), &change));
	if (body.password && is_self(r, &user) && r->scheme == SCHEME_SESSION)
		TRY(session_renew(r));
	return user_reply(r, 200, user.id);
}

/* DELETE /users/{pk}/ */
struct problem *accounts_user_destroy(struct req *r)
{
	struct user_seen user;
	int64_t id;
	bool holds;

	TRY(pk_read(r, &id));
	TRY(user_see(r->db, r->arena, 0, id, &user));
	TRY(target_guard(r, &user, MAY_DELETE_USER, &holds));
	TRY(account_remove(r->db, r->arena, actor_of(r), id));
	return reply_empty(r, 204);
}
