/* conversation.c - a conversation erased, and written out whole. */
#include "app/chatbot/conversation.h"

#include <string.h>

#include "app/accounts/accounts.h"
#include "app/chatbot/dialogue.h"
#include "app/chatbot/jobs.h"
#include "app/chatbot/shapes.h"
#include "lib/json/json.h"
#include "lib/web/idempotency.h"

#define EXPORT_ROWS 500

struct problem *conversation_erase(struct db *db, struct arena *a, int64_t id, int64_t actor_id)
{
	TRY(idempotency_forget(db, a, CONVERSATION_KEY, id));
	TRY(job_drop(db, a, ANSWER_JOB, id));
	TRY(conversation_delete(db, a, id));
	return audit_add(db, a, actor_id, "erase", "conversation", id, "-", NULL);
}

/* Each conversation once, in ascending order, so that two who delete do not meet in a deadlock. */
static struct problem *conversations_lock(struct db *db, struct arena *a, struct list places)
{
	const struct message_place *at = places.items;

	for (size_t i = 0; i < places.count; i++) {
		struct conversation c;
		bool found;

		if (i > 0 && at[i].conversation_id == at[i - 1].conversation_id)
			continue;
		TRY(conversation_lock(db, a, at[i].conversation_id, &c, &found));
		TRY(idempotency_forget(db, a, CONVERSATION_KEY, at[i].conversation_id));
	}
	return NULL;
}

struct problem *messages_erase(struct db *db, struct arena *a, int64_t actor_id, const int64_t *ids, size_t count,
                               int64_t *gone)
{
	const char *json = db_ids(a, ids, count);
	struct list places;

	TRY(message_places(db, a, json, &places));
	TRY(conversations_lock(db, a, places));
	TRY(message_places(db, a, json, &places)); /* what was deleted while this waited is not there any more */
	TRY(messages_delete(db, a, json));
	for (size_t i = 0; i < places.count; i++)
		TRY(audit_add(db, a, actor_id, "remove", "message", ((const struct message_place *)places.items)[i].id, "-",
		              NULL));
	*gone = (int64_t)places.count;
	return NULL;
}

static void add_member(struct buf *b, const char *name, const char *text)
{
	json_key(b, name);
	buf_json_string(b, text, strlen(text));
}

static void add_instant(struct buf *b, const char *name, struct instant at)
{
	json_key(b, name);
	buf_char(b, '"');
	instant_write(b, at, true);
	buf_char(b, '"');
}

/* Some rows at a time: what they need of memory goes before the next. */
static struct problem *add_messages(struct db *db, struct arena *a, int64_t id, struct buf *b)
{
	struct message_filter f = { .conversation_id = { true, id }, .since = instant_none(), .limit = EXPORT_ROWS };
	size_t count = EXPORT_ROWS;

	while (count == EXPORT_ROWS && !b->full) {
		AUTO(arena_close) struct arena *part = arena_new();
		struct list rows;
		struct problem *p = message_rows(db, part, &f, &rows);

		if (p)
			return problem_because(problem_new(a, p->kind, "%s", p->detail), "%s", p->cause ? p->cause : "-");
		count = rows.count;
		for (size_t i = 0; i < count; i++) {
			const struct message *m = (const struct message *)rows.items + i;
			struct entry_view view;

			TRY(entry_of(a, m, &view));
			if (b->data[b->length - 1] != '[')
				buf_char(b, ',');
			json_write(b, &entry_shape, &view);
			f.after_id = m->id;
		}
	}
	return NULL;
}

struct problem *conversation_export(struct db *db, struct arena *a, const struct conversation *c, struct buf *b)
{
	buf_char(b, '{');
	add_member(b, "userid", c->userid);
	add_instant(b, "began_at", c->created_at);
	add_member(b, "state", enum_name(dialogue_state_names, (int)c->state));
	add_instant(b, "exported_at", clock_now());
	json_key(b, "messages");
	buf_char(b, '[');
	TRY(add_messages(db, a, c->id, b));
	buf_text(b, "]}");
	return NULL;
}
