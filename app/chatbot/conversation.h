/* conversation.h - what may be done with a whole conversation, by a request and by a command alike. */
#ifndef PORTICO_CHATBOT_CONVERSATION_H
#define PORTICO_CHATBOT_CONVERSATION_H

#include "app/chatbot/store.h"
#include "lib/base/buf.h"

/* What a request's key is about (idempotency.h). */
#define CONVERSATION_KEY "chatbot.conversation"

/* In a transaction: nothing of it is left, neither messages nor jobs nor the answers kept for Idempotency-Keys. The audit trail
 * says who did it, without the name. */
struct problem *conversation_erase(struct db *db, struct arena *a, int64_t id, int64_t actor_id) MUST_CHECK;

/* In a transaction: deletes those of the messages (ascending, each once) that are there, answers with their questions, and the
 * answers kept for Idempotency-Keys, which would repeat them. Conversations are locked first, as the job that asks the responder does
 * it: a responder that is at one of these questions finds it gone. *gone: how many of them were there. */
struct problem *messages_erase(struct db *db, struct arena *a, int64_t actor_id, const int64_t *ids, size_t count,
                               int64_t *gone) MUST_CHECK;

/* The whole of it as one JSON document. `b` may end up full. */
struct problem *conversation_export(struct db *db, struct arena *a, const struct conversation *c, struct buf *b)
	MUST_CHECK;

#endif
