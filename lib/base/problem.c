/* problem.c - problems and the kinds that every floor may raise; see problem.h. */
#include "lib/base/problem.h"

#include <stdarg.h>

/* clang-format off */
const struct problem_kind PROBLEM_FIELDS      = { 400, "base.fields", "Invalid input", "Some fields are not valid.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_MALFORMED   = { 400, "base.malformed", "Malformed request", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_NOT_FOUND   = { 404, "base.not_found", "Not found", "Not found.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_CONFLICT    = { 409, "base.conflict", "Conflict", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_TOO_LARGE   = { 413, "base.too_large", "Too large", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_INTERNAL    = { 500, "base.internal", "Internal error", "A server error occurred.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_UNAVAILABLE = { 503, "base.unavailable", "Service unavailable", "Service temporarily unavailable, try again later.", FORM_PROBLEM, 5 };
const struct problem_kind PROBLEM_SETTINGS    = { 500, "base.settings", "Wrong settings", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_USAGE       = { 400, "base.usage", "Wrong usage", NULL, FORM_PROBLEM, 0 };
/* clang-format on */

struct problem *problem_new(struct arena *a, const struct problem_kind *kind, const char *format, ...)
{
	struct problem *p = ARENA_NEW(a, struct problem);

	p->kind = kind;
	p->retry_after_s = kind->retry_after_s;
	p->arena = a;
	p->detail = kind->detail ? kind->detail : kind->title;
	if (format) {
		va_list args;

		va_start(args, format);
		p->detail = arena_vprintf(a, format, args);
		va_end(args);
	}
	return p;
}

struct problem *problem_because(struct problem *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	p->cause = arena_vprintf(p->arena, format, args);
	va_end(args);
	return p;
}

void problem_field(struct arena *a, struct problem **p, const char *field, const char *format, ...)
{
	if (!*p)
		*p = problem_new(a, &PROBLEM_FIELDS, NULL);

	struct arena *home = (*p)->arena;
	struct field_error *e = ARENA_NEW(home, struct field_error);
	struct field_error **end = &(*p)->fields;
	va_list args;

	e->field = arena_text(home, field);
	va_start(args, format);
	e->message = arena_vprintf(home, format, args);
	va_end(args);

	while (*end)
		end = &(*end)->next;
	*end = e;
}

int problem_is(const struct problem *p, const struct problem_kind *kind)
{
	return p && p->kind == kind;
}

const char *problem_words(const struct problem *p)
{
	return p->kind->status == 503 && p->detail == p->kind->detail ? p->kind->title : p->detail;
}
