/* handle_form.c - forms that add and change objects. What is wrong comes back with the form. */
#include "app/admin/form.h"
#include "app/admin/handle.h"
#include "app/admin/notice.h"
#include "app/admin/object.h"
#include "lib/base/text.h"

/* Which button was pressed. */
struct pressed {
	const char *_addanother, *_continue;
};
static const struct field pressed_fields[] = {
	FIELD(struct pressed, _addanother, OPTIONAL, 1, 64, "save and add another"),
	FIELD(struct pressed, _continue, OPTIONAL, 1, 64, "save and go on"),
	FIELD_END,
};
static const struct shape pressed_shape = SHAPE("AdminPressed", struct pressed, pressed_fields);

/* ---- as it looks ---- */

static void add_buttons(struct buf *b, const struct admin_form *form, bool adds, bool both)
{
	buf_text(b, "<p class=\"buttons\"><button name=\"_save\" value=\"1\">");
	buf_text(b, form->title ? form->title : "Save");
	buf_text(b, "</button>");
	if (!form->title && adds)
		buf_text(b, " <button name=\"_addanother\" value=\"1\">Save and add another</button>");
	if (!form->title && both)
		buf_text(b, " <button name=\"_continue\" value=\"1\">Save and continue editing</button>");
	buf_text(b, "</p>");
}

static struct problem *add(struct req *r, struct buf *b, const struct admin_form *form, const void *object,
                           const struct problem *wrong, bool typed)
{
	const struct admin_model *m;
	struct desk d;

	TRY(desk_open(r, &d));
	TRY(desk_model(&d, &m));
	page_wrong(b, wrong);
	page_form_begin(r, b, NULL, form->title ? form->title : page_capital(r->arena, m->one));
	if (form->help) {
		buf_text(b, "<p>");
		buf_html(b, form->help);
		buf_text(b, "</p>");
	}
	TRY(page_fields(r, b, form, object, wrong, typed));
	add_buttons(b, form, desk_may(&d, m, MAY_ADD), true);
	buf_text(b, "</form>\n");
	return NULL;
}

static struct problem *begin(struct req *r, const struct admin_form *form, int64_t id, void **out)
{
	*out = arena_alloc(r->arena, form->shape->size);
	return form->load ? form->load(r, id, *out) : NULL;
}

struct problem *form_add(struct req *r, struct buf *b, const struct admin_form *form, int64_t id)
{
	void *object;

	TRY(begin(r, form, id, &object));
	return add(r, b, form, object, NULL, false);
}

/* ---- as it is sent ---- */

/* Reads and writes it; *wrong: what is not right, then `object` is what was sent as far as it could be read. */
static struct problem *save(struct req *r, const struct admin_form *form, int64_t *id, void *object,
                            struct problem **wrong)
{
	struct problem *p = req_form(r, form->shape, object);

	if (!p)
		p = form->save(r, id, object);
	*wrong = problem_is(p, &PROBLEM_FIELDS) ? p : NULL;
	return *wrong ? NULL : p;
}

static struct problem *saved(struct req *r, const struct admin_model *m, int64_t id, enum notice n)
{
	const char *key = arena_printf(r->arena, "%lld", (long long)id);
	struct pressed pressed = { NULL, NULL };
	struct row row;
	bool found;

	TRY(req_form(r, &pressed_shape, &pressed));
	TRY(object_title(r, m, key, &row, &found));
	notice_set(r, n, arena_printf(r->arena, "%s “%s”", m->one, found && row.cells[0] ? row.cells[0] : key));
	if (pressed._addanother)
		return page_lead(r, arena_printf(r->arena, "%sadd/", model_path(r->arena, m)));
	/* what was added shallowly is gone on with */
	if (pressed._continue || (n == NOTICE_ADDED && m->add->shape != m->change->shape))
		return page_lead(r, object_path(r->arena, m, key, "change"));
	return page_lead(r, model_path(r->arena, m));
}

