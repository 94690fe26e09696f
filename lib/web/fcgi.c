/* fcgi.c - FastCGI by libfcgi: one request at a time, until SIGTERM or SIGINT.
 *
 * Connections are accepted here and handed to libfcgi: it would wait for their first byte with poll(2), and lose a request when a
 * signal comes just then. Its reads and writes are restarted after a signal (SA_RESTART), so that signals need not be blocked; a
 * worker that waits in accept(2) is interrupted by them (signal(7): the listening socket has a timeout), one connection wakes one worker.
 * libfcgi does not expect a reader that stops in the middle, so the time limit of a body is SO_RCVTIMEO of its connection; and for the rest
 * it knows no limits, so that a timer cuts a connection whose request does not come or whose answer is not taken. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <fastcgi.h>
#include <fcgiapp.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/web/web.h"

/* A variable of the request under way: "NAME=value". */
struct variable {
	const char *text;
	size_t name_length;
};
#define VARIABLES_KNOWN 64

/* The longest pause in which a front server is waited for at the end, as in libfcgi. */
#define DRAIN_US 2000000

struct connection {
	FCGX_Request request;
	struct variable known[VARIABLES_KNOWN]; /* the first ones: each is asked for by name many times */
	size_t known_count;
	sigset_t signals; /* that may come */
	bool local;       /* by a socket of this machine's files, not by TCP */
};

static struct connection current;
static volatile sig_atomic_t stopping;
static unsigned hard_stop;

static void stop_now(int signal_number)
{
	static const char message[] = "portico: a request outlived the time to stop\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)signal_number;
	(void)written;
	_exit(1);
}

/* ---- the watchdog: cuts a connection on which libfcgi waits for too long ---- */

/* While a time is set, a timer looks every second whether it has passed; when none is, it stops by itself. So a busy worker sets
 * the timer once in a second and not several times a request. Once a stop was asked for it is faster: the signal may have come just
 * before accept(2), which the next one then interrupts. */
#define TICK_NS 999999999
#define TICK_STOPPING_NS 20000000

static timer_t watchdog;
static _Atomic int64_t watchdog_us; /* clock_ticks_us() at which the connection is cut; 0: never */
static volatile sig_atomic_t ticking, cut;

static void watchdog_tick(void)
{
	const struct itimerspec when = { .it_value = { .tv_nsec = stopping ? TICK_STOPPING_NS : TICK_NS } };

	ticking = 1;
	timer_settime(watchdog, 0, &when, NULL);
}

/* Whatever libfcgi waits for on this connection, it gets an end or an error; and again, since it may have taken the next one by
 * then. */
static void watchdog_look(int signal_number)
{
	const int64_t until_us = watchdog_us;
	const int error = errno;

	(void)signal_number;
	ticking = 0;
	if (until_us != 0 && clock_ticks_us() >= until_us && shutdown(current.request.ipcFd, SHUT_RDWR) == 0)
		cut = 1;
	if (until_us != 0 || stopping)
		watchdog_tick();
	errno = error;
}

static void stop_asked(int signal_number)
{
	const int error = errno;

	(void)signal_number;
	if (!stopping)
		alarm(hard_stop);
	stopping = 1;
	watchdog_tick();
	errno = error;
}

static bool watchdog_open(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };

	return timer_create(CLOCK_MONOTONIC, &event, &watchdog) == 0;
}

static void watchdog_set(int64_t seconds)
{
	watchdog_us = clock_ticks_us() + seconds * 1000000;
	if (!ticking)
		watchdog_tick();
}

static void watchdog_end(const char *what)
{
	watchdog_us = 0;
	if (cut)
		LOG(LOG_WARN, what);
	cut = 0;
}

static void signals_set(sigset_t *signals)
{
	struct sigaction action = { .sa_handler = stop_asked, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = stop_now;
	sigaction(SIGALRM, &action, NULL);
	action.sa_handler = watchdog_look;
	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGUSR2);
}

/* ---- the transport ---- */

static const char *variable_find(const struct connection *c, const char *name)
{
	const size_t n = strlen(name);

	for (size_t i = 0; i < c->known_count; i++)
		if (c->known[i].name_length == n && memcmp(c->known[i].text, name, n) == 0)
			return c->known[i].text + n + 1;
	for (char **at = c->request.envp + c->known_count; *at; at++)
		if (strncmp(*at, name, n) == 0 && (*at)[n] == '=')
			return *at + n + 1;
	return NULL;
}

static const char *connection_variable(void *context, const char *name)
{
	return variable_find(context, name);
}

/* Has libfcgi read on, for at most that long. A read that a signal interrupts is an error to libfcgi, and one with a
 * timeout is not restarted (signal(7)): signals wait until it is over. */
