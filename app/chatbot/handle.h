/* handle.h - every handler of the chatbot app, and who may do what. */
#ifndef PORTICO_CHATBOT_HANDLE_H
#define PORTICO_CHATBOT_HANDLE_H

#include "lib/web/request.h"

extern const struct route chatbot_routes[];

/* handle_message.c */
handler message_list, message_post;
/* handle_conversation.c */
handler conversation_list, conversation_history, conversation_erased, conversation_exported;

/* access.c - the policy. With the closed one (chatbot.md section 15, defect 8) a caller has an account, its conversations are those
 * named like it or "account:anything", and staff may do everything; with the open one anybody may. */
bool policy_is_open(void);                                                   /* for the route table */
struct problem *access_userid(struct req *r, const char *userid) MUST_CHECK; /* may he use this conversation? */
/* Whose conversations the caller sees: NULL: everybody's. */
const char *access_owner(const struct req *r);

#endif
