/* store_message.c - questions and answers as rows of chatbot_message.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h. */
#include "app/chatbot/store.h"

#include <assert.h>

const char *const message_state_names[] = { "answer", "waiting", "answered", "given_up", NULL };
static_assert(sizeof(message_state_names) / sizeof(char *) == MESSAGE_STATE_N + 1, "a name for every state");

/* clang-format off */
static const struct field message_fields[] = {
	FIELD_OUT(struct message, id,              "key"),
	FIELD_OUT(struct message, conversation_id, "its conversation"),
	FIELD_OUT(struct message, userid,          "name of its conversation"),
	FIELD_ENUM(struct message, state, OPTIONAL, message_state_names, "what it is"),
	FIELD_OUT(struct message, content,         "list of strings"),
	FIELD_OUT(struct message, rich,            "what the responder said"),
	FIELD_OUT(struct message, at,              "when it was said"),
	FIELD_OUT(struct message, received_at,     "when it came"),
	FIELD_OUT(struct message, reference,       "the question of an answer"),
	FIELD_OUT(struct message, failures,        "times the responder was asked in vain"),
	FIELD_END,
};
static const struct shape message_row = SHAPE("ChatMessageRow", struct message, message_fields);

static const struct field place_fields[] = {
	FIELD_OUT(struct message_place, id,              "key"),
	FIELD_OUT(struct message_place, conversation_id, "its conversation"),
	FIELD_END,
};
static const struct shape place_row = SHAPE("MessagePlaceRow", struct message_place, place_fields);

static const struct field old_fields[] = {
	FIELD_OUT(struct old_message, id,           "key"),
	FIELD_OUT(struct old_message, userid,       "name of the conversation"),
	FIELD_OUT(struct old_message, content,      "Python list"),
	FIELD_OUT(struct old_message, timestamp,    "when it was said"),
	FIELD_OUT(struct old_message, reference_id, "the question of an answer"),
	FIELD_END,
};
static const struct shape old_row = SHAPE("OldMessageRow", struct old_message, old_fields);
/* clang-format on */

#define MESSAGE                                                                                                          \
	"SELECT m.id, m.conversation_id, c.userid, m.state, m.content, m.rich, m.at, m.received_at, m.reference, m.failures" \
	"  FROM chatbot_message m JOIN chatbot_conversation c ON c.id = m.conversation_id"

/* ---- questions ---- */

/* The time in microseconds, so that no form of writing it matters. */
#define HASH "UNHEX(SHA2(CONCAT(?, ' ', ?), 256))"

static struct problem *question_same(struct db *db, struct arena *a, int64_t conversation_id, struct instant at,
                                     const char *content, struct message *out, bool *found)
{
	static const char sql[] = MESSAGE " WHERE m.conversation_id = ? AND m.question_hash = " HASH;

	return db_maybe_one(db, a, sql, DB_ARGS(db_int(conversation_id), db_int(at.us), db_text(content)), &message_row,
	                    out, found);
}

struct problem *question_put(struct db *db, struct arena *a, int64_t conversation_id, struct instant at,
                             const char *content, struct message *out)
{
	static const char add[] =
		"INSERT INTO chatbot_message (conversation_id, state, content, at, received_at, question_hash)"
		" VALUES (?, 1, ?, ?, NOW(6), " HASH ")";
	/* its patience begins anew */
	static const char again[] = "UPDATE chatbot_message SET state = 1, received_at = NOW(6) WHERE id = ? AND state = 3";
	bool found;

	TRY(question_same(db, a, conversation_id, at, content, out, &found));
	if (found && out->state == MESSAGE_GIVEN_UP) {
		TRY(db_run(db, a, again, DB_ARGS(db_int(out->id)), NULL));
		out->state = MESSAGE_WAITING;
	}
	if (found)
		return NULL;
	TRY(db_run(db, a, add,
	           DB_ARGS(db_int(conversation_id), db_text(content), db_at(at), db_int(at.us), db_text(content)), NULL));
	return question_same(db, a, conversation_id, at, content, out, &found);
}

struct problem *question_next(struct db *db, struct arena *a, int64_t conversation_id, struct message *out, bool *found)
{
	static const char sql[] = MESSAGE " WHERE m.conversation_id = ? AND m.state = 1 ORDER BY m.id LIMIT 1";

	return db_maybe_one(db, a, sql, DB_ARGS(db_int(conversation_id)), &message_row, out, found);
}

struct problem *question_find(struct db *db, struct arena *a, int64_t id, struct message *out, bool *found)
{
	static const char sql[] = MESSAGE " WHERE m.id = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_int(id)), &message_row, out, found);
}

struct problem *question_give_up(struct db *db, struct arena *a, int64_t id)
{
	static const char sql[] = "UPDATE chatbot_message SET state = 3 WHERE id = ? AND state = 1";

	return db_run(db, a, sql, DB_ARGS(db_int(id)), NULL);
}

struct problem *questions_failed(struct db *db, struct arena *a, int64_t conversation_id)
{
	static const char sql[] =
		"UPDATE chatbot_message SET failures = failures + 1, failed_at = NOW(6) WHERE conversation_id = ? AND state = 1";

