/* handle_remove.c - deletes one object, after a page that says what would go. */
#include "app/admin/handle.h"
#include "app/admin/notice.h"
#include "app/admin/object.h"
#include "app/admin/removal.h"

static struct problem *open(struct req *r, struct object *o)
{
	TRY(object_open(r, o));
	return desk_must(&o->desk, o->model, MAY_DELETE);
}

struct problem *remove_show(struct req *r)
{
	struct object o;
	struct list objects;
	struct buf b;

	TRY(open(r, &o));
	if (!o.found)
		return object_missing(&o);

	const char *ids = db_ids(r->arena, &o.id, 1);

	TRY(object_titles(r, o.model, ids, &objects));
	object_page(&o, &b, "Are you sure?", "Delete");
	buf_text(&b, "<p>Are you sure you want to delete this ");
	buf_html(&b, o.model->one);
	buf_text(&b, "? All of the following related items will be deleted:</p>\n");
	TRY(page_deletion(r, &b, o.model, objects, ids));
	page_form_begin(r, &b, NULL, "Deletion");
	page_hidden(&b, "post", "yes");
	buf_text(&b, "<button class=\"DELETE\">Yes, I’m sure</button> ");
	page_link(&b, object_path(r->arena, o.model, o.key, "change"), "No, take me back");
	buf_text(&b, "</form>\n");
	return page_end(r, &b, 200);
}

struct problem *remove_do(struct req *r)
{
	struct object o;
	int64_t gone;

	TRY(open(r, &o));
	if (!o.found)
		return object_missing(&o);
	TRY(removal_run(r, o.model, &o.id, 1, &gone));
	if (gone == 0)
		return object_missing(&o);
	notice_set(r, NOTICE_DELETED, arena_printf(r->arena, "the %s “%s”", o.model->one, o.title));
	return page_lead(r, model_path(r->arena, o.model));
}
