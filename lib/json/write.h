/* write.h - what reading needs of writing. Used inside lib/json alone. */
#ifndef PORTICO_JSON_WRITE_H
#define PORTICO_JSON_WRITE_H

#include "lib/base/buf.h"

/* Decimal text that reads back as the same finite number, with 15 digits where they are enough: 0.1, 2.0, 1e+300. */
void double_write(struct buf *b, double value);

#endif
