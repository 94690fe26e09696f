/* rights.h - what somebody may give to others, or to himself: never more than he has. Superusers may give everything. */
#ifndef PORTICO_ACCOUNTS_RIGHTS_H
#define PORTICO_ACCOUNTS_RIGHTS_H

#include "lib/web/admin.h"
#include "lib/web/request.h"

/* Every permission there is, of the models of all apps that are switched on, and those in `held` besides; as struct admin_choice. */
struct list rights_known(struct arena *a, const struct texts *held);

/* What is wrong with having `wanted` in the place of `now` is said of `field`: a permission that is unknown, or new and not the
 * caller's. */
struct problem *rights_permissions(struct req *r, const struct texts *wanted, const struct texts *now,
                                   const char *field, struct problem **wrong) MUST_CHECK;
/* The same of groups: one that is not there, or new and with a permission that is not the caller's. */
struct problem *rights_groups(struct req *r, const int64_t *wanted, size_t count, const int64_t *now, size_t now_count,
                              const char *field, struct problem **wrong) MUST_CHECK;

bool id_is_among(int64_t id, const int64_t *ids, size_t count);

/* Whoever may set somebody's password may be him afterwards: *out is false when that would be more than the caller is. */
struct problem *rights_cover(struct req *r, int64_t user_id, bool *out) MUST_CHECK;

#endif
