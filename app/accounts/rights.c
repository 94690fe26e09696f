/* rights.c - nobody gives what he does not have; decided here for all forms. */
#include "app/accounts/rights.h"

#include "app/accounts/store.h"
#include "lib/base/text.h"
#include "lib/web/web.h"

#define KNOWN_MOST 512
#define MSG_NOT_YOURS "You may not give what you do not have: %s."
#define MSG_UNKNOWN "Select a valid choice. %s is not one of the available choices."

static bool holds(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (text_equal(texts->items[i], text))
			return true;
	return false;
}

/* ---- what there is ---- */

struct known {
	struct arena *a;
	struct admin_choice *items;
	size_t count;
};

static void add(struct known *to, const char *value, const char *label)
{
	for (size_t i = 0; i < to->count; i++)
		if (text_equal(to->items[i].value, value))
			return;
	if (to->count < KNOWN_MOST)
		to->items[to->count++] = (struct admin_choice){ value, label };
}

static void add_model(struct known *to, const struct admin_model *m)
{
	const struct {
		const char *verb;
		bool means; /* something for this model */
	} verbs[] = { { "add", m->add != NULL },
		          { "change", m->change || m->actions },
		          { "delete", m->remove != NULL },
		          { "view", true } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verbs[i].means)
			add(to, arena_printf(to->a, "%s.%s", m->permission, verbs[i].verb),
			    arena_printf(to->a, "%s | %s | Can %s %s", m->group, m->one, verbs[i].verb, m->one));
}

struct list rights_known(struct arena *a, const struct texts *held)
{
	const struct mount *mounts = web_mounts();
	struct known known = { .a = a, .items = ARENA_ARRAY(a, struct admin_choice, KNOWN_MOST) };

	for (const struct mount *mount = mounts; mount->prefix; mount++)
		if (!mount_repeats(mounts, mount))
			for (const struct admin_model *m = mount->app->admin; m && m->label; m++)
				add_model(&known, m);
	for (size_t i = 0; i < held->count; i++)
		add(&known, held->items[i], held->items[i]);
	return (struct list){ known.items, known.count };
}

static bool is_known(struct list known, const char *permission)
{
	for (size_t i = 0; i < known.count; i++)
		if (text_equal(((const struct admin_choice *)known.items)[i].value, permission))
			return true;
	return false;
}

/* ---- what may be given ---- */

struct problem *rights_permissions(struct req *r, const struct texts *wanted, const struct texts *now,
                                   const char *field, struct problem **wrong)
{
	const struct list known = rights_known(r->arena, now);
	struct texts own = { NULL, 0 };

	TRY(account_permissions(r->db, r->arena, r->user->id, &own));
	for (size_t i = 0; i < wanted->count; i++) {
		const char *permission = wanted->items[i];

		if (!is_known(known, permission))
			problem_field(r->arena, wrong, field, MSG_UNKNOWN, permission);
		else if (!r->user->superuser && !holds(now, permission) && !holds(&own, permission))
			problem_field(r->arena, wrong, field, MSG_NOT_YOURS, permission);
	}
	return NULL;
}

bool id_is_among(int64_t id, const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

struct problem *rights_groups(struct req *r, const int64_t *wanted, size_t count, const int64_t *now, size_t now_count,
                              const char *field, struct problem **wrong)
{
	for (size_t i = 0; i < count; i++) {
		struct group_seen group;
		bool exceeds = false;
		struct problem *p = group_see(r->db, r->arena, 0, wanted[i], &group);

		if (problem_is(p, &PROBLEM_NOT_FOUND)) {
			problem_field(r->arena, wrong, field, MSG_UNKNOWN, arena_printf(r->arena, "%lld", (long long)wanted[i]));
			continue;
		}
		TRY(p);
		if (!r->user->superuser && !id_is_among(wanted[i], now, now_count))
			TRY(group_exceeds(r->db, r->arena, wanted[i], r->user->id, &exceeds));
		if (exceeds)
			problem_field(r->arena, wrong, field, MSG_NOT_YOURS, arena_printf(r->arena, "the group %s", group.name));
	}
	return NULL;
}

struct problem *rights_cover(struct req *r, int64_t user_id, bool *out)
{
	struct user_details user;
	struct texts own, theirs;

	*out = r->user->superuser || user_id == r->user->id;
	if (*out)
		return NULL;
	TRY(user_details_find(r->db, r->arena, user_id, &user));
	if (user.superuser)
		return NULL;
	TRY(account_permissions(r->db, r->arena, r->user->id, &own));
	TRY(account_permissions(r->db, r->arena, user_id, &theirs));
	for (size_t i = 0; i < theirs.count && user.staff; i++) /* held without the flag, they open nothing */
		if (!holds(&own, theirs.items[i]))
			return NULL;
	*out = true;
	return NULL;
}
