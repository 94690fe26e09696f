/* handle_chosen.c - what is done with the objects that were ticked in a list: deleted, after a page that says what would go; or
 * one of the model's own actions. */
#include <string.h>

#include "app/admin/handle.h"
#include "app/admin/list.h"
#include "app/admin/notice.h"
#include "app/admin/removal.h"
#include "lib/base/text.h"

struct chosen {
	const char *action;
	struct texts _selected_action;
	bool select_across;
	const char *post; /* "yes": it has been confirmed */
};

/* clang-format off */
static const struct field fields[] = {
	FIELD(struct chosen, action,           OPTIONAL | BLANK, 0, 64, "what is to be done"),
	FIELD(struct chosen, _selected_action, OPTIONAL, 0, CHOSEN_MOST, "keys"),
	FIELD(struct chosen, select_across,    OPTIONAL | LENIENT, 0, 1, "all that the list has, on all its pages"),
	FIELD(struct chosen, post,             OPTIONAL | BLANK, 0, 3, "yes: it has been confirmed"),
	FIELD_END,
};
/* clang-format on */
static const struct shape shape = SHAPE("AdminChosen", struct chosen, fields);

struct ids {
	int64_t *items;
	size_t count;
};

static struct problem *back(struct req *r, enum notice n, const char *text)
{
	notice_set(r, n, text);
	return page_lead(r, req_address_text(r));
}

/* The keys as numbers; what is none names nothing. */
static struct problem *ids_read(struct query *q, const struct chosen *c, struct ids *out)
{
	struct list rows = { NULL, 0 };
	size_t most = c->_selected_action.count;

	if (c->select_across) {
		TRY(query_keys(q, CHOSEN_MOST + 1, &rows));
		most = rows.count;
	}
	*out = (struct ids){ ARENA_ARRAY(q->r->arena, int64_t, most + 1), 0 };
	for (size_t i = 0; i < most; i++) {
		const char *key = c->select_across ? ((const struct row *)rows.items)[i].object : c->_selected_action.items[i];

		if (num_read(key, 1, INT64_MAX, &out->items[out->count]))
			out->count++;
	}
	return NULL;
}

/* ---- deletion ---- */

static struct problem *ask(struct req *r, const struct admin_model *m, const struct ids *ids)
{
	struct arena *a = r->arena;
	const char *json = db_ids(a, ids->items, ids->count);
	struct list objects;
	struct buf b;

	TRY(object_titles(r, m, json, &objects));
	page_begin(r, &b, "Are you sure?",
	           (const struct crumb[]){ { arena_printf(a, "%s/%s/", admin_base(), m->label), m->group },
	                                   { model_path(a, m), page_capital(a, m->many) },
	                                   { NULL, NULL } });
	buf_text(&b, "<p>Are you sure you want to delete the selected ");
	buf_html(&b, model_word(m, (int64_t)ids->count));
	buf_text(&b, "? All of the following objects and their related items will be deleted:</p>\n");
	TRY(page_deletion(r, &b, m, objects, json));
	page_form_begin(r, &b, NULL, "Deletion");
	page_hidden(&b, "action", DELETE_CHOSEN);
	page_hidden(&b, "post", "yes");
	for (size_t i = 0; i < ids->count; i++)
		buf_printf(&b, "<input type=\"hidden\" name=\"_selected_action\" value=\"%lld\">", (long long)ids->items[i]);
	buf_text(&b, "<button class=\"DELETE\">Yes, I’m sure</button> ");
	page_link(&b, req_address_text(r), "No, take me back");
	buf_text(&b, "</form>\n");
	return page_end(r, &b, 200);
}

static struct problem *delete_chosen(struct req *r, const struct admin_model *m, const struct ids *ids, bool confirmed)
{
	int64_t gone;

	if (!confirmed)
		return ask(r, m, ids);
	TRY(removal_run(r, m, ids->items, ids->count, &gone));
	return back(r, NOTICE_DELETED, arena_printf(r->arena, "%lld %s", (long long)gone, model_word(m, gone)));
}

/* ---- other actions ---- */

static struct problem *run(struct req *r, const struct admin_model *m, const struct admin_action *action,
                           const struct ids *ids)
{
	const struct problem *why = NULL;
	int64_t done = 0;

	for (size_t i = 0; i < ids->count; i++) {
		struct problem *p = action->run(r, ids->items[i]);

		if (p && !problem_is(p, &PROBLEM_CONFLICT) && !problem_is(p, &PROBLEM_NOT_FOUND))
			return p;
		done += !p;
		why = p ? p : why;
	}
	if (done == 0 && why)
		return back(r, NOTICE_FAILED, arena_text_n(r->arena, why->detail, strcspn(why->detail, ".")));
	return back(r, NOTICE_DONE,
	            arena_printf(r->arena, "%lld %s %s", (long long)done, model_word(m, done), action->done));
}

static const struct admin_action *action_find(const struct admin_model *m, const char *name)
{
	const struct admin_action *a = m->actions;

	while (a && a->name && !text_equal(a->name, name))
		a++;
	return a && a->name ? a : NULL;
}

static struct problem *act(const struct desk *d, struct query *q, const struct chosen *c)
{
	struct req *r = q->r;
	const struct admin_model *m = q->model;
	const bool deletes = text_equal(c->action, DELETE_CHOSEN);
	const struct admin_action *action = action_find(m, c->action);
	struct ids ids;

	if (deletes)
		TRY(desk_must(d, m, MAY_DELETE));
	else if (action)
		TRY(desk_must(d, m, MAY_CHANGE));
	else
		return back(r, NOTICE_NO_ACTION, NULL);
	TRY(ids_read(q, c, &ids));
	if (ids.count > CHOSEN_MOST)
		return back(r, NOTICE_TOO_MANY, arena_printf(r->arena, "%d %s", CHOSEN_MOST, m->many));
	if (ids.count == 0)
		return back(r, NOTICE_NOT_CHOSEN, NULL);
	return deletes ? delete_chosen(r, m, &ids, text_equal(c->post, "yes")) : run(r, m, action, &ids);
}

struct problem *list_act(struct req *r)
{
	struct chosen chosen = { 0 };
	const struct admin_model *m;
	struct query q;
	struct desk d;
	bool wrong;

	TRY(desk_open(r, &d));
	TRY(desk_model(&d, &m));
	TRY(desk_must(&d, m, MAY_VIEW));
	TRY(req_form(r, &shape, &chosen));
	TRY(query_read(r, m, &q, &wrong));
	/* half understood, it would choose more than was meant */
	if (wrong)
		return page_lead(r, arena_printf(r->arena, "%s?e=1", model_path(r->arena, m)));
	return act(&d, &q, &chosen);
}
