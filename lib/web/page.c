/* page.c - numbered pages of a list, as Django REST framework's clients know them (facility.md section 3.1). */
#include "lib/web/inner.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

#define PAIRS_MOST 64 /* query parameters that links keep */

static struct problem *invalid(struct req *r)
{
	return problem_new(r->arena, &PROBLEM_PAGE, NULL);
}

struct problem *page_read(struct req *r, int64_t size, struct page *out)
{
	const char *text = form_value(r->arena, r->query_text, strlen(r->query_text), "page");
	struct page page = { .number = 1, .size = size };

	if (text && text_equal(text, "last"))
		page.last = true;
	else if (text && *text && !num_read(text, 1, INT64_MAX / size, &page.number))
		return invalid(r);
	*out = page;
	return NULL;
}

static int64_t page_total(const struct page *page)
{
	return page->count > 0 ? (page->count - 1) / page->size + 1 : 1;
}

struct problem *page_settle(struct req *r, struct page *page, int64_t *offset)
{
	if (page->last)
		page->number = page_total(page);
	if (page->number > page_total(page))
		return invalid(r);
	*offset = (page->number - 1) * page->size;
	return NULL;
}

struct pair {
	const char *name, *value;
	size_t place;
};

static int by_name(const void *left, const void *right)
{
	const struct pair *l = left, *r = right;
	int order = strcmp(l->name, r->name);

	return order != 0 ? order : (l->place > r->place) - (l->place < r->place);
}

static bool is_set_by(const struct query_set *set, const char *name)
{
	while (set->name && !text_equal(set->name, name))
		set++;
	return set->name != NULL;
}

/* The query's parameters but those that are set anew, sorted by name; what cannot be decoded is left away. */
static size_t pairs_read(struct req *r, const struct query_set *set, struct pair *pairs)
{
	struct query_pair read[PAIRS_MOST];
	const size_t most = req_query_pairs(r, read, PAIRS_MOST);
	size_t count = 0;

	for (size_t i = 0; i < most; i++)
		if (!is_set_by(set, read[i].name)) {
			pairs[count] = (struct pair){ read[i].name, read[i].value, count };
			count++;
		}
	for (; set->name && count < PAIRS_MOST + QUERY_SET_MOST; set++)
		if (set->value) {
			pairs[count] = (struct pair){ set->name, set->value, count };
			count++;
		}
	qsort(pairs, count, sizeof(*pairs), by_name);
	return count;
}

void query_link(struct req *r, struct buf *b, const struct query_set *set)
{
	const struct inner *in = r->inner;
	struct pair pairs[PAIRS_MOST + QUERY_SET_MOST];
	size_t count = pairs_read(r, set, pairs);

	buf_text(b, r->base_url);
	uri_clean(b, in->whole_path, in->path_length);
	for (size_t i = 0; i < count; i++) {
		buf_char(b, i == 0 ? '?' : '&');
		buf_percent(b, pairs[i].name, strlen(pairs[i].name));
		buf_char(b, '=');
		buf_percent(b, pairs[i].value, strlen(pairs[i].value));
	}
}

/* The address of another page of the same list; that of page 1 names no number. */
static void add_link(struct req *r, struct buf *b, const char *key, int64_t number)
{
	struct query_set set[] = { { "page", NULL }, { NULL, NULL } };
	struct buf link;

	if (number > 1)
		set[0].value = arena_printf(r->arena, "%lld", (long long)number);
	buf_init(&link, r->arena, (size_t)8 * URI_MOST);
	query_link(r, &link, set);
	json_key(b, key);
	buf_json_string(b, buf_string(&link), link.length);
}

static void add_null(struct buf *b, const char *key)
{
	json_key(b, key);
	buf_text(b, "null");
}

struct problem *reply_page(struct req *r, const struct shape *items, struct list list, const struct page *page)
{
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	buf_char(&b, '{');
	if (page->number < page_total(page))
		add_link(r, &b, "next", page->number + 1);
	else
		add_null(&b, "next");
	if (page->number > 1)
		add_link(r, &b, "previous", page->number - 1);
	else
		add_null(&b, "previous");
	json_key(&b, "count");
	buf_int(&b, page->count);
	json_key(&b, "results");
	json_write_list(&b, items, list);
	json_key(&b, "page_size");
	buf_int(&b, page->size);
	buf_char(&b, '}');
	if (b.full)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL), "a page beyond %zu bytes", b.max);
	return reply_bytes(r, 200, "application/json", buf_string(&b), b.length);
}
