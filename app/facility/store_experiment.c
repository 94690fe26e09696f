/* store_experiment.c - experiments as rows of facility_experiment, and a user's page of them.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in experiment.h. */
#include <string.h>

#include "app/facility/experiment.h"
#include "app/facility/problems.h"
#include "lib/base/text.h"

/* clang-format off */
static const struct field experiment_row_fields[] = {
	FIELD_OUT(struct experiment, id, "key"),
	FIELD_OUT(struct experiment, proposal_id, "public number"),
	FIELD_OUT(struct experiment, subject, "title"),
	FIELD_OUT(struct experiment, body, "abstract"),
	FIELD_OUT(struct experiment, beam_line, "beamlines"),
	FIELD_OUT(struct experiment, uid, "POSIX user id"),
	FIELD_OUT(struct experiment, gid, "POSIX group id"),
	FIELD_END,
};
const struct shape experiment_row = SHAPE("ExperimentRow", struct experiment, experiment_row_fields);

/* What the client may order by, and what stands for it in SQL; turned round for `-`. */
static const struct order {
	const char *name;
	const char *ascending;
	const char *descending;
} orders[] = {
	{ "subject",                         "e.subject, ",     "e.subject DESC, "     },
	{ "body",                            "e.body, ",        "e.body DESC, "        },
	{ "proposal_id",                     "p.proposal_id, ", "p.proposal_id DESC, " },
	{ "beam_line",                       "e.beam_line, ",   "e.beam_line DESC, "   },
	{ "calipsouserexperiment__favorite", "p.favorite, ",    "p.favorite DESC, "    },
};
/* clang-format on */
#define ORDER_N (sizeof(orders) / sizeof(orders[0]))
#define SQL_BYTES 16384

/* Adds the ORDER BY of a client's wish, from constant pieces only, with the key behind it so that pages are stable
 * (defect 57). A field counts once. `turned` writes every direction the other way round. True when `e` is needed for it. */
static bool order_write(struct buf *sql, struct arena *a, const char *ordering, bool turned)
{
	struct texts wishes = db_search_terms(a, ordering ? ordering : "");
	bool used[ORDER_N] = { false }, any = false, needs_e = false, last_down = false;

	buf_text(sql, " ORDER BY ");
	for (size_t i = 0; i < wishes.count; i++) {
		bool down = wishes.items[i][0] == '-';
		const char *name = wishes.items[i] + down;

		for (size_t n = 0; n < ORDER_N; n++) {
			if (used[n] || !text_equal(name, orders[n].name))
				continue;
			used[n] = any = true;
			last_down = down;
			needs_e |= orders[n].ascending[0] == 'e';
			buf_text(sql, down != turned ? orders[n].descending : orders[n].ascending);
		}
	}
	if (!any)
		buf_text(sql, turned ? "p.proposal_id DESC, " : "p.proposal_id, ");
	/* the key runs with the last wish, so that an index can be read in either direction */
	buf_text(sql, last_down != turned ? "p.id DESC" : "p.id");
	return needs_e;
}

/* FROM and WHERE of a filter with their values. At most one word more than db_search_terms() gives is never asked for. */
struct where {
	struct buf sql;
	struct db_arg args[2 + 4 * 16 + 2];
	size_t count;
};

static void where_arg(struct where *w, struct db_arg arg)
{
	w->args[w->count++] = arg;
}

static void where_write(struct where *w, struct arena *a, const struct experiment_filter *f, bool needs_e)
{
	struct texts terms = db_search_terms(a, f->search ? f->search : "");

	buf_text(&w->sql, " FROM facility_participation p");
	if (needs_e || terms.count)
		buf_text(&w->sql, " JOIN facility_experiment e ON e.id = p.experiment_id");
	buf_text(&w->sql, " WHERE p.user_id = ?");
	where_arg(w, db_int(f->user_id));
	if (f->favorite.set) {
		buf_text(&w->sql, " AND p.favorite = ?");
		where_arg(w, db_maybe(f->favorite));
	}
	for (size_t i = 0; i < terms.count; i++) {
		const char *like = db_like(a, terms.items[i]);

		buf_text(&w->sql, " AND (e.subject LIKE ? OR e.body LIKE ? OR p.proposal_id LIKE ? OR e.beam_line LIKE ?)");
		for (int n = 0; n < 4; n++)
			where_arg(w, db_text(like));
	}
}

