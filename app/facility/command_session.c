/* command_session.c - measurement sessions by command line and CSV file (facility.md section 8). */
#include "app/accounts/accounts.h"
#include "app/facility/command.h"
#include "app/facility/experiment.h"
#include "app/facility/volumes.h"
#include "lib/command/command.h"

struct session_words {
	const char *public_number;
	const char *session_number;
	struct instant start_date;
	struct instant end_date;
	const char *subject;
	const char *body;
	const char *data_set_path;
	uint64_t given;
};

/* clang-format off */
static const struct field add_fields[] = {
	FIELD(struct session_words, public_number,  REQUIRED, 1, 50,  "proposal id"),
	FIELD(struct session_words, session_number, REQUIRED, 1, 50,  "number within the experiment"),
	FIELD(struct session_words, start_date,     OPTIONAL | NULLABLE | BLANK, INT64_MIN, INT64_MAX, "begin, UTC"),
	FIELD(struct session_words, end_date,       OPTIONAL | NULLABLE | BLANK, INT64_MIN, INT64_MAX, "end, UTC"),
	FIELD(struct session_words, subject,        OPTIONAL | BLANK, 0, 255, "title"),
	FIELD(struct session_words, body,           OPTIONAL | BLANK, 0, 1000000, "description"),
	FIELD(struct session_words, data_set_path,  OPTIONAL | BLANK, 0, 16000, "map of host folders"),
	FIELD_END,
};
static const struct shape add_shape = SHAPE_GIVEN("SessionAdd", struct session_words, add_fields);
static const struct field number_fields[] = {
	FIELD(struct session_words, public_number, REQUIRED, 1, 50, "proposal id"),
	FIELD_END,
};
static const struct shape number_shape = SHAPE("SessionExperiment", struct session_words, number_fields);
/* clang-format on */

static struct problem *add_work(struct db *db, struct arena *a, void *context)
{
	const struct session *session = context;
	int64_t id;

	TRY(session_add(db, a, session, &id));
	return audit_add(db, a, 0, "add", "session", id, session->number, NULL);
}

static struct instant given_at(const struct session_words *w, const char *field, struct instant t)
{
	return shape_given(&add_shape, w, field) ? t : instant_none();
}

static struct problem *add_session(struct invocation *in, struct arena *a, const struct session_words *w)
{
	struct session session = {
		.number = w->session_number,
		.starts_at = given_at(w, "start_date", w->start_date),
		.ends_at = given_at(w, "end_date", w->end_date),
		.subject = w->subject ? w->subject : "",
		.body = w->body ? w->body : "",
		.data_set_path = w->data_set_path ? w->data_set_path : "",
	};
	struct experiment experiment;
	struct list volumes;
	struct problem *wrong = NULL;

	if (*session.data_set_path)
		TRY(volumes_read(a, session.data_set_path, &volumes));
	if (!instant_is_none(session.starts_at) && !instant_is_none(session.ends_at) &&
	    session.starts_at.us > session.ends_at.us)
		problem_field(a, &wrong, "end_date", "The end lies before the begin.");
	if (wrong)
		return wrong;

	struct problem *p = experiment_find(in->db, a, w->public_number, &experiment);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_new(a, &PROBLEM_NOT_FOUND, "There is no experiment %s.", w->public_number);
	TRY(p);
	session.experiment_id = experiment.id;
	return db_transaction(in->db, a, add_work, &session);
}

static struct problem *add_row(struct invocation *in, struct arena *a, void *row, const char **said)
{
	struct session_words *w = row;

	TRY(add_session(in, a, w));
	*said = arena_printf(a, "..%s Ok!", w->session_number);
	return NULL;
}

struct problem *session_add_command(struct invocation *in)
{
	struct session_words w = { 0 };

	TRY(arguments_read(in, &add_shape, NULL, &w));
	TRY(add_session(in, in->arena, &w));
	fprintf(in->out, "Successfully added session to experiment \"%s\"\n", w.public_number);
	return NULL;
}

struct problem *session_add_csv_command(struct invocation *in)
{
	const char *path;

	TRY(csv_path(in, &path));
	return csv_each(in, path, &add_shape, add_row);
}

static const char *at_text(struct arena *a, struct instant t)
{
	struct buf b;

	if (instant_is_none(t))
		return "";
	buf_init(&b, a, 64);
	instant_write(&b, t, false);
	return buf_string(&b);
}

struct problem *session_list_command(struct invocation *in)
{
	struct session_words w = { 0 };
	struct experiment experiment;
	struct list rows;

	TRY(arguments_read(in, &number_shape, NULL, &w));
	TRY(experiment_find(in->db, in->arena, w.public_number, &experiment));
	TRY(session_rows(in->db, in->arena, experiment.id, &rows));
	csv_write(in->out, "public_number", "session_number", "start_date", "end_date", "subject", "body", "data_set_path");
	for (size_t i = 0; i < rows.count; i++) {
		const struct session *s = (const struct session *)rows.items + i;

		csv_write(in->out, w.public_number, s->number, at_text(in->arena, s->starts_at), at_text(in->arena, s->ends_at),
		          s->subject, s->body, s->data_set_path);
	}
	return NULL;
}
