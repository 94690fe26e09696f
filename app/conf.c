/* conf.c - the settings of the whole program: which sections there are, where they are read from, and what every
 * process does with them at its start. */
#include "app/conf.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/seal.h"
#include "lib/base/text.h"
#include "lib/db/db.h"
#include "lib/web/web.h"
#include "lib/work/job.h"

struct portico_conf portico_conf;

/* clang-format off */
static const struct setting portico_settings[] = {
	SET_TEXT  (struct portico_conf, default_cnf, PORTICO_SITEDIR "/default.cnf",
	           "MariaDB option file of Portico's own database, section [client]; mode 0400 or 0600"),
	SET_TEXT  (struct portico_conf, run_dir, "/run/portico",
	           "folder of sockets and shared memory, writable by workers and daemon"),
	SET_TEXT  (struct portico_conf, sql_dir, PORTICO_DATADIR "/sql", "the Sqitch project that `portico migrate` deploys"),
	SET_TEXT  (struct portico_conf, seal_key_file, PORTICO_SITEDIR "/seal.key",
	           "key of the secrets at rest, 64 hexadecimal digits, mode 0400 or 0600; made by `portico migrate` when missing"),
	SET_TEXT  (struct portico_conf, log_file, NULL, "file that log lines are appended to; not set: standard error"),
	SET_CHOICE(struct portico_conf, log_level, "info", log_level_names, "least level that is logged"),
	SET_LIST  (struct portico_conf, apps, NULL, "apps that answer; not set: all of them"),
	SET_INT   (struct portico_conf, db_connect_ms, 2000, 100, 60000, "longest connection to one database host, in ms"),
	SET_INT   (struct portico_conf, db_statement_ms, 10000, 100, 600000, "longest statement, in ms"),
	SETTING_END,
};
/* clang-format on */

/* The framework's sections come first, then one per app of the mounts table. */
size_t conf_sections(const struct settings_section **out)
{
	static struct settings_section sections[32] = {
		{ "portico", "What every program of an installation shares.", portico_settings, &portico_conf },
		{ "web", "Requests and answers.", web_settings, &web_conf },
		{ "work", "Jobs and schedules of the daemon.", work_settings, &work_conf },
	};
	static size_t count;

	if (count == 0) {
		count = 3;
		for (const struct mount *m = mounts_all(); m->prefix; m++)
			if (m->app->settings && !mount_repeats(mounts_all(), m))
				sections[count++] =
					(struct settings_section){ m->app->name, m->app->doc, m->app->settings, m->app->conf };
	}
	*out = sections;
	return count;
}

static struct problem *apps_known(struct arena *a)
{
	for (size_t i = 0; i < portico_conf.apps.count; i++) {
		const struct mount *m = mounts_all();

		while (m->prefix && !text_equal(m->app->name, portico_conf.apps.items[i]))
			m++;
		if (!m->prefix)
			return problem_new(a, &PROBLEM_SETTINGS, "portico.apps: there is no app \"%s\"",
			                   portico_conf.apps.items[i]);
	}
	return NULL;
}

struct problem *conf_load(struct process *p, const char *path)
{
	const struct settings_section *sections;
	size_t count = conf_sections(&sections);

	if (!path)
		path = getenv("PORTICO_CONFIG");
	if (!path && access(PORTICO_SITEDIR "/portico.ini", F_OK) == 0)
		path = PORTICO_SITEDIR "/portico.ini";
	/* PORTICO_CONFIG= asks for no file at all */
	TRY(settings_load(p->arena, path && *path ? path : NULL, sections, count));
	TRY(apps_known(p->arena));
	log_threshold((enum log_level)portico_conf.log_level);
	if (portico_conf.log_file && !log_open(portico_conf.log_file))
		return problem_new(p->arena, &PROBLEM_SETTINGS, "portico.log_file: %s cannot be written",
		                   portico_conf.log_file);
	p->run_dir = portico_conf.run_dir;
	return NULL;
}

struct problem *conf_open_database(struct process *p)
{
	const struct db_conf conf = {
		.option_file = portico_conf.default_cnf,
		.connect_ms = portico_conf.db_connect_ms,
		.statement_ms = portico_conf.db_statement_ms,
	};

	return db_open(p->arena, &conf, &p->db);
}

struct problem *apps_start(struct process *p, const struct mount *mounts)
{
	TRY(seal_key_load(p->arena, portico_conf.seal_key_file, false));
	for (const struct mount *m = mounts; m->prefix; m++)
		if (m->app->start && !mount_repeats(mounts, m))
			TRY(m->app->start(p));
	return NULL;
}

void apps_stop(struct process *p, const struct mount *mounts)
{
	for (const struct mount *m = mounts; m->prefix; m++)
		if (m->app->stop && !mount_repeats(mounts, m))
			m->app->stop(p);
	db_close(p->db);
	p->db = NULL;
}
