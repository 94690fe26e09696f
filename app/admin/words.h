/* words.h - the audit trail in words. */
#ifndef PORTICO_ADMIN_WORDS_H
#define PORTICO_ADMIN_WORDS_H

#include "app/admin/store.h"

/* "Added.", "Changed email and groups.", "Removed.", not escaped. */
const char *trail_words(struct arena *a, const struct trail *t);

#endif
