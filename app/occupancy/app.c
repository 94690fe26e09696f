/* app.c - behind the door: the occupancy app's tables, settings and start. */
#include "app/occupancy/occupancy.h"

#include "app/occupancy/command.h"
#include "app/occupancy/conf.h"
#include "app/occupancy/handle.h"
#include "app/occupancy/jobs.h"
#include "app/occupancy/problems.h"

struct occupancy_conf occupancy_conf;

/* clang-format off */
const struct setting occupancy_settings[] = {
	SET_INT   (struct occupancy_conf, lifetime_s, 86400, 1, 31536000,        "a space that nobody has used for so long is forgotten, in s"),
	SET_INT   (struct occupancy_conf, creations_per_minute, 60, 0, 1000000,  "spaces that one address may create in a minute; 0: no limit"),
	SET_INT   (struct occupancy_conf, changes_per_minute, 1200, 0, 1000000,  "steps and new maxima of one address in a minute; 0: no limit"),
	SET_INT   (struct occupancy_conf, reads_per_minute, 12000, 0, 1000000,   "reads of one address in a minute; a page reads 30 times; 0: no limit"),
	SET_LIST  (struct occupancy_conf, unlimited, "127.0.0.1, ::1",           "addresses that the limits do not hold for"),
	SET_INT   (struct occupancy_conf, history_events_days, 7, 1, 3650,       "each change is kept in the history so long; then one row per hour"),
	SET_INT   (struct occupancy_conf, history_days, 366, 2, 3650,            "the rows per hour are kept so long"),
	SET_TEXT  (struct occupancy_conf, contact, NULL,                         "what the web client's contact form is told, like \"write to help@example.org\""),
	SETTING_END,
};
/* clang-format on */

const struct app occupancy_app = {
	.name = "occupancy",
	.doc = "Shared counters of people in spaces",
	.routes = occupancy_routes,
	.manner = &occupancy_manner,
	.settings = occupancy_settings,
	.conf = &occupancy_conf,
	.problems = occupancy_problems,
	.schedules = occupancy_schedules,
	.commands = occupancy_commands,
	.start = limits_start,
};

/* Only where it is mounted after the app itself, whose settings and limits it uses. */
const struct app occupancy_root_app = {
	.name = "occupancy",
	.doc = "What the web client of the occupancy app calls at the root of the host",
	.routes = occupancy_root_routes,
	.manner = &occupancy_manner,
};
