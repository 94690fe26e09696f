/* command_participant.c - who takes part in what, and users by CSV file (facility.md section 8). */
#include "app/accounts/accounts.h"
#include "app/facility/command.h"
#include "app/facility/experiment.h"
#include "lib/command/command.h"

struct participant_words {
	const char *user;
	const char *public_number;
};

/* clang-format off */
static const struct field words_fields[] = {
	FIELD(struct participant_words, user,          REQUIRED, 1, 150, "user name"),
	FIELD(struct participant_words, public_number, REQUIRED, 1, 50,  "proposal id"),
	FIELD_END,
};
static const struct shape words_shape = SHAPE("ParticipantWords", struct participant_words, words_fields);
static const struct field row_fields[] = {
	FIELD(struct participant_words, public_number, REQUIRED, 1, 50, "proposal id"),
	FIELD_AS(struct participant_words, user, "userlogin", REQUIRED, 1, 150, "user name"),
	FIELD_END,
};
static const struct shape row_shape = SHAPE("ParticipantRow", struct participant_words, row_fields);
static const struct field user_fields[] = {
	FIELD_AS(struct participant_words, user, "userlogin", REQUIRED, 1, 150, "user name"),
	FIELD_END,
};
static const struct shape user_row_shape = SHAPE("UserRow", struct participant_words, user_fields);
/* clang-format on */

struct part {
	struct account account;
	struct experiment experiment;
	struct problem *(*apply)(struct db *db, struct arena *a, const struct part *part);
	const char *action;
};

static struct problem *apply_add(struct db *db, struct arena *a, const struct part *part)
{
	return participation_add(db, a, part->account.id, part->experiment.id, part->experiment.proposal_id);
}

static struct problem *apply_remove(struct db *db, struct arena *a, const struct part *part)
{
	return participation_remove(db, a, part->account.id, part->experiment.id);
}

static struct problem *part_work(struct db *db, struct arena *a, void *context)
{
	const struct part *part = context;

	TRY(part->apply(db, a, part));
	return audit_add(db, a, 0, part->action, "participation", part->experiment.id, part->experiment.proposal_id,
	                 part->account.username);
}

/* The same with words that name what is missing. */
static struct problem *missing(struct arena *a, struct problem *p, const char *what, const char *name)
{
	return problem_is(p, &PROBLEM_NOT_FOUND) ? problem_new(a, &PROBLEM_NOT_FOUND, "There is no %s %s.", what, name) : p;
}

static struct problem *part_find(struct invocation *in, struct arena *a, const struct participant_words *w,
                                 struct part *part)
{
	TRY(missing(a, account_find(in->db, a, w->user, &part->account), "user", w->user));
	return missing(a, experiment_find(in->db, a, w->public_number, &part->experiment), "experiment", w->public_number);
}

static struct problem *add(struct invocation *in, struct arena *a, const struct participant_words *w)
{
	struct part part = { .apply = apply_add, .action = "add" };

	TRY(part_find(in, a, w, &part));

	struct problem *p = db_transaction(in->db, a, part_work, &part);

	if (p && p->kind->status == 409)
		return problem_new(a, p->kind, "User %s already has experiment %s.", w->user, w->public_number);
	return p;
}

struct problem *participant_add_command(struct invocation *in)
{
	struct participant_words w = { 0 };

	TRY(arguments_read(in, &words_shape, NULL, &w));
	TRY(add(in, in->arena, &w));
	fprintf(in->out, "Successfully added experiment %s to user %s\n", w.public_number, w.user);
	return NULL;
}

static struct problem *add_row(struct invocation *in, struct arena *a, void *row, const char **said)
{
	const struct participant_words *w = row;

	TRY(add(in, a, w));
	*said = arena_printf(a, ".%s. %s Ok!", w->user, w->public_number);
	return NULL;
}

struct problem *participant_add_csv_command(struct invocation *in)
{
	const char *path;

	TRY(csv_path(in, &path));
	return csv_each(in, path, &row_shape, add_row);
}

struct problem *participant_remove_command(struct invocation *in)
{
	struct part part = { .apply = apply_remove, .action = "remove" };
	struct participant_words w = { 0 };

	TRY(arguments_read(in, &words_shape, NULL, &w));
	TRY(part_find(in, in->arena, &w, &part));

	struct problem *p = db_transaction(in->db, in->arena, part_work, &part);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_new(in->arena, &PROBLEM_NOT_FOUND, "User %s does not have experiment %s.", w.user,
		                   w.public_number);
	TRY(p);
	fprintf(in->out, "Successfully removed user %s from experiment:%s\n", w.user, w.public_number);
	return NULL;
}

static struct problem *add_user_row(struct invocation *in, struct arena *a, void *row, const char **said)
{
	const struct participant_words *w = row;
	struct account account;

	TRY(account_add(in->db, a, w->user, &account));
	*said = arena_printf(a, "Successfully inserted user %s", w->user);
	return NULL;
}

struct problem *users_add_csv_command(struct invocation *in)
{
	const char *path;

	TRY(csv_path(in, &path));
	return csv_each(in, path, &user_row_shape, add_user_row);
}
