/* store_rows.c - rows of any model.
 * Speaks SQL and nothing else: query.c has put it together from the tables' constant texts. Contracts are in store.h. */
#include "app/admin/store.h"

/* clang-format off */
#define CELL(n) FIELD_AS(struct row, cells[n], "c" #n, OPTIONAL, INT64_MIN, INT64_MAX, "a value")

static const struct field fields[] = {
	FIELD_OUT(struct row, object, "key"),
	CELL(0), CELL(1), CELL(2), CELL(3), CELL(4), CELL(5), CELL(6), CELL(7), CELL(8), CELL(9),
	CELL(10), CELL(11), CELL(12), CELL(13), CELL(14), CELL(15), CELL(16), CELL(17), CELL(18), CELL(19),
	FIELD_END,
};
/* clang-format on */
static const struct shape shape = SHAPE("AdminRow", struct row, fields);

struct problem *rows_read(struct db *db, struct arena *a, const char *sql, struct db_args args, struct list *out)
{
	return db_rows(db, a, sql, args, &shape, out);
}
