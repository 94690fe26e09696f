/* command.h - what commands read and print: the words behind their name, CSV files.
 *
 * The words are read through a shape like any other input.
 *
 * `--public-number P1`, `--public-number=P1`: the field public_number. A BOOL field is a switch without a value. Words that
 * are no options fill `positional` fields in order. Bounds and messages are those of the shape; all wrong words are
 * reported at once (PROBLEM_FIELDS), an unknown option is PROBLEM_USAGE with the nearest one. */
#ifndef PORTICO_COMMAND_COMMAND_H
#define PORTICO_COMMAND_COMMAND_H

#include "lib/base/app.h"

extern const struct problem_kind PROBLEM_ROWS; /* some rows of a file failed; each has been reported */

/* `positional`: names of fields, NULL-ended, or NULL. *out must be initialized with the defaults. */
struct problem *arguments_read(struct invocation *in, const struct shape *shape, const char *const *positional,
                               void *out) MUST_CHECK;

/* ---- reading a CSV file row by row (RFC 4180; header line; the first data line is 2) ---- */
struct csv;

/* Opens the file and checks that its header holds every REQUIRED field of the shape; PROBLEM_USAGE otherwise. */
struct problem *csv_open(struct arena *a, const char *path, const struct shape *shape, struct csv **out) MUST_CHECK;

/* Reads the next row into *out (zeroed first) in the arena `row`. *line is its number. *more false: the file has ended.
 * PROBLEM_FIELDS for a bad row: the caller reports it and goes on. Rows are at most 1 MiB. */
struct problem *csv_next(struct csv *csv, struct arena *row, void *out, int64_t *line, bool *more) MUST_CHECK;

/* The rows of a file, each by `add` in its own transaction: reports bad rows as `line N error: …` on `in->err`, shows progress on a
 * terminal, ends with `File processed. D/T done.!`, and is a problem (PROBLEM_ROWS) when any row failed. */
typedef struct problem *(csv_row)(struct invocation *in, struct arena *a, void *row, const char **said);
struct problem *csv_each(struct invocation *in, const char *path, const struct shape *shape, csv_row *add) MUST_CHECK;

/* The one word behind a command's name: FILE. */
struct problem *csv_path(struct invocation *in, const char **out) MUST_CHECK;

/* Writes one line; texts are quoted where they must be, NULL is empty. */
void csv_write_line(FILE *out, const char *const *cells, size_t count);
#define csv_write(out, ...)                                     \
	csv_write_line((out), (const char *const[]){ __VA_ARGS__ }, \
	               sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

#endif
