/* problems.c - what can go wrong in the administration. */
#include "app/admin/problems.h"

/* clang-format off */
#define LOOKUP { 400, "admin.lookup", "Filter refused", "Filtering by a password is not allowed.", FORM_PROBLEM, 0 }
/* clang-format on */

const struct problem_kind PROBLEM_ADMIN_LOOKUP = LOOKUP;

const struct problem_kind admin_problems[] = { LOOKUP, { 0 } };
