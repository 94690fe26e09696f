/* problems.h - what can go wrong in the administration beside what goes wrong everywhere. */
#ifndef PORTICO_ADMIN_PROBLEMS_H
#define PORTICO_ADMIN_PROBLEMS_H

#include "lib/base/problem.h"

extern const struct problem_kind PROBLEM_ADMIN_LOOKUP; /* 400: a list was asked to tell something about passwords */
extern const struct problem_kind admin_problems[];

#endif
