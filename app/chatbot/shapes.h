/* shapes.h - what comes in and what goes out. */
#ifndef PORTICO_CHATBOT_SHAPES_H
#define PORTICO_CHATBOT_SHAPES_H

#include "app/chatbot/store.h"
#include "lib/base/problem.h"
#include "lib/base/shape.h"

/* A question, and a message as the old clients know it: these three keys and no other. */
struct message_ask {
	const char *userid;
	struct texts content;
	struct instant timestamp;
};
extern const struct shape message_ask_shape;

struct message_view {
	const char *userid;
	struct texts content;
	struct instant timestamp;
	struct raw_json messages; /* in the rich form alone */
};
extern const struct shape message_shape;      /* three keys */
extern const struct shape message_rich_shape; /* and `messages` */
struct problem *message_of(struct arena *a, const struct message *m, struct message_view *out) MUST_CHECK;

struct message_query {
	bool rich;
	const char *userid;
	int64_t after;
	int64_t limit; /* 0: all */
	struct instant since;
};
extern const struct shape message_query_shape;

struct rich_query {
	bool rich;
};
extern const struct shape rich_query_shape;

/* ---- conversations ---- */

struct conversations_query {
	int64_t after;
	int64_t limit;
};
extern const struct shape conversations_query_shape;

struct conversations_view {
	const char *next;    /* NULL: this was the end */
	struct list results; /* struct conversation_line */
};
extern const struct shape conversations_shape;

struct history_query {
	int64_t after;
	int64_t limit;
	struct instant since;
};
extern const struct shape messages_query_shape;

/* A message in its conversation, with what lies around it. */
struct entry_view {
	int64_t id;
	int state;
	struct texts content;
	struct instant timestamp;
	struct instant received_at;
	struct maybe_int reference;
	struct raw_json messages;
};
extern const struct shape entry_shape;
struct problem *entry_of(struct arena *a, const struct message *m, struct entry_view *out) MUST_CHECK;

struct history_view {
	const char *userid;
	const char *next;
	struct list results; /* struct entry_view */
};
extern const struct shape messages_shape;

#endif
