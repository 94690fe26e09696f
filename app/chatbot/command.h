/* command.h - the commands of the chatbot app; what each does stands in the table of commands.c. */
#ifndef PORTICO_CHATBOT_COMMAND_H
#define PORTICO_CHATBOT_COMMAND_H

#include "lib/command/command.h"

extern const struct command chatbot_commands[];

typedef struct problem *(command_run)(struct invocation *in);

/* command_conversation.c */
command_run conversation_list_command, conversation_export_command, conversation_remove_command;
/* command_import.c */
command_run import_chatbot_command;

#endif
