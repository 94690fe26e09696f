/* command_conversation.c - conversations by command line. */
#include "app/chatbot/command.h"
#include "app/chatbot/conversation.h"

#define EXPORT_BYTES ((size_t)1 << 30)
#define PART_ROWS 1000

struct userid_words {
	const char *userid;
};
static const struct field userid_fields[] = {
	FIELD(struct userid_words, userid, REQUIRED | NO_TRIM, 1, 255, "name of the conversation"),
	FIELD_END,
};
static const struct shape userid_shape = SHAPE("UseridWords", struct userid_words, userid_fields);
static const char *const positional[] = { "userid", NULL };

static struct problem *find(struct invocation *in, struct conversation *out)
{
	struct userid_words w = { NULL };
	struct problem *p;

	TRY(arguments_read(in, &userid_shape, positional, &w));
	p = conversation_find(in->db, in->arena, w.userid, out);
	return problem_is(p, &PROBLEM_NOT_FOUND)
	           ? problem_new(in->arena, &PROBLEM_NOT_FOUND, "There is no conversation %s.", w.userid)
	           : p;
}

struct problem *conversation_list_command(struct invocation *in)
{
	struct list lines = { .count = PART_ROWS };
	int64_t after = 0;

	csv_write(in->out, "userid", "messages", "waiting");
	while (lines.count == PART_ROWS) {
		TRY(conversation_lines(in->db, in->arena, NULL, after, PART_ROWS, &lines));
		for (size_t i = 0; i < lines.count; i++) {
			const struct conversation_line *line = (const struct conversation_line *)lines.items + i;

			csv_write(in->out, line->userid, arena_printf(in->arena, "%lld", (long long)line->messages),
			          arena_printf(in->arena, "%lld", (long long)line->waiting));
			after = line->id;
		}
	}
	return NULL;
}

struct problem *conversation_export_command(struct invocation *in)
{
	struct conversation c;
	struct buf b;

	TRY(find(in, &c));
	buf_init(&b, in->arena, EXPORT_BYTES);
	TRY(conversation_export(in->db, in->arena, &c, &b));
	if (b.full)
		return problem_new(in->arena, &PROBLEM_TOO_LARGE, "The conversation has more than %zu bytes.", EXPORT_BYTES);
	fprintf(in->out, "%s\n", buf_string(&b));
	return NULL;
}

static struct problem *remove_work(struct db *db, struct arena *a, void *context)
{
	return conversation_erase(db, a, ((const struct conversation *)context)->id, 0);
}

struct problem *conversation_remove_command(struct invocation *in)
{
	struct conversation c;

	TRY(find(in, &c));
	TRY(db_transaction(in->db, in->arena, remove_work, &c));
	fprintf(in->out, "Successfully erased conversation \"%s\"\n", c.userid);
	return NULL;
}
