/* client.h - the Rasa server (client_rasa.c), in the dialect of 3.x or of rasa_core 0.9. */
#ifndef PORTICO_CHATBOT_CLIENT_H
#define PORTICO_CHATBOT_CLIENT_H

#include "app/chatbot/utterance.h"
#include "lib/base/app.h"

/* Makes the service by the settings; nothing with the built-in responder. */
struct problem *rasa_start(struct process *p) MUST_CHECK;

/* One turn: *out are the items of its answer, as struct utterance, perhaps none. `message_id` travels as metadata (3.x), so that
 * a server of one's own can tell a repetition. Any failure, whatever it was, is P_AWAY with its cause. */
struct problem *rasa_ask(struct arena *a, const char *userid, const char *text, int64_t message_id, struct list *out)
	MUST_CHECK;

/* *words: what answers there ("3.6.20"), for `portico check`; a problem says why nothing does. */
struct problem *rasa_look(struct arena *a, const char **words) MUST_CHECK;

/* A JSON Web Token (RFC 7519, HS256) of the payload, for tests as well. */
const char *rasa_jwt(struct arena *a, const char *payload, const char *secret);

#endif
