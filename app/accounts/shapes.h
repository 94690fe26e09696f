/* shapes.h - what comes in and goes out at /users/ and /groups/ (accounts-and-conventions.md section 4). */
#ifndef PORTICO_ACCOUNTS_SHAPES_H
#define PORTICO_ACCOUNTS_SHAPES_H

#include "lib/base/shape.h"

struct user_view {
	const char *url;
	const char *username;
	const char *email;
	struct texts groups; /* their addresses */
};
extern const struct shape user_view_shape;

struct user_body {
	const char *username;
	const char *email;
	struct texts groups;
	const char *password; /* never shown */
	uint64_t given;
	/* what the check of the body found out: */
	int64_t *group_ids;
	size_t group_count;
};
extern const struct shape user_ask_shape;   /* POST, PUT */
extern const struct shape user_patch_shape; /* PATCH: the same, nothing needed */

struct group_view {
	const char *url;
	const char *name;
};
extern const struct shape group_view_shape;

struct group_body {
	const char *name;
	uint64_t given;
};
extern const struct shape group_ask_shape;
extern const struct shape group_patch_shape;

#endif
