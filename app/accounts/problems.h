/* problems.h - what can go wrong in accounts, each said once. PROBLEM_LAST_SUPERUSER is in accounts.h. */
#ifndef PORTICO_ACCOUNTS_PROBLEMS_H
#define PORTICO_ACCOUNTS_PROBLEMS_H

#include "lib/base/problem.h"

extern const struct problem_kind PROBLEM_NO_SUCH_USER;   /* 404: a command names nobody */
extern const struct problem_kind PROBLEM_WEAK_PASSWORD;  /* 400: a command was given a password that breaks the rules */
extern const struct problem_kind PROBLEM_PASSWORD_INPUT; /* 400: no terminal, a loose file, two different answers */
extern const struct problem_kind PROBLEM_USER_IN_USE;    /* 409: rows of other apps need the account */

/* All of them, for the app's table. */
extern const struct problem_kind accounts_problems[];

#endif
