/* handle_resource.c - launching, listing and ending resources: as they should be (resources/), and as the old client asks for
 * it (resource/, containers/; facility.md section 3.3, rows 20, 30 to 32 and 34 to 37). */
#include <string.h>

#include "app/accounts/accounts.h"
#include "app/facility/client.h"
#include "app/facility/conf.h"
#include "app/facility/driver.h"
#include "app/facility/handle.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "app/facility/shapes_resource.h"
#include "app/facility/volumes.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/call/call.h"
#include "lib/web/idempotency.h"
#include "lib/work/job.h"

/* Rows of one answer: of the old lists, and of a page of resources/. OWN_ID: characters of an id that we make up. */
enum { LIST_MOST = 1000, PAGE_SIZE = 50, OWN_ID = 5, ID_MOST = 50 };

/* What the request of a launch or an end is about, for who asks again with the same Idempotency-Key. */
static const char resource_key[] = "facility.resource";

/* ---- launching ---- */

struct wish {
	struct image image;
	const char *proposal_id; /* NULL: a resource of the user's own */
	const char *session_number;
};

/* An identity that is not root, unless the site allows it (defects 11, 12). */
static struct problem *identity_find(struct arena *a, const struct launch_session *s, struct reserve *out)
{
	bool known = s->uid.set && s->gid.set;

	out->uid = (struct maybe_int){ true, known ? s->uid.n : facility_conf.default_uid };
	out->gid = (struct maybe_int){ true, known ? s->gid.n : facility_conf.default_gid };
	if ((out->uid.n == 0 || out->gid.n == 0) && !facility_conf.allow_root)
		return problem_new(a, FACILITY(P_NO_IDENTITY), NULL);
	return NULL;
}

/* A plain text is matched as itself and leaves a port; what a real pattern matches becomes an address (section 5.5.2). */
static bool needs_guacamole(const struct image *image)
{
	return image->type == TYPE_DOCKER && protocol_is_desktop(image->protocol) &&
	       !strpbrk(image->logs_er, "\\^$.|?*+()[{");
}

/* What only containers need to know before they are reserved. */
static struct problem *container_prepare(struct req *r, const struct wish *w, const struct launch_session *s,
                                         struct reserve *ask, struct launch_plan *plan)
{
	const char *path = w->proposal_id ? s->data_set_path : NULL;
	struct problem *p;

	TRY(identity_find(r->arena, s, ask));
	p = volumes_of_launch(r->arena, path, r->user->username, &plan->volumes);
	if (problem_is(p, &PROBLEM_FIELDS))
		return problem_because(problem_new(r->arena, FACILITY(P_DATA_REFUSED), NULL), "%s",
		                       p->fields ? p->fields->message : p->detail);
	TRY(p);
	if (needs_guacamole(&w->image) && !guacamole_is_set() && facility_conf.guacamole_required)
		return problem_new(r->arena, FACILITY(P_GUACAMOLE_MISSING), NULL);
	return NULL;
}

static struct problem *session_find(struct req *r, const struct wish *w, struct launch_session *out)
{
	const char *json;
	bool may;

	if (w->proposal_id)
		return session_for_launch(r->db, r->arena, r->user->id, w->proposal_id, w->session_number, out);
	TRY(useroffice_authorized(r->arena, r->user->username, &may, &json));
	return may ? NULL : problem_new(r->arena, FACILITY(P_OWN_FORBIDDEN), NULL);
}

struct reserving {
	struct req *r;
	const struct reserve *ask;
	int64_t id;
	int64_t job_id;
};

/* Quota, row, job and the note for a retry, all or none. */
static struct problem *reserve_work(struct db *db, struct arena *a, void *context)
{
	struct reserving *reserving = context;

	TRY(resource_reserve(db, a, reserving->ask, &reserving->id, &reserving->job_id));
	return idempotency_about(reserving->r, resource_key, reserving->id);
}

