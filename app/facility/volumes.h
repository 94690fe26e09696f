/* volumes.h - which host folders a resource sees (facility.md section 5.4, defects 66 and 67). Pure code, no I/O. */
#ifndef PORTICO_FACILITY_VOLUMES_H
#define PORTICO_FACILITY_VOLUMES_H

#include "lib/base/problem.h"
#include "lib/base/shape.h"

struct volume {
	const char *host;      /* absolute, normalized, below a root, no `:` */
	const char *container; /* absolute, normalized, no `:` */
	bool writable;
};
extern const struct shape volume_shape; /* {"host","container","writable"} */

/* Takes the slash off the ends of the settings' folders inside a resource; once, before the others. */
void volumes_settle(struct arena *a);

/* Reads a session's data_set_path: JSON, or Python's notation with single quotes. Each host path must be absolute, normalized
 * (no `.`, `..`, empty segment) and lie below one of facility_conf.data_roots. PROBLEM_FIELDS (field data_set_path) says what is wrong.
 * The list holds struct volume; later entries replace earlier ones of the same host path, and no two have one place inside. */
struct problem *volumes_read(struct arena *a, const char *data_set_path, struct list *out) MUST_CHECK;

/* All volumes of a launch: of the session (data_set_path NULL: an own resource, with the user's own folders if set) and the site's
 * other folders. */
struct problem *volumes_of_launch(struct arena *a, const char *data_set_path, const char *username, struct list *out)
	MUST_CHECK;

/* NULL when `text` is a good entry of facility.other_dirs, else what would be right; for the settings table. */
const char *volume_entry_check(struct arena *a, const char *text);

#endif
