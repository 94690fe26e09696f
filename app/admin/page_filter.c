/* page_filter.c - the filters beside a list: links, so that they work without a script; a box where a text is asked for. */
#include <string.h>

#include "app/admin/list.h"
#include "lib/base/text.h"

#define DAY_US (86400 * US_PER_S)

struct choice {
	const char *words;
	const char *from, *to; /* values of the parameters; NULL: left out */
};

static const char *parameter(const struct query *q, const struct admin_filter *f, const char *how)
{
	return arena_printf(q->r->arena, "%s__%s", f->name, how);
}

static void add_link(struct buf *b, const char *address, const char *words, bool current)
{
	buf_text(b, current ? "<li><a aria-current=\"true\" href=\"" : "<li><a href=\"");
	buf_html(b, address);
	buf_text(b, "\">");
	buf_html(b, words);
	buf_text(b, "</a></li>");
}

/* One value of the parameter `name`; value NULL: whatever it is. */
static void add_value(const struct query *q, struct buf *b, const char *name, const char *value, const char *words)
{
	const char *now = query_value(q, name);

	add_link(b, query_address(q, (const struct query_change[]){ { name, value }, { NULL, NULL } }), words,
	         text_equal(now, value));
}

static void add_choices(const struct query *q, struct buf *b, const struct admin_filter *f)
{
	const char *name = parameter(q, f, "exact");

	add_value(q, b, name, NULL, "All");
	for (int i = 0; f->names[i]; i++)
		add_value(q, b, name, arena_printf(q->r->arena, "%d", i), f->names[i]);
}

/* ---- dates ---- */

static const char *instant_text(struct arena *a, struct instant t)
{
	struct buf b;

	buf_init(&b, a, 40);
	instant_write(&b, t, true);
	return buf_string(&b);
}

static struct instant begin_of(struct civil c, bool year)
{
	c = (struct civil){ .year = c.year, .month = year ? 1 : c.month, .day = 1 };
	return civil_instant(&c);
}

static struct instant next_of(struct civil c, bool year)
{
	c = (struct civil){ .year = c.year + (year || c.month == 12),
		                .month = year || c.month == 12 ? 1 : c.month + 1,
		                .day = 1 };
	return civil_instant(&c);
}

static void add_dates(const struct query *q, struct buf *b, const struct admin_filter *f)
{
	struct arena *a = q->r->arena;
	const char *from = parameter(q, f, "gte"), *to = parameter(q, f, "lt");
	const struct civil now = instant_civil(q->r->now);
	const struct civil midnight = { .year = now.year, .month = now.month, .day = now.day };
	const struct instant today = civil_instant(&midnight), tomorrow = { today.us + DAY_US };
	const struct choice choices[] = {
		{ "Any date", NULL, NULL },
		{ "Today", instant_text(a, today), instant_text(a, tomorrow) },
		{ "Past 7 days", instant_text(a, (struct instant){ today.us - 7 * DAY_US }), instant_text(a, tomorrow) },
		{ "This month", instant_text(a, begin_of(now, false)), instant_text(a, next_of(now, false)) },
		{ "This year", instant_text(a, begin_of(now, true)), instant_text(a, next_of(now, true)) },
	};

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		add_link(b,
		         query_address(q, (const struct query_change[]){ { from, choices[i].from },
		                                                         { to, choices[i].to },
		                                                         { NULL, NULL } }),
		         choices[i].words,
		         text_equal(query_value(q, from), choices[i].from) && text_equal(query_value(q, to), choices[i].to));
}

/* ---- the rest ---- */

static struct problem *add_related(const struct query *q, struct buf *b, const struct admin_filter *f)
{
	struct arena *a = q->r->arena;
	const char *name = parameter(q, f, "id__exact"), *none = parameter(q, f, "isnull");
	const char *now = query_value(q, name);
	struct list rows;

	TRY(rows_read(q->r->db, a, f->choices, DB_NONE, &rows));
	add_link(b, query_address(q, (const struct query_change[]){ { name, NULL }, { none, NULL }, { NULL, NULL } }),
	         "All", !now && !query_value(q, none));
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = (const struct row *)rows.items + i;

		add_link(b,
		         query_address(q,
		                       (const struct query_change[]){ { name, row->object }, { none, NULL }, { NULL, NULL } }),
		         row->cells[0] ? row->cells[0] : row->object, text_equal(now, row->object));
	}
	add_link(b, query_address(q, (const struct query_change[]){ { name, NULL }, { none, "True" }, { NULL, NULL } }),
	         "None", query_value(q, none) != NULL);
	return NULL;
}

static void add_box(const struct query *q, struct buf *b, const struct admin_filter *f)
{
	const char *name = parameter(q, f, "exact"), *now = query_value(q, name);

	buf_text(b, "<form method=\"get\"><label>Exactly <input type=\"text\" maxlength=\"255\" name=\"");
	buf_html(b, name);
	buf_text(b, "\" value=\"");
	buf_html(b, now ? now : "");
	buf_text(b, "\"></label>");
	for (size_t i = 0; i < q->pair_count; i++)
		if (!text_equal(q->pairs[i].name, name) && !text_equal(q->pairs[i].name, "p"))
			page_hidden(b, q->pairs[i].name, q->pairs[i].value);
	buf_text(b, "<button>Filter</button></form>");
}

static struct problem *add_filter(const struct query *q, struct buf *b, const struct admin_filter *f)
{
	const bool box = f->kind == ADMIN_BY_TEXT;

	buf_text(b, "<h3>By ");
	buf_html(b, f->label);
	buf_text(b, box ? "</h3>" : "</h3><ul>");
	switch (f->kind) {
	case ADMIN_BY_YES:
		add_value(q, b, parameter(q, f, "exact"), NULL, "All");
		add_value(q, b, parameter(q, f, "exact"), "1", "Yes");
		add_value(q, b, parameter(q, f, "exact"), "0", "No");
		break;
	case ADMIN_BY_CHOICE:
		add_choices(q, b, f);
		break;
	case ADMIN_BY_DATE:
		add_dates(q, b, f);
		break;
	case ADMIN_BY_RELATED:
		TRY(add_related(q, b, f));
		break;
	case ADMIN_BY_TEXT:
		add_box(q, b, f);
		break;
	}
	buf_text(b, box ? "\n" : "</ul>\n");
	return NULL;
}

struct problem *list_filters(const struct query *q, struct buf *b)
{
	if (!q->model->filters)
		return NULL;
	buf_printf(b, "<details class=\"filters\"%s><summary>Filter</summary><nav aria-label=\"Filter\">\n",
	           q->filtered ? " open" : "");
	for (const struct admin_filter *f = q->model->filters; f->name; f++)
		TRY(add_filter(q, b, f));
	buf_text(b, "</nav></details>\n");
	return NULL;
}
