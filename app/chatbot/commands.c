/* commands.c - the chatbot app's commands, in one table. */
#include "app/chatbot/command.h"

/* clang-format off */
const struct command chatbot_commands[] = {
	{ "conversation list",   "",       "lists the chatbot's conversations as CSV", true, conversation_list_command },
	{ "conversation export", "USERID", "writes a conversation as JSON to the standard output", true, conversation_export_command },
	{ "conversation remove", "USERID", "erases a conversation; nothing of it is left", true, conversation_remove_command },
	{ "import chatbot", "--database NAME [--table boilerplate_message] [--plan]",
	  "brings in the messages of a Django REST Chatbot whose database lies on the same server", true, import_chatbot_command },
	{ 0 },
};
/* clang-format on */