static int first_byte(struct connection *c, int64_t wait_ms)
{
	const struct timeval timeout = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
	int byte;

	setsockopt(c->request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	sigprocmask(SIG_BLOCK, &c->signals, NULL);
	byte = FCGX_GetChar(c->request.in);
	sigprocmask(SIG_UNBLOCK, &c->signals, NULL);
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

static void variables_look(struct connection *c, struct transport *t)
{
	t->variable_count = 0;
	t->variable_bytes = 0;
	c->known_count = 0;
	for (char **at = c->request.envp; *at; at++) {
		t->variable_count++;
		t->variable_bytes += strlen(*at);
		if (c->known_count < VARIABLES_KNOWN)
			c->known[c->known_count++] = (struct variable){ *at, strcspn(*at, "=") }; /* libfcgi puts one there */
	}
}

/* ---- the loop ---- */

/* Blocking, so that the kernel gives a connection to one worker alone, and with a timeout, so that a signal ends the wait. */
static bool listener_set(bool *local)
{
	const struct timeval timeout = { .tv_sec = 3600 };
	const int flags = fcntl(FCGI_LISTENSOCK_FILENO, F_GETFL);
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (flags < 0 || fcntl(FCGI_LISTENSOCK_FILENO, F_SETFL, flags & ~O_NONBLOCK) < 0 ||
	    setsockopt(FCGI_LISTENSOCK_FILENO, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    getsockname(FCGI_LISTENSOCK_FILENO, (struct sockaddr *)&address, &length) < 0)
		return false;
	*local = address.ss_family == AF_UNIX;
	return true;
}

static int connection_accept(const struct connection *c)
{
	const struct timeval none = { 0 };
	const int yes = 1, fd = accept4(FCGI_LISTENSOCK_FILENO, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 && !c->local) {
		/* an answer is written at once, and nothing comes behind it */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		/* of the listening socket; reads with a timeout are not restarted after a signal */
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none));
	}
	if (fd < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
		LOG(LOG_ERROR, "accept failed", L_TEXT("error", strerror(errno)));
		sleep(1); /* out of descriptors or memory: do not spin */
	}
	return fd;
}

/* Waits for a request; false when there is none in the end. */
static bool request_begin(struct connection *c)
{
	bool begun;

	c->request.ipcFd = connection_accept(c);
	if (c->request.ipcFd < 0)
		return false;
	c->request.keepConnection = 1; /* libfcgi goes on with an open connection as with one that it kept */
	watchdog_set(web_conf.request_s);
	begun = FCGX_Accept_r(&c->request) == 0;
	watchdog_end("connection cut: the front server began a request and did not go on");
	return begun;
}

/* A chunked body has no length where the front server hands it through. */
static bool has_body(const struct connection *c)
{
	const char *length = variable_find(c, "CONTENT_LENGTH");

	return (length && *length && strcmp(length, "0") != 0) || variable_find(c, "HTTP_TRANSFER_ENCODING");
}

/* Takes in what the front server still sends, until it closes too: a reset would cost the answer. As libfcgi does it, which stops at
 * a signal. */
static void connection_drain(int fd)
{
	struct pollfd more = { .fd = fd, .events = POLLIN };
	int64_t until_us = clock_ticks_us() + DRAIN_US, left_us = DRAIN_US;
	char unwanted[4096];

	if (shutdown(fd, SHUT_WR) < 0)
		return;
	while (left_us > 0) {
		const int ready = poll(&more, 1, (int)(left_us / 1000) + 1);

		if (ready > 0 && read(fd, unwanted, sizeof(unwanted)) > 0)
			until_us = clock_ticks_us() + DRAIN_US;
		else if (ready >= 0 || errno != EINTR)
			return;
		left_us = until_us - clock_ticks_us();
	}
}

/* On a local socket, without a body and once the end of that has been seen (mod_proxy_fcgi sends it by itself), nothing comes any
 * more: the worker is free at once. */
static void request_end(struct connection *c)
{
	const bool all_came =
		c->local && !has_body(c) && FCGX_GetChar(c->request.in) == EOF && FCGX_GetError(c->request.in) == 0;

	c->request.keepConnection = 1; /* libfcgi writes what is left and does not close: that is done here */
	FCGX_Finish_r(&c->request);
	if (c->request.ipcFd >= 0 && !all_came)
		connection_drain(c->request.ipcFd);
	FCGX_Detach(&c->request);
	FCGX_Free(&c->request, 1); /* a connection kept open would pin this worker to one client of the front server */
	watchdog_end("connection cut: the front server did not take the answer in time");
}

static void serve(struct connection *c)
{
	struct transport t = {
		.context = c,
		.variable = connection_variable,
		.read = connection_read,
		.write = connection_write,
	};

	while (!stopping) {
		if (!request_begin(c))
			continue;
		variables_look(c, &t);
		web_handle(&t);
		request_end(c);
	}
}

int fcgi_run(struct process *p, int64_t hard_stop_s)
{
	(void)p;
	hard_stop = (unsigned)hard_stop_s;
	/* without a socket to accept from: that is done here */
	if (FCGX_Init() != 0 || FCGX_IsCGI() || FCGX_InitRequest(&current.request, -1, 0) != 0) {
		LOG(LOG_ERROR, "descriptor 0 is not a listening socket; start it by spawn-fcgi or a web server");
		return 2;
	}
	if (getenv("FCGI_WEB_SERVER_ADDRS")) {
		LOG(LOG_ERROR, "FCGI_WEB_SERVER_ADDRS is set, and is not looked at: listen on a local socket or on 127.0.0.1");
		return 2;
	}
	if (!listener_set(&current.local)) {
		LOG(LOG_ERROR, "descriptor 0 cannot be set up", L_TEXT("error", strerror(errno)));
		return 2;
	}
	if (!watchdog_open()) {
		LOG(LOG_ERROR, "there is no timer", L_TEXT("error", strerror(errno)));
		return 2;
	}
	signals_set(&current.signals);
	LOG(LOG_INFO, "worker ready", L_INT("pid", getpid()));
	serve(&current);
	LOG(LOG_INFO, "worker leaves", L_INT("pid", getpid()));
	return 0;
}