struct problem *experiments_count(struct db *db, struct arena *a, const struct experiment_filter *f, int64_t *out)
{
	static const char kept[] = "SELECT COALESCE(MAX(experiment_count), 0) FROM facility_member WHERE user_id = ?";
	struct where w = { .count = 0 };

	if (!f->favorite.set && db_search_terms(a, f->search ? f->search : "").count == 0)
		return db_number(db, a, kept, DB_ARGS(db_int(f->user_id)), out);
	buf_init(&w.sql, a, SQL_BYTES);
	buf_text(&w.sql, "SELECT COUNT(*)");
	where_write(&w, a, f, false);
	return db_number(db, a, buf_string(&w.sql), (struct db_args){ w.args, w.count }, out);
}

/* The sessions of the experiments on a page, in one query. The list of places has a fixed length per page size, so
 * that it is one prepared statement; free places hold 0, which is no key. */
static struct problem *sessions_attach(struct db *db, struct arena *a, struct list *page, int64_t limit)
{
	struct experiment_view *e = page->items;
	struct db_arg *ids = ARENA_ARRAY(a, struct db_arg, (size_t)limit);
	struct list sessions = { NULL, 0 };
	struct buf sql;

	if (page->count == 0)
		return NULL;
	buf_init(&sql, a, SQL_BYTES);
	buf_text(
		&sql,
		"SELECT experiment_id, number AS session_number, starts_at AS start_date, ends_at AS end_date, subject, body,"
		" data_set_path FROM facility_session WHERE experiment_id IN (");
	for (int64_t i = 0; i < limit; i++) {
		buf_text(&sql, i ? ", ?" : "?");
		ids[i] = db_int((size_t)i < page->count ? e[i].experiment_id : 0);
	}
	buf_text(&sql, ") ORDER BY experiment_id, id");
	TRY(db_rows(db, a, buf_string(&sql), (struct db_args){ ids, (size_t)limit }, &session_shape, &sessions));

	struct session_view *s = sessions.items;

	for (size_t i = 0; i < page->count; i++) {
		size_t first = 0, n = 0;

		while (first < sessions.count && s[first].experiment_id != e[i].experiment_id)
			first++;
		while (first + n < sessions.count && s[first + n].experiment_id == e[i].experiment_id)
			n++;
		e[i].sessions = (struct list){ s ? s + first : NULL, n };
	}
	return NULL;
}

static void turn_round(struct list *page)
{
	struct experiment_view *e = page->items;

	for (size_t i = 0, k = page->count; i + 1 < k; i++) {
		struct experiment_view swap = e[i];

		e[i] = e[--k];
		e[k] = swap;
	}
}

/* The keys of the page come first, from an index where there is one; the wide rows are joined to those few. A page in
 * the later half is read backwards from the end, so that `last` costs what the first page does. */
struct problem *experiments_page(struct db *db, struct arena *a, const struct experiment_filter *f, int64_t count,
                                 int64_t offset, int64_t limit, struct list *out)
{
	struct where w = { .count = 0 };
	struct buf order;
	int64_t here = count - offset < limit ? count - offset : limit;
	bool turned = here > 0 && offset > count / 2;

	if (here < 0)
		here = 0;
	buf_init(&order, a, SQL_BYTES);
	buf_init(&w.sql, a, SQL_BYTES);

	bool needs_e = order_write(&order, a, f->ordering, turned);

	buf_text(&w.sql,
	         "SELECT e.proposal_id, e.subject, e.body, e.beam_line, COALESCE(CAST(e.uid AS CHAR), '') AS uid,"
	         " COALESCE(CAST(e.gid AS CHAR), '') AS gid, p.id, p.favorite, e.id AS experiment_id FROM (SELECT p.id");
	where_write(&w, a, f, needs_e);
	buf_text(&w.sql, buf_string(&order));
	buf_text(&w.sql,
	         " LIMIT ? OFFSET ?) k JOIN facility_participation p ON p.id = k.id"
	         " JOIN facility_experiment e ON e.id = p.experiment_id");
	buf_text(&w.sql, buf_string(&order));
	where_arg(&w, db_int(here));
	where_arg(&w, db_int(turned ? count - offset - here : offset));
	TRY(db_rows(db, a, buf_string(&w.sql), (struct db_args){ w.args, w.count }, &experiment_shape, out));
	if (turned)
		turn_round(out);
	return sessions_attach(db, a, out, limit);
}