static struct problem *reserve(struct req *r, const struct wish *w, int64_t *id, int64_t *job_id)
{
	const struct image *image = &w->image;
	struct launch_session session = { 0 };
	struct launch_plan plan = { .image = image->image,
		                        .protocol = image->protocol,
		                        .port_hook = image->port_hook,
		                        .logs_er = image->logs_er,
		                        .username = r->user->username };
	struct reserve ask = { .user_id = r->user->id,
		                   .image_id = image->id,
		                   .public_name = image->public_name,
		                   .type = image->type,
		                   .proposal_id = w->proposal_id ? w->proposal_id : w->session_number,
		                   .session_number = w->session_number,
		                   .num_cpus = image->cpu,
		                   .memory_bytes = image->memory_bytes,
		                   .hdd_bytes = image->hdd_bytes,
		                   .plan = &plan,
		                   .request_id = r->id };
	struct reserving reserving;

	if (!driver_of(image->type))
		return problem_new(r->arena, FACILITY(P_NOT_LAUNCHABLE), NULL);
	TRY(session_find(r, w, &session));
	if (image->type == TYPE_DOCKER)
		TRY(container_prepare(r, w, &session, &ask, &plan));
	reserving = (struct reserving){ .r = r, .ask = &ask };
	TRY(db_transaction(r->db, r->arena, reserve_work, &reserving));
	*id = reserving.id;
	*job_id = reserving.job_id;
	return NULL;
}

/* What a row says went wrong, as the problem it was. */
static struct problem *problem_of(struct arena *a, const struct resource *r)
{
	static const struct problem_kind *const others[] = { &PROBLEM_CALL_FAILED, &PROBLEM_CALL_TIMEOUT,
		                                                 &PROBLEM_CALL_OPEN,   &PROBLEM_DB_DOWN,
		                                                 &PROBLEM_DB_TIMEOUT,  &PROBLEM_DB_BUSY };
	const struct problem_kind *kind = FACILITY(P_LAUNCH_ENGINE);

	for (const struct problem_kind *k = facility_problems; k->status; k++)
		if (text_equal(k->code, r->error_code)) {
			kind = k;
			break;
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (text_equal(others[i]->code, r->error_code))
			kind = others[i];
	return problem_new(a, kind, "%s", *r->error_detail ? r->error_detail : kind->title);
}

/* Waits, bounded, and reads what became of it. *over false: its job is still to be done. */
static struct problem *outcome(struct req *r, int64_t id, int64_t job_id, struct resource *out, bool *over)
{
	enum job_state state = JOB_DONE;
	const char *why;

	if (job_id) {
		job_wake(r->process);
		TRY(job_wait(r->process, r->arena, job_id, facility_conf.launch_wait_ms, &state, &why));
	}
	*over = state == JOB_DONE || state == JOB_FAILED;
	return resource_find(r->db, r->arena, id, r->user->id, out);
}

static struct problem *launch(struct req *r, const struct wish *w, struct resource *out)
{
	int64_t id, job_id;
	bool over;

	TRY(reserve(r, w, &id, &job_id));
	TRY(outcome(r, id, job_id, out, &over));
	return out->state == RESOURCE_ERROR ? problem_of(r->arena, out) : NULL;
}

struct look {
	int64_t id, user_id;
	struct resource row;
};

static struct problem *is_launched(struct db *db, struct arena *a, void *context, bool *over)
{
	struct look *l = context;

	TRY(resource_find(db, a, l->id, l->user_id, &l->row));
	*over = l->row.state != RESOURCE_BUSY;
	return NULL;
}

/* An earlier try of this request, whose worker died, may have got as far as the row: then that one is what was asked for.
 * *was false: it did not, or the launch has failed, which a retry may overcome. */
static struct problem *launched_before(struct req *r, struct resource *out, bool *was)
{
	struct look l = { .id = idempotency_noted(r, resource_key), .user_id = r->user->id };
	struct problem *p;
	bool over;

