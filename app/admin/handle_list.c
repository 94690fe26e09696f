/* handle_list.c - the list of a model's objects: sorted, searched, filtered, page by page. One query for the page, one for the
 * count. */
#include <string.h>

#include "app/admin/handle.h"
#include "app/admin/list.h"
#include "lib/base/text.h"

/* ---- the table ---- */

/* The column that is clicked comes first, the others stay behind it. */
static const char *sort_address(const struct query *q, size_t column)
{
	struct buf b;
	bool down = false;

	buf_init(&b, q->r->arena, 1024);
	for (size_t i = 0; i < q->sort_count; i++)
		if (q->sorts[i].column == column)
			down = !q->sorts[i].down;
	buf_printf(&b, "%s%zu", down ? "-" : "", column + 1);
	for (size_t i = 0; i < q->sort_count; i++)
		if (q->sorts[i].column != column)
			buf_printf(&b, ".%s%zu", q->sorts[i].down ? "-" : "", q->sorts[i].column + 1);
	return query_address(q, (const struct query_change[]){ { "o", buf_string(&b) }, { NULL, NULL } });
}

static void add_heading(const struct query *q, struct buf *b, size_t column)
{
	const struct admin_column *c = &q->model->columns[column];
	const char *order = "none";

	if (c->unsorted) {
		buf_text(b, "<th scope=\"col\">");
		buf_html(b, c->label);
		buf_text(b, "</th>");
		return;
	}
	/* only the one that decides may say so */
	if (q->sort_count > 0 && q->sorts[0].column == column)
		order = q->sorts[0].down ? "descending" : "ascending";
	buf_printf(b, "<th scope=\"col\" aria-sort=\"%s\">", order);
	page_link(b, sort_address(q, column), c->label);
	buf_text(b, "</th>");
}

static void add_row(const struct query *q, struct buf *b, const struct row *row, bool acts)
{
	const struct admin_model *m = q->model;

	buf_text(b, "<tr>");
	if (acts) {
		buf_text(b, "<td><label class=\"tick\"><input type=\"checkbox\" name=\"_selected_action\" value=\"");
		buf_html(b, row->object);
		buf_text(b, "\"><span class=\"aside\">Select ");
		buf_html(b, m->one);
		buf_char(b, ' ');
		buf_html(b, row->cells[0] ? row->cells[0] : row->object);
		buf_text(b, "</span></label></td>");
	}
	for (size_t i = 0; m->columns[i].sql; i++) {
		buf_text(b, i == 0 ? "<th scope=\"row\"><a href=\"" : "<td>");
		if (i == 0) {
			buf_html(b, object_path(q->r->arena, m, row->object, "change"));
			buf_text(b, "\">");
		}
		page_value(q->r, b, &m->columns[i], row->cells[i], false);
		buf_text(b, i == 0 ? "</a></th>" : "</td>");
	}
	buf_text(b, "</tr>\n");
}

static void add_actions(const struct desk *d, struct query *q, struct buf *b, int64_t count, size_t shown)
{
	const struct admin_model *m = q->model;

	buf_text(b, "<p class=\"actions\"><label>Action: <select name=\"action\"><option value=\"\">---------</option>");
	if (desk_may(d, m, MAY_DELETE)) {
		buf_text(b, "<option value=\"" DELETE_CHOSEN "\">Delete selected ");
		buf_html(b, m->many);
		buf_text(b, "</option>");
	}
	for (const struct admin_action *a = desk_may(d, m, MAY_CHANGE) ? m->actions : NULL; a && a->name; a++) {
		buf_text(b, "<option value=\"");
		buf_html(b, a->name);
		buf_text(b, "\">");
		buf_html(b, a->label);
		buf_text(b, "</option>");
	}
	buf_text(b, "</select></label> <button>Go</button>");
	if (count > (int64_t)shown)
		buf_printf(
			b,
			" <label class=\"tick\"><input type=\"checkbox\" name=\"select_across\" value=\"1\"> Select all %lld across "
			"pages</label>",
			(long long)count);
	buf_text(b, "</p>\n");
}

static void add_table(const struct desk *d, struct query *q, struct buf *b, struct list rows, int64_t count)
{
	const struct admin_model *m = q->model;
	const bool acts = list_acts(d, m);

	if (acts) {
		page_form_begin(q->r, b, NULL, "Actions");
		add_actions(d, q, b, count, rows.count);
	}
	buf_text(
		b, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><caption class=\"aside\">");
	buf_html(b, page_capital(q->r->arena, m->many));
	buf_text(b, "</caption><thead><tr>");
	if (acts)
		buf_text(b, "<th scope=\"col\"><span class=\"aside\">Select</span></th>");
	for (size_t i = 0; m->columns[i].sql; i++)
		add_heading(q, b, i);
	buf_text(b, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < rows.count; i++)
		add_row(q, b, (const struct row *)rows.items + i, acts);
	buf_text(b, "</tbody></table></div>\n");
	if (acts)
		buf_text(b, "</form>\n");
}

