/* page_deletion.c - what would be deleted, said before it is: the objects by name and what goes along with them, as far as a page
 * holds. */
#include "app/admin/page.h"

#define SHOWN_MOST 100

static void add_more(struct buf *b, int64_t count)
{
	if (count > SHOWN_MOST)
		buf_printf(b, "<li>and %lld more</li>", (long long)count - SHOWN_MOST);
}

static struct problem *add_along(struct req *r, struct buf *b, const struct admin_along *along, const char *ids)
{
	struct list rows;
	int64_t count;

	TRY(db_number(r->db, r->arena, along->count, DB_ARGS(db_text(ids)), &count));
	if (count == 0)
		return NULL;
	TRY(rows_read(r->db, r->arena, along->list, DB_ARGS(db_text(ids), db_int(SHOWN_MOST)), &rows));
	buf_printf(b, "<h3>Along with them: %lld %s</h3><ul>", (long long)count, count == 1 ? along->one : along->many);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = (const struct row *)rows.items + i;

		buf_text(b, "<li>");
		buf_html(b, row->cells[0] ? row->cells[0] : "");
		buf_text(b, "</li>");
	}
	add_more(b, count);
	buf_text(b, "</ul>\n");
	return NULL;
}

struct problem *page_deletion(struct req *r, struct buf *b, const struct admin_model *m, struct list objects,
                              const char *ids)
{
	buf_printf(b, "<h2>Summary</h2><h3>%zu ", objects.count);
	buf_html(b, model_word(m, (int64_t)objects.count));
	buf_text(b, "</h3><ul>");
	for (size_t i = 0; i < objects.count && i < SHOWN_MOST; i++) {
		const struct row *row = (const struct row *)objects.items + i;

		buf_text(b, "<li>");
		page_link(b, object_path(r->arena, m, row->object, "change"),
		          row->cells[0] && *row->cells[0] ? row->cells[0] : row->object);
		buf_text(b, "</li>");
	}
	add_more(b, (int64_t)objects.count);
	buf_text(b, "</ul>\n");
	for (const struct admin_along *along = m->along; along && along->one; along++)
		TRY(add_along(r, b, along, ids));
	if (m->remove_help) {
		buf_text(b, "<p>");
		buf_html(b, m->remove_help);
		buf_text(b, "</p>\n");
	}
	return NULL;
}
