/* csv.c - CSV files (RFC 4180) as rows of a shape, for the commands that take many at once. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/command/command.h"
#include "lib/json/json.h"

const struct problem_kind PROBLEM_ROWS = { 400, "command.rows", "Some rows failed", NULL, FORM_PROBLEM, 0 };

#define ROW_BYTES (1024 * 1024)
#define COLUMNS_MOST 64

struct csv {
	FILE *file;
	const struct shape *shape;
	const struct field *columns[COLUMNS_MOST]; /* NULL: a column nobody asked for */
	size_t column_count;
	int64_t line; /* lines read so far */
	struct arena *arena;
};

static void file_close(void *file)
{
	(void)fclose(file);
}

/* One record as texts; *more false at the end of the file. Quoted fields may hold commas, quotes (doubled) and line ends. */
static struct problem *record_read(struct csv *csv, struct arena *a, struct texts *out, bool *more)
{
	const char **cells = ARENA_ARRAY(a, const char *, COLUMNS_MOST);
	struct buf cell;
	size_t n = 0;
	bool quoted = false, was_quoted = false, any = false;

	buf_init(&cell, a, ROW_BYTES);
	for (;;) {
		int c = getc(csv->file);

		if (c == '\n')
			csv->line++;
		if (c == EOF && !any) {
			*more = false;
			return NULL;
		}
		if (c == EOF && quoted)
			return problem_new(a, &PROBLEM_USAGE, "a quoted field does not end");
		any = true;
		if (quoted && c == '"') {
			int next = getc(csv->file);

			if (next == '"') {
				buf_char(&cell, '"');
				continue;
			}
			quoted = false;
			(void)ungetc(next, csv->file);
		} else if (quoted) {
			buf_char(&cell, (char)c);
		} else if (c == '"' && cell.length == 0 && !was_quoted) {
			quoted = was_quoted = true;
		} else if (c == ',' || c == '\n' || c == EOF) {
			if (n == COLUMNS_MOST)
				return problem_new(a, &PROBLEM_USAGE, "more than %d columns", COLUMNS_MOST);
			cells[n++] = arena_text_n(a, buf_string(&cell), cell.length);
			buf_clear(&cell);
			was_quoted = false;
			if (c != ',')
				break;
		} else if (c != '\r') {
			buf_char(&cell, (char)c);
		}
		if (cell.full)
			return problem_new(a, &PROBLEM_USAGE, "a field is longer than %d bytes", ROW_BYTES);
	}
	*more = true;
	*out = (struct texts){ cells, n };
	return NULL;
}

struct problem *csv_open(struct arena *a, const char *path, const struct shape *shape, struct csv **out)
{
	struct csv *csv = ARENA_NEW(a, struct csv);
	struct texts header = { NULL, 0 };
	bool more = false;

	csv->arena = a;
	csv->shape = shape;
	csv->file = fopen(path, "re");
	if (!csv->file)
		return problem_new(a, &PROBLEM_USAGE, "Problems, %s: %s", path, strerror(errno));
	arena_defer(a, file_close, csv->file);
	TRY(record_read(csv, a, &header, &more));
	csv->column_count = header.count;
	for (size_t i = 0; i < header.count; i++)
		csv->columns[i] = shape_field(shape, text_trim(a, header.items[i]), NULL);
	for (const struct field *f = shape->fields; f->name; f++) {
		size_t i = 0;

		while (i < header.count && csv->columns[i] != f)
			i++;
		if ((f->flags & REQUIRED) && i == header.count)
			return problem_new(a, &PROBLEM_USAGE, "Problems, %s has no column \"%s\"", path, f->name);
	}
	*out = csv;
	return NULL;
}

static bool record_blank(const struct texts *record)
{
	return record->count == 1 && record->items[0][0] == '\0';
}

struct problem *csv_next(struct csv *csv, struct arena *row, void *out, int64_t *line, bool *more)
{
	struct texts record = { NULL, 0 };
	struct problem *wrong = NULL;

	do {
		*line = csv->line + 1;
		TRY(record_read(csv, row, &record, more));
	} while (*more && record_blank(&record));
	if (!*more)
		return NULL;
	memset(out, 0, csv->shape->size);
	if (record.count != csv->column_count)
		return problem_new(row, &PROBLEM_USAGE, "%zu columns instead of %zu", record.count, csv->column_count);
	for (size_t i = 0; i < record.count; i++) {
		if (!csv->columns[i])
			continue;
		if (!utf8_valid(record.items[i], strlen(record.items[i])))
			problem_field(row, &wrong, csv->columns[i]->name, "Not a valid string.");
		else
			field_read_text(row, csv->columns[i], record.items[i], out, &wrong);
	}
	return wrong;
}

static const char *row_problem_text(struct arena *a, const struct problem *p)
{
	struct buf b;

	buf_init(&b, a, 4096);
	if (!p->fields)
		buf_text(&b, p->detail);
	for (const struct field_error *e = p->fields; e; e = e->next)
		buf_printf(&b, "%s%s: %s", e == p->fields ? "" : "; ", e->field, e->message);
	return buf_string(&b);
}

struct problem *csv_each(struct invocation *in, const char *path, const struct shape *shape, csv_row *add)
{
	struct csv *csv;
	int64_t done = 0, total = 0;
	bool terminal = !in->quiet && isatty(STDERR_FILENO);

	TRY(csv_open(in->arena, path, shape, &csv));
	for (;;) {
		AUTO(arena_close) struct arena *a = arena_new();
		void *row = arena_alloc(a, shape->size);
		const char *said = "";
		int64_t line = 0;
		bool more = true;
		struct problem *p = csv_next(csv, a, row, &line, &more);

		if (!more)
			break;
		total++;
		if (!p)
			p = add(in, a, row, &said);
		if (p) {
			fprintf(in->err, "line %lld error:%s\n", (long long)line, row_problem_text(a, p));
			if (p->cause)
				fprintf(in->err, "  because: %s\n", p->cause);
		} else {
			done++;
			if (!in->quiet)
				fprintf(in->out, "line %lld %s\n", (long long)line, said);
		}
		if (terminal && total % 100 == 0)
			fprintf(stderr, "\r%lld rows, %lld failed", (long long)total, (long long)(total - done));
	}
	if (terminal && total >= 100)
		fputc('\n', stderr);
	if (total == 0)
		fprintf(in->err, "%s holds no row\n", path);
	fprintf(in->out, "File processed. %lld/%lld done.!\n", (long long)done, (long long)total);
	if (done < total)
		return problem_new(in->arena, &PROBLEM_ROWS, "%lld of %lld rows failed", (long long)(total - done),
		                   (long long)total);
	return NULL;
}
