/* fcgi.c - FastCGI by libfcgi: one request at a time, until SIGTERM or SIGINT.
 *
 * The stop signals are blocked except while a request is being answered (so that the hard deadline can be set) and
 * while nothing is to do (so that an idle worker leaves at once): libfcgi would lose a request whose reading they
 * interrupt. The listening socket does not block and is waited for with EPOLLEXCLUSIVE: one connection wakes one
 * worker, and none is caught in accept(2) when another was faster. libfcgi does not expect a reader that stops in the
 * middle, so the time limit of a body is SO_RCVTIMEO of its connection; and for the rest it knows no limits, so that a timer
 * cuts a connection whose request does not come or whose answer is not taken. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <fastcgi.h>
#include <fcgiapp.h>

#include "lib/base/log.h"
#include "lib/web/web.h"

struct connection {
	FCGX_Request request;
	sigset_t stop_signals;
};

static struct connection current;
static timer_t watchdog;
static volatile sig_atomic_t stopping, cut;
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

/* Whatever libfcgi waits for on this connection, it gets an end or an error. */
static void connection_cut(int signal_number)
{
	const int error = errno;

	(void)signal_number;
	if (shutdown(current.request.ipcFd, SHUT_RDWR) == 0)
		cut = 1;
	errno = error;
}

static void signals_set(sigset_t *stop_signals)
{
	struct sigaction action = { .sa_handler = stop_asked, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = stop_now;
	sigaction(SIGALRM, &action, NULL);
	action.sa_handler = connection_cut;
	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(stop_signals);
	sigaddset(stop_signals, SIGTERM);
	sigaddset(stop_signals, SIGINT);
	sigprocmask(SIG_BLOCK, stop_signals, NULL);
}

/* ---- the watchdog ---- */

static bool watchdog_open(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };

	return timer_create(CLOCK_MONOTONIC, &event, &watchdog) == 0;
}

/* Cuts the connection after so many seconds, and again: libfcgi may have taken the next one by then. */
static void watchdog_set(int64_t seconds)
{
	const struct itimerspec when = { .it_value = { .tv_sec = seconds }, .it_interval = { .tv_sec = seconds } };

	timer_settime(watchdog, 0, &when, NULL);
}

static void watchdog_end(const char *what)
{
	watchdog_set(0);
	if (cut)
		LOG(LOG_WARN, what);
	cut = 0;
}

/* ---- the transport ---- */

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

	watchdog_set(web_conf.answer_s);
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
	int error;

	watchdog_set(web_conf.request_s);
	error = FCGX_Accept_r(&c->request);
	watchdog_end("connection cut: the front server began a request and did not go on");
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
		watchdog_end("connection cut: the front server did not take the answer in time");
		sigprocmask(SIG_BLOCK, &c->stop_signals, NULL);
	}
}

int fcgi_run(struct process *p, int64_t hard_stop_s)
{
	int watch;

	(void)p;
	hard_stop = (unsigned)hard_stop_s;
	if (FCGX_Init() != 0 || FCGX_IsCGI() ||
	    FCGX_InitRequest(&current.request, FCGI_LISTENSOCK_FILENO, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		LOG(LOG_ERROR, "descriptor 0 is not a listening socket; start it by spawn-fcgi or a web server");
		return 2;
	}
	watch = listener_watch();
	if (watch < 0) {
		LOG(LOG_ERROR, "descriptor 0 cannot be waited for", L_TEXT("error", strerror(errno)));
		return 2;
	}
	if (!watchdog_open()) {
		LOG(LOG_ERROR, "there is no timer", L_TEXT("error", strerror(errno)));
		return 2;
	}
	signals_set(&current.stop_signals);
	LOG(LOG_INFO, "worker ready", L_INT("pid", getpid()));
	serve(&current, watch);
	LOG(LOG_INFO, "worker leaves", L_INT("pid", getpid()));
	close(watch);
	return 0;
}
