/* paging.c - numbered pages, offsets and cursors over any list; contracts are in paging.h. */
#include "lib/web/paging.h"
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

#define CURSOR_MOST 1024 /* bytes of a key */

/* clang-format off */
#define WORD(member, words) FIELD(struct paging_query, member, OPTIONAL | BLANK, 0, 2000, words)
static const struct field paging_query_fields[] = {
	WORD(page,      "number of a page from 1, or `last`; without any of these parameters the list is whole"),
	WORD(page_size, "items of a page"),
	WORD(limit,     "items of a part that begins at `offset`"),
	WORD(offset,    "items before the part"),
	WORD(cursor,    "a part behind the one before it: as `next` and `previous` say; empty: the first"),
	FIELD_END,
};
/* clang-format on */
const struct shape paging_query_shape = SHAPE("Paging", struct paging_query, paging_query_fields);

/* ---- reading ---- */

static const char *asked(struct req *r, const char *name)
{
	return *r->query_text ? form_value(r->arena, r->query_text, strlen(r->query_text), name) : NULL;
}

/* A number of items; what is none of 1 and above is as if nothing had been said. */
static int64_t size_of(const char *text, const struct paging_conf *conf)
{
	int64_t n;

	if (!text || !num_read(text, 1, INT64_MAX, &n))
		return conf->size;
	return n < conf->most ? n : conf->most;
}

static struct problem *cursor_read(struct req *r, const char *text, struct paging *out)
{
	char raw[CURSOR_MOST + 2];
	size_t n = 0;

	if (!*text)
		return NULL;
	if (!base64_read(text, strlen(text), raw, sizeof(raw) - 1, &n) || n < 2 || (raw[0] != 'f' && raw[0] != 'b') ||
	    !utf8_valid(raw, n))
		return problem_new(r->arena, &PROBLEM_CURSOR, NULL);
	out->backwards = raw[0] == 'b';
	out->position = arena_text_n(r->arena, raw + 1, n - 1);
	return NULL;
}

struct problem *paging_read(struct req *r, const struct paging_conf *conf, struct paging *out)
{
	const char *page = asked(r, "page"), *page_size = asked(r, "page_size"), *limit = asked(r, "limit");
	const char *offset = asked(r, "offset"), *cursor = asked(r, "cursor");

	*out = (struct paging){ .style = PAGING_NONE, .limit = DB_ROWS_MOST, .number = 1 };
	if (cursor) {
		out->style = PAGING_CURSOR;
		out->size = size_of(page_size, conf);
		TRY(cursor_read(r, cursor, out));
	} else if (page || page_size) {
		out->style = PAGING_PAGE;
		out->size = size_of(page_size, conf);
		out->last = page && text_equal(page, "last");
		if (page && *page && !out->last && !num_read(page, 1, INT64_MAX / out->size, &out->number))
			return problem_new(r->arena, &PROBLEM_PAGE, NULL);
	} else if (limit || offset) {
		out->style = PAGING_OFFSET;
		out->size = size_of(limit, conf);
		if (!offset || !num_read(offset, 0, INT64_MAX - conf->most, &out->offset))
			out->offset = 0;
	}
	if (out->style != PAGING_NONE)
		out->limit = out->size + (out->style == PAGING_CURSOR);
	return NULL;
}

bool paging_counts(const struct paging *p)
{
	return p->style == PAGING_PAGE || p->style == PAGING_OFFSET;
}

static int64_t pages_of(const struct paging *p)
{
	return p->count > 0 ? (p->count - 1) / p->size + 1 : 1;
}

struct problem *paging_settle(struct req *r, struct paging *p)
{
	if (p->style != PAGING_PAGE)
		return NULL;
	if (p->last)
		p->number = pages_of(p);
	if (p->number > pages_of(p))
		return problem_new(r->arena, &PROBLEM_PAGE, NULL);
	p->offset = (p->number - 1) * p->size;
	return NULL;
}

/* ---- answering ---- */

static void add_null(struct buf *b, const char *key)
{
	json_key(b, key);
	buf_text(b, "null");
}

