/* internal.h - what the files of lib/db share; nobody else includes it.
 *
 * connection.c opens, watches and closes the one connection; statement.c prepares, keeps and runs; row.c puts
 * result rows into structs; failure.c says what an error of the server means. */
#ifndef PORTICO_DB_INTERNAL_H
#define PORTICO_DB_INTERNAL_H

#include <mysql.h>

#include "lib/db/db.h"

/* What an error means for what happens next. */
enum failure {
	FAIL_NONE,
	FAIL_GONE,      /* the connection is lost and the statement surely had no effect */
	FAIL_LOST,      /* the connection is lost and nobody knows whether the statement had an effect */
	FAIL_HOST,      /* this server must not be used now (no quorum, read only); nothing was done */
	FAIL_STALE,     /* the server no longer knows the prepared statement; nothing was done */
	FAIL_CONTENDED, /* deadlock, lock wait or certification failure: the transaction may be run again */
	FAIL_TIMEOUT,   /* the statement took too long and was ended */
	FAIL_DUPLICATE,
	FAIL_REFERENCE,
	FAIL_CHECK,
	FAIL_OTHER, /* a mistake of ours: syntax, unknown table, missing right */
	FAIL_N
};

/* The last error, copied before the library's object that holds it goes away. */
struct db_error {
	unsigned number;
	char state[8];
	char message[512];
};

struct db_host {
	const char *name; /* NULL: what the option file or the library says (a local socket) */
	unsigned port;    /* 0: likewise */
};

/* Statements that one connection keeps prepared. The server allows 16382 for all connections together
 * (max_prepared_stmt_count), so 60 processes may fill this. */
#define STATEMENTS_MOST 256
#define STATEMENT_BUCKETS 512

struct column;

struct statement {
	char *sql;
	uint64_t hash;
	struct arena *arena; /* of the statement: text, columns, bindings */
	MYSQL_STMT *handle;
	bool reads;                /* running it twice does no harm */
	bool returning;            /* changes and gives rows: INSERT … RETURNING, a block */
	bool block;                /* another result is behind the rows: db_block() */
	const struct shape *shape; /* of its rows; NULL: it has none */
	unsigned column_count;
	struct column *columns; /* NULL: they have not met the shape yet */
	MYSQL_BIND *binds;
	uint64_t used;          /* tick of the last use */
	struct statement *next; /* in its bucket */
};

/* Why the open transaction cannot be committed any more. */
enum doom {
	DOOM_NONE,
	DOOM_RERUN, /* deadlock and the like: rolled back, may be run again */
	DOOM_LOST,  /* the connection went away in it */
	DOOM_INNER  /* a transaction inside it failed */
};

struct db {
	struct db_conf conf;
	struct db_options options;
	struct db_host *hosts;
	size_t host_count;
	size_t host_first; /* tried first: the last good one */

	MYSQL *mysql; /* NULL: not connected */
	struct db_error error;
	struct statement *buckets[STATEMENT_BUCKETS];
	unsigned statement_count;
	uint64_t tick;

	bool in_transaction;
	bool in_block;             /* the open transaction begins and ends in the one statement that it consists of */
	struct statement *unended; /* a block whose transaction is over and whose end has not been read yet */
	enum doom doom;
	const struct problem_kind *doom_kind; /* what statements of a doomed transaction are refused with */
	bool once;                            /* db_ready(): no reruns */
	bool envelope;                        /* transactions inside the open one are savepoints … */
	bool in_savepoint;                    /* … and those inside a savepoint join it */
	struct {
		db_then *then;
		const void *context;
	} after[DB_AFTER_MOST]; /* what the commit sets off */
	size_t after_count;

	int64_t spent_us;
	int64_t spent_statements;
};

/* ---- connection.c ---- */

/* Opens the connection unless it is open and alive. In a transaction a closed one stays closed. */
struct problem *connection_ready(struct db *db, struct arena *a) MUST_CHECK;
/* The same without a look whether it is alive: for a SELECT, which is tried again if it was not. */
struct problem *connection_there(struct db *db, struct arena *a) MUST_CHECK;
void connection_close(struct db *db);
/* Begins with the next host from now on. */
void connection_skip_host(struct db *db);
/* A statement without values or rows in the text protocol: START TRANSACTION and the like. */
enum failure connection_say(struct db *db, const char *sql);

/* ---- failure.c ---- */

enum failure failure_of(unsigned number);
/* Copies the error of the connection, or of the statement. */
void error_keep(struct db_error *e, MYSQL *mysql);
void error_keep_statement(struct db_error *e, MYSQL_STMT *handle);
/* The problem that a failure is. `sql` is text of ours; values are never part of the cause. */
struct problem *failure_problem(struct arena *a, enum failure f, const struct db_error *e, const char *sql);

/* ---- statement.c ---- */

/* Runs `sql` and leaves its stored result, if it has one, to be fetched from (*out)->handle; then statement_done().
 * `shape` NULL: a result is a mistake. */
struct problem *statement_run(struct db *db, struct arena *a, const char *sql, struct db_args args,
                              const struct shape *shape, struct statement **out) MUST_CHECK;
/* Must follow once the rows are fetched. A block is over only then. */
struct problem *statement_done(struct db *db, struct arena *a, struct statement *s) MUST_CHECK;
/* Reads what is still to come of the block before; a connection that breaks over it is closed. */
void statement_end(struct db *db);
void statements_close(struct db *db);

/* ---- transaction.c ---- */

/* Dooms the open transaction, whose COMMIT failed. */
void commit_failed(struct db *db, enum failure f);

/* ---- row.c ---- */

/* The shape of one number, whatever its column is called. */
extern const struct shape db_number_shape;

/* Binds the columns to the fields of the statement's shape; the first time they meet by name. */
struct problem *row_bind(struct arena *a, struct statement *s) MUST_CHECK;
/* Fetches the next row into `object`; the caller knows that there is one. */
struct problem *row_fetch(struct arena *a, struct statement *s, void *object) MUST_CHECK;

/* ---- options.c ---- */

struct problem *option_file_read(struct arena *a, const char *path, struct db_options *out) MUST_CHECK;
/* "a,b:3307,[::1]:3308" */
struct problem *hosts_read(struct arena *a, const char *text, struct db_host **out, size_t *count) MUST_CHECK;

#endif