struct problem *experiment_insert(struct db *db, struct arena *a, const struct experiment *e, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO facility_experiment (proposal_id, subject, body, beam_line, uid, gid)"
		" VALUES (?, ?, ?, ?, ?, ?)";
	struct db_done done;
	struct problem *p = db_run(db, a, sql,
	                           DB_ARGS(db_text(e->proposal_id), db_text(e->subject), db_text(e->body),
	                                   db_text(e->beam_line), db_maybe(e->uid), db_maybe(e->gid)),
	                           &done);

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return problem_new(a, FACILITY(P_EXPERIMENT_TAKEN), "Experiment %s already exists.", e->proposal_id);
	if (!p)
		*id = done.insert_id;
	return p;
}

struct problem *experiment_find(struct db *db, struct arena *a, const char *proposal_id, struct experiment *out)
{
	static const char sql[] =
		"SELECT id, proposal_id, subject, body, beam_line, uid, gid FROM facility_experiment"
		" WHERE proposal_id = ?";

	return db_one(db, a, sql, DB_ARGS(db_text(proposal_id)), &experiment_row, out);
}

struct problem *experiment_lock(struct db *db, struct arena *a, const char *proposal_id, struct experiment *out)
{
	static const char sql[] =
		"SELECT id, proposal_id, subject, body, beam_line, uid, gid FROM facility_experiment"
		" WHERE proposal_id = ? FOR UPDATE";

	return db_one(db, a, sql, DB_ARGS(db_text(proposal_id)), &experiment_row, out);
}

struct problem *experiment_update(struct db *db, struct arena *a, const struct experiment *e)
{
	static const char sql[] =
		"UPDATE facility_experiment SET subject = ?, body = ?, beam_line = ?, uid = ?, gid = ? WHERE id = ?";

	return db_run(db, a, sql,
	              DB_ARGS(db_text(e->subject), db_text(e->body), db_text(e->beam_line), db_maybe(e->uid),
	                      db_maybe(e->gid), db_int(e->id)),
	              NULL);
}

static struct problem *experiment_delete_work(struct db *db, struct arena *a, void *context)
{
	static const char count[] =
		"UPDATE facility_member m JOIN facility_participation p ON p.user_id = m.user_id"
		" SET m.experiment_count = m.experiment_count - 1 WHERE p.experiment_id = ?";
	static const char remove[] = "DELETE FROM facility_experiment WHERE id = ?";
	static const char lock[] = "SELECT id FROM facility_experiment WHERE proposal_id = ? FOR UPDATE";
	int64_t id;

	TRY(db_number(db, a, lock, DB_ARGS(db_text(context)), &id));
	TRY(db_run(db, a, count, DB_ARGS(db_int(id)), NULL));
	return db_run(db, a, remove, DB_ARGS(db_int(id)), NULL);
}

struct problem *experiment_delete(struct db *db, struct arena *a, const char *proposal_id)
{
	return db_transaction(db, a, experiment_delete_work, arena_text(a, proposal_id));
}

struct problem *experiment_rows(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
{
	static const char sql[] =
		"SELECT id, proposal_id, subject, body, beam_line, uid, gid FROM facility_experiment"
		" WHERE id > ? ORDER BY id LIMIT ?";

	return db_rows(db, a, sql, DB_ARGS(db_int(after_id), db_int(limit)), &experiment_row, out);
}
