/* routes.c - every URL of the chatbot app. The first two rows are the old server's; what is ours comes after. */
#include "app/chatbot/handle.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/shapes.h"

/* clang-format off */
#define OBJECT(code, shape, words) { code, ANSWER_OBJECT, &(shape), NULL, words }
#define LIST(code, shape, words)   { code, ANSWER_LIST,   &(shape), NULL, words }
/* the setting chatbot.policy may open every route to anybody; else conversations have owners (access.c) */
#define BY_POLICY .opened = policy_is_open

/* what OPTIONS and pages call them; the first as the old server did */
#define MESSAGES      .title = "Message List", .about = ""
#define CONVERSATIONS .title = "Conversation List"
#define CONVERSATION  .title = "Conversation Instance"

const struct route chatbot_routes[] = {
	{ GET,    "/", message_list, USER, NULL, "lists all messages that the caller may see, questions and answers",
	  ANSWERS(LIST(200, message_shape, "oldest first; with ?limit= the header Link says where the list goes on"),
	          LIST(200, message_rich_shape, "the same with ?rich=1")),
	  PROBLEMS(&PROBLEM_FORBIDDEN, CHATBOT(P_LARGE)), &message_query_shape, MESSAGES, BY_POLICY },
	{ POST,   "/", message_post, USER, &message_ask_shape, "says something to the bot; the same question again is not asked twice",
	  ANSWERS(OBJECT(201, message_shape, "what the bot answers"), OBJECT(201, message_rich_shape, "the same with ?rich=1")),
	  PROBLEMS(&PROBLEM_FORBIDDEN, CHATBOT(P_AWAY)), &rich_query_shape, .keyed = KEYED_STEPS, MESSAGES, BY_POLICY },

	{ GET,    "/conversations/", conversation_list, USER, NULL, "lists the conversations that the caller may see",
	  ANSWERS(OBJECT(200, conversations_shape, "oldest first")), PROBLEMS(&PROBLEM_FORBIDDEN), &conversations_query_shape, CONVERSATIONS, BY_POLICY },
	{ GET,    "/conversations/{userid}/", conversation_history, USER, NULL, "shows what was said in a conversation, questions that wait included",
	  ANSWERS(OBJECT(200, messages_shape, "oldest first")), PROBLEMS(&PROBLEM_FORBIDDEN, &PROBLEM_NOT_FOUND), &messages_query_shape, CONVERSATION, BY_POLICY },
	{ DELETE, "/conversations/{userid}/", conversation_erased, USER, NULL, "erases a conversation; nothing of it is left",
	  ANSWERS({ 204, ANSWER_EMPTY, NULL, NULL, "erased" }), PROBLEMS(&PROBLEM_FORBIDDEN, &PROBLEM_NOT_FOUND), CONVERSATION, BY_POLICY },
	{ GET,    "/conversations/{userid}/export/", conversation_exported, USER, NULL, "gives the whole conversation as one file",
	  ANSWERS({ 200, ANSWER_OTHER, NULL, "application/json", "the file" }), PROBLEMS(&PROBLEM_FORBIDDEN, &PROBLEM_NOT_FOUND, CHATBOT(P_LARGE)), .title = "Conversation Export", BY_POLICY },
	{ 0 },
};
/* clang-format on */
