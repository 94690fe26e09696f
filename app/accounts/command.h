/* command.h - what the admin's command line can do with accounts. */
#ifndef PORTICO_ACCOUNTS_COMMAND_H
#define PORTICO_ACCOUNTS_COMMAND_H

#include "app/accounts/password.h"
#include "lib/base/app.h"

/* command_user.c */
extern const struct command accounts_commands[];

/* command_fixture.c */
struct problem *fixture_dump(struct invocation *in) MUST_CHECK;
struct problem *fixture_load(struct invocation *in) MUST_CHECK;

/* command_import.c */
struct problem *import_django(struct invocation *in) MUST_CHECK;

/* ---- command_password.c: where a new password comes from ---- */

/* Of a file that only its owner can read: one line. PROBLEM_WEAK_PASSWORD, PROBLEM_PASSWORD_INPUT. */
struct problem *password_from_file(struct arena *a, const char *path, const struct password_owner *owner,
                                   const char **out) MUST_CHECK;

/* Asks twice on the terminal, without echo, in at most three rounds. */
struct problem *password_from_terminal(struct invocation *in, const struct password_owner *owner, const char **out)
	MUST_CHECK;

/* ---- terminal.c ---- */

/* Asks on the controlling terminal and reads one line of at most 1000 bytes, without its end. `echo` false: what is typed is
 * not shown; the terminal is as before when the answer is there or a signal ends the program. PROBLEM_PASSWORD_INPUT when
 * there is no terminal or its input has ended. */
struct problem *terminal_ask(struct arena *a, const char *prompt, bool echo, const char **out) MUST_CHECK;

#endif