static void add_link(struct req *r, struct buf *b, const char *key, const struct query_set *set)
{
	struct buf link;

	buf_init(&link, r->arena, (size_t)8 * URI_MOST);
	query_link(r, &link, set);
	json_key(b, key);
	buf_json_string(b, buf_string(&link), link.length);
}

static const char *digits(struct req *r, int64_t n)
{
	return arena_printf(r->arena, "%lld", (long long)n);
}

/* Page 1 names no number. */
static void add_page(struct req *r, struct buf *b, const char *key, int64_t number)
{
	add_link(r, b, key,
	         (const struct query_set[]){ { "page", number > 1 ? digits(r, number) : NULL }, { NULL, NULL } });
}

/* Offset 0 is left out. */
static void add_offset(struct req *r, struct buf *b, const char *key, const struct paging *p, int64_t offset)
{
	add_link(r, b, key,
	         (const struct query_set[]){ { "limit", digits(r, p->size) },
	                                     { "offset", offset > 0 ? digits(r, offset) : NULL },
	                                     { NULL, NULL } });
}

static void add_cursor(struct req *r, struct buf *b, const char *name, char direction, const char *key)
{
	const char *raw = arena_printf(r->arena, "%c%s", direction, key);
	struct buf text;

	buf_init(&text, r->arena, (size_t)4 * CURSOR_MOST);
	buf_base64url(&text, raw, strlen(raw));
	add_link(r, b, name, (const struct query_set[]){ { "cursor", buf_string(&text) }, { NULL, NULL } });
}

static void turn(struct arena *a, const struct shape *shape, struct list *list)
{
	char *turned = arena_array(a, list->count, shape->size);

	for (size_t i = 0; i < list->count; i++)
		memcpy(turned + i * shape->size, (const char *)list->items + (list->count - 1 - i) * shape->size, shape->size);
	list->items = turned;
}

/* The extra item is dropped; what was read backwards is turned round. */
static void add_cursors(struct req *r, struct buf *b, const struct shape *shape, struct list *list,
                        const struct paging *p, paging_key *key)
{
	const bool more = list->count > (size_t)p->size;
	const char *first = p->position, *last = p->position;

	if (more)
		list->count--;
	if (p->backwards)
		turn(r->arena, shape, list);
	if (list->count > 0) {
		first = key(r->arena, list->items);
		last = key(r->arena, (const char *)list->items + (list->count - 1) * shape->size);
	}
	if (p->backwards ? last != NULL : more)
		add_cursor(r, b, "next", 'f', last);
	else
		add_null(b, "next");
	if (p->backwards ? more : p->position != NULL)
		add_cursor(r, b, "previous", 'b', first);
	else
		add_null(b, "previous");
}

static void add_neighbours(struct req *r, struct buf *b, const struct paging *p)
{
	const bool by_page = p->style == PAGING_PAGE;
	const bool next = by_page ? p->number < pages_of(p) : p->offset + p->size < p->count;
	const bool previous = by_page ? p->number > 1 : p->offset > 0;

	if (!next)
		add_null(b, "next");
	else if (by_page)
		add_page(r, b, "next", p->number + 1);
	else
		add_offset(r, b, "next", p, p->offset + p->size);
	if (!previous)
		add_null(b, "previous");
	else if (by_page)
		add_page(r, b, "previous", p->number - 1);
	else
		add_offset(r, b, "previous", p, p->offset - p->size);
}

struct problem *reply_paging(struct req *r, const struct shape *items, struct list list, const struct paging *p,
                             paging_key *key)
{
	struct buf b;

	if (p->style == PAGING_NONE)
		return reply_list(r, 200, items, list);
	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	buf_char(&b, '{');
	if (p->style == PAGING_CURSOR) {
		add_cursors(r, &b, items, &list, p, key);
	} else {
		json_key(&b, "count");
		buf_int(&b, p->count);
		add_neighbours(r, &b, p);
	}
	json_key(&b, "results");
	json_write_list(&b, items, list);
	buf_char(&b, '}');
	if (b.full)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL), "a page beyond %zu bytes", b.max);
	return reply_bytes(r, 200, "application/json", buf_string(&b), b.length);
}
