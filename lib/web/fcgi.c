/* fcgi.c - FastCGI by libfcgi: one request at a time, until SIGTERM or SIGINT.
 *
 * The stop signals are blocked except while a request is being answered (so that the hard deadline can be set) and
 * while nothing is to do (so that an idle worker leaves at once): libfcgi would lose a request whose reading they
 * interrupt. The listening socket does not block and is waited for with EPOLLEXCLUSIVE: one connection wakes one
 * worker, and none is caught in accept(2) when another was faster. libfcgi does not expect a reader that stops in the
 * middle, so the time limit of a body is SO_RCVTIMEO of its connection. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fastcgi.h>
#include <fcgiapp.h>

#include "lib/base/log.h"
#include "lib/web/web.h"

static volatile sig_atomic_t stopping;
static unsigned hard_stop;

static void stop_asked(int signal_number)
{
	(void)signal_number;
	if (!stopping)
		alarm(hard_stop);
	stopping = 1;
}

static void stop_now(int signal_number)
{
	static const char message[] = "portico: a request outlived the time to stop\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)signal_number;
	(void)written;
	_exit(1);
}

static void signals_set(sigset_t *stop_signals)
{
	struct sigaction action = { .sa_handler = stop_asked, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = stop_now;
	sigaction(SIGALRM, &action, NULL);
	sigemptyset(stop_signals);
	sigaddset(stop_signals, SIGTERM);
	sigaddset(stop_signals, SIGINT);
	sigprocmask(SIG_BLOCK, stop_signals, NULL);
}

/* ---- the transport ---- */

struct connection {
	FCGX_Request request;
	sigset_t stop_signals;
};

static const char *connection_variable(void *context, const char *name)
{
	const struct connection *c = context;
	const size_t n = strlen(name);

	for (char **at = c->request.envp; *at; at++)
		if ((*at)[0] == name[0] && strncmp(*at, name, n) == 0 && (*at)[n] == '=')
			return *at + n + 1;
	return NULL;
}

/* Has libfcgi read on, for at most that long. A read that a signal interrupts is an error to libfcgi, and one with a
 * timeout is not restarted (signal(7)): the stop signals wait until it is over. */
static int first_byte(struct connection *c, int64_t wait_ms)
{
	const struct timeval timeout = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
	int byte;

	setsockopt(c->request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	sigprocmask(SIG_BLOCK, &c->stop_signals, NULL);
	byte = FCGX_GetChar(c->request.in);
	sigprocmask(SIG_UNBLOCK, &c->stop_signals, NULL);
	return byte;
}

/* Takes what is buffered, or waits for one record more; FCGX_GetStr() alone would wait until `n` bytes are there. */
static ssize_t connection_read(void *context, void *out, size_t n, int64_t wait_ms)
{
	struct connection *c = context;
	FCGX_Stream *in = c->request.in;
	char *to = out;
	size_t have = 0;

	if (n == 0)
		return 0;
	if (in->rdNext == in->stop) {
		const int first = first_byte(c, wait_ms);

		if (first < 0) {
			const int error = FCGX_GetError(in);

			if (error == 0)
				return 0;
			return error == EAGAIN || error == EWOULDBLOCK ? TRANSPORT_LATE : TRANSPORT_CUT;
		}
		to[have++] = (char)first;
	}

	const size_t buffered = (size_t)(in->stop - in->rdNext);
	const size_t more = buffered < n - have ? buffered : n - have;

	if (more > 0)
		have += (size_t)FCGX_GetStr(to + have, (int)more, in);
	return (ssize_t)have;
}

static bool connection_write(void *context, const void *bytes, size_t n)
{
	struct connection *c = context;
	const char *at = bytes;

	while (n > 0) {
		const int piece = n < (1u << 30) ? (int)n : 1 << 30;

		if (FCGX_PutStr(at, piece, c->request.out) != piece)
			return false;
		at += piece;
		n -= (size_t)piece;
	}
	return true;
}

static void measure(struct transport *t, char **envp)
{
	t->variable_count = 0;
	t->variable_bytes = 0;
	for (; *envp; envp++) {
		t->variable_count++;
		t->variable_bytes += strlen(*envp);
	}
}

/* ---- the loop ---- */

static int listener_watch(void)
{
	struct epoll_event wanted = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	const int flags = fcntl(FCGI_LISTENSOCK_FILENO, F_GETFL);
	const int watch = epoll_create1(EPOLL_CLOEXEC);

	if (watch < 0 || flags < 0 || fcntl(FCGI_LISTENSOCK_FILENO, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    epoll_ctl(watch, EPOLL_CTL_ADD, FCGI_LISTENSOCK_FILENO, &wanted) < 0)
		return -1;
	return watch;
}

/* The next request; false when there is none yet (libfcgi passes on what accept(2) said). */
static bool accepted(struct connection *c)
{
	const int error = FCGX_Accept_r(&c->request);

	if (error == 0)
		return true;
	if (error != -EAGAIN && error != -EWOULDBLOCK && error != -ECONNABORTED && error != -EINTR && error != -EPROTO) {
		LOG(LOG_ERROR, "accept failed", L_INT("error", -error));
		sleep(1); /* out of descriptors or memory: do not spin */
	}
	return false;
}

static void serve(struct connection *c, int watch)
{
	struct transport t = {
		.context = c,
		.variable = connection_variable,
		.read = connection_read,
		.write = connection_write,
	};
	struct epoll_event event;
	sigset_t none;

	sigemptyset(&none);
	while (!stopping) {
		if (!accepted(c)) {
			epoll_pwait(watch, &event, 1, -1, &none);
			continue;
		}
		sigprocmask(SIG_UNBLOCK, &c->stop_signals, NULL);
		measure(&t, c->request.envp);
		web_handle(&t);
		FCGX_Finish_r(&c->request);
		FCGX_Free(&c->request, 1); /* a connection kept open would pin this worker to one client of the front server */
		sigprocmask(SIG_BLOCK, &c->stop_signals, NULL);
	}
}

int fcgi_run(struct process *p, int64_t hard_stop_s)
{
	static struct connection c;
	int watch;

	(void)p;
	hard_stop = (unsigned)hard_stop_s;
	if (FCGX_Init() != 0 || FCGX_IsCGI() ||
	    FCGX_InitRequest(&c.request, FCGI_LISTENSOCK_FILENO, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		LOG(LOG_ERROR, "descriptor 0 is not a listening socket; start it by spawn-fcgi or a web server");
		return 2;
	}
	watch = listener_watch();
	if (watch < 0) {
		LOG(LOG_ERROR, "descriptor 0 cannot be waited for", L_TEXT("error", strerror(errno)));
		return 2;
	}
	signals_set(&c.stop_signals);
	LOG(LOG_INFO, "worker ready", L_INT("pid", getpid()));
	serve(&c, watch);
	LOG(LOG_INFO, "worker leaves", L_INT("pid", getpid()));
	close(watch);
	return 0;
}
