/* commands.c - the facility app's commands, in one table. */
#include "app/facility/command.h"

/* clang-format off */
const struct command facility_commands[] = {
	{ "experiment add",     "--public-number N --title T [--description D] [--beamline-code B] [--uid U --gid G]", "adds an experiment", true, experiment_add_command },
	{ "experiment add-csv", "FILE",                                                  "adds experiments: columns public_number,title,description,beamline_code,uid,gid", true, experiment_add_csv_command },
	{ "experiment update",  "--public-number N [--set-title T] [--set-description D] [--set-beamline-code B] [--uid U] [--gid G]", "changes what is given; an empty value clears", true, experiment_update_command },
	{ "experiment remove",  "--public-number N",                                     "removes an experiment with its sessions", true, experiment_remove_command },
	{ "experiment list",    "",                                                      "lists all experiments as CSV", true, experiment_list_command },
	{ "session add",        "--public-number N --session-number S [--start-date A] [--end-date B] [--subject T] [--body D] [--data-set-path MAP]", "adds a measurement session to an experiment", true, session_add_command },
	{ "session add-csv",    "FILE",                                                  "adds sessions: columns public_number,session_number,start_date,end_date,subject,body,data_set_path", true, session_add_csv_command },
	{ "session list",       "--public-number N",                                     "lists the sessions of an experiment as CSV", true, session_list_command },
	{ "participant add",    "--user U --public-number N",                            "lets a user take part in an experiment", true, participant_add_command },
	{ "participant add-csv", "FILE",                                                 "the same for many: columns public_number,userlogin", true, participant_add_csv_command },
	{ "participant remove", "--user U --public-number N",                            "ends a user's part in an experiment", true, participant_remove_command },
	{ "user add-csv",       "FILE",                                                  "adds users without a password: column userlogin", true, users_add_csv_command },
	{ "image add",          "NAME --image REF [--type T] [--protocol P] [--port-hook P] [--logs-er R] [--cpu N] [--memory 3G] [--hdd 5G]", "adds what can be launched", true, image_add_command },
	{ "image list",         "",                                                      "lists images as CSV", true, image_list_command },
	{ "image remove",       "NAME",                                                  "removes an image that no active resource uses", true, image_remove_command },
	{ "image pull",         "NAME",                                                  "has the engine fetch an image before somebody waits for it", true, image_pull_command },
	{ "quota set",          "USER --max-simultaneous N --cpu N --memory 30G --hdd 80G", "sets what a user may hold at once", true, quota_set_command },
	{ "quota show",         "USER",                                                  "shows what a user may hold, and holds", true, quota_show_command },
	{ "fsck",               "[--mend]",                                              "compares rows with the engine and Guacamole, and mends with --mend", true, fsck_command },
	{ 0 },
};
/* clang-format on */