	*was = false;
	if (!l.id)
		return NULL;
	job_wake(r->process);
	p = row_wait(r->process, r->arena, is_launched, &l, facility_conf.launch_wait_ms, &over);
	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return NULL;
	TRY(p);
	*out = l.row;
	*was = l.row.state != RESOURCE_ERROR;
	return NULL;
}

static struct problem *launch_new(struct req *r, struct resource *out)
{
	const struct resource_ask *ask = r->body;
	struct wish w = { .proposal_id = ask->proposal_id, .session_number = ask->session_number };

	if (!w.session_number)
		w.session_number = random_lower(r->arena, OWN_ID);
	TRY(image_find(r->db, r->arena, ask->image, &w.image));
	return launch(r, &w, out);
}

/* POST /resources/ - reserve within the quota, let the daemon launch, answer when it runs. */
struct problem *resource_launch(struct req *r)
{
	struct resource launched;
	struct resource_view view;
	bool was;

	TRY(launched_before(r, &launched, &was));
	if (!was)
		TRY(launch_new(r, &launched));
	view = resource_view(&launched);
	reply_header(r, "Location", "%s%s/resources/%lld/", r->base_url, r->mount->prefix, (long long)launched.id);
	return reply_shape(r, launched.state == RESOURCE_BUSY ? 202 : 201, &resource_shape, &view);
}

/* ---- ending ---- */

struct ending {
	struct req *r;
	int64_t id;
	bool remove;
	int64_t job_id;
};

/* A retry asks once more: what is ended stays so, and what is being ended has its job. */
static struct problem *end_work(struct db *db, struct arena *a, void *context)
{
	struct ending *e = context;
	const int64_t user_id = e->r->user->id;

	if (e->remove)
		TRY(resource_ask_remove(db, a, e->id, user_id, e->r->id, &e->job_id));
	else
		TRY(resource_ask_stop(db, a, e->id, user_id, e->r->id, &e->job_id));
	return idempotency_about(e->r, resource_key, e->id);
}

/* Asks, waits, reads. *done false: it is still under way. */
static struct problem *end(struct req *r, int64_t id, bool remove, struct resource *out, bool *done)
{
	struct ending e = { .r = r, .id = id, .remove = remove };
	bool over;

	TRY(db_transaction(r->db, r->arena, end_work, &e));
	TRY(outcome(r, id, e.job_id, out, &over));
	*done = out->state == RESOURCE_REMOVED ||
	        (!remove && (out->state == RESOURCE_STOPPED || out->state == RESOURCE_REMOVING));
	/* a stop that was under way may have ended, and the removal not have begun */
	if (*done || !over || out->state == RESOURCE_STOPPING || out->state == RESOURCE_REMOVING)
		return NULL;
	return problem_of(r->arena, out);
}

/* POST /resources/{id}/stop/ */
struct problem *resource_end(struct req *r)
{
	struct resource ended;
	struct resource_view view;
	bool done;

	TRY(end(r, req_param_int(r, "id"), false, &ended, &done));
	view = resource_view(&ended);
	return reply_shape(r, done ? 200 : 202, &resource_shape, &view);
}

/* DELETE /resources/{id}/ */
struct problem *resource_remove(struct req *r)
{
	struct resource ended;
	struct resource_view view;
	bool done;

	TRY(end(r, req_param_int(r, "id"), true, &ended, &done));
	if (done)
		return reply_empty(r, 204);
	view = resource_view(&ended);
	return reply_shape(r, 202, &resource_shape, &view);
}

/* ---- looking ---- */

/* GET /resources/ */
struct problem *resource_mine(struct req *r)
{
	const struct resource_query *query = r->query;
	enum resource_scope scope = query->all ? SCOPE_EVER : SCOPE_NOT_REMOVED;
	struct page page;
	struct list rows;
	int64_t offset;

