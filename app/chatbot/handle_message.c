/* handle_message.c - the two routes of the old server: all messages, and one more. */
#include <string.h>

#include "app/chatbot/answer.h"
#include "app/chatbot/conf.h"
#include "app/chatbot/conversation.h"
#include "app/chatbot/handle.h"
#include "app/chatbot/jobs.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/shapes.h"
#include "app/chatbot/utterance.h"
#include "lib/json/json.h"
#include "lib/web/idempotency.h"

#define PART_ROWS 500
#define LIST_BYTES ((size_t)60 << 20)

/* ---- POST / ---- */

struct asking {
	struct req *r;
	const struct message_ask *ask;
	struct message question; /* as it is stored */
};

/* Stored before anybody is asked: what was said is never lost. The built-in responder needs no job. */
static struct problem *ask_work(struct db *db, struct arena *a, void *context)
{
	struct asking *asking = context;
	const struct message_ask *ask = asking->ask;
	struct conversation c;
	int64_t job;

	TRY(conversation_open(db, a, ask->userid, &c));
	TRY(idempotency_about(asking->r, CONVERSATION_KEY, c.id));
	TRY(question_put(db, a, c.id, ask->timestamp, strings_write(a, ask->content), &asking->question));
	if (asking->question.state == MESSAGE_ANSWERED)
		return NULL;
	if (chatbot_conf.responder == RESPONDER_EMBEDDED && !c.held)
		return answer_embedded(db, a, &c);
	return job_add(db, a,
	               &(struct job_ask){ .kind = ANSWER_JOB,
	                                  .subject_id = c.id,
	                                  .request_id = asking->r->id,
	                                  .once = true,
	                                  .hasten = true },
	               &job);
}

struct waiting {
	const struct message *question;
	struct message answer;
	bool answered;
};

/* Over when the answer is there, or when somebody asked for it in vain meanwhile. */
static struct problem *look(struct db *db, struct arena *a, void *context, bool *over)
{
	struct waiting *w = context;
	struct message now;
	bool found;

	TRY(answer_find(db, a, w->question->id, &w->answer, &w->answered));
	*over = w->answered;
	if (w->answered)
		return NULL;
	TRY(question_find(db, a, w->question->id, &now, &found));
	*over = !found || now.state == MESSAGE_GIVEN_UP || now.failures > w->question->failures;
	return NULL;
}

/* POST / - 201 with the answer; 503 when there is none within the limit, and the question waits for it. */
struct problem *message_post(struct req *r)
{
	struct asking asking = { .r = r, .ask = r->body };
	struct waiting w = { .question = &asking.question };
	const bool rich = ((const struct rich_query *)r->query)->rich;
	struct message_view view;
	bool over;

	TRY(access_userid(r, asking.ask->userid));
	TRY(db_transaction(r->db, r->arena, ask_work, &asking));
	job_wake(r->process);
	TRY(row_wait(r->process, r->arena, look, &w, chatbot_conf.answer_wait_ms, &over));
	if (!w.answered)
		return problem_new(r->arena, CHATBOT(P_AWAY), NULL);
	TRY(message_of(r->arena, &w.answer, &view));
	return reply_shape(r, 201, rich ? &message_rich_shape : &message_shape, &view);
}

/* ---- GET / ---- */

/* Appends one part of the list; *last is the id it ended with, *count how many it had. */
static struct problem *add_part(struct req *r, struct message_filter *f, bool rich, struct buf *b, size_t *count)
{
	AUTO(arena_close) struct arena *part = arena_new();
	struct list rows;
	struct problem *p = message_rows(r->db, part, f, &rows);

	*count = rows.count;
	for (size_t i = 0; i < rows.count && !p; i++) {
		const struct message *m = (const struct message *)rows.items + i;
		struct message_view view;

		p = message_of(part, m, &view);
		if (p)
			break;
		if (b->data[b->length - 1] != '[')
			buf_char(b, ',');
		json_write(b, rich ? &message_rich_shape : &message_shape, &view);
		f->after_id = m->id;
	}
	return p ? problem_because(problem_new(r->arena, p->kind, "%s", p->detail), "%s", p->cause ? p->cause : "-") : NULL;
}

/* RFC 8288. Known only when there was a limit and it was reached. */
static void add_link(struct req *r, const struct message_query *q, int64_t after_id)
{
	struct buf b;

	buf_init(&b, r->arena, 8192);
	buf_printf(&b, "?limit=%lld&after=%lld", (long long)q->limit, (long long)after_id);
	if (q->userid) {
		buf_text(&b, "&userid=");
		buf_percent(&b, q->userid, strlen(q->userid));
	}
	if (q->rich)
		buf_text(&b, "&rich=1");
	if (!instant_is_none(q->since)) {
		buf_text(&b, "&since=");
		instant_write(&b, q->since, true);
	}
	reply_header(r, "Link", "<%s%s/%s>; rel=\"next\"", r->base_url, r->mount->prefix, buf_string(&b));
}

/* What the query names; *none: nothing that the caller may see. */
static struct problem *filter_of(struct req *r, const struct message_query *q, struct message_filter *out, bool *none)
{
	struct conversation c;
	struct problem *p;

	*out = (struct message_filter){
		.owner = access_owner(r), .after_id = q->after, .since = q->since, .limit = PART_ROWS
	};
	*none = false;
	if (!q->userid)
		return NULL;
	*none = out->owner && !userid_is_of(q->userid, out->owner);
	if (*none)
		return NULL;
	p = conversation_find(r->db, r->arena, q->userid, &c);
	*none = problem_is(p, &PROBLEM_NOT_FOUND);
	if (!p)
		out->conversation_id = (struct maybe_int){ true, c.id };
	return *none ? NULL : p;
}

/* GET / - a bare array in the order of their ids; with ?limit= a part of it and where the next one is. */
struct problem *message_list(struct req *r)
{
	const struct message_query *q = r->query;
	size_t count = PART_ROWS, left = q->limit > 0 ? (size_t)q->limit : SIZE_MAX;
	struct message_filter f;
	struct buf b;
	bool none;

	TRY(filter_of(r, q, &f, &none));
	buf_init(&b, r->arena, LIST_BYTES);
	buf_char(&b, '[');
	while (!none && left > 0 && count == (size_t)f.limit && !b.full) {
		f.limit = left < PART_ROWS ? (int64_t)left : PART_ROWS;
		TRY(add_part(r, &f, q->rich, &b, &count));
		left -= count;
	}
	buf_char(&b, ']');
	if (b.full)
		return problem_new(r->arena, CHATBOT(P_LARGE), NULL);
	if (left == 0)
		add_link(r, q, f.after_id);
	return reply_bytes(r, 200, "application/json", buf_string(&b), b.length);
}
