/* bare.c - the least that a FastCGI program can do for an answer: what Portico is measured against.
 *
 *     bare echo      says which path was asked for
 *     bare select    one prepared SELECT of the space whose id ends the path, as JSON
 *     bare update    a step of that space and its line in the history: two prepared statements and a COMMIT
 *
 * No routes, no accounts, no logs, no checks beyond those for failure. The database is that of the option file in
 * BARE_CNF; a worker that loses it ends, and so does the benchmark. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcgiapp.h>
#include <mysql.h>

enum { ID_BYTES = 16, COLUMNS = 6, COLUMN_BYTES = 300 };

static struct {
	MYSQL *mysql;
	MYSQL_STMT *first, *second;
	unsigned char id[ID_BYTES]; /* both statements read it */
	char columns[COLUMNS][COLUMN_BYTES];
	my_bool null[COLUMNS];
} db;

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(1);
}

/* ---- statements ---- */

static MYSQL_STMT *prepare(const char *sql)
{
	MYSQL_BIND id = { .buffer_type = MYSQL_TYPE_BLOB, .buffer = db.id, .buffer_length = sizeof(db.id) };
	MYSQL_STMT *s = mysql_stmt_init(db.mysql);

	if (!s || mysql_stmt_prepare(s, sql, strlen(sql)) != 0 || mysql_stmt_bind_param(s, &id))
		give_up(sql, mysql_error(db.mysql));
	return s;
}

static void run(MYSQL_STMT *s)
{
	if (mysql_stmt_execute(s) != 0)
		give_up("execute", mysql_stmt_error(s));
}

static void connect_database(void)
{
	const char *file = getenv("BARE_CNF");

	db.mysql = mysql_init(NULL);
	if (!db.mysql || !file || mysql_optionsv(db.mysql, MYSQL_READ_DEFAULT_FILE, file) != 0 ||
	    !mysql_real_connect(db.mysql, NULL, NULL, NULL, NULL, 0, NULL, 0))
		give_up("BARE_CNF", db.mysql ? mysql_error(db.mysql) : "out of memory");
}

static void prepare_select(void)
{
	MYSQL_BIND out[COLUMNS] = { 0 };

	connect_database();
	db.first = prepare(
		"SELECT LOWER(HEX(id)), name, current, maximum, created_at, updated_at"
		"  FROM occupancy_space WHERE id = ?");
	for (int i = 0; i < COLUMNS; i++)
		out[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
			                   .buffer = db.columns[i],
			                   .buffer_length = COLUMN_BYTES,
			                   .is_null = &db.null[i] };
	if (mysql_stmt_bind_result(db.first, out))
		give_up("result", mysql_stmt_error(db.first));
}

static void prepare_update(void)
{
	connect_database();
	if (mysql_autocommit(db.mysql, 0))
		give_up("autocommit", mysql_error(db.mysql));
	db.first = prepare(
		"UPDATE occupancy_space SET current = current + 1, updated_at = UTC_TIMESTAMP(6)"
		" WHERE id = ? AND current < maximum");
	db.second = prepare(
		"INSERT INTO occupancy_event (space_id, at, kind, current, maximum, low, high, changes)"
		" SELECT id, updated_at, 1, current, maximum, current, current, 1"
		"   FROM occupancy_space WHERE id = ?");
}

/* ---- answers ---- */

/* The 32 hexadecimal digits at the end of the path. */
static void read_id(const char *uri)
{
	const size_t n = strlen(uri);

	for (size_t i = 0; i < ID_BYTES; i++) {
		char pair[3] = { 0 };

		if (n >= 2 * (size_t)ID_BYTES)
			memcpy(pair, uri + n - 2 * ID_BYTES + 2 * i, 2);
		db.id[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

static void answer_echo(FCGX_Stream *out, const char *uri)
{
	FCGX_FPrintF(out, "Content-Type: application/json\r\n\r\n{\"path\":\"%s\"}", uri);
}

static void answer_select(FCGX_Stream *out, const char *uri)
{
	bool found;

	read_id(uri);
	run(db.first);
	if (mysql_stmt_store_result(db.first) != 0)
		give_up("store", mysql_stmt_error(db.first));
	found = mysql_stmt_fetch(db.first) == 0;
	mysql_stmt_free_result(db.first);
	if (!found)
		FCGX_FPrintF(out, "Status: 404 Not Found\r\n\r\n");
	else
		FCGX_FPrintF(out,
		             "Content-Type: application/json\r\n\r\n"
		             "{\"space_id\":\"%s\",\"space_name\":\"%s\",\"occupancy\":{\"current\":%s,\"maximum\":%s},"
		             "\"created\":\"%s\",\"last_updated\":\"%s\"}",
		             db.columns[0], db.null[1] ? "" : db.columns[1], db.columns[2], db.columns[3], db.columns[4],
		             db.columns[5]);
}

static void answer_update(FCGX_Stream *out, const char *uri)
{
	read_id(uri);
	run(db.first);
	if (mysql_stmt_affected_rows(db.first) != 1) {
		if (mysql_rollback(db.mysql))
			give_up("rollback", mysql_error(db.mysql));
		FCGX_FPrintF(out, "Status: 409 Conflict\r\n\r\n");
		return;
	}
	run(db.second);
	if (mysql_commit(db.mysql))
		give_up("commit", mysql_error(db.mysql));
	FCGX_FPrintF(out, "Content-Type: application/json\r\n\r\n{\"applied\":true}");
}

static const struct {
	const char *name;
	void (*prepare)(void);
	void (*answer)(FCGX_Stream *out, const char *uri);
} ways[] = {
	{ "echo", NULL, answer_echo },
	{ "select", prepare_select, answer_select },
	{ "update", prepare_update, answer_update },
};

int main(int argc, char **argv)
{
	FCGX_Request request;
	size_t way = 0;

	while (way < 3 && (argc != 2 || strcmp(argv[1], ways[way].name) != 0))
		way++;
	if (way == 3) {
		fputs("usage: bare echo|select|update, with a listening socket as standard input\n", stderr);
		return 2;
	}
	if (ways[way].prepare)
		ways[way].prepare();
	if (FCGX_Init() != 0 || FCGX_IsCGI() || FCGX_InitRequest(&request, 0, 0) != 0)
		give_up("standard input", "not a listening socket");
	while (FCGX_Accept_r(&request) == 0) {
		const char *uri = FCGX_GetParam("REQUEST_URI", request.envp);

		ways[way].answer(request.out, uri ? uri : "");
		FCGX_Finish_r(&request);
	}
	return 0;
}
