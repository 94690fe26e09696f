/* statement.c - prepares a statement at its first use, keeps it, runs it, and decides what may be tried again.
 *
 * Kept statements are found by their text and the shape of their rows. When there are too many, the one unused for longest is closed. */
#include "lib/db/internal.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "lib/db/retry.h"

/* ---- the kept ones ---- */

/* FNV-1a, by words: a statement has some hundred bytes. */
static uint64_t text_hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037), word;
	size_t left = strlen(text);

	for (; left >= sizeof(word); left -= sizeof(word), text += sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		h = (h ^ word) * UINT64_C(1099511628211);
	}
	for (; left > 0; left--, text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h ^ h >> 32; /* the low bits choose the bucket, and have seen but the low bits of words so far */
}

static struct statement **bucket_of(struct db *db, uint64_t hash)
{
	return &db->buckets[hash % STATEMENT_BUCKETS];
}

static struct statement *statement_find(struct db *db, const char *sql, const struct shape *shape, uint64_t hash)
{
	struct statement *s = *bucket_of(db, hash);

	while (s && (s->hash != hash || s->shape != shape || strcmp(s->sql, sql) != 0))
		s = s->next;
	return s;
}

/* Takes it out of its bucket and closes it at the server. */
static void statement_drop(struct db *db, struct statement *s)
{
	struct statement **at = bucket_of(db, s->hash);

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	db->statement_count--;
	mysql_stmt_close(s->handle);
	arena_free(s->arena);
}

static void statement_drop_oldest(struct db *db)
{
	struct statement *oldest = NULL;

	for (size_t i = 0; i < STATEMENT_BUCKETS; i++)
		for (struct statement *s = db->buckets[i]; s; s = s->next)
			if (!oldest || s->used < oldest->used)
				oldest = s;
	statement_drop(db, oldest);
}

void statements_close(struct db *db)
{
	for (size_t i = 0; i < STATEMENT_BUCKETS; i++)
		while (db->buckets[i])
			statement_drop(db, db->buckets[i]);
	db->unended = NULL;
}

/* A plain SELECT may be run again whatever became of the first run; one that locks does no harm either. */
static bool sql_reads(const char *sql)
{
	return strncasecmp(sql + strspn(sql, " \t\n("), "SELECT", 6) == 0;
}

static bool sql_is_block(const char *sql)
{
	return strncmp(sql, DB_BLOCK_BEGIN, sizeof(DB_BLOCK_BEGIN) - 1) == 0;
}

/* Prepares and keeps; what went wrong is left in db->error. */
static enum failure statement_prepare(struct db *db, const char *sql, const struct shape *shape, uint64_t hash,
                                      struct statement **out)
{
	if (db->statement_count == STATEMENTS_MOST)
		statement_drop_oldest(db);

	MYSQL_STMT *handle = mysql_stmt_init(db->mysql);
	if (!handle || mysql_stmt_prepare(handle, sql, strlen(sql)) != 0) {
		if (handle)
			error_keep_statement(&db->error, handle);
		else
			error_keep(&db->error, db->mysql);
		if (handle)
			mysql_stmt_close(handle);
		enum failure f = failure_of(db->error.number);
		return f == FAIL_LOST ? FAIL_GONE : f; /* preparing changes nothing */
	}

	struct arena *arena = arena_new();
	struct statement *s = ARENA_NEW(arena, struct statement);
	struct statement **bucket = bucket_of(db, hash);
	*s = (struct statement){ .sql = arena_text(arena, sql),
		                     .hash = hash,
		                     .arena = arena,
		                     .handle = handle,
		                     .shape = shape,
		                     .reads = sql_reads(sql),
		                     .returning = strcasestr(sql, "RETURNING") != NULL || sql_is_block(sql),
		                     .block = sql_is_block(sql),
		                     .next = *bucket };
	*bucket = s;
	db->statement_count++;
	*out = s;
	return FAIL_NONE;
}

/* ---- values ---- */

static MYSQL_TIME time_of(int64_t us)
{
	struct civil c = instant_civil((struct instant){ .us = us });

	return (MYSQL_TIME){ .year = (unsigned)c.year,
		                 .month = (unsigned)c.month,
		                 .day = (unsigned)c.day,
		                 .hour = (unsigned)c.hour,
		                 .minute = (unsigned)c.minute,
		                 .second = (unsigned)c.second,
		                 .second_part = (unsigned long)c.us,
		                 .time_type = MYSQL_TIMESTAMP_DATETIME };
}

/* The binding of one value; `at` is room for a time. */
static MYSQL_BIND bind_of(const struct db_arg *arg, MYSQL_TIME *at)
{
	switch (arg->kind) {
	case DB_INT:
		return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = (void *)(uintptr_t)&arg->n };
	case DB_DOUBLE:
		return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_DOUBLE, .buffer = (void *)(uintptr_t)&arg->d };
	case DB_TEXT:
		return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
			                 .buffer = (void *)(uintptr_t)arg->text,
			                 .buffer_length = arg->length };
	case DB_BYTES:
		return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_BLOB,
			                 .buffer = (void *)(uintptr_t)arg->text,
			                 .buffer_length = arg->length };
	case DB_AT:
		*at = time_of(arg->n);
		return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_DATETIME, .buffer = at };
	case DB_NULL:
		break;
	}
	return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_NULL };
}

