/* paging.h - a list in parts, for lists that offer it: by number, by offset, or by a cursor, whichever the caller's query
 * asks for (accounts-and-conventions.md section 12); without any of it the list is whole, as it always was.
 *
 *   struct paging paging;
 *   TRY(paging_read(r, &(struct paging_conf){ .size = 100, .most = 1000 }, &paging));
 *   if (paging_counts(&paging))
 *           TRY(thing_count(r->db, r->arena, &paging.count));
 *   TRY(paging_settle(r, &paging));
 *   TRY(thing_list(…, paging.offset, paging.limit, …));
 *   return reply_paging(r, &thing_shape, things, &paging, thing_key); */
#ifndef PORTICO_WEB_PAGING_H
#define PORTICO_WEB_PAGING_H

#include "lib/web/request.h"

enum paging_style {
	PAGING_NONE,   /* the whole list, a bare array */
	PAGING_PAGE,   /* ?page=2&page_size=10 */
	PAGING_OFFSET, /* ?limit=10&offset=20 */
	PAGING_CURSOR, /* ?cursor=…&page_size=10: stays right while items come and go */
};

struct paging_conf {
	int64_t size; /* items of a part unless the caller says otherwise */
	int64_t most; /* that he may ask for */
};

struct paging {
	enum paging_style style;
	int64_t size;  /* items of this part */
	int64_t count; /* of the whole list; the app sets it where paging_counts() */
	/* what to read: */
	int64_t limit, offset; /* with a cursor one item more than is shown, which tells whether there are others behind */
	const char *position;  /* cursor: the key behind which it begins; NULL: at an end of the list */
	bool backwards;        /* cursor: read in the opposite order, from `position` towards the beginning */
	/* the service's own: */
	int64_t number; /* of the page */
	bool last;      /* ?page=last */
};

/* The key of an item, which a cursor holds: what the list is ordered by, as text that the app reads back. */
typedef const char *(paging_key)(struct arena *a, const void *item);

/* `cursor`, else `page` or `page_size`, else `limit` or `offset`: the first that is there decides. PROBLEM_PAGE,
 * PROBLEM_CURSOR. */
struct problem *paging_read(struct req *r, const struct paging_conf *conf, struct paging *out) MUST_CHECK;
bool paging_counts(const struct paging *p);
/* Once `count` is known. PROBLEM_PAGE beyond the last page. */
struct problem *paging_settle(struct req *r, struct paging *p) MUST_CHECK;
/* {"count","next","previous","results"}, with a cursor without count, or the bare array. */
struct problem *reply_paging(struct req *r, const struct shape *items, struct list list, const struct paging *p,
                             paging_key *key) MUST_CHECK;

extern const struct problem_kind PROBLEM_CURSOR; /* 404 web.cursor: "Invalid cursor" */

/* The query parameters, for the route's table. */
struct paging_query {
	const char *page, *page_size, *limit, *offset, *cursor;
};
extern const struct shape paging_query_shape;

#endif