	TRY(page_read(r, PAGE_SIZE, &page));
	TRY(resource_count(r->db, r->arena, r->user->id, scope, &page.count));
	TRY(page_settle(r, &page, &offset));
	TRY(resource_page(r->db, r->arena, r->user->id, scope, offset, page.size, &rows));
	return reply_page(r, &resource_shape, resource_views(r->arena, rows), &page);
}

/* One of the caller's own; a superuser finds everybody's, without credentials. */
static struct problem *find_visible(struct req *r, int64_t id, struct resource *out)
{
	if (!r->user->superuser)
		return resource_find(r->db, r->arena, id, r->user->id, out);
	TRY(resource_find_id(r->db, r->arena, id, out));
	if (out->user_id != r->user->id)
		resource_blank(out);
	return NULL;
}

/* GET /resources/{id}/ */
struct problem *resource_show(struct req *r)
{
	struct resource found;
	struct resource_view view;

	TRY(find_visible(r, req_param_int(r, "id"), &found));
	view = resource_view(&found);
	return reply_shape(r, 200, &resource_shape, &view);
}

/* ---- the old lists ---- */

/* Of one user, or of all (0); newest first, cut by ?page=. */
static struct problem *old_list(struct req *r, int64_t user_id, enum resource_scope scope)
{
	struct page page;
	struct list rows;
	int64_t offset;

	TRY(page_read(r, LIST_MOST, &page));
	TRY(resource_count(r->db, r->arena, user_id, scope, &page.count));
	TRY(page_settle(r, &page, &offset));
	TRY(resource_page(r->db, r->arena, user_id, scope, offset, page.size, &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct resource *row = (struct resource *)rows.items + i;

		if (row->user_id != r->user->id)
			resource_blank(row);
	}
	return reply_list(r, 200, &container_shape, container_views(r->arena, rows));
}

/* GET /resource/list/{username}/ */
struct problem *resource_list(struct req *r)
{
	struct account owner = { .id = r->user->id };

	if (!text_equal(req_param(r, "username"), r->user->username))
		TRY(account_find(r->db, r->arena, req_param(r, "username"), &owner));
	return old_list(r, owner.id, SCOPE_ACTIVE);
}

/* GET /users/{username}/containers/ */
struct problem *container_list_of_user(struct req *r)
{
	return resource_list(r);
}

/* GET /containers/ */
struct problem *container_list(struct req *r)
{
	return old_list(r, r->user->superuser ? 0 : r->user->id, SCOPE_EVER);
}

/* GET /activecontainers/ */
struct problem *container_list_active(struct req *r)
{
	return old_list(r, r->user->superuser ? 0 : r->user->id, SCOPE_ACTIVE);
}

/* GET /containers/{id} */
struct problem *container_show(struct req *r)
{
	struct resource found;
	struct container_view view;
	int64_t id;

	if (!num_read(req_param(r, "id"), 1, INT64_MAX, &id))
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	TRY(find_visible(r, id, &found));
	view = container_view(r->arena, &found);
	return reply_shape(r, 200, &container_shape, &view);
}

/* ---- the old way to launch and end ---- */

static struct problem *owner_check(struct req *r)
{
	return text_equal(req_param(r, "username"), r->user->username)
	           ? NULL
	           : problem_new(r->arena, FACILITY(P_NAME_MISMATCH), NULL);
}

/* The old client understands 204 as "no": the reason is in a header (defect 30). Only what is ours to break stays a 5xx. */
static struct problem *old_refusal(struct req *r, struct problem *p)
{
	const char *code = p->kind->code;

