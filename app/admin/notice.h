/* notice.h - one-shot notices: what has happened is said on the next page, whichever it is. They travel in the cookie `messages`,
 * which a browser may have got from anywhere: it can name one of the sentences here with a short text in it, and nothing else. */
#ifndef PORTICO_ADMIN_NOTICE_H
#define PORTICO_ADMIN_NOTICE_H

#include "lib/base/buf.h"
#include "lib/web/request.h"

enum notice {
	NOTICE_DELETED,    /* Successfully deleted … . */
	NOTICE_NOT_CHOSEN, /* a warning, without a text */
	NOTICE_NO_ACTION,
	NOTICE_TOO_MANY,
	NOTICE_MISSING,
	NOTICE_ADDED,
	NOTICE_CHANGED,
	NOTICE_PASSWORD,
	NOTICE_DONE,
	NOTICE_FAILED,
	NOTICE_SIGNED_OUT,
	NOTICE_N
};

/* Has it said on the page after this answer. A text that is too long is cut. */
void notice_set(struct req *r, enum notice n, const char *text);

/* Says what was to be said, and forgets it. */
void notice_say(struct req *r, struct buf *b);

#endif