static struct problem *values_bind(struct arena *a, struct statement *s, struct db_args args)
{
	if (mysql_stmt_param_count(s->handle) != args.count)
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%lu values wanted, %zu given in: %.300s",
		                       mysql_stmt_param_count(s->handle), args.count, s->sql);
	if (!args.count)
		return NULL;

	MYSQL_BIND *binds = ARENA_ARRAY(a, MYSQL_BIND, args.count);
	MYSQL_TIME *times = ARENA_ARRAY(a, MYSQL_TIME, args.count);
	for (size_t i = 0; i < args.count; i++)
		binds[i] = bind_of(&args.items[i], &times[i]);
	if (mysql_stmt_bind_param(s->handle, binds))
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%s in: %.300s", mysql_stmt_error(s->handle),
		                       s->sql);
	return NULL;
}

/* ---- one try ---- */

/* Before it runs: whether there will be rows exactly when somebody reads them. */
static struct problem *rows_expected(struct arena *a, const struct statement *s)
{
	bool rows = s->returning || mysql_stmt_field_count(s->handle) > 0;

	if (rows == (s->shape != NULL))
		return NULL;
	return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%s in: %.300s",
	                       rows ? "rows nobody reads" : "no rows to read", s->sql);
}

/* Sends the statement, and stores the rows it has brought. The columns of RETURNING are known only once it has run. */
static struct problem *statement_send(struct arena *a, struct statement *s, bool *fine)
{
	struct problem *p = NULL;

	if (s->shape && !s->returning)
		TRY(row_bind(a, s));
	*fine = mysql_stmt_execute(s->handle) == 0;
	if (*fine && s->returning)
		p = row_bind(a, s);
	if (*fine && !p && s->shape)
		*fine = mysql_stmt_store_result(s->handle) == 0;
	return p;
}

/* Prepares if need be, binds, sends, and stores what comes back. A mistake of ours is *p; what the server said is the
 * answer. */
static enum failure statement_try(struct db *db, struct arena *a, const char *sql, struct db_args args,
                                  const struct shape *shape, struct problem **p, struct statement **out)
{
	uint64_t hash = text_hash(sql);
	struct statement *s = statement_find(db, sql, shape, hash);

	if (!s) {
		enum failure f = statement_prepare(db, sql, shape, hash, &s);
		if (f)
			return f;
	}
	s->used = ++db->tick;
	bool fine = false;
	if ((*p = rows_expected(a, s)) || (*p = values_bind(a, s, args)) || (*p = statement_send(a, s, &fine))) {
		statement_drop(db, s);
		return FAIL_OTHER;
	}
	if (fine) {
		*out = s;
		return FAIL_NONE;
	}
	error_keep_statement(&db->error, s->handle);
	enum failure f = failure_of(db->error.number);
	mysql_stmt_free_result(s->handle);
	if (f == FAIL_STALE)
		statement_drop(db, s);
	return f == FAIL_LOST && s->reads ? FAIL_GONE : f;
}

/* ---- and again ---- */

/* How often each kind of failure has been met by tries again. */
struct tries {
	size_t gone, host, stale, contended;
	int64_t from_us;
};

/* True when the statement, which stands alone, may be tried again; the connection is closed where that is the remedy.
 * In a transaction: says why it can no longer be committed. */
static bool again_after(struct db *db, enum failure f, struct tries *t)
{
	bool lost = f == FAIL_GONE || f == FAIL_LOST || f == FAIL_HOST;

	if (f == FAIL_STALE)
		return t->stale++ == 0;
	if (f == FAIL_HOST)
		connection_skip_host(db);
	if (lost)
		connection_close(db);
	if (db->in_transaction) {
		/* a block that was never sent has not been begun */
		if (f == FAIL_CONTENDED || (db->in_block && f == FAIL_GONE))
			db->doom = DOOM_RERUN;
		else if (lost)
			db->doom = DOOM_LOST;
		return false;
	}
	if (f == FAIL_GONE)
		return t->gone++ == 0;
	if (f == FAIL_HOST)
		return ++t->host < db->host_count;
	return f == FAIL_CONTENDED && !db->once && retry_pause(db, ++t->contended, t->from_us);
}

struct problem *statement_run(struct db *db, struct arena *a, const char *sql, struct db_args args,
                              const struct shape *shape, struct statement **out)
{
	struct tries tries = { .from_us = clock_ticks_us() };

	for (;;) {
		if (db->in_transaction && db->doom)
			return doom_problem(db, a);
		TRY(sql_reads(sql) ? connection_there(db, a) : connection_ready(db, a));

		struct problem *p = NULL;
		int64_t from = clock_ticks_us();
		enum failure f = statement_try(db, a, sql, args, shape, &p, out);
		db->spent_us += clock_ticks_us() - from;
		db->spent_statements++;
		if (!f || p)
			return p;
		if (!again_after(db, f, &tries))
			return failure_problem(a, f, &db->error, sql);
	}
}

/* The end of a block is a result of its own. */
static enum failure block_end(struct db *db, struct statement *s)
{
	const int64_t from = clock_ticks_us();
	enum failure f = FAIL_NONE;
	int more;

	while ((more = mysql_stmt_next_result(s->handle)) == 0)
		mysql_stmt_free_result(s->handle);
	if (more > 0) {
		error_keep_statement(&db->error, s->handle);
		f = failure_of(db->error.number);
	}
	db->spent_us += clock_ticks_us() - from;
	return f;
}

void statement_end(struct db *db)
{
	struct statement *s = db->unended;

	db->unended = NULL;
	if (s && block_end(db, s) != FAIL_NONE)
		connection_close(db);
}

struct problem *statement_done(struct db *db, struct arena *a, struct statement *s)
{
	enum failure f = FAIL_NONE;

	mysql_stmt_free_result(s->handle);
	if (s->block && db->in_block)
		db->unended = s; /* committed, and answered: nobody waits for a packet that says no more */
	else if (s->block)
		f = block_end(db, s);
	if (!f)
		return NULL;

	struct problem *p = failure_problem(a, f, &db->error, s->sql);

	commit_failed(db, f);
	return p;
}
