/* db.c - the questions that the stores ask: one row, some rows, a number, a change. */
#include "lib/db/db.h"

#include <string.h>

#include "lib/db/internal.h"

struct problem *db_open(struct arena *a, const struct db_conf *conf, struct db **out)
{
	struct db *db = ARENA_NEW(a, struct db);

	TRY(option_file_read(a, conf->option_file, &db->options));
	TRY(hosts_read(a, db->options.host, &db->hosts, &db->host_count));
	db->conf = (struct db_conf){ .option_file = arena_text(a, conf->option_file),
		                         .database = arena_text(a, conf->database),
		                         .connect_ms = conf->connect_ms,
		                         .statement_ms = conf->statement_ms };
	if (db->conf.database)
		db->options.database = db->conf.database;
	*out = db;
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	connection_close(db);
}

const struct db_options *db_options(const struct db *db)
{
	return &db->options;
}

struct db_arg db_text(const char *text)
{
	return text ? (struct db_arg){ .kind = DB_TEXT, .text = text, .length = strlen(text) } : db_null();
}

struct problem *db_maybe_one(struct db *db, struct arena *a, const char *sql, struct db_args args,
                             const struct shape *row, void *out, bool *found)
{
	struct statement *s;
	TRY(statement_run(db, a, sql, args, row, &s));

	uint64_t rows = mysql_stmt_num_rows(s->handle);
	struct problem *p = NULL;
	void *object = arena_copy(a, out, row->size); /* *out changes on success only */
	if (rows > 1)
		p = problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%llu rows instead of one in: %.300s",
		                    (unsigned long long)rows, sql);
	else if (rows == 1)
		p = row_fetch(a, s, object);
	struct problem *end = statement_done(db, a, s);
	if (!p)
		p = end;
	if (!p) {
		memcpy(out, object, row->size);
		*found = rows == 1;
	}
	return p;
}

struct problem *db_one(struct db *db, struct arena *a, const char *sql, struct db_args args, const struct shape *row,
                       void *out)
{
	bool found;

	TRY(db_maybe_one(db, a, sql, args, row, out, &found));
	return found ? NULL : problem_new(a, &PROBLEM_NOT_FOUND, NULL);
}

struct problem *db_rows(struct db *db, struct arena *a, const char *sql, struct db_args args, const struct shape *row,
                        struct list *out)
{
	struct statement *s;
	TRY(statement_run(db, a, sql, args, row, &s));

	uint64_t rows = mysql_stmt_num_rows(s->handle);
	struct problem *p = NULL;
	char *items = NULL;
	if (rows > DB_ROWS_MOST)
		p = problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%llu rows, a LIMIT is missing in: %.300s",
		                    (unsigned long long)rows, sql);
	else
		items = arena_array(a, rows, row->size);
	for (uint64_t i = 0; i < rows && !p; i++)
		p = row_fetch(a, s, items + i * row->size);
	struct problem *end = statement_done(db, a, s);
	if (!p)
		p = end;
	if (!p)
		*out = (struct list){ .items = items, .count = rows };
	return p;
}

struct problem *db_number(struct db *db, struct arena *a, const char *sql, struct db_args args, int64_t *out)
{
	struct maybe_int n = { 0 };

	TRY(db_one(db, a, sql, args, &db_number_shape, &n));
	*out = n.set ? n.n : 0;
	return NULL;
}

struct problem *db_run(struct db *db, struct arena *a, const char *sql, struct db_args args, struct db_done *done)
{
	struct statement *s;
	TRY(statement_run(db, a, sql, args, NULL, &s));

	if (done)
		*done = (struct db_done){ .affected = (int64_t)mysql_stmt_affected_rows(s->handle),
			                      .insert_id = (int64_t)mysql_stmt_insert_id(s->handle) };
	return NULL;
}

void db_spent(struct db *db, int64_t *us, int64_t *statements)
{
	*us = db->spent_us;
	*statements = db->spent_statements;
	db->spent_us = 0;
	db->spent_statements = 0;
}
