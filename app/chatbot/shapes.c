/* shapes.c - what comes in and what goes out: messages as the old clients know them, and conversations. */
#include "app/chatbot/shapes.h"

#include "app/chatbot/utterance.h"

#define LIMIT_MOST 1000

static const char *past_check(struct arena *a, const void *value)
{
	(void)a;
	return ((const struct instant *)value)->us > clock_now().us ? "Timestamp is not in the past" : NULL;
}

/* clang-format off */
static const struct field message_ask_fields[] = {
	FIELD(struct message_ask, userid,    REQUIRED,        1, 255,       "name of the conversation", .help = ""),
	FIELD(struct message_ask, content,   REQUIRED | FLAT, 1, INT64_MAX, "what is said, one or several lines; as much as a body holds", .help = ""),
	FIELD(struct message_ask, timestamp, REQUIRED,        0, 0,         "when it was said; not later than now", .check = past_check, .help = ""),
	FIELD_END,
};
const struct shape message_ask_shape = SHAPE("MessageAsk", struct message_ask, message_ask_fields);

#define MESSAGE_FIELDS \
	FIELD_OUT(struct message_view, userid,    "name of the conversation"), \
	FIELD_OUT(struct message_view, content,   "what was said"), \
	FIELD_OUT(struct message_view, timestamp, "when")
static const struct field message_fields[] = { MESSAGE_FIELDS, FIELD_END };
const struct shape message_shape = SHAPE("Message", struct message_view, message_fields);

static const struct field message_rich_fields[] = {
	MESSAGE_FIELDS,
	FIELD_OUT(struct message_view, messages, "the same as objects: text, image, attachment, buttons, custom; null: a question"),
	FIELD_END,
};
const struct shape message_rich_shape = SHAPE("MessageRich", struct message_view, message_rich_fields);

static const struct field message_query_fields[] = {
	FIELD(struct message_query, rich,   OPTIONAL | LENIENT, 0, 1, "with buttons and images, in `messages`"),
	FIELD(struct message_query, userid, OPTIONAL, 1, 255, "of this conversation only"),
	FIELD(struct message_query, after,  OPTIONAL, 0, INT64_MAX, "where the list goes on, as the header Link says"),
	FIELD(struct message_query, limit,  OPTIONAL, 1, LIMIT_MOST, "so many only; absent: all"),
	FIELD(struct message_query, since,  OPTIONAL, 0, 0, "not older than this"),
	FIELD_END,
};
const struct shape message_query_shape = SHAPE("MessageQuery", struct message_query, message_query_fields);

static const struct field rich_query_fields[] = {
	FIELD(struct rich_query, rich, OPTIONAL | LENIENT, 0, 1, "with buttons and images, in `messages`"),
	FIELD_END,
};
const struct shape rich_query_shape = SHAPE("RichQuery", struct rich_query, rich_query_fields);

/* ---- conversations ---- */

static const struct field conversations_query_fields[] = {
	FIELD(struct conversations_query, after, OPTIONAL, 0, INT64_MAX, "where the list goes on, as `next` says"),
	FIELD(struct conversations_query, limit, OPTIONAL, 1, LIMIT_MOST, "so many only; absent: 100"),
	FIELD_END,
};
const struct shape conversations_query_shape = SHAPE("ConversationsQuery", struct conversations_query, conversations_query_fields);

static const struct field line_fields[] = {
	FIELD_OUT(struct conversation_line, id,         "key"),
	FIELD_OUT(struct conversation_line, userid,     "name"),
	FIELD_OUT(struct conversation_line, messages,   "how many messages it has"),
	FIELD_OUT(struct conversation_line, waiting,    "how many questions wait for their answer"),
	FIELD_OUT(struct conversation_line, created_at, "when it began"),
	FIELD_END,
};
static const struct shape line_shape = SHAPE("ConversationLine", struct conversation_line, line_fields);

static const struct field conversations_fields[] = {
	FIELD_OUT(struct conversations_view, next, "where the list goes on; null: nowhere", .format = "uri"),
	FIELD_LIST(struct conversations_view, results, OPTIONAL, line_shape, 0, LIMIT_MOST, "oldest first"),
	FIELD_END,
};
const struct shape conversations_shape = SHAPE("Conversations", struct conversations_view, conversations_fields);

static const struct field history_query_fields[] = {
	FIELD(struct history_query, after, OPTIONAL, 0, INT64_MAX, "where the history goes on, as `next` says"),
	FIELD(struct history_query, limit, OPTIONAL, 1, LIMIT_MOST, "so many only; absent: 100"),
	FIELD(struct history_query, since, OPTIONAL, 0, 0, "not older than this"),
	FIELD_END,
};
const struct shape messages_query_shape = SHAPE("HistoryQuery", struct history_query, history_query_fields);

static const struct field entry_fields[] = {
	FIELD_OUT(struct entry_view, id,          "key"),
	FIELD_ENUM(struct entry_view, state, OPTIONAL, message_state_names, "an answer, or how far a question is"),
	FIELD_OUT(struct entry_view, content,     "what was said"),
	FIELD_OUT(struct entry_view, timestamp,   "when it was said"),
	FIELD_OUT(struct entry_view, received_at, "when it was stored"),
	FIELD_OUT(struct entry_view, reference,   "the question that this answers"),
	FIELD_OUT(struct entry_view, messages,    "an answer as objects: text, image, attachment, buttons, custom"),
	FIELD_END,
};
const struct shape entry_shape = SHAPE("ConversationEntry", struct entry_view, entry_fields);

static const struct field history_fields[] = {
	FIELD_OUT(struct history_view, userid, "name of the conversation"),
	FIELD_OUT(struct history_view, next, "where the history goes on; null: nowhere yet", .format = "uri"),
	FIELD_LIST(struct history_view, results, OPTIONAL, entry_shape, 0, LIMIT_MOST, "oldest first"),
	FIELD_END,
};
const struct shape messages_shape = SHAPE("History", struct history_view, history_fields);
/* clang-format on */

struct problem *message_of(struct arena *a, const struct message *m, struct message_view *out)
{
	*out = (struct message_view){ .userid = m->userid, .timestamp = m->at, .messages = { m->rich } };
	return strings_read(a, m->content, &out->content);
}

struct problem *entry_of(struct arena *a, const struct message *m, struct entry_view *out)
{
	*out = (struct entry_view){
		.id = m->id,
		.state = m->state,
		.timestamp = m->at,
		.received_at = m->received_at,
		.reference = m->reference,
		.messages = { m->rich },
	};
	return strings_read(a, m->content, &out->content);
}