/* ---- add/ ---- */

static struct problem *add_open(struct req *r, struct desk *d, const struct admin_model **m)
{
	TRY(desk_open(r, d));
	TRY(desk_model(d, m));
	return desk_must(d, *m, MAY_ADD);
}

static void add_page(struct req *r, struct buf *b, const struct admin_model *m)
{
	struct arena *a = r->arena;

	page_begin(r, b, arena_printf(a, "Add %s", m->one),
	           (const struct crumb[]){ { arena_printf(a, "%s/%s/", admin_base(), m->label), m->group },
	                                   { model_path(a, m), page_capital(a, m->many) },
	                                   { NULL, NULL } });
}

struct problem *add_show(struct req *r)
{
	const struct admin_model *m;
	struct desk d;
	struct buf b;

	TRY(add_open(r, &d, &m));
	add_page(r, &b, m);
	TRY(form_add(r, &b, m->add, 0));
	return page_end(r, &b, 200);
}

struct problem *add_save(struct req *r)
{
	const struct admin_model *m;
	struct problem *wrong;
	struct desk d;
	int64_t id = 0;
	void *object;
	struct buf b;

	TRY(add_open(r, &d, &m));
	object = arena_alloc(r->arena, m->add->shape->size);
	TRY(save(r, m->add, &id, object, &wrong));
	if (!wrong)
		return saved(r, m, id, NOTICE_ADDED);
	add_page(r, &b, m);
	TRY(add(r, &b, m->add, object, wrong, true));
	return page_end(r, &b, 200);
}

/* ---- change/ and password/ ---- */

static struct problem *change_open(struct req *r, const struct admin_form *form, struct object *o)
{
	TRY(desk_must(&o->desk, o->model, MAY_CHANGE));
	return form ? NULL : problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
}

static struct problem *change(struct req *r, struct object *o, const struct admin_form *form, struct problem **wrong,
                              void **object)
{
	/* what may not be changed says so before what is wrong with the form */
	TRY(begin(r, form, o->id, object));
	*object = arena_alloc(r->arena, form->shape->size);
	return save(r, form, &o->id, *object, wrong);
}

struct problem *change_save(struct req *r)
{
	struct problem *wrong;
	struct object o;
	void *object;
	struct buf b;

	TRY(object_open(r, &o));
	TRY(change_open(r, o.model->change, &o));
	if (!o.found)
		return object_missing(&o);
	TRY(change(r, &o, o.model->change, &wrong, &object));
	if (!wrong)
		return saved(r, o.model, o.id, NOTICE_CHANGED);
	object_page(&o, &b, o.title, NULL);
	TRY(add(r, &b, o.model->change, object, wrong, true));
	return page_end(r, &b, 200);
}

static struct problem *password_open(struct req *r, struct object *o)
{
	TRY(object_open(r, o));
	if (!o->model->password)
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	return change_open(r, o->model->password, o);
}

struct problem *password_show(struct req *r)
{
	struct object o;
	struct buf b;

	TRY(password_open(r, &o));
	if (!o.found)
		return object_missing(&o);
	object_page(&o, &b, "Set password", "Password");
	TRY(form_add(r, &b, o.model->password, o.id));
	return page_end(r, &b, 200);
}

struct problem *password_save(struct req *r)
{
	struct problem *wrong;
	struct object o;
	void *object;
	struct buf b;

	TRY(password_open(r, &o));
	if (!o.found)
		return object_missing(&o);
	TRY(change(r, &o, o.model->password, &wrong, &object));
	if (!wrong) {
		notice_set(r, NOTICE_PASSWORD, NULL);
		return page_lead(r, object_path(r->arena, o.model, o.key, "change"));
	}
	object_page(&o, &b, "Set password", "Password");
	TRY(add(r, &b, o.model->password, object, wrong, true));
	return page_end(r, &b, 200);
}
