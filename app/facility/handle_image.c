/* handle_image.c - what can be launched. */
#include "app/accounts/accounts.h"
#include "app/facility/client_docker.h"
#include "app/facility/handle.h"
#include "app/facility/image.h"
#include "app/facility/problems.h"
#include "app/facility/shapes.h"
#include "lib/base/text.h"
#include "lib/web/idempotency.h"

/* Images of one answer. */
enum { LIST_MOST = 1000 };

static struct image_view view_of(struct arena *a, const struct image *image)
{
	return (struct image_view){
		.public_name = image->public_name,
		.image = image->image,
		.protocol = image->protocol,
		.cpu = image->cpu,
		.memory = size_text(a, image->memory_bytes),
		.hdd = size_text(a, image->hdd_bytes),
		.resource_type = image->type,
	};
}

/* GET /images/ - cut by ?page= (defect 63) */
struct problem *image_list(struct req *r)
{
	struct list images, views;
	struct page page;
	int64_t offset;

	TRY(page_read(r, LIST_MOST, &page));
	TRY(image_count(r->db, r->arena, &page.count));
	TRY(page_settle(r, &page, &offset));
	TRY(image_rows(r->db, r->arena, offset, page.size, &images));
	views = (struct list){ ARENA_ARRAY(r->arena, struct image_view, images.count), images.count };
	for (size_t i = 0; i < images.count; i++)
		((struct image_view *)views.items)[i] = view_of(r->arena, (const struct image *)images.items + i);
	return reply_list(r, 200, &image_view_shape, views);
}

/* GET /images/{public_name}/ */
struct problem *image_show(struct req *r)
{
	struct image image;
	struct image_view view;

	TRY(image_find(r->db, r->arena, req_param(r, "public_name"), &image));
	view = view_of(r->arena, &image);
	return reply_shape(r, 200, &image_view_shape, &view);
}

struct change {
	struct req *r;
	struct image image;
	struct problem *(*apply)(struct db *db, struct arena *a, const struct image *image);
	const char *action;
};

/* The change and its line in the audit trail, both or neither. */
static struct problem *change_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;

	TRY(c->apply(db, a, &c->image));
	return audit_add(db, a, c->r->user->id, c->action, "image", c->image.id, c->image.public_name, NULL);
}

/* For who adds it again with the same Idempotency-Key. */
static const char image_key[] = "facility.image";

static struct problem *add_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct image added;

	TRY(change_work(db, a, c));
	TRY(image_find(db, a, c->image.public_name, &added));
	return idempotency_about(c->r, image_key, added.id);
}

/* POST /images/{public_name}/ - a container's image is looked up by the engine before it is stored; links and machines are
 * none of the engine's business (defect 50). */
struct problem *image_add(struct req *r)
{
	struct change c = { .r = r, .apply = image_insert, .action = "add" };
	struct image there;
	bool known = true;
	struct problem *p;

	if (idempotency_noted(r, image_key)) /* by an earlier try, whose worker died */
		return reply_empty(r, 201);
	c.image.public_name = req_param(r, "public_name");
	TRY(image_from_ask(r->arena, r->body, &c.image));
	p = image_find(r->db, r->arena, c.image.public_name, &there);
	if (!p)
		return problem_new(r->arena, FACILITY(P_IMAGE_TAKEN), "Image %s already exists.", c.image.public_name);
	if (!problem_is(p, &PROBLEM_NOT_FOUND))
		return p;
	if (c.image.type == TYPE_DOCKER)
		TRY(docker_image_known(r->arena, c.image.image, &known));
	if (!known)
		return problem_new(r->arena, FACILITY(P_IMAGE_UNKNOWN), "Neither the engine nor its registry knows %s.",
		                   c.image.image);
	TRY(db_transaction(r->db, r->arena, add_work, &c));
	return reply_empty(r, 201);
}

/* What is there is read under a lock, so that of two changes at once neither takes the other back. */
static struct problem *merge_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;

	TRY(image_lock(db, a, req_param(c->r, "public_name"), &c->image));
	TRY(image_from_ask(a, c->r->body, &c->image));
	return change_work(db, a, c);
}

/* PUT /images/{public_name}/ - what is absent stays as it is (defect 51). */
struct problem *image_change(struct req *r)
{
	struct change c = { .r = r, .apply = image_update, .action = "change" };

	TRY(db_transaction(r->db, r->arena, merge_work, &c));
	return reply_empty(r, 200);
}

static struct problem *delete_by_name(struct db *db, struct arena *a, const struct image *image)
{
	return image_delete(db, a, image->public_name);
}

/* DELETE /images/{public_name}/ */
struct problem *image_remove(struct req *r)
{
	struct change c = { .r = r, .apply = delete_by_name, .action = "remove" };

	TRY(image_find(r->db, r->arena, req_param(r, "public_name"), &c.image));
	TRY(db_transaction(r->db, r->arena, change_work, &c));
	return reply_empty(r, 204);
}
