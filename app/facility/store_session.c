/* store_session.c - measurement sessions as rows of facility_session.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in experiment.h and store.h. */
#include "app/facility/experiment.h"
#include "app/facility/problems.h"
#include "app/facility/store.h"

/* clang-format off */
static const struct field session_row_fields[] = {
	FIELD_OUT(struct session, id, "key"),
	FIELD_OUT(struct session, experiment_id, "the experiment"),
	FIELD_OUT(struct session, number, "number within the experiment"),
	FIELD_OUT(struct session, starts_at, "begin"),
	FIELD_OUT(struct session, ends_at, "end"),
	FIELD_OUT(struct session, subject, "title"),
	FIELD_OUT(struct session, body, "description"),
	FIELD_OUT(struct session, data_set_path, "map of host folders"),
	FIELD_END,
};
const struct shape session_row = SHAPE("SessionRow", struct session, session_row_fields);

static const struct field launch_session_fields[] = {
	FIELD_OUT(struct launch_session, id, "key"),
	FIELD_OUT(struct launch_session, proposal_id, "public number of the experiment"),
	FIELD_OUT(struct launch_session, number, "number within the experiment"),
	FIELD_OUT(struct launch_session, data_set_path, "map of host folders"),
	FIELD_OUT(struct launch_session, uid, "POSIX user id of the experiment"),
	FIELD_OUT(struct launch_session, gid, "POSIX group id of the experiment"),
	FIELD_END,
};
static const struct shape launch_session_row = SHAPE("LaunchSessionRow", struct launch_session, launch_session_fields);
/* clang-format on */

struct problem *session_add(struct db *db, struct arena *a, const struct session *s, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO facility_session (experiment_id, number, starts_at, ends_at, subject, body, data_set_path)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
	struct db_done done;
	struct problem *p =
		db_run(db, a, sql,
	           DB_ARGS(db_int(s->experiment_id), db_text(s->number), db_at(s->starts_at), db_at(s->ends_at),
	                   db_text(s->subject), db_text(s->body), db_text(s->data_set_path)),
	           &done);

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return problem_new(a, FACILITY(P_SESSION_TAKEN), "Session %s already exists.", s->number);
	if (!p)
		*id = done.insert_id;
	return p;
}

struct problem *session_rows(struct db *db, struct arena *a, int64_t experiment_id, struct list *out)
{
	static const char sql[] =
		"SELECT id, experiment_id, number, starts_at, ends_at, subject, body, data_set_path"
		"  FROM facility_session WHERE experiment_id = ? ORDER BY id LIMIT 10000";

	return db_rows(db, a, sql, DB_ARGS(db_int(experiment_id)), &session_row, out);
}

struct problem *session_for_launch(struct db *db, struct arena *a, int64_t user_id, const char *proposal_id,
                                   const char *number, struct launch_session *out)
{
	static const char sql[] =
		"SELECT s.id, e.proposal_id, s.number, s.data_set_path, e.uid, e.gid"
		"  FROM facility_experiment e"
		"  JOIN facility_session s ON s.experiment_id = e.id AND s.number = ?"
		"  JOIN facility_participation p ON p.experiment_id = e.id AND p.user_id = ?"
		" WHERE e.proposal_id = ?";

	return db_one(db, a, sql, DB_ARGS(db_text(number), db_int(user_id), db_text(proposal_id)), &launch_session_row,
	              out);
}
