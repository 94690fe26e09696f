/* driver_link.c - static links: a resource that is nothing but its address, and lives in its row alone. */
#include "app/facility/driver.h"

static struct problem *link_launch(struct job *j, const struct resource *r, const struct launch_plan *plan,
                                   struct launched *out)
{
	(void)j;
	(void)r;
	*out = (struct launched){ .container_id = "", .address = plan->image };
	return NULL;
}

static struct problem *link_end(struct arena *a, const char *instance, const char *name)
{
	(void)a;
	(void)instance;
	(void)name;
	return NULL;
}

static struct problem *link_look(struct arena *a, const char *instance, const char *name, struct list *out)
{
	(void)a;
	(void)instance;
	(void)name;
	*out = (struct list){ NULL, 0 };
	return NULL;
}

const struct driver driver_link = {
	.name = "static_link",
	.type = TYPE_LINK,
	.launch = link_launch,
	.stop = link_end,
	.remove = link_end,
	.look = link_look,
	.outside = false,
};