/* ---- pages ---- */

static void add_page(const struct query *q, struct buf *b, int64_t page, const char *words)
{
	const char *number = arena_printf(q->r->arena, "%lld", (long long)page);

	page_link(b, query_address(q, (const struct query_change[]){ { "p", number }, { "all", NULL }, { NULL, NULL } }),
	          words);
	buf_char(b, ' ');
}

/* The first, the last, and those around this one. */
static void add_pager(const struct query *q, struct buf *b, int64_t count)
{
	const int64_t last = count > 0 ? (count - 1) / PAGE_ROWS : 0;
	const bool all = q->all && count <= ALL_ROWS;

	buf_text(b, "<nav class=\"pager\" aria-label=\"Pages\">");
	for (int64_t page = 0; page <= last && last > 0 && !all; page++) {
		const char *words = arena_printf(q->r->arena, "%lld", (long long)page + 1);

		if (page == q->page)
			buf_printf(b, "<strong aria-current=\"page\">%s</strong> ", words);
		else if (page == 0 || page == last || (page > q->page - 4 && page < q->page + 4))
			add_page(q, b, page, words);
		else if (page == q->page - 4 || page == q->page + 4)
			buf_text(b, "… ");
	}
	buf_printf(b, "<span>%lld %s</span>", (long long)count, model_word(q->model, count));
	if (last > 0 && count <= ALL_ROWS && !all) {
		buf_char(b, ' ');
		page_link(b, query_address(q, (const struct query_change[]){ { "all", "" }, { NULL, NULL } }), "Show all");
	}
	buf_text(b, "</nav>\n");
}

/* ---- the page ---- */

static void add_search(const struct query *q, struct buf *b)
{
	if (!q->model->search)
		return;
	buf_text(b,
	         "<form method=\"get\" role=\"search\" class=\"search\"><label for=\"searchbar\">Search</label> "
	         "<input type=\"search\" id=\"searchbar\" name=\"q\" maxlength=\"500\" value=\"");
	buf_html(b, q->search ? q->search : "");
	buf_text(b, "\">");
	for (size_t i = 0; i < q->pair_count; i++)
		if (!text_equal(q->pairs[i].name, "q") && !text_equal(q->pairs[i].name, "p"))
			page_hidden(b, q->pairs[i].name, q->pairs[i].value);
	buf_text(b, " <button>Search</button></form>\n");
}

static struct problem *lead_to_whole(const struct query *q)
{
	return page_lead(q->r, arena_printf(q->r->arena, "%s?e=1", model_path(q->r->arena, q->model)));
}

static struct problem *show(const struct desk *d, struct query *q)
{
	const struct admin_model *m = q->model;
	struct arena *a = q->r->arena;
	struct list rows;
	int64_t count;
	struct buf b;

	TRY(query_count(q, &count));
	if (q->page > 0 && q->page * PAGE_ROWS >= count)
		return lead_to_whole(q); /* as Django does with a page that is not there */
	TRY(query_rows(q, count, &rows));
	page_begin(q->r, &b,
	           arena_printf(a, "Select %s to %s", m->one, m->change && desk_may(d, m, MAY_CHANGE) ? "change" : "view"),
	           (const struct crumb[]){ { arena_printf(a, "%s/%s/", admin_base(), m->label), m->group },
	                                   { NULL, NULL } });
	if (desk_may(d, m, MAY_ADD)) {
		buf_text(&b, "<p><a class=\"button\" href=\"");
		buf_html(&b, arena_printf(a, "%sadd/", model_path(a, m)));
		buf_text(&b, "\">Add ");
		buf_html(&b, m->one);
		buf_text(&b, "</a></p>\n");
	}
	add_search(q, &b);
	TRY(list_filters(q, &b));
	add_table(d, q, &b, rows, count);
	add_pager(q, &b, count);
	return page_end(q->r, &b, 200);
}

bool list_acts(const struct desk *d, const struct admin_model *m)
{
	return desk_may(d, m, MAY_DELETE) || (m->actions && desk_may(d, m, MAY_CHANGE));
}

struct problem *list_show(struct req *r)
{
	const struct admin_model *m;
	struct query q;
	struct desk d;
	bool wrong;

	TRY(desk_open(r, &d));
	TRY(desk_model(&d, &m));
	TRY(desk_must(&d, m, MAY_VIEW));
	TRY(query_read(r, m, &q, &wrong));
	return wrong ? lead_to_whole(&q) : show(&d, &q);
}
