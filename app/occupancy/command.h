/* command.h - the occupancy app's commands (command_*.c). */
#ifndef PORTICO_OCCUPANCY_COMMAND_H
#define PORTICO_OCCUPANCY_COMMAND_H

#include "lib/base/app.h"

extern const struct command occupancy_commands[]; /* command_import.c */

#endif
