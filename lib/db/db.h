/* db.h - MariaDB through one connection with prepared statements (Connector/C).
 *
 * SQL is one constant string per function with `?` for every value; a statement is prepared at its first use and
 * kept (keyed by its text; the least used one is closed when there are too many). Rows meet their shape by column name
 * when the statement is prepared. The session runs in UTC, strict mode, utf8mb4, READ COMMITTED.
 *
 * A server that went away costs the request in flight a 503 and heals by itself. Where the statement surely had no
 * effect (the connection was closed before it was sent, or it is a SELECT outside a transaction), the connection is opened
 * again and the statement tried once more; a change that was under way when the connection broke is PROBLEM_DB_DOWN, since
 * nobody knows whether it was made. In a transaction nothing is tried again behind its back.
 * A statement outside a transaction that meets a deadlock or a lock wait is tried again like a transaction.
 * No function leaves an open result behind. */
#ifndef PORTICO_DB_DB_H
#define PORTICO_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct db;

struct db_conf {
	const char *option_file; /* MariaDB option file; section [client] is read: host, port, socket, user, password,
	                          * database, ssl-*. `host` may name several, parted by commas, tried in order */
	const char *database;    /* instead of the option file's, or NULL */
	int64_t connect_ms;      /* per host */
	int64_t statement_ms;    /* longest statement; also the read timeout */
};

/* Raised here; db_one() also raises PROBLEM_NOT_FOUND. */
extern const struct problem_kind PROBLEM_DB_DOWN;      /* 503 db.down: no host answers, or lost on the way */
extern const struct problem_kind PROBLEM_DB_TIMEOUT;   /* 503 db.timeout: statement took too long */
extern const struct problem_kind PROBLEM_DB_BUSY;      /* 503 db.busy: deadlocks or lock waits, retries used up */
extern const struct problem_kind PROBLEM_DB_DUPLICATE; /* 409 db.duplicate: unique key; cause names it */
extern const struct problem_kind PROBLEM_DB_REFERENCE; /* 409 db.reference: foreign key */
extern const struct problem_kind PROBLEM_DB_CHECK;     /* 500 db.check: a constraint that the code should have kept */
/* everything else is PROBLEM_INTERNAL */

/* True if p is PROBLEM_DB_DUPLICATE of the unique key of that name ("PRIMARY", "facility_session_name"); NULL: any. */
bool db_is_duplicate(const struct problem *p, const char *key);

/* What the option file says of the place, without the password. */
struct db_options {
	const char *file; /* NULL: none */
	const char *host; /* as written, perhaps several; NULL: a local socket */
	const char *port;
	const char *socket;
	const char *user;
	const char *database; /* that of the conf when it names one */
};

/* Does not connect yet: the first statement does, so a worker starts while the database is away. The
 * db lives in `a`. PROBLEM_SETTINGS when the option file cannot be read. */
struct problem *db_open(struct arena *a, const struct db_conf *conf, struct db **out) MUST_CHECK;
void db_close(struct db *db); /* NULL allowed */
const struct db_options *db_options(const struct db *db);

/* Values for the `?`s, in order. Text and bytes must live until the call returns. */
struct db_arg {
	enum { DB_NULL, DB_INT, DB_DOUBLE, DB_TEXT, DB_BYTES, DB_AT } kind;
	int64_t n;
	double d;
	const char *text;
	size_t length;
};
/* clang-format off */
static inline struct db_arg db_null(void) { return (struct db_arg){ .kind = DB_NULL }; }
static inline struct db_arg db_int(int64_t n) { return (struct db_arg){ .kind = DB_INT, .n = n }; }
static inline struct db_arg db_bool(bool b) { return db_int(b); }
static inline struct db_arg db_maybe(struct maybe_int m) { return m.set ? db_int(m.n) : db_null(); }
static inline struct db_arg db_double(double d) { return (struct db_arg){ .kind = DB_DOUBLE, .d = d }; }
/* clang-format on */
struct db_arg db_text(const char *text); /* NULL is SQL NULL */
static inline struct db_arg db_bytes(struct bytes b)
{
	return (struct db_arg){ .kind = b.data ? DB_BYTES : DB_NULL, .text = (const char *)b.data, .length = b.length };
}
static inline struct db_arg db_at(struct instant t)
{
	return (struct db_arg){ .kind = instant_is_none(t) ? DB_NULL : DB_AT, .n = t.us };
}

struct db_args {
	const struct db_arg *items;
	size_t count;
};
#define DB_ARGS(...)                                           \
	((struct db_args){ (const struct db_arg[]){ __VA_ARGS__ }, \
	                   sizeof((const struct db_arg[]){ __VA_ARGS__ }) / sizeof(struct db_arg) })
#define DB_NONE ((struct db_args){ NULL, 0 })

/* Exactly one row into *out (a struct of `row`), or PROBLEM_NOT_FOUND; more than one is PROBLEM_INTERNAL.
 * Texts are copied into `a` at their true length. Columns without a field are a defect of ours and end in
 * PROBLEM_INTERNAL at prepare; fields without a column keep what *out held. NULL is NULL, NONE or not set; into a
 * BOOL, INT, DOUBLE or ENUM it is PROBLEM_INTERNAL. INSERT … RETURNING works as SELECT does. *out changes on success only. */
struct problem *db_one(struct db *db, struct arena *a, const char *sql, struct db_args args, const struct shape *row,
                       void *out) MUST_CHECK;

