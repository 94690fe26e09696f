/* problem.h - the only way a function fails.
 *
 * A function that can fail returns `struct problem *`: NULL is success. A problem is an occurrence of a
 * *kind* (status, stable code, title; each said once, in the problems.c of its room) with a detail the
 * client may read and a cause that only the log sees. The request loop logs it once and sends it as
 * application/problem+json (RFC 9457), or as its kind's form says. Problems live in the arena. */
#ifndef PORTICO_BASE_PROBLEM_H
#define PORTICO_BASE_PROBLEM_H

#include "lib/base/arena.h"

/* How a problem looks to the client. Old clients of a replaced service may expect another body. */
enum problem_form {
	FORM_PROBLEM, /* application/problem+json, with `detail` and the fields also at the top level */
	FORM_EMPTY,   /* status and headers only */
	FORM_TEXT,    /* the detail as one JSON string: "Unable to authenticate" */
	FORM_ERROR,   /* {"error": detail} */
	FORM_MSG,     /* {"msg": detail} */
	FORM_HEADER,  /* no body; the detail in header X-Calipso-Error */
	FORM_N
};

struct problem_kind {
	int status;         /* HTTP status */
	const char *code;   /* stable, dotted: "facility.quota.sessions" */
	const char *title;  /* the same words for every occurrence */
	const char *detail; /* what `detail` says when the occurrence has nothing to add; NULL: the title */
	enum problem_form form;
	int retry_after_s; /* > 0: sent as Retry-After unless the occurrence says otherwise */
};

/* One wrong field of a body or query; a field may have several messages. */
struct field_error {
	const char *field;
	const char *message;
	struct field_error *next;
};

struct problem {
	const struct problem_kind *kind;
	const char *detail;         /* never NULL, safe to show */
	const char *cause;          /* for the log only; NULL when there is none */
	struct field_error *fields; /* NULL when no single field is to blame */
	int retry_after_s;          /* 0: no Retry-After */
	struct arena *arena;        /* where it and what is added to it live */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Hands a problem onward; the only macro that hides a `return`. */
#define TRY(expression)                              \
	do {                                             \
		struct problem *try_problem_ = (expression); \
		if (try_problem_)                            \
			return try_problem_;                     \
	} while (0)

/* An occurrence of `kind`. `format` may be NULL: the kind's own words are then the detail. */
struct problem *problem_new(struct arena *a, const struct problem_kind *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4), nonnull(1, 2), returns_nonnull));

/* Sets the cause (for the log) and returns the same problem, so that it can be returned at once. */
struct problem *problem_because(struct problem *p, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2), returns_nonnull));

/* Adds one field's message; *p is made as PROBLEM_FIELDS (400) when it is still NULL. Order is kept. */
void problem_field(struct arena *a, struct problem **p, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* True if p is an occurrence of that kind. p may be NULL. */
int problem_is(const struct problem *p, const struct problem_kind *kind);

/* What an admin is told: as a client, but for what is away (503), where clients are only told to try again. */
const char *problem_words(const struct problem *p);

/* Kinds that every floor may raise. */
extern const struct problem_kind PROBLEM_FIELDS;      /* 400 base.fields: see `errors` */
extern const struct problem_kind PROBLEM_MALFORMED;   /* 400 base.malformed: body could not be read */
extern const struct problem_kind PROBLEM_NOT_FOUND;   /* 404 base.not_found: "Not found." */
extern const struct problem_kind PROBLEM_CONFLICT;    /* 409 base.conflict */
extern const struct problem_kind PROBLEM_TOO_LARGE;   /* 413 base.too_large */
extern const struct problem_kind PROBLEM_INTERNAL;    /* 500 base.internal: ours to mend, cause in the log */
extern const struct problem_kind PROBLEM_UNAVAILABLE; /* 503 base.unavailable, Retry-After */
extern const struct problem_kind PROBLEM_SETTINGS;    /* 500 base.settings: a wrong setting; stops the start */
extern const struct problem_kind PROBLEM_USAGE;       /* 400 base.usage: wrong words on a command line */

#endif
