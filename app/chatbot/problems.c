/* problems.c - what can go wrong in the chatbot app. The 503's detail is that of the old server (chatbot.md section 11). */
#include "app/chatbot/problems.h"

/* clang-format off */
const struct problem_kind chatbot_problems[] = {
	[P_AWAY]      = { 503, "chatbot.responder", "No answer could be had",
	                  "Service temporarily unavailable, try again later.", FORM_PROBLEM, 5 },
	[P_LARGE]     = { 413, "chatbot.large",     "Too much for one answer",
	                  "Ask for a part of it: ?limit=, ?after= and ?userid= narrow the list.", FORM_PROBLEM, 0 },
	[P_NOT_EMPTY] = { 409, "chatbot.not_empty", "There are conversations already", NULL, FORM_PROBLEM, 0 },
	[CHATBOT_PROBLEM_N] = { 0, NULL, NULL, NULL, FORM_PROBLEM, 0 },
};
/* clang-format on */
