/* guacamole.h - the connection to Guacamole's own database, for the app's start and `portico check`. */
#ifndef PORTICO_FACILITY_GUACAMOLE_H
#define PORTICO_FACILITY_GUACAMOLE_H

#include "app/facility/resource.h"

/* Opened at start, connected at first use; NULL option file: Guacamole is not set up. */
struct problem *guacamole_open(struct process *p, const char *option_file) MUST_CHECK;
void guacamole_close(void);

/* The schema of 1.0 and later keeps names in guacamole_entity, that up to 0.9.14 in guacamole_user. Asked every time:
 * Guacamole is upgraded without telling us. */
struct problem *guacamole_has_entities(struct arena *a, bool *out) MUST_CHECK;

#endif
