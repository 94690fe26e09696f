/* store_space.c - spaces as rows of occupancy_space.
 * Speaks SQL and nothing else: no request, no JSON, no call-outs. Contracts are in store.h. */
#include "app/occupancy/conf.h"
#include "app/occupancy/store.h"

#define SLACK_PART 1440
#define STEP_TRIES 8

/* clang-format off */
static const struct field space_row_fields[] = {
	FIELD_OUT(struct space, id, "id"),
	FIELD_OUT(struct space, read_only_id, "id for readers"),
	FIELD_OUT(struct space, name, "name"),
	FIELD_OUT(struct space, current, "count"),
	FIELD_OUT(struct space, maximum, "most"),
	FIELD_OUT(struct space, created_at, "since when"),
	FIELD_OUT(struct space, updated_at, "last change"),
	FIELD_OUT(struct space, expires_at, "until when"),
	FIELD_OUT(struct space, applied, "whether the change has happened"),
	FIELD_END,
};
static const struct shape space_row = SHAPE("SpaceRow", struct space, space_row_fields);
/* clang-format on */

static struct instant lifetime_end(struct instant now)
{
	return clock_after_s(now, occupancy_conf.lifetime_s);
}

/* What ends before this is worth a restart. */
static struct instant worth_a_write(struct instant now)
{
	return clock_after_s(now, occupancy_conf.lifetime_s - occupancy_conf.lifetime_s / SLACK_PART);
}

/* ---- making and reading ---- */

struct insertion {
	const struct space *space;
	enum event_kind kind;
};

static struct problem *insert_work(struct db *db, struct arena *a, void *context)
{
	static const char space_sql[] =
		"INSERT INTO occupancy_space (id, read_only_id, name, current, maximum, created_at, updated_at, expires_at, summed_until)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
	static const char event_sql[] =
		"INSERT INTO occupancy_event (space_id, at, kind, current, maximum, low, high, changes) VALUES (?, ?, ?, ?, ?, ?, ?, 1)";
	const struct insertion *in = context;
	const struct space *s = in->space;
	const struct db_arg id = db_bytes(s->id), current = db_int(s->current), updated_at = db_at(s->updated_at);

	TRY(db_run(db, a, space_sql,
	           DB_ARGS(id, db_bytes(s->read_only_id), db_text(s->name), current, db_int(s->maximum),
	                   db_at(s->created_at), updated_at, db_at(s->expires_at), updated_at),
	           NULL));
	return db_run(db, a, event_sql,
	              DB_ARGS(id, updated_at, db_int(in->kind), current, db_int(s->maximum), current, current), NULL);
}

struct problem *space_insert(struct db *db, struct arena *a, const struct space *space, enum event_kind kind)
{
	struct insertion in = { space, kind };

	return db_transaction(db, a, insert_work, &in);
}

struct problem *space_find(struct db *db, struct arena *a, const struct space_id *id, struct instant now,
                           struct space *out)
{
#define SPACE "SELECT id, read_only_id, name, current, maximum, created_at, updated_at, expires_at FROM occupancy_space"
	static const char by_id[] = SPACE " WHERE id = ? AND expires_at > ?";
	static const char by_read_only_id[] = SPACE " WHERE read_only_id = ? AND expires_at > ?";

	return db_one(db, a, space_id_is_read_only(id) ? by_read_only_id : by_id,
	              DB_ARGS(db_bytes(space_id_bytes(id)), db_at(now)), &space_row, out);
}

struct problem *space_touch(struct db *db, struct arena *a, const struct space *space, struct instant now)
{
	static const char sql[] =
		"UPDATE occupancy_space SET expires_at = ? WHERE id = ? AND expires_at > ? AND expires_at < ?";
	const struct db_arg end = db_at(lifetime_end(now));

	if (space->expires_at.us > worth_a_write(now).us)
		return NULL;
	return db_run(db, a, sql, DB_ARGS(end, db_bytes(space->id), db_at(now), end), NULL);
}

/* ---- changing: the row and its history in one transaction ---- */

