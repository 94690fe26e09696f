/* python_list.h - the old server stored a list of strings as Python writes it: ['a', "it's"] (chatbot.md section 15, defect 1). */
#ifndef PORTICO_CHATBOT_PYTHON_LIST_H
#define PORTICO_CHATBOT_PYTHON_LIST_H

#include "lib/base/shape.h"

/* False when `text` is no such list. Quotes of either kind, the escapes of a string literal, an optional u before a string; what
 * an escape cannot be in UTF-8 (a surrogate, NUL) becomes U+FFFD. */
bool python_list_read(struct arena *a, const char *text, struct texts *out);

#endif
