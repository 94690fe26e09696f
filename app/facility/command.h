/* command.h - the facility app's commands (command_*.c); their table is commands.c. */
#ifndef PORTICO_FACILITY_COMMAND_H
#define PORTICO_FACILITY_COMMAND_H

#include "lib/base/app.h"

extern const struct command facility_commands[]; /* commands.c */

typedef struct problem *(command_function)(struct invocation *in);
/* command_experiment.c */
command_function experiment_add_command, experiment_add_csv_command, experiment_update_command,
	experiment_remove_command, experiment_list_command;
/* command_session.c */
command_function session_add_command, session_add_csv_command, session_list_command;
/* command_participant.c */
command_function participant_add_command, participant_add_csv_command, participant_remove_command,
	users_add_csv_command;
/* command_image.c */
command_function image_add_command, image_list_command, image_remove_command, image_pull_command;
/* command_quota.c */
command_function quota_set_command, quota_show_command;
/* command_fsck.c */
command_function fsck_command;

#endif
