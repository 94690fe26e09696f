/* client.h - the outside services the facility app speaks to (client_*.c); the Docker engine is in client_docker.h. */
#ifndef PORTICO_FACILITY_CLIENT_H
#define PORTICO_FACILITY_CLIENT_H

#include <stdbool.h>

#include "lib/base/app.h"
#include "lib/base/problem.h"

/* Makes the services that are set; called at start. */
struct problem *useroffice_start(struct process *p) MUST_CHECK;

/* facility.md section 6.1: *valid is true for 200, false for any other status; a problem when the office is away. */
struct problem *useroffice_login(struct arena *a, const char *username, const char *password, bool *valid) MUST_CHECK;

/* Section 6.3: may this user launch resources of his own? Always yes with facility.default_authorization. *json is what the
 * office said, an object with `result` (for login/type/), and may be NULL. Any failure is "no", never a problem. */
struct problem *useroffice_authorized(struct arena *a, const char *username, bool *result, const char **json)
	MUST_CHECK;

#endif
