/* commands.h - the command line's own tables; those of apps are in their doors. */
#ifndef PORTICO_APP_COMMANDS_H
#define PORTICO_APP_COMMANDS_H

#include "lib/base/app.h"

extern const struct command core_commands[];    /* command_core.c: settings, routes, openapi, check */
extern const struct command migrate_commands[]; /* command_migrate.c */
extern const struct command static_commands[];  /* command_static.c */
extern const struct command work_commands[];    /* command_work.c: job list, … */

/* The n-th command of the whole program, or NULL behind the last; *group (NULL: not asked) is the app it belongs to. */
const struct command *command_at(size_t n, const char **group);

#endif
