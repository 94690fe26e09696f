/* connection.c - opens, watches and closes the one connection of a process.
 *
 * Before a statement outside a transaction the socket is looked at: a server that was stopped or that grew tired of us
 * has closed it by then, and a new connection is opened before anything is sent. */
#include "lib/db/internal.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>

#include "lib/base/clock.h"

static unsigned seconds_up(int64_t ms)
{
	return (unsigned)((ms + 999) / 1000);
}

/* How long a row lock or a metadata lock is waited for: a quarter of the statement's time, so that a
 * wait ends as "locked" and not as "took too long". */
static int64_t lock_seconds(const struct db *db)
{
	int64_t s = db->conf.statement_ms / 4000;

	return s < 1 ? 1 : s;
}

/* The whole session in one round trip. */
static const char *session_sql(const struct db *db, char *out, size_t room)
{
	snprintf(out, room,
	         "SET NAMES utf8mb4, time_zone = '+00:00',"
	         " sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
	         "NO_ENGINE_SUBSTITUTION',"
	         " tx_isolation = 'READ-COMMITTED', autocommit = 1,"
	         " innodb_lock_wait_timeout = %lld, lock_wait_timeout = %lld, max_statement_time = %lld.%03lld",
	         (long long)lock_seconds(db), (long long)lock_seconds(db), (long long)(db->conf.statement_ms / 1000),
	         (long long)(db->conf.statement_ms % 1000));
	return out;
}

static MYSQL *handle_new(const struct db *db)
{
	MYSQL *mysql = mysql_init(NULL);
	unsigned connect_s = seconds_up(db->conf.connect_ms);
	/* the server ends a statement by itself; the socket's limit is for a server that says nothing any more */
	unsigned wait_s = seconds_up(db->conf.statement_ms) + 1;

	if (!mysql)
		return NULL;
	if (db->conf.option_file) {
		mysql_options(mysql, MYSQL_READ_DEFAULT_FILE, db->conf.option_file);
		mysql_options(mysql, MYSQL_READ_DEFAULT_GROUP, "client");
	}
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &wait_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &wait_s);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	return mysql;
}

/* Connects to one host; what went wrong is left in db->error. */
static MYSQL *host_connect(struct db *db, const struct db_host *host)
{
	MYSQL *mysql = handle_new(db);
	char sql[512];

	if (!mysql)
		return NULL;
	if (mysql_real_connect(mysql, host->name, NULL, NULL, db->conf.database, host->port, NULL, CLIENT_FOUND_ROWS) &&
	    mysql_query(mysql, session_sql(db, sql, sizeof(sql))) == 0)
		return mysql;
	error_keep(&db->error, mysql);
	mysql_close(mysql);
	return NULL;
}

static struct problem *connection_open(struct db *db, struct arena *a)
{
	struct buf causes;

	buf_init(&causes, a, 2000);
	for (size_t i = 0; i < db->host_count; i++) {
		size_t at = (db->host_first + i) % db->host_count;
		const struct db_host *host = &db->hosts[at];

		db->mysql = host_connect(db, host);
		if (db->mysql) {
			db->host_first = at;
			return NULL;
		}
		buf_printf(&causes, "%s%s: %u/%s %s", causes.length ? "; " : "", host->name ? host->name : "localhost",
		           db->error.number, db->error.state, db->error.message);
	}
	return problem_because(problem_new(a, &PROBLEM_DB_DOWN, NULL), "%s", buf_string(&causes));
}

/* Nothing is awaited between statements: whatever the socket has to say then is that the server has gone. */
static bool connection_alive(const struct db *db)
{
	struct pollfd look = { .fd = mysql_get_socket(db->mysql), .events = POLLIN | POLLRDHUP };

	return poll(&look, 1, 0) == 0;
}

struct problem *connection_there(struct db *db, struct arena *a)
{
	statement_end(db);
	assert(db->mysql || !db->in_transaction || db->doom);
	return db->mysql || db->in_transaction ? NULL : connection_open(db, a);
}

struct problem *connection_ready(struct db *db, struct arena *a)
{
	statement_end(db);
	if (db->mysql && !db->in_transaction && !connection_alive(db))
		connection_close(db);
	return connection_there(db, a);
}

void connection_close(struct db *db)
{
	statements_close(db);
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
}

const char *db_host(const struct db *db, unsigned *port)
{
	*port = db->hosts[db->host_first].port;
	return db->hosts[db->host_first].name;
}

void connection_skip_host(struct db *db)
{
	db->host_first = (db->host_first + 1) % db->host_count;
}

enum failure connection_say(struct db *db, const char *sql)
{
	int64_t from = clock_ticks_us();
	enum failure f = FAIL_NONE;

	if (mysql_query(db->mysql, sql) != 0) {
		error_keep(&db->error, db->mysql);
		f = failure_of(db->error.number);
	}
	db->spent_us += clock_ticks_us() - from;
	db->spent_statements++;
	return f;
}
