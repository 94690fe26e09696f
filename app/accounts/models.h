/* models.h - what the administration shows of users and groups. */
#ifndef PORTICO_ACCOUNTS_MODELS_H
#define PORTICO_ACCOUNTS_MODELS_H

#include "lib/web/admin.h"

extern const struct admin_model accounts_models[];

/* model_user.c */
extern const struct admin_form user_add_form, user_change_form, user_password_form;
/* model_group.c */
extern const struct admin_form group_form;

/* remove.c: of struct admin_model. */
struct problem *users_remove(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
                             size_t count, int64_t *gone) MUST_CHECK;
struct problem *groups_remove(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
                              size_t count, int64_t *gone) MUST_CHECK;

#endif
