/* utterance.h - what a responder says: items with a text, an image, buttons … and the two forms in which they are kept. */
#ifndef PORTICO_CHATBOT_UTTERANCE_H
#define PORTICO_CHATBOT_UTTERANCE_H

#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct button {
	const char *title;
	const char *payload; /* what a client sends as `content` when it is pressed */
};

/* An item as Rasa 3.x or rasa_core 0.9 sends it (chatbot.md sections 8 and 9); what is NULL is not in it. */
struct utterance {
	const char *text;
	const char *image;
	struct raw_json attachment;
	struct raw_json custom;
	struct list buttons; /* struct button */
	struct list data;    /* the same, as rasa_core calls them */
};
extern const struct shape utterance_shape;

#define UTTERANCES_MOST 1000

/* Items of a responder's answer. PROBLEM_MALFORMED, PROBLEM_FIELDS: it is no array of items that say anything. */
struct problem *utterances_read(struct arena *a, const char *text, size_t length, size_t most_bytes, struct list *out)
	MUST_CHECK;

/* What is kept of an answer. */
struct said {
	const char *content; /* JSON: list of strings, by the table of chatbot.md section 10 */
	const char *rich;    /* JSON: list of {"text"?,"custom"?,"image"?,"attachment"?,"buttons"?} */
};
struct said utterances_said(struct arena *a, struct list utterances);

/* JSON list of strings and back. */
const char *strings_write(struct arena *a, struct texts strings);
struct problem *strings_read(struct arena *a, const char *json, struct texts *out) MUST_CHECK;

#endif
