/* dialogue.h - the built-in responder: no server, no network, the same answer every time (chatbot.md section 12). */
#ifndef PORTICO_CHATBOT_DIALOGUE_H
#define PORTICO_CHATBOT_DIALOGUE_H

#include "lib/base/shape.h"

/* Where a conversation stands; the numbers are in rows. */
enum dialogue_state { DIALOGUE_IDLE, DIALOGUE_ASKED_MOOD, DIALOGUE_ASKED_HELP, DIALOGUE_STATE_N };
extern const char *const dialogue_state_names[DIALOGUE_STATE_N + 1];

struct dialogue_words {
	const char *fallback;  /* said when nothing fits; NULL: nothing */
	const char *image_url; /* of utter_cheer_up */
};

/* What is said to `text` (several lines: one turn) as struct utterance, and where the conversation stands then. */
struct list dialogue_answer(struct arena *a, const struct dialogue_words *words, enum dialogue_state state,
                            const char *text, enum dialogue_state *next);

/* The name of the intent that `text` has in that state, or NULL; for tests and the documentation. */
const char *dialogue_intent(struct arena *a, enum dialogue_state state, const char *text);

#endif
