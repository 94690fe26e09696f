/* transaction.c - runs work in a transaction, again when others were in its way, and never half.
 *
 * A deadlock has rolled everything back at the server, and what follows would be committed line by line; a lost connection
 * likewise. Such a transaction is doomed: no further statement of it is sent, and it is not committed, whatever the
 * work makes of the problem it was given. */
#include "lib/db/internal.h"

#include <assert.h>
#include <time.h>

#include "lib/base/uuid.h"
#include "lib/db/retry.h"

bool retry_pause(struct db *db, size_t failed, int64_t from_us)
{
	uint16_t random;

	if (failed >= TRIES_MOST || clock_ticks_us() - from_us > db->conf.statement_ms * 1000)
		return false;
	/* 2 to 4 ms after the first failure, 128 to 256 ms after the seventh */
	random_bytes(&random, sizeof(random));
	int64_t most_us = INT64_C(2000) << failed;
	int64_t us = most_us / 2 + most_us / 2 * random / UINT16_MAX;
	nanosleep(&(struct timespec){ .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 }, NULL);
	return true;
}

struct problem *doom_problem(struct db *db, struct arena *a)
{
	/* clang-format off */
	static const struct {
		const struct problem_kind *kind;
		const char *cause;
	} dooms[] = {
		[DOOM_RERUN] = { &PROBLEM_DB_BUSY,  "the transaction was rolled back by a deadlock or a lock wait" },
		[DOOM_LOST]  = { &PROBLEM_DB_DOWN,  "the connection was lost in the transaction" },
		[DOOM_INNER] = { &PROBLEM_INTERNAL, "a transaction inside this one failed" },
	};
	/* clang-format on */

	return problem_because(problem_new(a, dooms[db->doom].kind, NULL), "%s", dooms[db->doom].cause);
}

/* START TRANSACTION has no effect to fear for: a connection lost over it is opened again, once. */
static struct problem *transaction_begin(struct db *db, struct arena *a)
{
	enum failure f = FAIL_NONE;

	for (size_t tries = 0; tries <= db->host_count; tries++) {
		TRY(connection_ready(db, a));
		f = db->in_block ? FAIL_NONE : connection_say(db, "START TRANSACTION");
		if (!f) {
			db->in_transaction = true;
			db->doom = DOOM_NONE;
			db->after_count = 0;
			return NULL;
		}
		if (f == FAIL_HOST)
			connection_skip_host(db);
		connection_close(db);
	}
	return failure_problem(a, f, &db->error, "START TRANSACTION");
}

void commit_failed(struct db *db, enum failure f)
{
	db->doom = f == FAIL_CONTENDED ? DOOM_RERUN : DOOM_LOST;
	if (f != FAIL_CONTENDED)
		connection_close(db); /* committed or not: only a new connection is sure of its state */
	if (f == FAIL_HOST)
		connection_skip_host(db);
}

static struct problem *transaction_commit(struct db *db, struct arena *a)
{
	enum failure f = db->in_block ? FAIL_NONE : connection_say(db, "COMMIT");

	if (!f) {
		db->in_transaction = false;
		return NULL;
	}
	commit_failed(db, f);
	return failure_problem(a, f, &db->error, "COMMIT");
}

/* ---- what a commit sets off ---- */

void db_after_commit(struct db *db, db_then *then, const void *context)
{
	if (!db->in_transaction) {
		then(context);
		return;
	}
	for (size_t i = 0; i < db->after_count; i++)
		if (db->after[i].then == then && db->after[i].context == context)
			return;
	assert(db->after_count < DB_AFTER_MOST);
	if (db->after_count < DB_AFTER_MOST) {
		db->after[db->after_count].then = then;
		db->after[db->after_count++].context = context;
	}
}

static void after_run(struct db *db)
{
	const size_t count = db->after_count;

	db->after_count = 0;
	for (size_t i = 0; i < count; i++)
		db->after[i].then(db->after[i].context);
}

