/* query.c - reads a list's address as Django's administration writes it, and puts the SQL together: every piece of text is a
 * constant of the model's table, every value is bound. */
#include "app/admin/query.h"

#include <string.h>

#include "app/admin/problems.h"
#include "lib/base/text.h"

#define SQL_MOST ((size_t)64 << 10)
#define ADDRESS_MOST ((size_t)64 << 10)
#define SEARCH_CHARS_MOST 500

const char *query_value(const struct query *q, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < q->pair_count; i++)
		if (text_equal(q->pairs[i].name, name))
			found = q->pairs[i].value;
	return found;
}

static bool is_changed(const struct query_change *changes, const char *name)
{
	while (changes->name && !text_equal(changes->name, name))
		changes++;
	return changes->name != NULL;
}

static void add_pair(struct buf *b, const char *name, const char *value)
{
	buf_char(b, b->length > 0 ? '&' : '?');
	buf_percent(b, name, strlen(name));
	buf_char(b, '=');
	buf_percent(b, value, strlen(value));
}

const char *query_address(const struct query *q, const struct query_change *changes)
{
	struct buf b;

	buf_init(&b, q->r->arena, ADDRESS_MOST);
	for (size_t i = 0; i < q->pair_count; i++)
		if (!is_changed(changes, q->pairs[i].name) && !text_equal(q->pairs[i].name, "p"))
			add_pair(&b, q->pairs[i].name, q->pairs[i].value);
	for (; changes->name; changes++)
		if (changes->value)
			add_pair(&b, changes->name, changes->value);
	return b.length > 0 ? buf_string(&b) : "?";
}

/* ---- conditions ---- */

static void and (struct query * q)
{
	buf_text(&q->where, q->where.length > 0 ? " AND " : " WHERE ");
}

static void condition(struct query *q, const char *sql, struct db_arg arg)
{
	and(q);
	buf_printf(&q->where, "(%s)", sql);
	q->args[q->arg_count++] = arg;
	q->filtered = true;
}

/* Every word must stand in one of the places. */
static void search_add(struct query *q)
{
	const struct texts words = db_search_terms(q->r->arena, q->search);

	for (size_t i = 0; i < words.count; i++) {
		const struct db_arg like = db_text(db_like(q->r->arena, words.items[i]));
		const char * or = "";

		and(q);
		buf_char(&q->where, '(');
		for (const char *const *s = q->model->search; *s; s++) {
			buf_printf(&q->where, "%s%s LIKE ?", or, *s);
			q->args[q->arg_count++] = like;
			or = " OR ";
		}
		buf_char(&q->where, ')');
		q->filtered = true;
	}
}

/* "is_staff__exact" is that of "is_staff" and "exact". */
static bool is_about(const char *parameter, const char *name, const char *how)
{
	const size_t n = strlen(name);

	return strncmp(parameter, name, n) == 0 && text_starts(parameter + n, "__") && text_equal(parameter + n + 2, how);
}

static bool choice_known(const struct admin_filter *f, int64_t n)
{
	for (int64_t i = 0; f->names[i]; i++)
		if (i == n)
			return true;
	return false;
}

/* False when the parameter is not this filter's, or its value says nothing. */
static bool filter_add(struct query *q, const struct admin_filter *f, const char *parameter, const char *value)
{
	struct instant at;
	int64_t n;

	switch (f->kind) {
	case ADMIN_BY_YES:
		if (!is_about(parameter, f->name, "exact") || !num_read(value, 0, 1, &n))
			return false;
		condition(q, f->sql, db_int(n));
		return true;
	case ADMIN_BY_CHOICE:
		if (!is_about(parameter, f->name, "exact") || !num_read(value, 0, INT32_MAX, &n) || !choice_known(f, n))
			return false;
		condition(q, f->sql, db_int(n));
		return true;
	case ADMIN_BY_TEXT:
		if (!is_about(parameter, f->name, "exact"))
			return false;
		if (*value) /* an empty box narrows nothing */
			condition(q, f->sql, db_text(value));
		return true;
	case ADMIN_BY_DATE:
		if ((!is_about(parameter, f->name, "gte") && !is_about(parameter, f->name, "lt")) || !instant_read(value, &at))
			return false;
		condition(q, arena_printf(q->r->arena, "%s %s ?", f->sql, is_about(parameter, f->name, "lt") ? "<" : ">="),
		          db_at(at));
		return true;
	case ADMIN_BY_RELATED:
		if (is_about(parameter, f->name, "isnull") && text_equal(value, "True")) {
			and(q);
			buf_printf(&q->where, "(%s)", f->none);
			q->filtered = true;
			return true;
		}
		if (!is_about(parameter, f->name, "id__exact") || !num_read(value, 1, INT64_MAX, &n))
			return false;
		condition(q, f->sql, db_int(n));
		return true;
	}
	return false;
}

static bool any_filter_add(struct query *q, const char *parameter, const char *value)
{
	for (const struct admin_filter *f = q->model->filters; f && f->name; f++)
		if (filter_add(q, f, parameter, value))
			return true;
	return false;
}

/* ---- the address ---- */

static size_t column_count(const struct admin_model *m)
{
	size_t n = 0;

	while (m->columns[n].sql)
		n++;
	return n;
}

