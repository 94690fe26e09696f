/* command_import.c - brings in the messages of the old server: all of them or none.
 *
 * Answers keep their questions, contents become JSON again. What the old server stored of a removed model (a `post` table) is
 * not looked at. Asking the old bot's questions again would be wrong, so no imported question waits. */
#include <stdlib.h>
#include <string.h>

#include "app/chatbot/command.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/python_list.h"
#include "app/chatbot/store.h"
#include "app/chatbot/utterance.h"

#define PART_ROWS 1000

struct import_words {
	const char *database;
	const char *table;
	bool plan;
};

/* Names that need no quoting cannot be more than names. */
static const char *name_check(struct arena *a, const void *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *name = *(const char *const *)value;

	(void)a;
	return strspn(name, plain) == strlen(name) ? NULL : "Only letters, digits and _ are expected in such a name.";
}

/* clang-format off */
static const struct field import_fields[] = {
	FIELD(struct import_words, database, REQUIRED, 1, 64, "the old server's database", .check = name_check),
	FIELD(struct import_words, table,    OPTIONAL, 1, 64, "its table of messages", .check = name_check),
	FIELD(struct import_words, plan,     OPTIONAL, 0, 1,  "only says what would be done"),
	FIELD_END,
};
/* clang-format on */
static const struct shape import_shape = SHAPE("ImportWords", struct import_words, import_fields);

/* Old ids with their new ones, ascending. */
struct pair {
	int64_t old, now;
};
struct import {
	struct invocation *in;
	const struct import_words *words;
	struct pair *pairs;
	size_t count, room;
	int64_t questions, answers, unread, orphans;
};

static void remember(struct import *i, int64_t old, int64_t now)
{
	if (i->count == i->room) {
		struct pair *more = ARENA_ARRAY(i->in->arena, struct pair, i->room * 2 + PART_ROWS);

		if (i->count > 0)
			memcpy(more, i->pairs, i->count * sizeof(*more));
		i->pairs = more;
		i->room = i->room * 2 + PART_ROWS;
	}
	i->pairs[i->count++] = (struct pair){ old, now };
}

static int by_old(const void *key, const void *element)
{
	const int64_t old = *(const int64_t *)key, other = ((const struct pair *)element)->old;

	return old < other ? -1 : old > other;
}

/* The question of an answer; each is given away once. */
static struct maybe_int question_of(struct import *i, struct maybe_int old)
{
	struct pair *pair = old.set && i->count > 0 ? bsearch(&old.n, i->pairs, i->count, sizeof(*pair), by_old) : NULL;
	struct maybe_int question = { .set = false };

	if (pair && pair->now > 0) {
		question = (struct maybe_int){ true, pair->now };
		pair->now = 0;
	}
	return question;
}

static struct problem *bring(struct import *i, struct db *db, struct arena *a, const struct old_message *m)
{
	const bool answer = m->reference_id.set;
	struct conversation c;
	struct texts strings;
	struct maybe_int question = question_of(i, m->reference_id);
	int64_t id;

	if (!python_list_read(a, m->content, &strings)) {
		strings = (struct texts){ .items = ARENA_ARRAY(a, const char *, 1), .count = 1 };
		strings.items[0] = m->content; /* nothing is lost: what is no list is one string */
		i->unread++;
	}
	i->orphans += answer && !question.set;
	*(answer ? &i->answers : &i->questions) += 1;
	TRY(conversation_open(db, a, m->userid, &c));
	TRY(message_bring(db, a, c.id, answer, strings_write(a, strings), m->timestamp, question, &id));
	remember(i, m->id, answer ? 0 : id);
	return NULL;
}

static struct problem *bring_part(struct import *i, struct db *db, int64_t *after, size_t *count)
{
	AUTO(arena_close) struct arena *part = arena_new();
	struct list rows = { .count = 0 };
	struct problem *p = old_messages(db, part, i->words->database, i->words->table, *after, PART_ROWS, &rows);

	for (size_t n = 0; n < rows.count && !p; n++) {
		const struct old_message *m = (const struct old_message *)rows.items + n;

		p = bring(i, db, part, m);
		*after = m->id;
	}
	*count = rows.count;
	return p ? problem_because(problem_new(i->in->arena, p->kind, "%s", p->detail), "%s", p->cause ? p->cause : "-")
	         : NULL;
}

static struct problem *import_work(struct db *db, struct arena *a, void *context)
{
	struct import *i = context;
	int64_t after = INT64_MIN, there;
	size_t count = PART_ROWS;

	i->count = 0;
	i->questions = i->answers = i->unread = i->orphans = 0;
	TRY(messages_count(db, a, &there));
	if (there > 0)
		return problem_new(a, CHATBOT(P_NOT_EMPTY), "There are %lld messages already; an import begins with none.",
		                   (long long)there);
	while (count == PART_ROWS) {
		TRY(bring_part(i, db, &after, &count));
		if (!i->in->quiet)
			fprintf(i->in->err, "%zu messages\n", i->count);
	}
	/* a plan is an import that is not committed */
	return i->words->plan ? problem_new(a, &PROBLEM_USAGE, NULL) : NULL;
}

struct problem *import_chatbot_command(struct invocation *in)
{
	struct import_words words = { .table = "boilerplate_message" };
	struct import i = { .in = in, .words = &words };
	struct problem *p;

	TRY(arguments_read(in, &import_shape, NULL, &words));
	p = db_transaction(in->db, in->arena, import_work, &i);
	if (!(words.plan && problem_is(p, &PROBLEM_USAGE)))
		TRY(p);
	fprintf(in->out, "%s %lld questions and %lld answers\n", words.plan ? "Would import" : "Imported",
	        (long long)i.questions, (long long)i.answers);
	if (i.unread > 0)
		fprintf(in->out, "%lld contents were no list of strings and are kept as one string\n", (long long)i.unread);
	if (i.orphans > 0)
		fprintf(in->out, "%lld answers have no question of their own\n", (long long)i.orphans);
	return NULL;
}
