/* handle_space.c - spaces: made, read, counted up and down, given another maximum (occupancy.md section 4). */
#include <string.h>

#include "app/occupancy/conf.h"
#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"
#include "app/occupancy/shapes.h"
#include "lib/base/text.h"

enum { NAME_CHARS_MOST = 255, DIGITS_MOST = 9, DIGITS_SHOWN = 20 };

/* ---- what stands in the path ---- */

/* Leading zeros say nothing; more than nine digits are as good as nine nines. */
static int64_t number(const char *digits)
{
	int64_t n = 999999999;

	digits += strspn(digits, "0");
	if (!*digits)
		return 0;
	(void)num_read(strlen(digits) > DIGITS_MOST ? "999999999" : digits, 0, n, &n);
	return n;
}

static struct problem *maximum_read(struct req *r, int64_t *out)
{
	const char *digits = req_param(r, "maximum");
	const int64_t n = number(digits);

	if (n >= 1 && n <= OCCUPANCY_MAXIMUM_MOST) {
		*out = n;
		return NULL;
	}
	digits += strspn(digits, "0");
	return problem_new(r->arena, OCCUPANCY(P_MAXIMUM), "Invalid occupancy value %.*s%s, must be 1 <= max <= %d",
	                   DIGITS_SHOWN, *digits ? digits : "0", strlen(digits) > DIGITS_SHOWN ? "..." : "",
	                   OCCUPANCY_MAXIMUM_MOST);
}

/* Control characters are those of Unicode's class Cc: U+0000-001F, U+007F-009F. The text is UTF-8. */
static bool has_controls(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
			return true;
	return false;
}

/* NULL where the route has no name. */
static struct problem *name_read(struct req *r, const char **out)
{
	const char *name = strstr(r->route->path, "{space_name") ? req_param(r, "space_name") : NULL;

	if (name && has_controls(name))
		return problem_new(r->arena, OCCUPANCY(P_NAME), "Invalid space name, control characters are not allowed");
	if (name && utf8_length(name) > NAME_CHARS_MOST)
		return problem_new(r->arena, OCCUPANCY(P_NAME), "Invalid space name, at most %d characters are allowed",
		                   NAME_CHARS_MOST);
	*out = name;
	return NULL;
}

struct problem *space_id_param(struct req *r, const char *before, const char *behind, struct space_id *out)
{
	const char *text = req_param(r, "space_id");

	return space_id_read(text, out) ? NULL : problem_new(r->arena, OCCUPANCY(P_ID), "%s%s%s", before, text, behind);
}

/* ---- answers ---- */

/* Somebody who came with the read-only id is not told the other one. */
static struct problem *reply_space(struct req *r, const struct shape *shape, const struct space *s, bool read_only,
                                   bool applied)
{
	const char *read_only_id = space_id_text(r->arena, s->read_only_id);
	const struct space_view view = {
		.space_id = read_only ? read_only_id : space_id_text(r->arena, s->id),
		.space_name = s->name,
		.occupancy = { .current = s->current, .maximum = s->maximum },
		.created = s->created_at,
		.last_updated = s->updated_at,
		.read_only_id = read_only_id,
		.applied = applied,
	};

	return reply_shape(r, 200, shape, &view);
}

/* "No row" in the words of the route; another problem, or none, is handed on. */
static struct problem *unknown(struct req *r, struct problem *p, const char *before, const char *id, const char *behind)
{
	return problem_is(p, &PROBLEM_NOT_FOUND) ? problem_new(r->arena, OCCUPANCY(P_UNKNOWN), "%s%s%s", before, id, behind)
	                                         : p;
}

/* ---- routes ---- */

/* PUT /new/occupancy/current/{current}/max/{maximum}[/name/{space_name}] - more than the maximum is the maximum. */
struct problem *space_create(struct req *r)
{
	const struct space_id id = space_id_new(), read_only_id = space_id_new_read_only();
	struct space s = {
		.id = space_id_bytes(&id),
		.read_only_id = space_id_bytes(&read_only_id),
		.current = number(req_param(r, "current")),
		.created_at = r->now,
		.updated_at = r->now,
		.expires_at = clock_after_s(r->now, occupancy_conf.lifetime_s),
	};

	TRY(maximum_read(r, &s.maximum));
	TRY(name_read(r, &s.name));
	if (s.current > s.maximum)
		s.current = s.maximum;
	TRY(space_insert(r->db, r->arena, &s, EVENT_CREATED));
	return reply_space(r, &space_shape, &s, false, false);
}

struct problem *space_of_reader(struct req *r, struct space_id *id, struct space *out)
{
	struct problem *p;

	TRY(space_id_param(r, "", " is not in valid GUID format", id));
	p = space_find(r->db, r->arena, id, r->now, out);
	TRY(unknown(r, p, "No space found with requested ID ", req_param(r, "space_id"), ""));
	return space_touch(r->db, r->arena, out, r->now);
}

/* GET /{space_id} - polled every two seconds by each open page: one SELECT, and seldom a write. */
struct problem *space_show(struct req *r)
{
	struct space_id id;
	struct space s;

	TRY(space_of_reader(r, &id, &s));
	return reply_space(r, &space_shape, &s, space_id_is_read_only(&id), false);
}

/* An id that may read must not change; whether it is one, only a row can tell. */
static struct problem *refuse_reader(struct req *r, const struct space_id *id)
{
	struct space s;

	if (!space_id_is_read_only(id))
		return NULL;
	TRY(space_find(r->db, r->arena, id, r->now, &s));
	return problem_new(r->arena, OCCUPANCY(P_READ_ONLY), "Space ID %s is for reading only", req_param(r, "space_id"));
}

static struct problem *step(struct req *r, enum event_kind kind)
{
	struct space_id id;
	struct space s;
	struct problem *p;
	bool applied = false;

	TRY(space_id_param(r, "Submitted ID ", " is not a valid GUID", &id));
	p = refuse_reader(r, &id);
	if (!p)
		p = space_step(r->db, r->arena, &id, kind, r->now, &s, &applied);
	TRY(unknown(r, p, "Space ID ", req_param(r, "space_id"), " was not found"));
	return reply_space(r, &space_step_shape, &s, false, applied);
}

/* PUT /{space_id}/increment */
struct problem *space_increment(struct req *r)
{
	return step(r, EVENT_INCREMENT);
}

/* PUT /{space_id}/decrement */
struct problem *space_decrement(struct req *r)
{
	return step(r, EVENT_DECREMENT);
}

/* PUT /{space_id}/max/{maximum} - the id's form, then the space, then the range: the first that fails is told. */
struct problem *space_set_maximum(struct req *r)
{
	struct problem *out_of_range, *p;
	struct space_id id;
	struct space s;
	int64_t maximum = 0;

	TRY(space_id_param(r, "Given space ID ", " is not a valid GUID format", &id));
	out_of_range = maximum_read(r, &maximum);
	p = refuse_reader(r, &id);
	if (!p && out_of_range)
		p = space_find(r->db, r->arena, &id, r->now, &s);
	else if (!p)
		p = space_limit(r->db, r->arena, &id, maximum, r->now, &s);
	TRY(unknown(r, p, "Space ", space_id_text(r->arena, space_id_bytes(&id)), " does not exist"));
	TRY(out_of_range);
	return reply_space(r, &space_shape, &s, false, false);
}
