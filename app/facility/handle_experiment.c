/* handle_experiment.c - the caller's experiments and which of them he marked. */
#include "app/facility/conf.h"
#include "app/facility/experiment.h"
#include "app/facility/handle.h"
#include "lib/base/text.h"

/* "1", "true", "True" and their counterparts; anything else is no filter (facility.md section 3.3, row 19). */
static struct maybe_int favorite_filter(const char *text)
{
	static const char *const yes[] = { "1", "true", "True" }, *const no[] = { "0", "false", "False" };

	for (size_t i = 0; i < 3; i++) {
		if (text_equal(text, yes[i]))
			return (struct maybe_int){ true, 1 };
		if (text_equal(text, no[i]))
			return (struct maybe_int){ true, 0 };
	}
	return (struct maybe_int){ false, 0 };
}

/* GET /users/{username}/experiments/ - the caller's own (the route sees to that). */
struct problem *experiment_list(struct req *r)
{
	const struct experiment_query *query = r->query;
	const struct experiment_filter filter = {
		.user_id = r->user->id,
		.search = query->search,
		.ordering = query->ordering,
		.favorite = favorite_filter(query->calipsouserexperiment__favorite),
	};
	struct list experiments;
	struct page page;
	int64_t offset;

	TRY(page_read(r, facility_conf.page_size_experiments, &page));
	TRY(experiments_count(r->db, r->arena, &filter, &page.count));
	TRY(page_settle(r, &page, &offset));
	TRY(experiments_page(r->db, r->arena, &filter, page.count, offset, page.size, &experiments));
	return reply_page(r, &experiment_shape, experiments, &page);
}

/* PUT and PATCH /favorite/{pk}/ - a body without the key leaves the mark as it is. */
struct problem *favorite_set(struct req *r)
{
	const struct favorite_ask *ask = r->body;
	const struct maybe_int favorite = { shape_given(&favorite_ask_shape, ask, "favorite"), ask->favorite };
	struct favorite_view view;
	bool mine;

	TRY(favorite_store(r->db, r->arena, req_param_int(r, "pk"), r->user->id, favorite, &view, &mine));
	if (!mine)
		return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
	return reply_shape(r, 200, &favorite_shape, &view);
}