	if (problem_is(p, FACILITY(P_NOT_LAUNCHABLE)))
		return problem_new(r->arena, FACILITY(P_OLD_NOT_LAUNCHABLE), NULL);
	if (!text_starts(code, "facility.") && !text_starts(code, "call.") && !problem_is(p, &PROBLEM_NOT_FOUND))
		return p;
	return problem_because(problem_new(r->arena, FACILITY(P_OLD_REFUSED), "%s",
	                                   problem_is(p, &PROBLEM_NOT_FOUND) ? "Session not found" : p->detail),
	                       "%s: %s", code, p->cause ? p->cause : p->detail);
}

/* P1~S1 is a session, anything without exactly one ~ a resource of the user's own. */
static void experiment_split(struct arena *a, const char *text, struct wish *w)
{
	const char *wave = strchr(text, '~');

	w->session_number = text;
	if (!wave || strchr(wave + 1, '~'))
		return;
	w->proposal_id = arena_text_n(a, text, (size_t)(wave - text));
	w->session_number = wave + 1;
}

/* GET /resource/run/{username}/{experiment}/{public_name}/ */
struct problem *resource_start_old(struct req *r)
{
	struct wish w = { 0 };
	struct resource launched;
	struct container_view view;
	struct problem *p;

	TRY(image_find(r->db, r->arena, req_param(r, "public_name"), &w.image));
	TRY(owner_check(r));
	experiment_split(r->arena, req_param(r, "experiment"), &w);
	if (!*w.session_number || utf8_length(w.session_number) > ID_MOST)
		return problem_new(r->arena, FACILITY(P_OLD_REFUSED), "An id has 1 to %d characters.", ID_MOST);
	p = launch(r, &w, &launched);
	if (p)
		return old_refusal(r, p);
	view = container_view(r->arena, &launched);
	return reply_shape(r, 201, &container_shape, &view);
}

static struct problem *old_unknown(struct req *r)
{
	return problem_new(r->arena, FACILITY(P_OLD_ERROR), "CalipsoContainer matching query does not exist.");
}

/* The row that a stop or rm means: the caller's own, by name, launched from the image that the URL names (defects 2, 3). An image
 * that was deleted since does not keep its resources from ending. */
static struct problem *old_find(struct req *r, struct resource *out)
{
	const char *public_name = req_param(r, "public_name");
	struct problem *no_image, *stranger = owner_check(r), *no_row = NULL;
	struct image image;

	no_image = image_find(r->db, r->arena, public_name, &image);
	if (no_image && !problem_is(no_image, &PROBLEM_NOT_FOUND))
		return no_image;
	if (!stranger)
		no_row = resource_find_name(r->db, r->arena, req_param(r, "resource_name"), r->user->id, out);
	if (no_row && !problem_is(no_row, &PROBLEM_NOT_FOUND))
		return no_row;
	if (!stranger && !no_row && !text_equal(out->public_name, public_name))
		no_row = old_unknown(r);
	if (no_image && (stranger || no_row))
		return no_image;
	TRY(stranger);
	return no_row ? old_unknown(r) : NULL;
}

static struct problem *old_end(struct req *r, bool remove)
{
	struct resource row;
	struct container_view view;
	struct problem *p;
	bool done;

	TRY(old_find(r, &row));
	if (remove ? row.state == RESOURCE_REMOVED : !resource_is_active(row.state))
		return old_unknown(r);
	p = end(r, row.id, remove, &row, &done);
	if (p && (text_starts(p->kind->code, "facility.") || text_starts(p->kind->code, "call.")))
		return problem_because(problem_new(r->arena, FACILITY(P_OLD_ERROR), "%s", p->detail), "%s", p->kind->code);
	TRY(p);
	view = container_view(r->arena, &row);
	return reply_shape(r, 200, &container_shape, &view);
}

/* GET /resource/stop/{username}/{resource_name}/{public_name}/ */
struct problem *resource_stop_old(struct req *r)
{
	return old_end(r, false);
}

/* GET /resource/rm/{username}/{resource_name}/{public_name}/ */
struct problem *resource_remove_old(struct req *r)
{
	return old_end(r, true);
}