/* As db_one(), but no row is an answer: *found tells. */
struct problem *db_maybe_one(struct db *db, struct arena *a, const char *sql, struct db_args args,
                             const struct shape *row, void *out, bool *found) MUST_CHECK;

/* All rows as an array of `row` structs. More than DB_ROWS_MOST rows is PROBLEM_INTERNAL: put a LIMIT into the SQL. */
#define DB_ROWS_MOST 100000
struct problem *db_rows(struct db *db, struct arena *a, const char *sql, struct db_args args, const struct shape *row,
                        struct list *out) MUST_CHECK;

/* One integer: COUNT(*), an id. NULL counts as 0; no row is PROBLEM_NOT_FOUND. */
struct problem *db_number(struct db *db, struct arena *a, const char *sql, struct db_args args, int64_t *out)
	MUST_CHECK;

/* A statement without rows. `affected` counts rows matched by the WHERE (CLIENT_FOUND_ROWS), `insert_id` is the
 * generated key. `done` may be NULL. */
struct db_done {
	int64_t affected;
	int64_t insert_id;
};
struct problem *db_run(struct db *db, struct arena *a, const char *sql, struct db_args args, struct db_done *done)
	MUST_CHECK;

/* Runs `work` in a transaction: commits when it returns NULL, rolls back otherwise. A deadlock, a lock timeout
 * or a certification failure (1213, 1205) reruns it from the start, at most 8 times with growing random pauses and no
 * longer than one statement may take; so `work` must not have other effects than through db, and must set its results anew. A transaction inside a
 * transaction joins the outer one; when it fails, the outer one cannot be committed any more. */
typedef struct problem *(db_work)(struct db *db, struct arena *a, void *context);
struct problem *db_transaction(struct db *db, struct arena *a, db_work *work, void *context) MUST_CHECK;

/* Statements that make one transaction and go to the server together, for what is asked often; then `answer`, a SELECT that brings
 * exactly one row as with db_one(), best from `variables` or variables of the session: it comes after the COMMIT, when others may be
 * at the tables again.
 * What was found is looked at by the SQL itself (IF … THEN … END IF). It fails, joins and is rerun as db_transaction() is. */
struct db_block {
	const char *alone;  /* with a transaction of its own */
	const char *inside; /* in one that is open */
};
#define DB_BLOCK_BEGIN "BEGIN NOT ATOMIC "
#define DB_BLOCK(variables, statements, answer)                                                         \
	{                                                                                                   \
		.alone = DB_BLOCK_BEGIN variables " START TRANSACTION; " statements " COMMIT; " answer "; END", \
		.inside = DB_BLOCK_BEGIN variables " " statements " " answer "; END",                           \
	}
struct problem *db_block(struct db *db, struct arena *a, const struct db_block *block, struct db_args args,
                         const struct shape *row, void *out) MUST_CHECK;

/* As db_transaction(), for work that may hold transactions of others: a whole request handler. Each outermost
 * db_transaction() inside is a savepoint: it succeeds or fails as if it were alone, and what it wrote is committed with the
 * whole or not at all. A deadlock inside reruns the whole. Must not be called in a transaction. */
struct problem *db_envelope(struct db *db, struct arena *a, db_work *work, void *context) MUST_CHECK;

/* Calls then(context) once the open transaction is committed, and not when it is rolled back; at once when none is open. The
 * same function and context count once; at most DB_AFTER_MOST different ones per transaction. It must not use the db. */
#define DB_AFTER_MOST 8
typedef void(db_then)(const void *context);
void db_after_commit(struct db *db, db_then *then, const void *context);

bool db_in_transaction(const struct db *db);

/* Rolls back what is open (the request loop's safety net). */
void db_rollback(struct db *db);

/* True and a reason in *why when the server can be asked; checks the connection, schema version
 * (`expected_change`: last change of the Sqitch plan this was built with; NULL: not checked) and
 * innodb_flush_log_at_trx_commit = 1. */
bool db_ready(struct db *db, struct arena *a, const char *expected_change, const char **why);

/* The last change that Sqitch has deployed here (its registry lies in the same database); NULL: none yet. */
struct problem *db_schema_change(struct db *db, struct arena *a, const char **out) MUST_CHECK;

/* Connects, and makes the database that the option file names when it is missing and the user may. */
struct problem *db_create_database(struct db *db, struct arena *a) MUST_CHECK;

/* Removes a registry that Sqitch was killed in the making of, so that it is made anew; *repaired tells. */
struct problem *db_repair_registry(struct db *db, struct arena *a, bool *repaired) MUST_CHECK;

/* Host and port of the open connection, as named in the option file; NULL and 0: as the file says alone. */
const char *db_host(const struct db *db, unsigned *port);

/* Microseconds spent and statements run since the last call, for metrics. */
void db_spent(struct db *db, int64_t *us, int64_t *statements);

/* ---- paging (page.c) ---- */

/* Escapes % _ and \ for LIKE and puts % around it. */
char *db_like(struct arena *a, const char *term);

/* "[3,17]": numbers as one value, for JSON_TABLE(?, '$[*]' …), so that a statement's text does not depend on how many. */
const char *db_ids(struct arena *a, const int64_t *ids, size_t count);

/* Terms of a search as Django REST framework parts them: blanks and commas, at most 16. */
struct texts db_search_terms(struct arena *a, const char *search);

#endif
