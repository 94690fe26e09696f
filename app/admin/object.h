/* object.h - what the files about one object share. */
#ifndef PORTICO_ADMIN_OBJECT_H
#define PORTICO_ADMIN_OBJECT_H

#include "app/admin/page.h"
#include "app/admin/query.h"

/* The object that the address names, as the caller meets it. */
struct object {
	struct desk desk;
	const struct admin_model *model;
	const char *key;
	int64_t id; /* 0: the model's keys are texts */
	const char *title;
	bool found;
};

/* Who may not look at the model learns nothing of the object: PROBLEM_FORBIDDEN. */
struct problem *object_open(struct req *r, struct object *out) MUST_CHECK;
/* 302 to the index, which says that it is not there. */
struct problem *object_missing(struct object *o) MUST_CHECK;
/* The page's beginning; `words` NULL: it is the object's own page. */
void object_page(struct object *o, struct buf *b, const char *title, const char *words);

#endif