static bool sorts_by(const struct query *q, size_t column)
{
	for (size_t i = 0; i < q->sort_count; i++)
		if (q->sorts[i].column == column)
			return true;
	return false;
}

/* "-1.2": columns from 1, the first one decides, `-` turns it round. What names no column is passed over, as Django does. */
static void sorts_read(struct query *q, const char *text)
{
	const size_t count = column_count(q->model);

	while (*text) {
		const size_t n = strcspn(text, ".");
		const bool down = *text == '-';
		int64_t number;

		if (num_read(arena_text_n(q->r->arena, text + down, n - down), 1, (int64_t)count, &number) &&
		    !q->model->columns[number - 1].unsorted && !sorts_by(q, (size_t)number - 1))
			q->sorts[q->sort_count++] = (struct sort){ (size_t)number - 1, down };
		text += n;
		text += *text == '.';
	}
}

/* True when the parameter is understood. */
static bool parameter_read(struct query *q, const struct query_pair *pair)
{
	if (text_equal(pair->name, "o")) {
		q->sort_count = 0;
		sorts_read(q, pair->value);
		return true;
	}
	if (text_equal(pair->name, "p"))
		return num_read(pair->value, 0, INT32_MAX, &q->page);
	if (text_equal(pair->name, "all")) {
		q->all = true;
		return true;
	}
	if (text_equal(pair->name, "q")) {
		q->search =
			*pair->value ? arena_text_n(q->r->arena, pair->value, utf8_cut(pair->value, SEARCH_CHARS_MOST)) : NULL;
		return q->model->search != NULL;
	}
	return any_filter_add(q, pair->name, pair->value);
}

struct problem *query_read(struct req *r, const struct admin_model *m, struct query *out, bool *wrong)
{
	struct query_pair pairs[PAIRS_MOST];
	const size_t count = req_query_pairs(r, pairs, PAIRS_MOST);

	*out = (struct query){ .r = r, .model = m };
	buf_init(&out->where, r->arena, SQL_MOST);
	*wrong = false;
	for (size_t i = 0; i < count; i++) {
		if (text_starts(pairs[i].name, "password"))
			return problem_new(r->arena, &PROBLEM_ADMIN_LOOKUP, NULL);
		if (text_equal(pairs[i].name, "e"))
			continue; /* where an address led that said nothing: the whole list */
		if (parameter_read(out, &pairs[i]))
			out->pairs[out->pair_count++] = pairs[i];
		else
			*wrong = true;
	}
	if (out->search)
		search_add(out);
	return NULL;
}

/* ---- rows ---- */

static struct db_args args_of(struct query *q, struct db_arg limit, struct db_arg offset)
{
	struct db_arg *all = ARENA_ARRAY(q->r->arena, struct db_arg, q->arg_count + 2);

	memcpy(all, q->args, q->arg_count * sizeof(*all));
	all[q->arg_count] = limit;
	all[q->arg_count + 1] = offset;
	return (struct db_args){ all, q->arg_count + 2 };
}

struct problem *query_count(struct query *q, int64_t *out)
{
	const char *sql = arena_printf(q->r->arena, "SELECT COUNT(*) FROM %s%s", q->model->from, buf_string(&q->where));

	return db_number(q->r->db, q->r->arena, sql, (struct db_args){ q->args, q->arg_count }, out);
}

/* The key comes last: no two rows are alike, so a row is on one page and on no other. */
static void order_add(const struct query *q, struct buf *sql)
{
	const struct admin_model *m = q->model;

	buf_text(sql, " ORDER BY ");
	for (size_t i = 0; i < q->sort_count; i++)
		buf_printf(sql, "%s%s, ", m->columns[q->sorts[i].column].sql, q->sorts[i].down ? " DESC" : "");
	if (q->sort_count == 0 && !text_equal(m->order, m->key))
		buf_printf(sql, "%s%s, ", m->order, m->newest_first ? " DESC" : "");
	buf_printf(sql, "%s%s", m->key, m->newest_first ? " DESC" : "");
}

struct problem *query_rows(struct query *q, int64_t count, struct list *out)
{
	const bool all = q->all && count <= ALL_ROWS;
	struct buf sql;
	int n = 0;

	buf_init(&sql, q->r->arena, SQL_MOST);
	buf_printf(&sql, "SELECT CAST(%s AS CHAR) AS object", q->model->key);
	for (const struct admin_column *c = q->model->columns; c->sql; c++)
		buf_printf(&sql, ", CAST(%s AS CHAR) AS c%d", c->sql, n++);
	buf_printf(&sql, " FROM %s%s", q->model->from, buf_string(&q->where));
	order_add(q, &sql);
	buf_text(&sql, " LIMIT ? OFFSET ?");
	return rows_read(q->r->db, q->r->arena, buf_string(&sql),
	                 args_of(q, db_int(all ? ALL_ROWS : PAGE_ROWS), db_int(all ? 0 : q->page * PAGE_ROWS)), out);
}

struct problem *query_keys(struct query *q, int64_t most, struct list *out)
{
	const char *sql =
		arena_printf(q->r->arena, "SELECT CAST(%s AS CHAR) AS object FROM %s%s ORDER BY %s LIMIT ? OFFSET ?",
	                 q->model->key, q->model->from, buf_string(&q->where), q->model->key);

	return rows_read(q->r->db, q->r->arena, sql, args_of(q, db_int(most), db_int(0)), out);
}
