/* browse.h - what the files that make a page of an answer share. */
#ifndef PORTICO_WEB_BROWSE_H
#define PORTICO_WEB_BROWSE_H

#include "lib/web/inner.h"

/* browse_json.c: indented, escaped, addresses and mail addresses as links. */
void browse_json(struct buf *b, struct arena *a, const char *text, size_t length);

/* browse_form.c: forms and buttons for what may be sent to this address. `now` is what it shows, or NULL. */
struct shown {
	const char *text;
	size_t length;
};
void browse_forms(struct req *r, struct buf *b, const struct shown *now);

/* browse_doc.c: what can be done here, from the tables. */
void browse_docs(struct req *r, struct buf *b);

/* `text` escaped, "" for NULL. */
void html_text(struct buf *b, const char *text);

#endif
