/* store_conversation.c - conversations as rows of chatbot_conversation.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h. */
#include "app/chatbot/store.h"

#include <string.h>

#include "lib/base/text.h"

/* clang-format off */
static const struct field conversation_fields[] = {
	FIELD_OUT(struct conversation, id,         "key"),
	FIELD_OUT(struct conversation, userid,     "name"),
	FIELD_OUT(struct conversation, state,      "where the dialogue stands"),
	FIELD_OUT(struct conversation, held,       "whether somebody asks for it now"),
	FIELD_OUT(struct conversation, holder,     "which job"),
	FIELD_OUT(struct conversation, created_at, "when it began"),
	FIELD_END,
};
static const struct shape conversation_row = SHAPE("ConversationRow", struct conversation, conversation_fields);

static const struct field line_fields[] = {
	FIELD_OUT(struct conversation_line, id,         "key"),
	FIELD_OUT(struct conversation_line, userid,     "name"),
	FIELD_OUT(struct conversation_line, messages,   "how many messages it has"),
	FIELD_OUT(struct conversation_line, waiting,    "how many questions wait"),
	FIELD_OUT(struct conversation_line, created_at, "when it began"),
	FIELD_END,
};
const struct shape conversation_line_row = SHAPE("ConversationLineRow", struct conversation_line, line_fields);

static const struct field id_fields[] = { FIELD_OUT(struct conversation_id, id, "key"), FIELD_END };
static const struct shape id_row = SHAPE("ConversationIdRow", struct conversation_id, id_fields);
/* clang-format on */

#define CONVERSATION                                                                                                \
	"SELECT id, userid, state, COALESCE(held_until > NOW(6), 0) AS held, COALESCE(holder, 0) AS holder, created_at" \
	"  FROM chatbot_conversation"

struct problem *conversation_open(struct db *db, struct arena *a, const char *userid, struct conversation *out)
{
	/* both ways the row is locked */
	static const char make[] =
		"INSERT INTO chatbot_conversation (userid, created_at) VALUES (?, NOW(6))"
		" ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)";
	static const char find[] = CONVERSATION " WHERE id = ?";
	struct db_done done;

	TRY(db_run(db, a, make, DB_ARGS(db_text(userid)), &done));
	return db_one(db, a, find, DB_ARGS(db_int(done.insert_id)), &conversation_row, out);
}

struct problem *conversation_lock(struct db *db, struct arena *a, int64_t id, struct conversation *out, bool *found)
{
	static const char sql[] = CONVERSATION " WHERE id = ? FOR UPDATE";

	return db_maybe_one(db, a, sql, DB_ARGS(db_int(id)), &conversation_row, out, found);
}

struct problem *conversation_find(struct db *db, struct arena *a, const char *userid, struct conversation *out)
{
	static const char sql[] = CONVERSATION " WHERE userid = ?";

	return db_one(db, a, sql, DB_ARGS(db_text(userid)), &conversation_row, out);
}

struct problem *conversation_set_state(struct db *db, struct arena *a, int64_t id, int64_t state)
{
	static const char sql[] = "UPDATE chatbot_conversation SET state = ? WHERE id = ?";

	return db_run(db, a, sql, DB_ARGS(db_int(state), db_int(id)), NULL);
}

struct problem *conversation_hold(struct db *db, struct arena *a, int64_t id, int64_t holder, int64_t lease_s)
{
	static const char take[] =
		"UPDATE chatbot_conversation SET holder = ?, held_until = NOW(6) + INTERVAL ? SECOND WHERE id = ?";
	static const char leave[] = "UPDATE chatbot_conversation SET holder = NULL, held_until = NULL WHERE id = ?";

	if (holder == 0)
		return db_run(db, a, leave, DB_ARGS(db_int(id)), NULL);
	return db_run(db, a, take, DB_ARGS(db_int(holder), db_int(lease_s), db_int(id)), NULL);
}

struct problem *conversation_delete(struct db *db, struct arena *a, int64_t id)
{
	static const char rows[] = "DELETE FROM chatbot_conversation WHERE id = ?";

	return db_run(db, a, rows, DB_ARGS(db_int(id)), NULL);
}

struct problem *conversations_waiting(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
{
	static const char sql[] =
		"SELECT c.id FROM chatbot_conversation c"
		" WHERE c.id > ? AND EXISTS (SELECT 1 FROM chatbot_message m WHERE m.conversation_id = c.id AND m.state = 1)"
		" ORDER BY c.id LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(after_id), db_int(limit)), &id_row, out);
}

#define LINE                                                                                                    \
	"SELECT c.id, c.userid, c.created_at,"                                                                      \
	"       (SELECT COUNT(*) FROM chatbot_message m WHERE m.conversation_id = c.id) AS messages,"               \
	"       (SELECT COUNT(*) FROM chatbot_message m WHERE m.conversation_id = c.id AND m.state = 1) AS waiting" \
	"  FROM chatbot_conversation c"

struct problem *conversation_lines(struct db *db, struct arena *a, const char *owner, int64_t after_id, int64_t limit,
                                   struct list *out)
{
	static const char all[] = LINE " WHERE c.id > ? ORDER BY c.id LIMIT ?";
	/* the names that begin with "account:" end before "account;" */
	static const char own[] = LINE
		" WHERE (c.userid = ? OR (c.userid >= CONCAT(?, ':') AND c.userid < CONCAT(?, ';')))"
		" AND c.id > ? ORDER BY c.id LIMIT ?";

	if (!owner)
		return db_rows(db, a, all, DB_ARGS(db_int(after_id), db_int(limit)), &conversation_line_row, out);
	return db_rows(db, a, own, DB_ARGS(db_text(owner), db_text(owner), db_text(owner), db_int(after_id), db_int(limit)),
	               &conversation_line_row, out);
}

bool userid_is_of(const char *userid, const char *username)
{
	const size_t n = strlen(username);

	return strncmp(userid, username, n) == 0 && (userid[n] == '\0' || userid[n] == ':');
}
