/* list.h - what the files about lists share. */
#ifndef PORTICO_ADMIN_LIST_H
#define PORTICO_ADMIN_LIST_H

#include "app/admin/page.h"
#include "app/admin/query.h"

#define DELETE_CHOSEN "delete_selected"

/* May anything be done with chosen objects? */
bool list_acts(const struct desk *d, const struct admin_model *m);

/* page_filter.c: the filters of the list, with what is chosen now. */
struct problem *list_filters(const struct query *q, struct buf *b) MUST_CHECK;

#endif
