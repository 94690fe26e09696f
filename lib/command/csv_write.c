/* csv_write.c - CSV lines (RFC 4180), and the file that a command is given. */
#include "lib/command/command.h"

#include <string.h>

struct file_words {
	const char *file;
};
/* clang-format off */
static const struct field file_fields[] = {
	FIELD(struct file_words, file, REQUIRED | NO_TRIM, 1, 4096, "path of the file"),
	FIELD_END,
};
static const struct shape file_shape = SHAPE("FileWords", struct file_words, file_fields);
/* clang-format on */

struct problem *csv_path(struct invocation *in, const char **out)
{
	static const char *const positional[] = { "file", NULL };
	struct file_words words = { NULL };

	TRY(arguments_read(in, &file_shape, positional, &words));
	*out = words.file;
	return NULL;
}

void csv_write_line(FILE *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *cell = cells[i] ? cells[i] : "";

		if (i)
			fputc(',', out);
		if (!strpbrk(cell, ",\"\r\n")) {
			fputs(cell, out);
			continue;
		}
		fputc('"', out);
		for (; *cell; cell++) {
			if (*cell == '"')
				fputc('"', out);
			fputc(*cell, out);
		}
		fputc('"', out);
	}
	fputc('\n', out);
}
