/* answer.h - a question becomes an answer: by the built-in responder at once, by Rasa in a job. */
#ifndef PORTICO_CHATBOT_ANSWER_H
#define PORTICO_CHATBOT_ANSWER_H

#include "app/chatbot/store.h"
#include "lib/db/db.h"

/* With the conversation locked: the built-in responder answers all its questions that wait, in their order. */
struct problem *answer_embedded(struct db *db, struct arena *a, struct conversation *c) MUST_CHECK;

/* What the responder is told: the strings of the content, one per line. */
struct problem *question_text(struct arena *a, const struct message *question, const char **out) MUST_CHECK;

#endif
