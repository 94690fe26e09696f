/* command_password.c - new passwords for the command line: from a file or from the terminal, never from an argument,
 * which every user of the machine could read. */
#include <string.h>

#include "app/accounts/command.h"
#include "app/accounts/problems.h"
#include "lib/base/buf.h"
#include "lib/base/settings.h"

#define ROUNDS 3

struct problem *password_from_file(struct arena *a, const char *path, const struct password_owner *owner,
                                   const char **out)
{
	const char *password;
	struct buf faults;

	struct problem *unread = secret_read(a, path, &password);
	if (unread)
		return problem_new(a, &PROBLEM_PASSWORD_INPUT, "%s", unread->cause ? unread->cause : unread->detail);
	if (strpbrk(password, "\r\n"))
		return problem_new(a, &PROBLEM_PASSWORD_INPUT, "%s: the file must hold one line, the password", path);
	const struct texts broken = password_faults(a, password, owner);
	if (broken.count) {
		buf_init(&faults, a, 4096);
		for (size_t i = 0; i < broken.count; i++)
			buf_printf(&faults, "%s%s", i ? " " : "", broken.items[i]);
		return problem_new(a, &PROBLEM_WEAK_PASSWORD, "%s", buf_string(&faults));
	}
	*out = password;
	return NULL;
}

/* One round: *out stays NULL when it has to be asked again, and why has been said. */
static struct problem *round_of(struct invocation *in, const struct password_owner *owner, const char **out)
{
	const char *first, *second;

	TRY(terminal_ask(in->arena, "Password: ", false, &first));
	TRY(terminal_ask(in->arena, "Password (again): ", false, &second));
	if (strcmp(first, second) != 0) {
		fputs("Error: Your passwords didn't match.\n", in->err);
		return NULL;
	}
	if (!*first) {
		fputs("Error: Blank passwords aren't allowed.\n", in->err);
		return NULL;
	}
	const struct texts broken = password_faults(in->arena, first, owner);
	for (size_t i = 0; i < broken.count; i++)
		fprintf(in->err, "%s\n", broken.items[i]);
	if (!broken.count)
		*out = first;
	return NULL;
}

struct problem *password_from_terminal(struct invocation *in, const struct password_owner *owner, const char **out)
{
	const char *password = NULL;

	for (int i = 0; i < ROUNDS && !password; i++)
		TRY(round_of(in, owner, &password));
	if (!password)
		return problem_new(in->arena, &PROBLEM_PASSWORD_INPUT, "no good password in %d attempts; nothing was changed",
		                   ROUNDS);
	*out = password;
	return NULL;
}
