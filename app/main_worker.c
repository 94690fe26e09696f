/* main_worker.c - portico.fcgi: one worker of the pool. Reads settings, mounts the apps, answers requests on
 * descriptor 0 until it is told to stop. */
#include <stdio.h>
#include <string.h>

#include "app/conf.h"
#include "app/options.h"
#include "app/queue_metrics.h"
#include "app/schema.h"
#include "lib/base/log.h"
#include "lib/web/web.h"

/* A request may take as long as a waiting launch; after that a worker that was told to stop is ended. */
#define HARD_STOP_S 60

static const char help[] =
	"usage: portico.fcgi [--config FILE]\n"
	"\n"
	"Answers FastCGI requests on descriptor 0, one at a time. It is started by spawn-fcgi, multiwatch,\n"
	"a systemd socket or Apache's mod_fcgid, several of it as a pool; see portico.fcgi(8).\n"
	"\n"
	"  --config FILE  settings (else $PORTICO_CONFIG, else " PORTICO_SITEDIR
	"/portico.ini)\n"
	"  --help         shows this\n"
	"  --version      shows the version\n";

static struct problem *start(struct process *p, const char *config)
{
	TRY(conf_load(p, config));
	TRY(conf_open_database(p));

	const struct mount *mounts = mounts_enabled(p->arena);

	TRY(apps_start(p, mounts));
	metrics_source_add(queue_metrics);
	return web_start(p, mounts, PORTICO_SCHEMA);
}

int main(int argc, char **argv)
{
	struct process worker = { .arena = arena_new(), .name = "worker" };
	struct options options;
	int status = options_read(argc, argv, help, &options);

	if (status >= 0)
		return status;

	struct problem *problem = start(&worker, options.config);

	if (problem) {
		log_problem(problem);
		return 1;
	}
	return fcgi_run(&worker, HARD_STOP_S);
}
