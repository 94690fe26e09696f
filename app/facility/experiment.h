/* experiment.h - experiments, sessions and participation as rows (store_experiment.c, store_session.c, store_participation.c).
 * A store sees no request. Functions that change rows keep facility_member.experiment_count in the same transaction. */
#ifndef PORTICO_FACILITY_EXPERIMENT_H
#define PORTICO_FACILITY_EXPERIMENT_H

#include "app/facility/shapes.h"
#include "lib/db/db.h"

/* ---- a user's page of experiments ---- */
struct experiment_filter {
	int64_t user_id;
	const char *search; /* NULL or "": all; else words that must all occur in subject, body, proposal_id or beam_line */
	const char *ordering; /* "-subject,proposal_id"; unknown names are passed over; NULL or none left: proposal_id */
	struct maybe_int favorite; /* only those marked (1) or not (0) */
};
struct problem *experiments_count(struct db *db, struct arena *a, const struct experiment_filter *f, int64_t *out)
	MUST_CHECK;
/* Rows are struct experiment_view with their sessions. `count` is experiments_count(): a page near the end is read from there. */
struct problem *experiments_page(struct db *db, struct arena *a, const struct experiment_filter *f, int64_t count,
                                 int64_t offset, int64_t limit, struct list *out) MUST_CHECK;

/* Marks a participation. PROBLEM_NOT_FOUND: no such row; `mine` false and nothing changed: somebody else's. */
struct problem *favorite_store(struct db *db, struct arena *a, int64_t id, int64_t user_id, struct maybe_int favorite,
                               struct favorite_view *out, bool *mine) MUST_CHECK;

/* ---- experiments and sessions, for the command line and providers ---- */
struct experiment {
	int64_t id;
	const char *proposal_id;
	const char *subject;
	const char *body;
	const char *beam_line;
	struct maybe_int uid;
	struct maybe_int gid;
};
extern const struct shape experiment_row;
/* FACILITY(P_EXPERIMENT_TAKEN) when the number is taken. */
struct problem *experiment_insert(struct db *db, struct arena *a, const struct experiment *e, int64_t *id) MUST_CHECK;
struct problem *experiment_find(struct db *db, struct arena *a, const char *proposal_id, struct experiment *out)
	MUST_CHECK;
/* The same, locked until the transaction ends, for who changes what it holds. */
struct problem *experiment_lock(struct db *db, struct arena *a, const char *proposal_id, struct experiment *out)
	MUST_CHECK;
struct problem *experiment_update(struct db *db, struct arena *a, const struct experiment *e) MUST_CHECK;
/* With its sessions and participations. */
struct problem *experiment_delete(struct db *db, struct arena *a, const char *proposal_id) MUST_CHECK;
struct problem *experiment_rows(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
	MUST_CHECK;

struct session {
	int64_t id;
	int64_t experiment_id;
	const char *number;
	struct instant starts_at;
	struct instant ends_at;
	const char *subject;
	const char *body;
	const char *data_set_path;
};
extern const struct shape session_row;
/* FACILITY(P_SESSION_TAKEN) when the experiment has one of that number. */
struct problem *session_add(struct db *db, struct arena *a, const struct session *s, int64_t *id) MUST_CHECK;
struct problem *session_rows(struct db *db, struct arena *a, int64_t experiment_id, struct list *out) MUST_CHECK;

/* FACILITY(P_PARTICIPATES) when the user does already. */
struct problem *participation_add(struct db *db, struct arena *a, int64_t user_id, int64_t experiment_id,
                                  const char *proposal_id) MUST_CHECK;
struct problem *participation_remove(struct db *db, struct arena *a, int64_t user_id, int64_t experiment_id) MUST_CHECK;

/* Counts that differ from the rows; with `mend` they are set right. */
struct problem *member_counts_check(struct db *db, struct arena *a, bool mend, int64_t *wrong) MUST_CHECK;

#endif
