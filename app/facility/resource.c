/* resource.c - what the app's door needs of resources: start, stop, and the lines of `portico check`. */
#include "app/facility/resource.h"

#include "app/facility/client_docker.h"
#include "app/facility/conf.h"
#include "app/facility/guacamole.h"

struct problem *resource_start(struct process *p)
{
	TRY(docker_open(p));
	return guacamole_open(p, facility_conf.guacamole_cnf);
}

void resource_stop(struct process *p)
{
	(void)p;
	guacamole_close();
}

static void check_engine(struct arena *a, struct check_report *report)
{
	const char *version;
	struct problem *p = docker_version(a, &version);

	if (p)
		report->say(
			report, false,
			arena_printf(a, "Docker engine at %s: %s", facility_conf.docker_url, p->cause ? p->cause : p->detail),
			"start the engine, or set facility.docker_url to where it listens; without it only links can be launched");
	else
		report->say(report, true,
		            arena_printf(a, "Docker engine at %s speaks API %s", facility_conf.docker_url, version), NULL);
}

static void check_guacamole(struct arena *a, struct check_report *report)
{
	bool entities = false;
	struct problem *p;

	if (!guacamole_is_set()) {
		report->say(
			report, !facility_conf.guacamole_required, "Guacamole's database is not set",
			"set facility.guacamole_cnf; without it desktops are not launched unless facility.guacamole_required is no");
		return;
	}
	p = guacamole_has_entities(a, &entities);
	if (p)
		report->say(report, false, arena_printf(a, "Guacamole's database: %s", p->cause ? p->cause : p->detail),
		            "look at the option file that facility.guacamole_cnf names, and at its server");
	else
		report->say(report, true,
		            arena_printf(a, "Guacamole's database has the schema %s",
		                         entities ? "of 1.0 and later" : "up to 0.9.14"),
		            NULL);
}

void resource_check(struct process *p, struct arena *a, struct check_report *report)
{
	(void)p;
	check_engine(a, report);
	check_guacamole(a, report);
}
