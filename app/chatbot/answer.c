/* answer.c - what the built-in responder says, stored in the transaction in which the conversation moves on. */
#include "app/chatbot/answer.h"

#include "app/chatbot/conf.h"
#include "app/chatbot/dialogue.h"
#include "app/chatbot/utterance.h"
#include "lib/base/buf.h"

#define TURN_BYTES ((size_t)64 << 20)

struct problem *question_text(struct arena *a, const struct message *question, const char **out)
{
	struct texts strings;
	struct buf b;

	TRY(strings_read(a, question->content, &strings));
	buf_init(&b, a, TURN_BYTES);
	for (size_t i = 0; i < strings.count; i++) {
		if (i > 0)
			buf_char(&b, '\n');
		buf_text(&b, strings.items[i]);
	}
	*out = buf_string(&b);
	return NULL;
}

static struct problem *answer_one(struct db *db, struct arena *a, struct conversation *c,
                                  const struct message *question)
{
	const struct dialogue_words words = { .fallback = chatbot_conf.fallback, .image_url = chatbot_conf.image_url };
	enum dialogue_state next;
	struct said said;
	const char *text;

	TRY(question_text(a, question, &text));
	said = utterances_said(a, dialogue_answer(a, &words, (enum dialogue_state)c->state, text, &next));
	TRY(answer_put(db, a, question, clock_now(), said.content, said.rich));
	c->state = (int64_t)next;
	return NULL;
}

struct problem *answer_embedded(struct db *db, struct arena *a, struct conversation *c)
{
	const int64_t before = c->state;
	struct message question;
	bool found = true;

	while (found) {
		TRY(question_next(db, a, c->id, &question, &found));
		if (found)
			TRY(answer_one(db, a, c, &question));
	}
	return c->state == before ? NULL : conversation_set_state(db, a, c->id, c->state);
}
