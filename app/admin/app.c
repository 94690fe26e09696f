/* app.c - behind the door: the administration's tables. */
#include "app/admin/admin.h"
#include "app/admin/handle.h"
#include "app/admin/page.h"
#include "app/admin/problems.h"
#include "lib/web/manner.h"

static const struct manner manner = { .refuse = page_refuse };

const struct app admin_app = {
	.name = "admin",
	.doc = "Pages for whoever administers: users, groups, messages, jobs and what has been done",
	.routes = admin_routes,
	.manner = &manner,
	.problems = admin_problems,
	.admin = work_models,
};
