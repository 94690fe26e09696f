/* work.c - the settings of section [work], the names of states, and lib/work's own schedule. */
#include <assert.h>

#include "lib/base/settings.h"
#include "lib/work/job.h"
#include "lib/work/list.h"

const char *const job_state_names[JOB_STATE_N + 1] = { "waiting", "running", "done", "failed", NULL };
static_assert(sizeof(job_state_names) / sizeof(job_state_names[0]) == JOB_STATE_N + 1, "a name for every state");

struct work_conf work_conf = { .processes = 4, .poll_ms = 1000, .waiters = 16, .keep_done_days = 30, .stop_s = 20 };

/* clang-format off */
const struct setting work_settings[] = {
	SET_INT(struct work_conf, processes, 4, 1, 256,        "jobs that one daemon runs at once"),
	SET_INT(struct work_conf, poll_ms, 1000, 10, 60000,    "longest time until a due job is seen when no datagram comes, in ms"),
	SET_INT(struct work_conf, waiters, 16, 0, 10000,       "requests of one machine that may wait for a job at once; keep it below the number of workers"),
	SET_INT(struct work_conf, keep_done_days, 30, 1, 3650, "days that finished jobs are kept"),
	SET_INT(struct work_conf, stop_s, 20, 1, 3600,         "seconds that running jobs have to finish when the daemon stops"),
	SETTING_END,
};

const struct schedule work_schedules[] = {
	/* name            doc                                           every_s  at_start  lease_s  run          */
	{ "work.cleanup",  "removes finished jobs and daemons long gone", 3600,   false,    300,     work_cleanup },
	{ .name = NULL },
};
/* clang-format on */
