/* store.h - conversations and messages as rows. A store sees no request and no JSON but what it keeps as text. */
#ifndef PORTICO_CHATBOT_STORE_H
#define PORTICO_CHATBOT_STORE_H

#include "lib/base/shape.h"
#include "lib/db/db.h"

/* ---- conversations ---- */

struct conversation {
	int64_t id;
	const char *userid;
	int64_t state;  /* enum dialogue_state */
	bool held;      /* somebody asks the responder for it now */
	int64_t holder; /* which job; 0: none */
	struct instant created_at;
};

/* Finds or makes it, and locks its row until the end of the transaction. */
struct problem *conversation_open(struct db *db, struct arena *a, const char *userid, struct conversation *out)
	MUST_CHECK;
/* Locks its row; *found false: it was erased. */
struct problem *conversation_lock(struct db *db, struct arena *a, int64_t id, struct conversation *out, bool *found)
	MUST_CHECK;
/* PROBLEM_NOT_FOUND. */
struct problem *conversation_find(struct db *db, struct arena *a, const char *userid, struct conversation *out)
	MUST_CHECK;

struct problem *conversation_set_state(struct db *db, struct arena *a, int64_t id, int64_t state) MUST_CHECK;
/* With the row locked: holder 0 lets go. */
struct problem *conversation_hold(struct db *db, struct arena *a, int64_t id, int64_t holder, int64_t lease_s)
	MUST_CHECK;
/* Deletes it with its messages. */
struct problem *conversation_delete(struct db *db, struct arena *a, int64_t id) MUST_CHECK;
/* Ids of at most `limit` conversations whose questions wait, after `after_id`, as struct conversation_id. */
struct conversation_id {
	int64_t id;
};
struct problem *conversations_waiting(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
	MUST_CHECK;

/* One line of the list of conversations. */
struct conversation_line {
	int64_t id;
	const char *userid;
	int64_t messages; /* how many */
	int64_t waiting;  /* questions without an answer */
	struct instant created_at;
};
extern const struct shape conversation_line_row;
/* `owner` NULL: everybody's; else those of the account of that name. In the order of their ids. */
struct problem *conversation_lines(struct db *db, struct arena *a, const char *owner, int64_t after_id, int64_t limit,
                                   struct list *out) MUST_CHECK;

/* A conversation is its account's when it is named like it, or "account:anything". */
bool userid_is_of(const char *userid, const char *username);

/* ---- messages ---- */

enum message_state { MESSAGE_ANSWER, MESSAGE_WAITING, MESSAGE_ANSWERED, MESSAGE_GIVEN_UP, MESSAGE_STATE_N };
extern const char *const message_state_names[MESSAGE_STATE_N + 1];

struct message {
	int64_t id;
	int64_t conversation_id;
	const char *userid;  /* of its conversation */
	int state;           /* enum message_state */
	const char *content; /* JSON: list of strings */
	const char *rich;    /* JSON; NULL: a question */
	struct instant at;
	struct instant received_at;
	struct maybe_int reference; /* an answer's question */
	int64_t failures;
};

/* With the conversation locked. The question of that time and content, made when there is none; one that was given up waits
 * again. */
struct problem *question_put(struct db *db, struct arena *a, int64_t conversation_id, struct instant at,
                             const char *content, struct message *out) MUST_CHECK;
/* The first that waits. */
struct problem *question_next(struct db *db, struct arena *a, int64_t conversation_id, struct message *out, bool *found)
	MUST_CHECK;
struct problem *question_find(struct db *db, struct arena *a, int64_t id, struct message *out, bool *found) MUST_CHECK;
struct problem *question_give_up(struct db *db, struct arena *a, int64_t id) MUST_CHECK;
/* The responder was asked in vain: counted at all questions of the conversation that wait. */
struct problem *questions_failed(struct db *db, struct arena *a, int64_t conversation_id) MUST_CHECK;

/* With the conversation locked: stores the answer to a question that waits. It is later than its question, by a
 * microsecond at least. PROBLEM_CONFLICT: the question does not wait. */
struct problem *answer_put(struct db *db, struct arena *a, const struct message *question, struct instant now,
                           const char *content, const char *rich) MUST_CHECK;
struct problem *answer_find(struct db *db, struct arena *a, int64_t question_id, struct message *out, bool *found)
	MUST_CHECK;

/* What is read: the messages after one, from a time on, of one conversation or of one account's or of all. In the order of
 * their ids. */
struct message_filter {
	struct maybe_int conversation_id;
	const char *owner; /* NULL: everybody's */
	int64_t after_id;
	struct instant since; /* NONE: from the beginning */
	int64_t limit;
};
struct problem *message_rows(struct db *db, struct arena *a, const struct message_filter *f, struct list *out)
	MUST_CHECK;

/* ---- single messages deleted ---- */

/* Those of the messages (numbers as db_ids() writes them) that are there, with their conversations, as struct message_place; in the
 * order in which conversations are to be locked. */
struct message_place {
	int64_t id;
	int64_t conversation_id;
};
struct problem *message_places(struct db *db, struct arena *a, const char *ids, struct list *out) MUST_CHECK;
/* With the conversations locked: deletes them, answers with their questions. A question that loses its answer alone is given up, so
 * that it is answered anew when it is asked again. */
struct problem *messages_delete(struct db *db, struct arena *a, const char *ids) MUST_CHECK;

/* ---- what is brought in from the old server ---- */

struct old_message {
	int64_t id;
	const char *userid;
	const char *content; /* a list as Python writes it */
	struct instant timestamp;
	struct maybe_int reference_id;
};
/* From a database and table of the same server, whose names were checked. */
struct problem *old_messages(struct db *db, struct arena *a, const char *database, const char *table, int64_t after_id,
                             int64_t limit, struct list *out) MUST_CHECK;
/* `question_id` not set: a question, or an answer that lost it. */
struct problem *message_bring(struct db *db, struct arena *a, int64_t conversation_id, bool answer, const char *content,
                              struct instant at, struct maybe_int question_id, int64_t *id) MUST_CHECK;
struct problem *messages_count(struct db *db, struct arena *a, int64_t *out) MUST_CHECK;

#endif
