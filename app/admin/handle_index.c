/* handle_index.c - what there is to administer for this user, and what he did last. */
#include <string.h>

#include "app/admin/handle.h"
#include "app/admin/page.h"
#include "app/admin/words.h"
#include "lib/base/text.h"

#define ACTIONS_SHOWN 10
#define MODELS_MOST 64

struct models {
	const struct desk *d;
	const char *label; /* of these alone; NULL: all */
	const struct admin_model *items[MODELS_MOST];
	size_t count;
	bool any; /* there are some of that label, permitted or not */
};

static void gather(void *context, const struct admin_model *m)
{
	struct models *to = context;

	if (to->label && !text_equal(to->label, m->label))
		return;
	to->any = true;
	if (desk_may(to->d, m, MAY_VIEW) && to->count < MODELS_MOST)
		to->items[to->count++] = m;
}

static void add_model(const struct desk *d, struct buf *b, const struct admin_model *m)
{
	struct arena *a = d->r->arena;
	const char *path = model_path(a, m);

	buf_text(b, "<tr><th scope=\"row\">");
	page_link(b, path, page_capital(a, m->many));
	buf_text(b, "</th><td>");
	if (desk_may(d, m, MAY_ADD)) {
		buf_text(b, "<a href=\"");
		buf_html(b, arena_printf(a, "%sadd/", path));
		buf_printf(b, "\">Add<span class=\"aside\"> %s</span></a>", m->one);
	}
	buf_text(b, "</td><td><a href=\"");
	buf_html(b, path);
	buf_printf(b, "\">%s<span class=\"aside\"> %s</span></a></td></tr>\n",
	           desk_may(d, m, MAY_CHANGE) ? "Change" : "View", m->many);
}

static void add_group(const struct models *models, struct buf *b, const struct admin_model *first)
{
	struct arena *a = models->d->r->arena;

	buf_text(b, "<table class=\"models\"><caption>");
	page_link(b, arena_printf(a, "%s/%s/", admin_base(), first->label), first->group);
	buf_text(b, "</caption><tbody>\n");
	for (size_t i = 0; i < models->count; i++)
		if (text_equal(models->items[i]->label, first->label))
			add_model(models->d, b, models->items[i]);
	buf_text(b, "</tbody></table>\n");
}

static bool is_first(const struct models *models, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (text_equal(models->items[i]->label, models->items[at]->label))
			return false;
	return true;
}

static void add_groups(const struct models *models, struct buf *b)
{
	if (models->count == 0)
		buf_text(b, "<p>You don't have permission to edit anything.</p>\n");
	for (size_t i = 0; i < models->count; i++)
		if (is_first(models, i))
			add_group(models, b, models->items[i]);
}

static struct problem *add_recent(struct req *r, struct buf *b)
{
	struct list rows;

	TRY(trail_of_actor(r->db, r->arena, r->user->id, ACTIONS_SHOWN, &rows));
	buf_text(b, "<section aria-labelledby=\"recent\"><h2 id=\"recent\">Recent actions</h2>\n<h3>My actions</h3>\n");
	buf_text(b, rows.count > 0 ? "<ul>" : "<p>None available</p>");
	for (size_t i = 0; i < rows.count; i++) {
		const struct trail *t = (const struct trail *)rows.items + i;

		buf_text(b, "<li>");
		buf_html(b, trail_words(r->arena, t));
		buf_text(b, " <span class=\"help\">");
		buf_html(b, t->object_kind);
		buf_char(b, ' ');
		buf_html(b, text_equal(t->object_name, "-") ? arena_printf(r->arena, "%lld", (long long)t->object_id)
		                                            : t->object_name);
		buf_text(b, "</span></li>");
	}
	buf_text(b, rows.count > 0 ? "</ul></section>\n" : "</section>\n");
	return NULL;
}

struct problem *site_index(struct req *r)
{
	struct models models = { 0 };
	struct desk d;
	struct buf b;

	TRY(desk_open(r, &d));
	models.d = &d;
	models_each(gather, &models);
	page_begin(r, &b, "Site administration", NULL);
	add_groups(&models, &b);
	TRY(add_recent(r, &b));
	return page_end(r, &b, 200);
}

struct problem *group_index(struct req *r)
{
	struct models models = { .label = req_param(r, "app") };
	struct desk d;
	struct buf b;

	TRY(desk_open(r, &d));
	models.d = &d;
	models_each(gather, &models);
	if (!models.any)
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	if (models.count == 0)
		return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
	page_begin(r, &b, arena_printf(r->arena, "%s administration", models.items[0]->group),
	           (const struct crumb[]){ { NULL, NULL } });
	add_groups(&models, &b);
	return page_end(r, &b, 200);
}
