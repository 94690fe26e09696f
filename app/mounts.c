/* mounts.c - which app answers under which prefix. An app is its folder and one line here. */
#include "app/accounts/accounts.h"
#include "app/admin/admin.h"
#include "app/chatbot/chatbot.h"
#include "app/conf.h"
#include "app/facility/facility.h"
#include "app/occupancy/occupancy.h"
#include "lib/base/text.h"

/* clang-format off */
static const struct mount mounts[] = {
	/* prefix             app            */
	{ "/api",             &accounts_app  },
	{ "/api/admin",       &admin_app     },
	{ "/api/facility",    &facility_app  },
	{ "/api/v1/chatbot",  &chatbot_app   },
	{ "/space",           &occupancy_app },
	{ "/api/space",       &occupancy_app },
	{ "",                 &occupancy_root_app },
	{ NULL,               NULL           },
};
/* clang-format on */

const struct mount *mounts_all(void)
{
	return mounts;
}

static bool listed(const struct mount *m)
{
	/* accounts serve the others: without them nobody could be recognized */
	if (portico_conf.apps.count == 0 || m->app == &accounts_app)
		return true;
	for (size_t i = 0; i < portico_conf.apps.count; i++)
		if (text_equal(portico_conf.apps.items[i], m->app->name))
			return true;
	return false;
}

const struct mount *mounts_enabled(struct arena *a)
{
	struct mount *enabled = ARENA_ARRAY(a, struct mount, sizeof(mounts) / sizeof(mounts[0]));
	size_t n = 0;

	for (const struct mount *m = mounts; m->prefix; m++)
		if (listed(m))
			enabled[n++] = *m;
	return enabled;
}
