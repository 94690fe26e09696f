/* main_daemon.c - porticod: takes jobs and runs schedules. Several may run, on several machines. */
#include <stdio.h>

#include "app/conf.h"
#include "app/options.h"
#include "lib/base/log.h"
#include "lib/work/job.h"

static const char help[] =
	"usage: porticod [--config FILE] [--once]\n"
	"\n"
	"Does the work that outlives a request: launches, reconciling, clean-up. It stays in the foreground, as\n"
	"systemd and containers expect; SIGTERM lets running jobs finish. See porticod(8).\n"
	"\n"
	"  --config FILE  settings (else $PORTICO_CONFIG, else " PORTICO_SITEDIR
	"/portico.ini)\n"
	"  --once         does what is due and ends\n"
	"  --help         shows this\n"
	"  --version      shows the version\n";

/* Each child of the daemon makes its own connection and services: nothing of them may be shared by a fork. */
static struct problem *open_child(struct process *p)
{
	TRY(conf_open_database(p));
	return apps_start(p, mounts_enabled(p->arena));
}

int main(int argc, char **argv)
{
	struct process daemon = { .arena = arena_new(), .name = "daemon" };
	struct options options;
	int status = options_read(argc, argv, help, &options);

	if (status >= 0)
		return status;

	struct problem *problem = conf_load(&daemon, options.config);

	if (problem) {
		log_problem(problem);
		return 1;
	}
	return daemon_run(&daemon, mounts_enabled(daemon.arena), options.once, open_child);
}
