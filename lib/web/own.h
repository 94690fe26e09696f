/* own.h - the shapes of what lib/web answers itself. */
#ifndef PORTICO_WEB_OWN_H
#define PORTICO_WEB_OWN_H

#include "lib/base/shape.h"

struct health {
	const char *status; /* "ok" or "unavailable" */
	const char *why;    /* NULL when ok */
};
extern const struct shape health_shape;

#endif
