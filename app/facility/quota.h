/* quota.h - setting a quota and summing up what is used (store_quota.c). Reading one is in store.h. */
#ifndef PORTICO_FACILITY_QUOTA_H
#define PORTICO_FACILITY_QUOTA_H

#include "app/facility/store.h"

/* Sets a user's own quota, whether he had one or not. */
struct problem *quota_store(struct db *db, struct arena *a, int64_t user_id, const struct quota *quota) MUST_CHECK;

/* Sums over the user's active resources, from the amounts in their rows (defect 34). */
struct problem *quota_used_sum(struct db *db, struct arena *a, int64_t user_id, struct quota *out) MUST_CHECK;

#endif
