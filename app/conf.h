/* conf.h - section [portico] of the settings: what every program of an installation shares. */
#ifndef PORTICO_APP_CONF_H
#define PORTICO_APP_CONF_H

#include "lib/base/app.h"

struct portico_conf {
	const char *default_cnf;   /* MariaDB option file of Portico's own database */
	const char *run_dir;       /* sockets and shared memory */
	const char *sql_dir;       /* the Sqitch project */
	const char *seal_key_file; /* seals secrets at rest */
	const char *log_file;      /* NULL: standard error */
	int log_level;
	struct texts apps; /* which apps answer; empty: all */
	int64_t db_connect_ms;
	int64_t db_statement_ms;
};
extern struct portico_conf portico_conf;

/* Reads all sections (portico, web, work, and one per app) from `path`: NULL means $PORTICO_CONFIG, else
 * SITEDIR/portico.ini if it is there; an empty path means no file. Sets up log and seal key. */
struct problem *conf_load(struct process *p, const char *path) MUST_CHECK;

/* All sections, for `portico settings` and doc/settings.md. */
size_t conf_sections(const struct settings_section **out);

/* The mounted apps (the table of mounts.c narrowed by portico.apps); ends with prefix NULL. */
const struct mount *mounts_all(void);
const struct mount *mounts_enabled(struct arena *a);

/* Makes p->db (it connects at its first statement). */
struct problem *conf_open_database(struct process *p) MUST_CHECK;

/* Reads the seal key and starts every app of the mounts. */
struct problem *apps_start(struct process *p, const struct mount *mounts) MUST_CHECK;
void apps_stop(struct process *p, const struct mount *mounts);

#endif
