/* desk.c - the rights of whoever sits before the administration, looked at in this one place. */
#include "app/admin/desk.h"

#include <string.h>

#include "app/accounts/accounts.h"
#include "app/admin/admin.h"
#include "app/admin/handle.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/web/web.h"

#define PATH_MOST 4096

static const char *const verbs[MAY_N] = { "view", "add", "change", "delete" };

struct problem *desk_open(struct req *r, struct desk *out)
{
	*out = (struct desk){ .r = r };
	return r->user && !r->user->superuser ? account_permissions(r->db, r->arena, r->user->id, &out->permissions) : NULL;
}

/* "accounts.user.change" is that of "accounts.user" and "change". */
static bool holds(const struct desk *d, const struct admin_model *m, const char *verb)
{
	const size_t n = strlen(m->permission);

	if (d->r->user->superuser)
		return true;
	for (size_t i = 0; i < d->permissions.count && d->r->user->staff; i++) {
		const char *held = d->permissions.items[i];

		if (strncmp(held, m->permission, n) == 0 && held[n] == '.' && text_equal(held + n + 1, verb))
			return true;
	}
	return false;
}

bool desk_may(const struct desk *d, const struct admin_model *m, enum may what)
{
	if (!d->r->user)
		return false;
	switch (what) {
	case MAY_VIEW:
		for (size_t i = 0; i < MAY_N; i++)
			if (holds(d, m, verbs[i]))
				return true;
		return false;
	case MAY_ADD:
		/* where the form is but a first step, it is gone on with in the one that changes */
		return m->add && holds(d, m, verbs[MAY_ADD]) &&
		       (!m->change || m->add->shape == m->change->shape || holds(d, m, verbs[MAY_CHANGE]));
	case MAY_CHANGE:
		return (m->change || m->actions) && holds(d, m, verbs[MAY_CHANGE]);
	case MAY_DELETE:
		return m->remove && holds(d, m, verbs[MAY_DELETE]);
	case MAY_N:
		break;
	}
	return false;
}

struct problem *desk_must(const struct desk *d, const struct admin_model *m, enum may what)
{
	return desk_may(d, m, what) ? NULL : problem_new(d->r->arena, &PROBLEM_FORBIDDEN, NULL);
}

/* ---- models ---- */

/* A lib/ room has no app of its own: its models stand with the administration's. */
void models_each(void (*each)(void *context, const struct admin_model *m), void *context)
{
	const struct mount *mounts = web_mounts();

	for (const struct mount *mount = mounts; mount->prefix; mount++) {
		if (mount_repeats(mounts, mount))
			continue;
		for (const struct admin_model *m = mount->app->admin; m && m->label; m++)
			each(context, m);
	}
}

struct wanted {
	const char *label, *name;
	const struct admin_model *found;
};

static void compare(void *context, const struct admin_model *m)
{
	struct wanted *w = context;

	if (text_equal(m->label, w->label) && text_equal(m->name, w->name))
		w->found = m;
}

struct problem *desk_model(const struct desk *d, const struct admin_model **out)
{
	struct wanted w = { req_param(d->r, "app"), req_param(d->r, "model"), NULL };

	models_each(compare, &w);
	if (!w.found)
		return problem_new(d->r->arena, &PROBLEM_NOT_FOUND, NULL);
	*out = w.found;
	return NULL;
}

/* ---- addresses ---- */

const char *admin_base(void)
{
	const struct mount *mount = web_mounts();

	while (mount->prefix && mount->app != &admin_app)
		mount++;
	return mount->prefix ? mount->prefix : "";
}

const char *model_path(struct arena *a, const struct admin_model *m)
{
	return arena_printf(a, "%s/%s/%s/", admin_base(), m->label, m->name);
}

const char *object_path(struct arena *a, const struct admin_model *m, const char *key, const char *what)
{
	struct buf b;

	buf_init(&b, a, PATH_MOST);
	buf_text(&b, model_path(a, m));
	buf_percent(&b, key, strlen(key));
	buf_printf(&b, "/%s/", what);
	return buf_string(&b);
}

const char *model_word(const struct admin_model *m, int64_t count)
{
	return count == 1 ? m->one : m->many;
}
