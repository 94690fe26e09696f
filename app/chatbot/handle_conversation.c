/* handle_conversation.c - conversations: which there are, what was said in one, all of it at once, and its end. */
#include <string.h>

#include "app/chatbot/conversation.h"
#include "app/chatbot/handle.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/shapes.h"

#define PAGE 100
#define EXPORT_BYTES ((size_t)60 << 20)

static int64_t limit_of(int64_t asked)
{
	return asked > 0 ? asked : PAGE;
}

/* GET /conversations/ */
struct problem *conversation_list(struct req *r)
{
	const struct conversations_query *q = r->query;
	const int64_t limit = limit_of(q->limit);
	struct conversations_view view = { .next = NULL };

	TRY(conversation_lines(r->db, r->arena, access_owner(r), q->after, limit, &view.results));
	if (view.results.count == (size_t)limit)
		view.next = arena_printf(r->arena, "%s%s/conversations/?limit=%lld&after=%lld", r->base_url, r->mount->prefix,
		                         (long long)limit,
		                         (long long)((const struct conversation_line *)view.results.items)[limit - 1].id);
	return reply_shape(r, 200, &conversations_shape, &view);
}

/* Whether there is a conversation that is not one's own is nobody's business. */
static struct problem *find(struct req *r, struct conversation *out)
{
	TRY(access_userid(r, req_param(r, "userid")));
	return conversation_find(r->db, r->arena, req_param(r, "userid"), out);
}

static const char *next_of(struct req *r, const struct conversation *c, const struct history_query *q, int64_t limit,
                           int64_t after)
{
	struct buf b;

	buf_init(&b, r->arena, 8192);
	buf_text(&b, r->base_url);
	buf_text(&b, r->mount->prefix);
	buf_text(&b, "/conversations/");
	buf_percent(&b, c->userid, strlen(c->userid));
	buf_printf(&b, "/?limit=%lld&after=%lld", (long long)limit, (long long)after);
	if (!instant_is_none(q->since)) {
		buf_text(&b, "&since=");
		instant_write(&b, q->since, true);
	}
	return buf_string(&b);
}

/* GET /conversations/{userid}/ */
struct problem *conversation_history(struct req *r)
{
	const struct history_query *q = r->query;
	struct message_filter f = { .after_id = q->after, .since = q->since, .limit = limit_of(q->limit) };
	struct history_view view = { .next = NULL };
	struct conversation c;
	struct entry_view *entries;
	struct list rows;

	TRY(find(r, &c));
	f.conversation_id = (struct maybe_int){ true, c.id };
	TRY(message_rows(r->db, r->arena, &f, &rows));
	entries = ARENA_ARRAY(r->arena, struct entry_view, rows.count);
	for (size_t i = 0; i < rows.count; i++)
		TRY(entry_of(r->arena, (const struct message *)rows.items + i, &entries[i]));
	view.userid = c.userid;
	view.results = (struct list){ entries, rows.count };
	if (rows.count == (size_t)f.limit)
		view.next = next_of(r, &c, q, f.limit, entries[rows.count - 1].id);
	return reply_shape(r, 200, &messages_shape, &view);
}

/* GET /conversations/{userid}/export/ */
struct problem *conversation_exported(struct req *r)
{
	struct conversation c;
	struct buf b;

	TRY(find(r, &c));
	buf_init(&b, r->arena, EXPORT_BYTES);
	TRY(conversation_export(r->db, r->arena, &c, &b));
	if (b.full)
		return problem_new(r->arena, CHATBOT(P_LARGE), "Too large for one answer: use `portico conversation export`.");
	reply_header(r, "Content-Disposition", "attachment; filename=\"conversation-%lld.json\"", (long long)c.id);
	return reply_bytes(r, 200, "application/json", buf_string(&b), b.length);
}

struct erasing {
	const struct req *r;
	const char *userid;
};

static struct problem *erase_work(struct db *db, struct arena *a, void *context)
{
	const struct erasing *e = context;
	struct conversation c;
	bool found;

	TRY(conversation_find(db, a, e->userid, &c));
	TRY(conversation_lock(db, a, c.id, &c, &found));
	return found ? conversation_erase(db, a, c.id, e->r->user ? e->r->user->id : 0)
	             : problem_new(a, &PROBLEM_NOT_FOUND, NULL);
}

/* DELETE /conversations/{userid}/ */
struct problem *conversation_erased(struct req *r)
{
	struct erasing e = { .r = r, .userid = req_param(r, "userid") };

	TRY(access_userid(r, e.userid));
	TRY(db_transaction(r->db, r->arena, erase_work, &e));
	return reply_empty(r, 204);
}
