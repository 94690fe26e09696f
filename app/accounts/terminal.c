/* terminal.c - one question on the controlling terminal.
 *
 * While nothing is echoed, signals that end the program first put the terminal back (tcsetattr(3) is async-signal-safe)
 * and then do what they always do. Stopping (Ctrl-Z) is put off: a stopped program would leave the shell without echo. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "app/accounts/command.h"
#include "app/accounts/problems.h"

#define LINE_MOST 1000

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define ENDING_N (sizeof(ending) / sizeof(ending[0]))

/* what the handler needs; one question at a time */
static int asked_fd;
static struct termios shown;

static void show_again(int signal)
{
	tcsetattr(asked_fd, TCSAFLUSH, &shown);
	raise(signal); /* SA_RESETHAND: now the default, delivered when this handler returns */
}

/* Reads up to the end of the line. -1: an error or the end of input; else the length, at most `room`. */
static ssize_t line_read(int fd, char *out, size_t room)
{
	size_t length = 0;

	for (;;) {
		char c;
		const ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		if (c == '\n')
			return (ssize_t)length;
		if (length < room)
			out[length++] = c;
	}
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return; /* the question was not seen; the answer may come all the same */
}

/* As line_read(), with the terminal's echo off meanwhile. */
static ssize_t line_read_hidden(int fd, char *out, size_t room)
{
	struct sigaction before[ENDING_N], stop_before;
	struct termios hidden;

	if (tcgetattr(fd, &shown) != 0)
		return -1;
	asked_fd = fd;
	for (size_t i = 0; i < ENDING_N; i++)
		sigaction(ending[i], &(struct sigaction){ .sa_handler = show_again, .sa_flags = (int)SA_RESETHAND },
		          &before[i]);
	sigaction(SIGTSTP, &(struct sigaction){ .sa_handler = SIG_IGN }, &stop_before);

	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	hidden.c_lflag |= ECHONL;
	tcsetattr(fd, TCSAFLUSH, &hidden);
	const ssize_t n = line_read(fd, out, room);
	tcsetattr(fd, TCSAFLUSH, &shown);

	for (size_t i = 0; i < ENDING_N; i++)
		sigaction(ending[i], &before[i], NULL);
	sigaction(SIGTSTP, &stop_before, NULL);
	return n;
}

struct problem *terminal_ask(struct arena *a, const char *prompt, bool echo, const char **out)
{
	char line[LINE_MOST + 1];
	const int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return problem_because(problem_new(a, &PROBLEM_PASSWORD_INPUT,
		                                   "there is no terminal to ask on; use --password-file FILE"),
		                       "/dev/tty: %s", strerror(errno));
	say(fd, prompt);
	const ssize_t n = echo ? line_read(fd, line, sizeof(line)) : line_read_hidden(fd, line, sizeof(line));
	close(fd);
	if (n >= 0 && n <= LINE_MOST)
		*out = arena_text_n(a, line, (size_t)n);
	sodium_memzero(line, sizeof(line));
	if (n < 0)
		return problem_new(a, &PROBLEM_PASSWORD_INPUT, "the terminal's input ended before an answer");
	if (n > LINE_MOST)
		return problem_new(a, &PROBLEM_PASSWORD_INPUT, "an answer has at most %d bytes", LINE_MOST);
	return NULL;
}
