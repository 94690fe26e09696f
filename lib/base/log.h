/* log.h - one key=value line per event, on standard error (or the file of the setting portico.log_file).
 *
 *   at=2026-01-02T03:04:05.000006Z level=warn app=facility event="launch failed" req=7f3a resource=12
 *
 * Values with blanks, quotes or control characters are quoted as JSON strings. Library code speaks through
 * its return value; secrets and bodies stay out. One write(2) per line, so processes may share a file. */
#ifndef PORTICO_BASE_LOG_H
#define PORTICO_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct problem;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVEL_N };
extern const char *const log_level_names[LOG_LEVEL_N + 1]; /* "debug" …, NULL at the end */

struct log_pair {
	const char *key; /* NULL ends the list */
	const char *text;
	int64_t number;
	bool is_text; /* text counts (NULL is written as -), else the number */
};

#define L_TEXT(k, v) ((struct log_pair){ .key = (k), .text = (v), .is_text = true })
#define L_INT(k, v) ((struct log_pair){ .key = (k), .number = (v) })

/* LOG(LOG_INFO, "started", L_INT("pid", getpid())) */
/* clang-format off */
#define LOG(level, event, ...) \
	log_write((level), (event), (const struct log_pair[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } })
/* clang-format on */
void log_write(enum log_level level, const char *event, const struct log_pair *pairs);

/* Writes a problem once: code, status, detail, cause. Error level from 500 on, else info. */
void log_problem(const struct problem *p);

/* What every line of this process carries from now on; NULL leaves it out. The text must outlive it. */
void log_app(const char *app);
void log_request(const char *request_id);

void log_threshold(enum log_level level);
/* Appends to a file from now on (reopened by log_reopen(), for logrotate). False and errno when it cannot. */
int log_open(const char *path);
int log_reopen(void);

#endif
