/* admin.h - what the administration shows of an app, as tables (design.md section 4).
 *
 * An app lists its models in `struct app`; the app `admin` finds them there and makes pages of them: lists to sort, search and
 * filter, one object, deletion with what it takes along, forms. All SQL here is constant text of the app's own tables; values are
 * bound. Nothing that is secret may stand in a column, not even hashed. */
#ifndef PORTICO_WEB_ADMIN_H
#define PORTICO_WEB_ADMIN_H

#include "lib/base/shape.h"
#include "lib/db/db.h"
#include "lib/web/request.h"

/* How a value looks. Whatever SQL makes of it is read as text. */
enum admin_kind {
	ADMIN_TEXT,
	ADMIN_LINES,   /* text of several lines; as it is on the object's page */
	ADMIN_STRINGS, /* JSON list of strings, a line each */
	ADMIN_YES,     /* 0 or 1 */
	ADMIN_CHOICE,  /* a number, one of `names` */
	ADMIN_AT,      /* datetime(6), UTC */
	ADMIN_AGE,     /* the same as "5 minutes ago" */
	ADMIN_KIND_N
};

struct admin_column {
	const char *label;
	const char *sql; /* an expression over the model's FROM; NULL ends the table */
	enum admin_kind kind;
	const char *const *names; /* CHOICE */
	bool unsorted;            /* sorting by it would be too dear, or mean nothing */
};
#define ADMIN_COLUMNS_MOST 20
/* clang-format off */
#define COLUMN(label_, sql_, ...) { .label = (label_), .sql = (sql_) __VA_OPT__(,) __VA_ARGS__ }
/* clang-format on */

enum admin_filter_kind {
	ADMIN_BY_YES,    /* ?NAME__exact=1 */
	ADMIN_BY_CHOICE, /* ?NAME__exact=NUMBER, one of `names` */
	ADMIN_BY_DATE,   /* ?NAME__gte=TIME&NAME__lt=TIME */
	ADMIN_BY_TEXT,   /* ?NAME__exact=TEXT */
	ADMIN_BY_RELATED /* ?NAME__id__exact=NUMBER, or ?NAME__isnull=True */
};

struct admin_filter {
	const char *name; /* as Django calls it in addresses: "is_staff"; NULL ends the table */
	const char *label;
	enum admin_filter_kind kind;
	const char *sql;          /* a condition with one ?; DATE: the expression that is compared */
	const char *const *names; /* CHOICE */
	const char *none;         /* RELATED: the condition of ?NAME__isnull=True */
	const char *choices;      /* RELATED: SELECT … AS object, … AS c0, what may be chosen; at most 100 rows */
};

/* clang-format off */
#define FILTER(name_, label_, kind_, sql_, ...) \
	{ .name = (name_), .label = (label_), .kind = (kind_), .sql = (sql_) __VA_OPT__(,) __VA_ARGS__ }
/* clang-format on */

/* What goes when objects go, and has no page of its own. The ? is the objects' numbers as db_ids() writes them. */
struct admin_along {
	const char *one, *many;
	const char *count; /* SELECT COUNT(*) … */
	const char *list;  /* SELECT … AS c0 … LIMIT ?: what they are called */
};

/* A value of a form's field of KIND_TEXTS. */
struct admin_choice {
	const char *value, *label;
};

/* A form. Its fields are TEXT (SECRET: a password, never shown again), BOOL, and TEXTS, of which `choices` are ticked. */
struct admin_form {
	const struct shape *shape;
	const char *title; /* "Change password"; NULL: "Add user", "Change user" */
	const char *help;  /* what stands above the fields; NULL: nothing */
	/* What the form begins with; id 0: nothing yet. PROBLEM_FORBIDDEN: this object is not the caller's to change. */
	struct problem *(*load)(struct req *r, int64_t id, void *object);
	/* What may be ticked while the form holds `object`, as struct admin_choice; NULL: the shape has no KIND_TEXTS. */
	struct problem *(*choices)(struct req *r, const struct field *f, const void *object, struct list *out);
	/* Writes it, with its line in the audit trail. *id 0: makes one. PROBLEM_FIELDS comes back with the form. */
	struct problem *(*save)(struct req *r, int64_t *id, const void *object);
};

/* Something else that may be done with the objects that were chosen, each by itself. Who may change the model may do it. */
struct admin_action {
	const char *name;  /* of the form's value; NULL ends the table */
	const char *label; /* "Try again" */
	const char *done;  /* "tried again": jobs that were … */
	/* PROBLEM_CONFLICT, PROBLEM_NOT_FOUND: not this one. */
	struct problem *(*run)(struct req *r, int64_t id);
};

struct admin_model {
	const char *label, *name;           /* of its address, as Django knows it: "auth", "user"; NULL ends the table */
	const char *group;                  /* the heading it stands under: "Accounts" */
	const char *one, *many;             /* "user", "users" */
	const char *permission;             /* "accounts.user", before .view .add .change .delete */
	const char *audited;                /* object_kind in the audit trail; NULL: there is no history */
	const char *from;                   /* "account_user u" */
	const char *key;                    /* "u.id", unique */
	bool key_is_text;                   /* then there is nothing to be done with it but to look */
	const char *title;                  /* what an object is called: "u.username" */
	const char *order;                  /* of a list that nobody has sorted: "u.username"; the key comes behind it */
	bool newest_first;                  /* the key then counts down */
	const struct admin_column *columns; /* of the list; the first one leads to the object */
	const struct admin_column *fields;  /* of the object's page; NULL: the list's */
	const char *const *search;          /* expressions, NULL-ended; NULL: no search */
	const struct admin_filter *filters; /* NULL: none */
	/* In the caller's transaction: deletes those of the objects (ascending, each once) that are there, each with its line in the
	 * audit trail; *gone: how many those were. A problem leaves all as it was. NULL: nobody may delete. */
	struct problem *(*remove)(struct db *db, struct arena *a, const struct identity *who, const int64_t *ids,
	                          size_t count, int64_t *gone);
	const char *remove_help;            /* what else a deletion does, in words; NULL: nothing */
	const struct admin_along *along;    /* NULL: nothing */
	const struct admin_form *add;       /* NULL: nobody may add */
	const struct admin_form *change;    /* NULL: nobody may change */
	const struct admin_form *password;  /* for the accounts alone */
	const struct admin_action *actions; /* NULL: none */
};

#endif
