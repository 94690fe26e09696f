/* desk.h - who sits before the administration, what he may do there, and which models there are. */
#ifndef PORTICO_ADMIN_DESK_H
#define PORTICO_ADMIN_DESK_H

#include "lib/web/admin.h"
#include "lib/web/request.h"

struct desk {
	struct req *r;
	struct texts permissions; /* that the user holds by himself or by a group; of no interest for superusers */
};

enum may { MAY_VIEW, MAY_ADD, MAY_CHANGE, MAY_DELETE, MAY_N };

/* Reads the permissions, once per request. */
struct problem *desk_open(struct req *r, struct desk *out) MUST_CHECK;

/* Also false for what the model has no means for. Whoever may do something with a model may view it. */
bool desk_may(const struct desk *d, const struct admin_model *m, enum may what);
/* PROBLEM_FORBIDDEN. */
struct problem *desk_must(const struct desk *d, const struct admin_model *m, enum may what) MUST_CHECK;

/* The model that the address names; PROBLEM_NOT_FOUND. */
struct problem *desk_model(const struct desk *d, const struct admin_model **out) MUST_CHECK;

/* Calls each(context, model) for every model of every app that is switched on, in the order of the mounts. */
void models_each(void (*each)(void *context, const struct admin_model *m), void *context);

/* Where the administration answers: "/api/admin". */
const char *admin_base(void);
/* "/api/admin/auth/user/", not escaped. */
const char *model_path(struct arena *a, const struct admin_model *m);
/* "/api/admin/auth/user/7/change/"; `what` "change". The key is percent-encoded. */
const char *object_path(struct arena *a, const struct admin_model *m, const char *key, const char *what);
/* "message", "messages". */
const char *model_word(const struct admin_model *m, int64_t count);

#endif
