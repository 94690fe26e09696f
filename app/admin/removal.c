/* removal.c - deletes objects of any model, in one transaction. Several at once meet their rows in one order, so that two who
 * delete the same wait for each other and count each object once. */
#include "app/admin/removal.h"

#include <stdlib.h>

struct removal {
	const struct admin_model *model;
	const struct identity *who;
	const int64_t *ids;
	size_t count;
	int64_t gone;
};

static int ascending(const void *left, const void *right)
{
	const int64_t l = *(const int64_t *)left, r = *(const int64_t *)right;

	return (l > r) - (l < r);
}

static struct problem *work(struct db *db, struct arena *a, void *context)
{
	struct removal *x = context;

	x->gone = 0;
	return x->model->remove(db, a, x->who, x->ids, x->count, &x->gone);
}

struct problem *removal_run(struct req *r, const struct admin_model *m, int64_t *ids, size_t count, int64_t *gone)
{
	struct removal x = { .model = m, .who = r->user, .ids = ids };

	qsort(ids, count, sizeof(*ids), ascending);
	for (size_t i = 0; i < count; i++) /* each once */
		if (i == 0 || ids[i] != ids[x.count - 1])
			ids[x.count++] = ids[i];
	TRY(db_transaction(r->db, r->arena, work, &x));
	*gone = x.gone;
	return NULL;
}
