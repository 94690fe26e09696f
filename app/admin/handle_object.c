/* handle_object.c - one object to look at, and its history. Its form is handle_form.c's. */
#include "app/admin/object.h"

#include "app/admin/form.h"
#include "app/admin/handle.h"
#include "app/admin/notice.h"
#include "app/admin/words.h"
#include "lib/base/text.h"

#define HISTORY_SHOWN 200

struct problem *object_open(struct req *r, struct object *out)
{
	struct row row = { 0 };

	*out = (struct object){ .key = req_param(r, "key") };
	TRY(desk_open(r, &out->desk));
	TRY(desk_model(&out->desk, &out->model));
	TRY(desk_must(&out->desk, out->model, MAY_VIEW));
	TRY(object_title(r, out->model, out->key, &row, &out->found));
	if (!out->found)
		return NULL;
	out->key = row.object;
	out->title = row.cells[0] && *row.cells[0] ? row.cells[0] : row.object;
	if (!out->model->key_is_text && !num_read(out->key, 1, INT64_MAX, &out->id))
		out->found = false;
	return NULL;
}

struct problem *object_missing(struct object *o)
{
	struct req *r = o->desk.r;

	notice_set(r, NOTICE_MISSING, arena_printf(r->arena, "%s with ID “%s”", o->model->one, o->key));
	return page_lead(r, arena_printf(r->arena, "%s/", admin_base()));
}

void object_page(struct object *o, struct buf *b, const char *title, const char *words)
{
	struct arena *a = o->desk.r->arena;
	const struct admin_model *m = o->model;
	const struct crumb crumbs[] = {
		{ arena_printf(a, "%s/%s/", admin_base(), m->label), m->group },
		{ model_path(a, m), page_capital(a, m->many) },
		{ object_path(a, m, o->key, "change"), words ? o->title : NULL },
		{ NULL, NULL },
	};

	page_begin(o->desk.r, b, title, crumbs);
	if (words) {
		buf_text(b, "<p class=\"subject\">");
		buf_html(b, o->title);
		buf_text(b, "</p>\n");
	}
}

/* ---- GET {key}/ ---- */

struct problem *object_lead(struct req *r)
{
	struct object o;

	TRY(object_open(r, &o));
	return page_lead(r, object_path(r->arena, o.model, o.key, "change"));
}

/* ---- GET {key}/change/ ---- */

static void add_tools(struct object *o, struct buf *b)
{
	struct arena *a = o->desk.r->arena;
	const struct admin_model *m = o->model;

	buf_text(b, "<p class=\"tools\">");
	if (m->audited)
		page_link(b, object_path(a, m, o->key, "history"), "History");
	if (m->password && desk_may(&o->desk, m, MAY_CHANGE)) {
		buf_text(b, " ");
		page_link(b, object_path(a, m, o->key, "password"), "Set password");
	}
	if (desk_may(&o->desk, m, MAY_DELETE)) {
		buf_text(b, " ");
		page_link(b, object_path(a, m, o->key, "delete"), "Delete");
	}
	buf_text(b, "</p>\n");
}

static void add_values(struct object *o, struct buf *b, const struct row *row)
{
	const struct admin_column *c = object_columns(o->model);

	buf_text(b, "<dl>");
	for (size_t i = 0; c[i].sql; i++) {
		buf_text(b, "<dt>");
		buf_html(b, c[i].label);
		buf_text(b, "</dt><dd>");
		page_value(o->desk.r, b, &c[i], row->cells[i], true);
		buf_text(b, "</dd>");
	}
	buf_text(b, "</dl>\n");
}

struct problem *object_show(struct req *r)
{
	struct object o;
	struct row row;
	bool found;
	struct buf b;

	TRY(object_open(r, &o));
	if (!o.found)
		return object_missing(&o);
	TRY(object_read(r, o.model, o.key, &row, &found));
	if (!found)
		return object_missing(&o);
	object_page(&o, &b, o.title, NULL);
	add_tools(&o, &b);
	add_values(&o, &b, &row);
	if (o.model->change && desk_may(&o.desk, o.model, MAY_CHANGE))
		TRY(form_add(r, &b, o.model->change, o.id));
	return page_end(r, &b, 200);
}

/* ---- GET {key}/history/ ---- */

struct problem *object_history(struct req *r)
{
	struct object o;
	struct list rows;
	struct buf b;

	TRY(object_open(r, &o));
	if (!o.model->audited)
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	if (!o.found)
		return object_missing(&o);
	TRY(trail_of_object(r->db, r->arena, o.model->audited, o.id, HISTORY_SHOWN, &rows));
	object_page(&o, &b, "Change history", "History");
	if (rows.count == 0) {
		buf_text(&b, "<p>This object doesn't have a change history.</p>\n");
		return page_end(r, &b, 200);
	}
	buf_text(&b,
	         "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Date/time</th><th scope=\"col\">User</th>"
	         "<th scope=\"col\">Action</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < rows.count; i++) {
		const struct trail *t = (const struct trail *)rows.items + i;
		struct buf at;

		buf_init(&at, r->arena, 40);
		instant_write(&at, (struct instant){ t->at.us - t->at.us % US_PER_S }, true);
		buf_printf(&b, "<tr><th scope=\"row\"><time>%s</time></th><td>", buf_string(&at));
		buf_html(&b, *t->actor_name ? t->actor_name : "(command line)");
		buf_text(&b, "</td><td>");
		buf_html(&b, trail_words(r->arena, t));
		buf_text(&b, "</td></tr>\n");
	}
	buf_text(&b, "</tbody></table></div>\n");
	return page_end(r, &b, 200);
}
