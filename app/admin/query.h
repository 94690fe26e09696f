/* query.h - what a list's address asks for, and the SQL that a model's table makes of it. */
#ifndef PORTICO_ADMIN_QUERY_H
#define PORTICO_ADMIN_QUERY_H

#include "app/admin/desk.h"
#include "app/admin/store.h"
#include "lib/base/buf.h"

enum {
	PAGE_ROWS = 100,
	ALL_ROWS = 200,    /* so many are shown together when ?all= asks for it */
	CHOSEN_MOST = 900, /* objects that one action takes; a form may have 1000 fields */
	PAIRS_MOST = 64,
	WHERE_ARGS = 256,
};

struct sort {
	size_t column; /* from 0 */
	bool down;
};

struct query {
	struct req *r;
	const struct admin_model *model;
	struct query_pair pairs[PAIRS_MOST]; /* the address, without e */
	size_t pair_count;
	const char *search; /* NULL: none */
	int64_t page;       /* from 0 */
	bool all;
	bool filtered; /* something narrows the list */
	struct sort sorts[ADMIN_COLUMNS_MOST];
	size_t sort_count;
	struct buf where; /* "" or " WHERE …" */
	struct db_arg args[WHERE_ARGS];
	size_t arg_count;
};

/* *wrong: it has a parameter that is unknown here or says nothing. PROBLEM_ADMIN_LOOKUP. */
struct problem *query_read(struct req *r, const struct admin_model *m, struct query *out, bool *wrong) MUST_CHECK;

/* The value of a parameter; NULL: it is not there. */
const char *query_value(const struct query *q, const char *name);

/* "?q=hi&is_staff__exact=1": the address with these parameters set, or left out (value NULL); ends with a name NULL. The page's
 * number is left out unless it is set. */
struct query_change {
	const char *name, *value;
};
const char *query_address(const struct query *q, const struct query_change *changes);

/* How many rows it has, and one page of them. */
struct problem *query_count(struct query *q, int64_t *out) MUST_CHECK;
struct problem *query_rows(struct query *q, int64_t count, struct list *out) MUST_CHECK;
/* The keys of all its rows, at most `most`, ascending. */
struct problem *query_keys(struct query *q, int64_t most, struct list *out) MUST_CHECK;

/* ---- objects (objects.c) ---- */

/* One object by its key: its columns as cells; *found false: it is not there, or that can be no key. */
struct problem *object_read(struct req *r, const struct admin_model *m, const char *key, struct row *out, bool *found)
	MUST_CHECK;
/* Its title as the first cell. */
struct problem *object_title(struct req *r, const struct admin_model *m, const char *key, struct row *out, bool *found)
	MUST_CHECK;
/* Titles of those of `ids` (db_ids()) that are there, ascending. */
struct problem *object_titles(struct req *r, const struct admin_model *m, const char *ids, struct list *out) MUST_CHECK;

/* The columns of the object's page. */
const struct admin_column *object_columns(const struct admin_model *m);

#endif
