/* page.h - the frame around every page, and the parts that several pages have. Whatever is put in is escaped here. */
#ifndef PORTICO_ADMIN_PAGE_H
#define PORTICO_ADMIN_PAGE_H

#include "app/admin/desk.h"
#include "app/admin/store.h"
#include "lib/base/buf.h"

#define PAGE_MOST ((size_t)32 << 20)

struct crumb {
	const char *path, *words; /* words NULL ends them */
};

/* ---- page_frame.c ---- */

/* Everything up to the title; the index comes before the crumbs by itself. `b` is made ready. */
void page_begin(struct req *r, struct buf *b, const char *title, const struct crumb *crumbs);
/* The rest, and the answer. */
struct problem *page_end(struct req *r, struct buf *b, int status) MUST_CHECK;
/* 302 to a path of ours. */
struct problem *page_lead(struct req *r, const char *path) MUST_CHECK;
/* Of struct manner. */
struct problem *page_refuse(struct req *r, const struct problem *p) MUST_CHECK;

/* "Messages", of "messages". */
const char *page_capital(struct arena *a, const char *words);
void page_link(struct buf *b, const char *path, const char *words);
/* <form method="post"> with the token; `action` NULL: this very address. */
void page_form_begin(struct req *r, struct buf *b, const char *action, const char *label);
void page_hidden(struct buf *b, const char *name, const char *value);

/* ---- page_value.c ---- */

/* A cell as its column wants it; `whole`: all of a text. */
void page_value(struct req *r, struct buf *b, const struct admin_column *c, const char *value, bool whole);
/* "2026-01-02 03:04:05 UTC" of how the database writes it. */
void page_time(struct buf *b, const char *at);

/* ---- page_field.c ---- */

/* The fields of a form; `wrong` NULL: nothing is. `typed`: what was sent comes back, but for passwords. */
struct problem *page_fields(struct req *r, struct buf *b, const struct admin_form *form, const void *object,
                            const struct problem *wrong, bool typed) MUST_CHECK;
/* "Please correct the error below."; nothing when nothing is wrong. */
void page_wrong(struct buf *b, const struct problem *wrong);

/* ---- page_deletion.c ---- */

/* What is going to be deleted, and what goes with it. */
struct problem *page_deletion(struct req *r, struct buf *b, const struct admin_model *m, struct list objects,
                              const char *ids) MUST_CHECK;

#endif
