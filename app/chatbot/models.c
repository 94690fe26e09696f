/* models.c - messages as the administration shows them (chatbot.md section 14): to be read, searched and deleted, never written. Their
 * address and permissions are those that groups imported from the old server know: boilerplate/message. */
#include "app/chatbot/models.h"

#include "app/chatbot/conversation.h"

static struct problem *messages_remove(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
                                       size_t count, int64_t *gone)
{
	return messages_erase(db, a, who->id, ids, count, gone);
}

/* clang-format off */

/* `content` is a JSON list of strings. The first one; and all as they are searched: without what JSON puts before quotes and
 * backslashes, in any case. */
#define FIRST_WORDS "COALESCE(LEFT(JSON_VALUE(m.content, '$[0]'), 80), '')"
#define SEARCHED \
	"REPLACE(REPLACE(m.content, '\\\\\"', '\"'), '\\\\\\\\', '\\\\') COLLATE utf8mb4_unicode_520_ci"
#define TITLE "CONCAT(c.userid COLLATE utf8mb4_bin, ': ', " FIRST_WORDS ")"

static const struct admin_column message_columns[] = {
	COLUMN("ID",          "m.id"),
	COLUMN("Userid",      "c.userid"),
	COLUMN("Timestamp",   "m.at", .kind = ADMIN_AT),
	COLUMN("First words", FIRST_WORDS, .unsorted = true),
	COLUMN("Is answer",   "m.state = 0", .kind = ADMIN_YES),
	{ .sql = NULL },
};
static const struct admin_column message_fields[] = {
	COLUMN("ID",              "m.id"),
	COLUMN("Userid",          "c.userid"),
	COLUMN("Timestamp",       "m.at", .kind = ADMIN_AT),
	COLUMN("Received",        "m.received_at", .kind = ADMIN_AT),
	COLUMN("State",           "m.state", .kind = ADMIN_CHOICE, .names = message_state_names),
	COLUMN("Answer to",       "m.reference"),
	COLUMN("Asked in vain",   "m.failures"),
	COLUMN("Content",         "m.content", .kind = ADMIN_STRINGS),
	{ .sql = NULL },
};
static const char *const message_search[] = { "c.userid COLLATE utf8mb4_unicode_520_ci", SEARCHED, NULL };
static const struct admin_filter message_filters[] = {
	FILTER("userid",    "userid",    ADMIN_BY_TEXT, "c.userid = ?"),
	FILTER("timestamp", "timestamp", ADMIN_BY_DATE, "m.at"),
	{ .name = NULL },
};

/* What was chosen by itself stands among the chosen. */
#define THEIRS \
	" FROM chatbot_message m JOIN chatbot_conversation c ON c.id = m.conversation_id" \
	" JOIN JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT PATH '$')) AS chosen ON m.reference = chosen.n"

static const struct admin_along message_along[] = {
	{ "answer", "answers", "SELECT COUNT(*)" THEIRS, "SELECT " TITLE " AS c0" THEIRS " ORDER BY m.id LIMIT ?" },
	{ .one = NULL },
};

const struct admin_model chatbot_models[] = {
	{ .label = "boilerplate", .name = "message", .group = "Chatbot", .one = "message", .many = "messages",
	  .permission = "chatbot.message", .audited = "message",
	  .from = "chatbot_message m JOIN chatbot_conversation c ON c.id = m.conversation_id", .key = "m.id", .title = TITLE,
	  .order = "m.id", .newest_first = true, .columns = message_columns, .fields = message_fields, .search = message_search,
	  .filters = message_filters, .remove = messages_remove, .along = message_along },
	{ .label = NULL },
};
/* clang-format on */
