/* form.h - the forms of models. */
#ifndef PORTICO_ADMIN_FORM_H
#define PORTICO_ADMIN_FORM_H

#include "app/admin/page.h"

/* The form as it begins for that object, with its buttons, sent to the address it stands at. */
struct problem *form_add(struct req *r, struct buf *b, const struct admin_form *form, int64_t id) MUST_CHECK;

#endif
