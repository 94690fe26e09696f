/* store_participation.c - who takes part in which experiment, and the count that is kept of it.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in experiment.h. */
#include "app/facility/experiment.h"
#include "app/facility/problems.h"

struct pair {
	int64_t user_id;
	int64_t experiment_id;
	const char *proposal_id;
};

static struct problem *add_work(struct db *db, struct arena *a, void *context)
{
	static const char count[] =
		"INSERT INTO facility_member (user_id, experiment_count) VALUES (?, 1)"
		" ON DUPLICATE KEY UPDATE experiment_count = experiment_count + 1";
	static const char add[] =
		"INSERT INTO facility_participation (user_id, experiment_id, proposal_id) VALUES (?, ?, ?)";
	const struct pair *pair = context;

	/* the member's row first, as in every transaction of this app: a fixed order of locks */
	TRY(db_run(db, a, count, DB_ARGS(db_int(pair->user_id)), NULL));
	return db_run(db, a, add, DB_ARGS(db_int(pair->user_id), db_int(pair->experiment_id), db_text(pair->proposal_id)),
	              NULL);
}

struct problem *participation_add(struct db *db, struct arena *a, int64_t user_id, int64_t experiment_id,
                                  const char *proposal_id)
{
	struct pair pair = { user_id, experiment_id, proposal_id };
	struct problem *p = db_transaction(db, a, add_work, &pair);

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return problem_new(a, FACILITY(P_PARTICIPATES), NULL);
	return p;
}

static struct problem *remove_work(struct db *db, struct arena *a, void *context)
{
	static const char count[] = "UPDATE facility_member SET experiment_count = experiment_count - 1 WHERE user_id = ?";
	static const char remove[] = "DELETE FROM facility_participation WHERE user_id = ? AND experiment_id = ?";
	const struct pair *pair = context;
	struct db_done done;

	TRY(db_run(db, a, count, DB_ARGS(db_int(pair->user_id)), NULL));
	TRY(db_run(db, a, remove, DB_ARGS(db_int(pair->user_id), db_int(pair->experiment_id)), &done));
	if (done.affected == 0)
		return problem_new(a, &PROBLEM_NOT_FOUND, NULL);
	return NULL;
}

struct problem *participation_remove(struct db *db, struct arena *a, int64_t user_id, int64_t experiment_id)
{
	static const char there[] = "SELECT id FROM facility_participation WHERE user_id = ? AND experiment_id = ?";
	struct pair pair = { .user_id = user_id, .experiment_id = experiment_id };
	int64_t id;

	/* asked first, so that the count of somebody without any is never taken below zero */
	TRY(db_number(db, a, there, DB_ARGS(db_int(user_id), db_int(experiment_id)), &id));
	return db_transaction(db, a, remove_work, &pair);
}

/* clang-format off */
static const struct field owner_fields[] = {
	FIELD_OUT(struct pair, user_id, "whose it is"),
	FIELD_END,
};
static const struct shape owner_row = SHAPE("ParticipationOwner", struct pair, owner_fields);
/* clang-format on */

struct problem *favorite_store(struct db *db, struct arena *a, int64_t id, int64_t user_id, struct maybe_int favorite,
                               struct favorite_view *out, bool *mine)
{
	static const char mark[] = "UPDATE facility_participation SET favorite = ? WHERE id = ? AND user_id = ?";
	static const char owner[] = "SELECT user_id FROM facility_participation WHERE id = ?";
	static const char show[] = "SELECT id, favorite FROM facility_participation WHERE id = ? AND user_id = ?";
	struct pair found;

	TRY(db_one(db, a, owner, DB_ARGS(db_int(id)), &owner_row, &found));
	*mine = found.user_id == user_id;
	if (!*mine)
		return NULL;
	if (favorite.set)
		TRY(db_run(db, a, mark, DB_ARGS(db_maybe(favorite), db_int(id), db_int(user_id)), NULL));
	return db_one(db, a, show, DB_ARGS(db_int(id), db_int(user_id)), &favorite_shape, out);
}

struct problem *member_counts_check(struct db *db, struct arena *a, bool mend, int64_t *wrong)
{
	static const char look[] =
		"SELECT COUNT(*) FROM facility_member m WHERE m.experiment_count <>"
		" (SELECT COUNT(*) FROM facility_participation p WHERE p.user_id = m.user_id)";
	static const char set[] =
		"UPDATE facility_member m SET m.experiment_count ="
		" (SELECT COUNT(*) FROM facility_participation p WHERE p.user_id = m.user_id)";

	TRY(db_number(db, a, look, DB_NONE, wrong));
	return mend && *wrong ? db_run(db, a, set, DB_NONE, NULL) : NULL;
}