/* The UPDATE decides: what it does not match has not happened. `updated_at` never repeats, also with clocks that differ between
 * machines: it is the key of the history. One round trip to the server: the row is locked no longer than its work takes. The UPDATE
 * keeps the row as it leaves it in variables of the session, which costs the server a quarter less than reading it again; it need not weigh the index over expires_at. */
#define CHANGE(assignments, condition)                                                                             \
	DB_BLOCK(                                                                                                      \
		"DECLARE applied BOOL;",                                                                                   \
		"UPDATE occupancy_space FORCE INDEX (PRIMARY) SET " assignments                                            \
		", read_only_id = (@reader := read_only_id), name = (@title := name), created_at = (@made := created_at)," \
		" updated_at = (@changed := GREATEST(?, updated_at + INTERVAL 1 MICROSECOND)),"                            \
		" expires_at = (@ends := IF(expires_at < ?, ?, expires_at))"                                               \
		" WHERE id = ? AND expires_at > ? AND " condition                                                          \
		";"                                                                                                        \
		" SET applied = ROW_COUNT() = 1;"                                                                          \
		" IF applied THEN"                                                                                         \
		" INSERT INTO occupancy_event (space_id, at, kind, current, maximum, low, high, changes)"                  \
		" VALUES (?, @changed, ?, @people, @most, @people, @people, 1);"                                           \
		" END IF;",                                                                                                \
		"IF applied THEN"                                                                                          \
		" SELECT @reader AS read_only_id, @title AS name, @people AS current, @most AS maximum,"                   \
		" CAST(@made AS DATETIME(6)) AS created_at, CAST(@changed AS DATETIME(6)) AS updated_at,"                  \
		" CAST(@ends AS DATETIME(6)) AS expires_at, applied;"                                                      \
		" ELSE"                                                                                                    \
		" SELECT read_only_id, name, current, maximum, created_at, updated_at, expires_at, applied"                \
		" FROM occupancy_space WHERE id = ? AND expires_at > ?;"                                                   \
		" END IF")
#define CHANGE_ARGS(id, kind, now)                                                                           \
	db_at(now), db_at(worth_a_write(now)), db_at(lifetime_end(now)), db_bytes(id), db_at(now), db_bytes(id), \
		db_int(kind), db_bytes(id), db_at(now)

/* As the condition of the UPDATE. */
static bool step_fits(const struct space *s, enum event_kind kind)
{
	return kind == EVENT_INCREMENT ? s->current < s->maximum : s->current > 0;
}

/* An imported count may lie above its maximum; it may come down. */
struct problem *space_step(struct db *db, struct arena *a, const struct space_id *id, enum event_kind kind,
                           struct instant now, struct space *out, bool *applied)
{
	static const struct db_block up =
		CHANGE("current = (@people := current + 1), maximum = (@most := maximum)", "current < maximum");
	static const struct db_block down =
		CHANGE("current = (@people := current - 1), maximum = (@most := maximum)", "current > 0");
	const struct bytes key = space_id_bytes(id);
	struct space s = { .id = { arena_copy(a, key.data, key.length), key.length } };
	int tries = 0;

	/* Refused, but what is shown would allow it: somebody else's step came in between, so it is asked once more. */
	do
		TRY(db_block(db, a, kind == EVENT_INCREMENT ? &up : &down, DB_ARGS(CHANGE_ARGS(key, kind, now)), &space_row,
		             &s));
	while (!s.applied && step_fits(&s, kind) && ++tries < STEP_TRIES);
	if (!s.applied)
		TRY(space_touch(db, a, &s, now));
	*out = s;
	*applied = s.applied;
	return NULL;
}

struct problem *space_limit(struct db *db, struct arena *a, const struct space_id *id, int64_t maximum,
                            struct instant now, struct space *out)
{
	static const struct db_block limit =
		CHANGE("current = (@people := LEAST(current, ?)), maximum = (@most := ?)", "TRUE");
	const struct bytes key = space_id_bytes(id);
	struct space s = { .id = { arena_copy(a, key.data, key.length), key.length } };

	TRY(db_block(db, a, &limit, DB_ARGS(db_int(maximum), db_int(maximum), CHANGE_ARGS(key, EVENT_MAXIMUM, now)),
	             &space_row, &s));
	*out = s;
	return NULL;
}
