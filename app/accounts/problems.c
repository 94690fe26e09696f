/* problems.c - what can go wrong in accounts. */
#include "app/accounts/problems.h"

#include "app/accounts/accounts.h"

/* clang-format off */
#define LAST_SUPERUSER { 409, "accounts.last_superuser", "Last superuser", \
	"The last active superuser cannot be demoted, deactivated or removed.", FORM_PROBLEM, 0 }
#define NO_SUCH_USER   { 404, "accounts.no_such_user",   "No such user", NULL, FORM_PROBLEM, 0 }
#define WEAK_PASSWORD  { 400, "accounts.weak_password",  "Password refused", NULL, FORM_PROBLEM, 0 }
#define PASSWORD_INPUT { 400, "accounts.password_input", "No password could be read", NULL, FORM_PROBLEM, 0 }
#define USER_IN_USE    { 409, "accounts.user_in_use",    "User is in use", \
	"Other records need this user; deactivate it instead.", FORM_PROBLEM, 0 }
/* clang-format on */

const struct problem_kind PROBLEM_LAST_SUPERUSER = LAST_SUPERUSER;
const struct problem_kind PROBLEM_NO_SUCH_USER = NO_SUCH_USER;
const struct problem_kind PROBLEM_WEAK_PASSWORD = WEAK_PASSWORD;
const struct problem_kind PROBLEM_PASSWORD_INPUT = PASSWORD_INPUT;
const struct problem_kind PROBLEM_USER_IN_USE = USER_IN_USE;

const struct problem_kind accounts_problems[] = { LAST_SUPERUSER, NO_SUCH_USER, WEAK_PASSWORD,
	                                              PASSWORD_INPUT, USER_IN_USE,  { 0 } };
