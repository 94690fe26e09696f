/* removal.h - deletes objects of any model. */
#ifndef PORTICO_ADMIN_REMOVAL_H
#define PORTICO_ADMIN_REMOVAL_H

#include "app/admin/desk.h"

/* In one transaction, all that are there or none. `ids` are put in order. *gone: how many were there. */
struct problem *removal_run(struct req *r, const struct admin_model *m, int64_t *ids, size_t count, int64_t *gone)
	MUST_CHECK;

#endif
