/* handle_history.c - how a space was filled over time, as JSON or CSV. */
#include <string.h>

#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"
#include "app/occupancy/shapes.h"
#include "lib/base/text.h"

enum { LIMIT_USUAL = 1000, CSV_LINE_MOST = 128, DAY_S = 86400 };

static const int64_t width_s[RESOLUTION_N] = { [BY_EVENT] = 0, [BY_MINUTE] = 60, [BY_HOUR] = 3600, [BY_DAY] = DAY_S };

/* Instants that the query leaves open, and one point more than wanted: it tells where the next page begins. */
static struct problem *range_read(struct req *r, struct range *out)
{
	const struct history_query *q = r->query;
	struct range range = {
		.from = q->from,
		.to = instant_is_none(q->to) ? clock_after_s(r->now, 1) : q->to,
		.width_s = width_s[q->resolution],
		.limit = (q->limit > 0 ? q->limit : LIMIT_USUAL) + 1,
	};

	if (instant_is_none(range.from))
		range.from = clock_after_s(range.to, -DAY_S);
	if (range.from.us > range.to.us)
		return problem_new(r->arena, OCCUPANCY(P_BAD_REQUEST), "from: It must not be after to.");
	*out = range;
	return NULL;
}

static bool wants_csv(const struct req *r)
{
	const struct history_query *q = r->query;
	const char *accept = req_header(r, "Accept");

	return q->format == AS_CSV || (accept && text_starts(accept, "text/csv"));
}

static struct problem *reply_csv(struct req *r, const struct history_view *view)
{
	const struct point *points = view->points.items;
	struct buf b;

	buf_init(&b, r->arena, (view->points.count + 1) * CSV_LINE_MOST);
	buf_text(&b, "at,current,maximum,low,high,changes\r\n");
	for (size_t i = 0; i < view->points.count; i++) {
		const struct point *p = &points[i];
		const int64_t numbers[] = { p->current, p->maximum, p->low, p->high, p->changes };

		instant_write_micros(&b, p->at);
		for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++) {
			buf_char(&b, ',');
			buf_int(&b, numbers[n]);
		}
		buf_text(&b, "\r\n");
	}
	return reply_bytes(r, 200, "text/csv; charset=UTF-8", buf_string(&b), b.length);
}

/* RFC 8288: the same question from where this answer ends. */
static void link_next(struct req *r, const struct history_view *view)
{
	const struct history_query *q = r->query;
	struct buf b;

	buf_init(&b, r->arena, 256);
	buf_text(&b, "?from=");
	instant_write_micros(&b, view->next);
	buf_text(&b, "&to=");
	instant_write_micros(&b, view->to);
	buf_printf(&b, "&resolution=%s", resolution_names[q->resolution]);
	if (q->limit > 0)
		buf_printf(&b, "&limit=%lld", (long long)q->limit);
	if (wants_csv(r))
		buf_text(&b, "&format=csv");
	reply_header(r, "Link", "<%s>; rel=\"next\"", buf_string(&b));
}

/* GET /{space_id}/history?from=…&to=…&resolution=hour&format=csv - by either id. */
struct problem *history_show(struct req *r)
{
	const struct history_query *q = r->query;
	struct space_id id;
	struct history_view view;
	struct range range;
	struct space s;

	TRY(space_of_reader(r, &id, &s));
	TRY(range_read(r, &range));
	view = (struct history_view){
		.space_id = space_id_text(r->arena, space_id_bytes(&id)),
		.resolution = q->resolution,
		.from = range.from,
		.to = range.to,
		.next = instant_none(),
	};
	TRY(event_rows(r->db, r->arena, s.id, &range, &view.points));
	if (view.points.count == (size_t)range.limit) {
		view.points.count--;
		view.next = ((const struct point *)view.points.items)[view.points.count].at;
		link_next(r, &view);
	}
	return wants_csv(r) ? reply_csv(r, &view) : reply_shape(r, 200, &history_shape, &view);
}