	return db_run(db, a, sql, DB_ARGS(db_int(conversation_id)), NULL);
}

/* ---- answers ---- */

struct problem *answer_put(struct db *db, struct arena *a, const struct message *question, struct instant now,
                           const char *content, const char *rich)
{
	static const char done[] = "UPDATE chatbot_message SET state = 2 WHERE id = ? AND state = 1";
	static const char add[] =
		"INSERT INTO chatbot_message (conversation_id, state, content, rich, at, received_at, reference)"
		" VALUES (?, 0, ?, ?, ?, NOW(6), ?)";
	struct db_done changed;

	TRY(db_run(db, a, done, DB_ARGS(db_int(question->id)), &changed));
	if (changed.affected != 1)
		return problem_new(a, &PROBLEM_CONFLICT, "The question does not wait.");
	if (now.us <= question->at.us)
		now.us = question->at.us + 1;
	return db_run(db, a, add,
	              DB_ARGS(db_int(question->conversation_id), db_text(content), db_text(rich), db_at(now),
	                      db_int(question->id)),
	              NULL);
}

struct problem *answer_find(struct db *db, struct arena *a, int64_t question_id, struct message *out, bool *found)
{
	static const char sql[] = MESSAGE " WHERE m.reference = ?";

	return db_maybe_one(db, a, sql, DB_ARGS(db_int(question_id)), &message_row, out, found);
}

/* ---- lists ---- */

#define SINCE " AND (? IS NULL OR m.at >= ?) ORDER BY m.id LIMIT ?"

struct problem *message_rows(struct db *db, struct arena *a, const struct message_filter *f, struct list *out)
{
	static const char all[] = MESSAGE " WHERE m.id > ?" SINCE;
	static const char one[] = MESSAGE " WHERE m.conversation_id = ? AND m.id > ?" SINCE;
	static const char own[] = MESSAGE
		" WHERE (c.userid = ? OR (c.userid >= CONCAT(?, ':') AND c.userid < CONCAT(?, ';')))"
		" AND m.id > ?" SINCE;
	const struct db_arg after = db_int(f->after_id), since = db_at(f->since), limit = db_int(f->limit);
	const struct db_arg owner = db_text(f->owner);

	if (f->conversation_id.set)
		return db_rows(db, a, one, DB_ARGS(db_int(f->conversation_id.n), after, since, since, limit), &message_row,
		               out);
	if (f->owner)
		return db_rows(db, a, own, DB_ARGS(owner, owner, owner, after, since, since, limit), &message_row, out);
	return db_rows(db, a, all, DB_ARGS(after, since, since, limit), &message_row, out);
}

/* ---- deletion ---- */

#define CHOSEN "(SELECT n FROM JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT PATH '$')) AS chosen)"

struct problem *message_places(struct db *db, struct arena *a, const char *ids, struct list *out)
{
	static const char sql[] =
		"SELECT id, conversation_id FROM chatbot_message WHERE id IN " CHOSEN " ORDER BY conversation_id, id";

	return db_rows(db, a, sql, DB_ARGS(db_text(ids)), &place_row, out);
}

struct problem *messages_delete(struct db *db, struct arena *a, const char *ids)
{
	static const char lose[] =
		"UPDATE chatbot_message AS q JOIN chatbot_message AS m ON m.reference = q.id"
		"   SET q.state = 3 WHERE q.state = 2 AND m.id IN " CHOSEN;
	static const char rows[] = "DELETE FROM chatbot_message WHERE id IN " CHOSEN;

	TRY(db_run(db, a, lose, DB_ARGS(db_text(ids)), NULL));
	return db_run(db, a, rows, DB_ARGS(db_text(ids)), NULL);
}

/* ---- the old server's ---- */

/* The one statement that is put together: the names of a database and a table cannot be values. */
struct problem *old_messages(struct db *db, struct arena *a, const char *database, const char *table, int64_t after_id,
                             int64_t limit, struct list *out)
{
	const char *sql = arena_printf(a,
	                               "SELECT id, userid, content, `timestamp`, reference_id FROM `%s`.`%s`"
	                               " WHERE id > ? ORDER BY id LIMIT ?",
	                               database, table);

	return db_rows(db, a, sql, DB_ARGS(db_int(after_id), db_int(limit)), &old_row, out);
}

struct problem *message_bring(struct db *db, struct arena *a, int64_t conversation_id, bool answer, const char *content,
                              struct instant at, struct maybe_int question_id, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO chatbot_message (conversation_id, state, content, at, received_at, reference) VALUES (?, ?, ?, ?, ?, ?)";
	struct db_done done;

	TRY(db_run(db, a, sql,
	           DB_ARGS(db_int(conversation_id), db_int(answer ? MESSAGE_ANSWER : MESSAGE_ANSWERED), db_text(content),
	                   db_at(at), db_at(at), db_maybe(question_id)),
	           &done));
	*id = done.insert_id;
	return NULL;
}

struct problem *messages_count(struct db *db, struct arena *a, int64_t *out)
{
	return db_number(db, a, "SELECT COUNT(*) FROM chatbot_message", DB_NONE, out);
}
