/* page_field.c - the fields of a form: each has its label, its help, and what is wrong with it, tied together for screen readers. */
#include <inttypes.h>
#include <string.h>

#include "app/admin/page.h"
#include "lib/base/text.h"

struct drawn {
	struct req *r;
	struct buf *b;
	const struct admin_form *form;
	const void *object;
	const struct problem *wrong;
	bool typed;
};

static bool is_wrong(const struct drawn *d, const struct field *f)
{
	for (const struct field_error *e = d->wrong ? d->wrong->fields : NULL; e; e = e->next)
		if (text_equal(e->field, f->name))
			return true;
	return false;
}

static const char *label_of(const struct drawn *d, const struct field *f)
{
	return f->label ? f->label : page_capital(d->r->arena, f->name);
}

/* name, id, and what belongs to it. */
static void add_common(const struct drawn *d, const struct field *f)
{
	buf_printf(d->b, " name=\"%s\" id=\"id_%s\"", f->name, f->name);
	if (is_wrong(d, f) || f->help)
		buf_printf(d->b, " aria-describedby=\"%s%s%s%s%s\"", f->help ? "help_" : "", f->help ? f->name : "",
		           f->help && is_wrong(d, f) ? " " : "", is_wrong(d, f) ? "wrong_" : "", is_wrong(d, f) ? f->name : "");
	if (is_wrong(d, f))
		buf_text(d->b, " aria-invalid=\"true\"");
}

static void add_help(const struct drawn *d, const struct field *f)
{
	if (f->help) {
		buf_printf(d->b, "<span class=\"help\" id=\"help_%s\">", f->name);
		buf_html(d->b, f->help);
		buf_text(d->b, "</span>");
	}
	if (!is_wrong(d, f))
		return;
	buf_printf(d->b, "<span class=\"wrong\" id=\"wrong_%s\">", f->name);
	for (const struct field_error *e = d->wrong->fields; e; e = e->next)
		if (text_equal(e->field, f->name)) {
			buf_html(d->b, e->message);
			buf_char(d->b, ' ');
		}
	buf_text(d->b, "</span>");
}

static void add_text(const struct drawn *d, const struct field *f)
{
	const char *value = *(const char *const *)field_of(f, d->object);

	/* what could not be read is shown as it was typed, to be mended */
	if (d->typed)
		value = req_form_value(d->r, f->name);
	buf_text(d->b, "<div class=\"field\"><label for=\"id_");
	buf_text(d->b, f->name);
	buf_text(d->b, "\">");
	buf_html(d->b, label_of(d, f));
	buf_text(d->b, "</label><input type=\"");
	buf_text(d->b, f->flags & SECRET                             ? "password\" autocomplete=\"new-password\""
	               : f->format && text_equal(f->format, "email") ? "email\""
	                                                             : "text\"");
	add_common(d, f);
	if (f->max > 0 && f->max < INT64_MAX)
		buf_printf(d->b, " maxlength=\"%" PRId64 "\"", f->max);
	if (f->flags & REQUIRED)
		buf_text(d->b, " required");
	if (value && !(f->flags & SECRET)) {
		buf_text(d->b, " value=\"");
		buf_html(d->b, value);
		buf_char(d->b, '"');
	}
	buf_char(d->b, '>');
	add_help(d, f);
	buf_text(d->b, "</div>\n");
}

static void add_yes(const struct drawn *d, const struct field *f)
{
	buf_text(d->b, "<div class=\"field\"><label class=\"tick\"><input type=\"checkbox\" value=\"1\"");
	add_common(d, f);
	buf_text(d->b, *(const bool *)field_of(f, d->object) ? " checked> " : "> ");
	buf_html(d->b, label_of(d, f));
	buf_text(d->b, "</label>");
	add_help(d, f);
	buf_text(d->b, "</div>\n");
}

static bool holds(const struct texts *texts, const char *value)
{
	for (size_t i = 0; i < texts->count; i++)
		if (text_equal(texts->items[i], value))
			return true;
	return false;
}

static struct problem *add_choices(const struct drawn *d, const struct field *f)
{
	const struct texts *now = field_of(f, d->object);
	struct list choices;

	TRY(d->form->choices(d->r, f, d->object, &choices));
	buf_text(d->b, "<fieldset class=\"field choices\"");
	if (is_wrong(d, f) || f->help)
		buf_printf(d->b, " aria-describedby=\"%s_%s\"", is_wrong(d, f) ? "wrong" : "help", f->name);
	buf_text(d->b, "><legend>");
	buf_html(d->b, label_of(d, f));
	buf_text(d->b, "</legend>");
	add_help(d, f);
	buf_text(d->b, choices.count > 0 ? "<div class=\"scroll\">" : "<div class=\"scroll\">None available");
	for (size_t i = 0; i < choices.count; i++) {
		const struct admin_choice *c = (const struct admin_choice *)choices.items + i;

		buf_printf(d->b, "<label class=\"tick\"><input type=\"checkbox\" name=\"%s\" value=\"", f->name);
		buf_html(d->b, c->value);
		buf_text(d->b, holds(now, c->value) ? "\" checked> " : "\"> ");
		buf_html(d->b, c->label);
		buf_text(d->b, "</label>");
	}
	buf_text(d->b, "</div></fieldset>\n");
	return NULL;
}

struct problem *page_fields(struct req *r, struct buf *b, const struct admin_form *form, const void *object,
                            const struct problem *wrong, bool typed)
{
	const struct drawn d = { r, b, form, object, wrong, typed };

	for (const struct field *f = form->shape->fields; f->name; f++)
		if (f->kind == KIND_TEXTS)
			TRY(add_choices(&d, f));
		else if (f->kind == KIND_BOOL)
			add_yes(&d, f);
		else
			add_text(&d, f);
	return NULL;
}

void page_wrong(struct buf *b, const struct problem *wrong)
{
	size_t count = 0;

	for (const struct field_error *e = wrong ? wrong->fields : NULL; e; e = e->next)
		count++;
	if (count > 0)
		buf_printf(b, "<p class=\"notice bad\" role=\"alert\">Please correct the error%s below.</p>\n",
		           count == 1 ? "" : "s");
}