/* ---- transactions ---- */

/* Inside an envelope. A statement about a savepoint fails only with the connection or the whole transaction. */
static struct problem *savepoint_say(struct db *db, struct arena *a, const char *sql)
{
	enum failure f = db->doom ? FAIL_NONE : connection_say(db, sql);

	if (db->doom)
		return doom_problem(db, a);
	if (!f)
		return NULL;
	db->doom = f == FAIL_CONTENDED ? DOOM_RERUN : DOOM_LOST;
	if (f != FAIL_CONTENDED)
		connection_close(db);
	return failure_problem(a, f, &db->error, sql);
}

static struct problem *savepoint_run(struct db *db, struct arena *a, db_work *work, void *context)
{
	const size_t after_before = db->after_count;
	struct problem *p;

	TRY(savepoint_say(db, a, "SAVEPOINT portico"));
	db->in_savepoint = true;
	p = work(db, a, context);
	db->in_savepoint = false;
	if (!p && db->doom)
		p = doom_problem(db, a);
	if (!p)
		return NULL;
	db->after_count = after_before;
	if (db->doom == DOOM_INNER)
		db->doom = DOOM_NONE; /* what failed is undone by the savepoint */
	if (!db->doom)
		TRY(savepoint_say(db, a, "ROLLBACK TO SAVEPOINT portico"));
	return p;
}

static struct problem *join(struct db *db, struct arena *a, db_work *work, void *context)
{
	struct problem *p = work(db, a, context);

	if (p && !db->doom)
		db->doom = DOOM_INNER;
	return p;
}

static struct problem *transaction_run(struct db *db, struct arena *a, db_work *work, void *context, bool envelope)
{
	const int64_t from_us = clock_ticks_us();

	for (size_t tries = 1;; tries++) {
		TRY(transaction_begin(db, a));
		db->envelope = envelope;

		struct problem *p = work(db, a, context);

		if (!p && !db->in_transaction)
			p = problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "the work rolled its transaction back itself");
		if (!p && db->doom)
			p = doom_problem(db, a);
		if (!p)
			p = transaction_commit(db, a);
		if (!p) {
			after_run(db);
			return NULL;
		}

		bool rerun = db->doom == DOOM_RERUN;

		db_rollback(db);
		if (!rerun || !retry_pause(db, tries, from_us))
			return p;
	}
}

struct problem *db_transaction(struct db *db, struct arena *a, db_work *work, void *context)
{
	if (!db->in_transaction)
		return transaction_run(db, a, work, context, false);
	if (db->envelope && !db->in_savepoint)
		return savepoint_run(db, a, work, context);
	return join(db, a, work, context);
}

struct problem *db_envelope(struct db *db, struct arena *a, db_work *work, void *context)
{
	assert(!db->in_transaction);
	return transaction_run(db, a, work, context, true);
}

/* ---- blocks ---- */

struct block_call {
	const char *sql;
	struct db_args args;
	const struct shape *row;
	void *out;
};

static struct problem *block_work(struct db *db, struct arena *a, void *context)
{
	const struct block_call *c = context;

	return db_one(db, a, c->sql, c->args, c->row, c->out);
}

struct problem *db_block(struct db *db, struct arena *a, const struct db_block *block, struct db_args args,
                         const struct shape *row, void *out)
{
	const bool alone = !db->in_transaction;
	struct block_call call = { alone ? block->alone : block->inside, args, row, out };
	struct problem *p;

	db->in_block = alone;
	p = db_transaction(db, a, block_work, &call);
	db->in_block = false;
	return p;
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

void db_rollback(struct db *db)
{
	if (!db->in_transaction)
		return;
	if (db->mysql && connection_say(db, "ROLLBACK") != FAIL_NONE)
		connection_close(db);
	db->in_transaction = false;
	db->in_savepoint = false;
	db->doom = DOOM_NONE;
	db->after_count = 0;
}
