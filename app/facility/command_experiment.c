/* command_experiment.c - experiments by command line and CSV file (facility.md section 8). */
#include "app/accounts/accounts.h"
#include "app/facility/command.h"
#include "app/facility/experiment.h"
#include "lib/base/text.h"
#include "lib/command/command.h"

struct experiment_words {
	const char *public_number;
	const char *title;
	const char *description;
	const char *beamline_code;
	const char *uid;
	const char *gid;
	uint64_t given;
};

#define UID_MOST INT64_C(4294967294) /* (uid_t)-1 means "no change" to chown(2) */

/* NULL when the text is a POSIX id, "" or the old service's ".": both mean unknown. */
static const char *check_id(struct arena *a, const void *value)
{
	const char *text = *(const char *const *)value;
	int64_t n;

	(void)a;
	return !*text || text_equal(text, ".") || num_read(text, 0, UID_MOST, &n)
	           ? NULL
	           : "A POSIX id is a number from 0 to 4294967294.";
}

/* clang-format off */
#define ID_FIELDS                                                                                      \
	FIELD(struct experiment_words, uid, OPTIONAL | BLANK, 0, 10, "POSIX user id", .check = check_id),   \
	FIELD(struct experiment_words, gid, OPTIONAL | BLANK, 0, 10, "POSIX group id", .check = check_id)
static const struct field add_fields[] = {
	FIELD(struct experiment_words, public_number, REQUIRED, 1, 50, "proposal id"),
	FIELD(struct experiment_words, title,         REQUIRED, 1, 255, "title"),
	FIELD(struct experiment_words, description,   OPTIONAL | BLANK, 0, 1000000, "abstract"),
	FIELD(struct experiment_words, beamline_code, OPTIONAL | BLANK, 0, 200, "beamlines"),
	ID_FIELDS,
	FIELD_END,
};
static const struct shape add_shape = SHAPE_GIVEN("ExperimentAdd", struct experiment_words, add_fields);
static const struct field update_fields[] = {
	FIELD(struct experiment_words, public_number, REQUIRED, 1, 50, "proposal id"),
	FIELD_AS(struct experiment_words, title,         "set_title",         OPTIONAL, 1, 255, "title"),
	FIELD_AS(struct experiment_words, description,   "set_description",   OPTIONAL | BLANK, 0, 1000000, "abstract"),
	FIELD_AS(struct experiment_words, beamline_code, "set_beamline_code", OPTIONAL | BLANK, 0, 200, "beamlines"),
	ID_FIELDS,
	FIELD_END,
};
static const struct shape update_shape = SHAPE_GIVEN("ExperimentUpdate", struct experiment_words, update_fields);
static const struct field number_fields[] = {
	FIELD(struct experiment_words, public_number, REQUIRED, 1, 50, "proposal id"),
	FIELD_END,
};
static const struct shape number_shape = SHAPE("ExperimentNumber", struct experiment_words, number_fields);
/* clang-format on */

static struct maybe_int id_of(const char *text)
{
	struct maybe_int id = { false, 0 };

	id.set = text && num_read(text, 0, UID_MOST, &id.n);
	return id;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

struct change {
	struct experiment experiment;
	struct problem *(*apply)(struct db *db, struct arena *a, struct experiment *e);
	const char *action;
};

static struct problem *change_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;

	TRY(c->apply(db, a, &c->experiment));
	return audit_add(db, a, 0, c->action, "experiment", c->experiment.id, c->experiment.proposal_id, NULL);
}

static struct problem *apply_insert(struct db *db, struct arena *a, struct experiment *e)
{
	return experiment_insert(db, a, e, &e->id);
}

static struct problem *apply_delete(struct db *db, struct arena *a, struct experiment *e)
{
	return experiment_delete(db, a, e->proposal_id);
}

static struct problem *add_row(struct invocation *in, struct arena *a, void *row, const char **said)
{
	const struct experiment_words *w = row;
	struct change c = { .apply = apply_insert, .action = "add" };

	c.experiment = (struct experiment){
		.proposal_id = w->public_number,
		.subject = w->title,
		.body = or_empty(w->description),
		.beam_line = or_empty(w->beamline_code),
		.uid = id_of(w->uid),
		.gid = id_of(w->gid),
	};
	TRY(db_transaction(in->db, a, change_work, &c));
	*said = arena_printf(a, "..%s Ok!", w->public_number);
	return NULL;
}

struct problem *experiment_add_command(struct invocation *in)
{
	struct experiment_words words = { 0 };
	const char *said;

	TRY(arguments_read(in, &add_shape, NULL, &words));
	TRY(add_row(in, in->arena, &words, &said));
	fprintf(in->out, "Successfully added experiment \"%s\"\n", words.public_number);
	return NULL;
}

struct problem *experiment_add_csv_command(struct invocation *in)
{
	const char *path;

	TRY(csv_path(in, &path));
	return csv_each(in, path, &add_shape, add_row);
}

/* What is there is read under a lock, so that of two updates at once neither takes the other back. */
static struct problem *update_work(struct db *db, struct arena *a, void *context)
{
	const struct experiment_words *w = context;
	struct experiment e;

	TRY(experiment_lock(db, a, w->public_number, &e));
	if (w->title)
		e.subject = w->title;
	if (w->description)
		e.body = w->description;
	if (w->beamline_code)
		e.beam_line = w->beamline_code;
	if (w->uid)
		e.uid = id_of(w->uid);
	if (w->gid)
		e.gid = id_of(w->gid);
	TRY(experiment_update(db, a, &e));
	return audit_add(db, a, 0, "update", "experiment", e.id, e.proposal_id, NULL);
}

struct problem *experiment_update_command(struct invocation *in)
{
	struct experiment_words w = { 0 };

	TRY(arguments_read(in, &update_shape, NULL, &w));
	TRY(db_transaction(in->db, in->arena, update_work, &w));
	fprintf(in->out, "Successfully updated experiment \"%s\"\n", w.public_number);
	return NULL;
}

struct problem *experiment_remove_command(struct invocation *in)
{
	struct change c = { .apply = apply_delete, .action = "remove" };
	struct experiment_words w = { 0 };

	TRY(arguments_read(in, &number_shape, NULL, &w));
	TRY(experiment_find(in->db, in->arena, w.public_number, &c.experiment));
	TRY(db_transaction(in->db, in->arena, change_work, &c));
	fprintf(in->out, "Successfully removed experiment \"%s\"\n", w.public_number);
	return NULL;
}

/* Page by page, so that a million experiments cost no memory. */
struct problem *experiment_list_command(struct invocation *in)
{
	int64_t after = 0;

	csv_write(in->out, "public_number", "title", "description", "beamline_code", "uid", "gid");
	for (;;) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct list rows;
		struct problem *p = experiment_rows(in->db, a, after, 1000, &rows);
		const struct experiment *e = rows.items;

		if (p)
			return problem_because(problem_new(in->arena, p->kind, "%s", p->detail), "%s", p->cause ? p->cause : "-");
		if (rows.count == 0)
			return NULL;
		for (size_t i = 0; i < rows.count; i++) {
			after = e[i].id;
			csv_write(in->out, e[i].proposal_id, e[i].subject, e[i].body, e[i].beam_line,
			          e[i].uid.set ? arena_printf(a, "%lld", (long long)e[i].uid.n) : "",
			          e[i].gid.set ? arena_printf(a, "%lld", (long long)e[i].gid.n) : "");
		}
	}
}
