/* wake.c - datagrams that say "look"; see wake.h. */
#include "lib/work/wake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/work/job.h"

#define SOCKET_PREFIX "porticod."
#define SOCKET_SUFFIX ".sock"

/* A folder's path may be longer than a socket's address (108 bytes, unix(7)); through its descriptor it always fits. */
static bool address_in(int folder, const char *name, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };

	int n = snprintf(out->sun_path, sizeof(out->sun_path), "/proc/self/fd/%d/%s", folder, name);

	return n > 0 && (size_t)n < sizeof(out->sun_path);
}

static int socket_new(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool is_sent(int fd, const struct sockaddr_un *to)
{
	return sendto(fd, "", 1, MSG_NOSIGNAL, (const struct sockaddr *)to, sizeof(*to)) == 1;
}

/* Nobody listens any more: what a killed daemon left behind. */
static bool is_dead(int fd, const struct sockaddr_un *to)
{
	return !is_sent(fd, to) && errno == ECONNREFUSED;
}

static void wake_all(const void *context)
{
	const struct process *p = context;
	DIR *folder = p->run_dir ? opendir(p->run_dir) : NULL;
	int fd = folder ? socket_new() : -1;
	const struct dirent *entry;

	while (fd >= 0 && (entry = readdir(folder))) {
		struct sockaddr_un to;

		if (!text_starts(entry->d_name, SOCKET_PREFIX) || !text_ends(entry->d_name, SOCKET_SUFFIX))
			continue;
		if (address_in(dirfd(folder), entry->d_name, &to) && is_dead(fd, &to))
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (fd >= 0)
		close(fd);
	if (folder)
		closedir(folder);
}

void job_wake(const struct process *p)
{
	if (p->db)
		db_after_commit(p->db, wake_all, p);
	else
		wake_all(p);
}

/* A file of our own name is of a killed daemon that had our pid, or of a living one in another pid namespace. */
static bool is_bound(int fd, const struct sockaddr_un *address, const char *path)
{
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
		return true;
	if (errno != EADDRINUSE || !is_dead(fd, address))
		return false;
	unlink(path);
	return bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
}

static void wake_close(struct wake *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->folder >= 0)
		close(w->folder);
	w->fd = w->folder = -1;
}

struct problem *wake_bind(struct arena *a, const char *run_dir, struct wake *out)
{
	struct wake w = { .fd = -1, .folder = -1 };

	*out = w;
	if (!run_dir)
		return NULL;
	w.path = arena_printf(a, "%s/" SOCKET_PREFIX "%ld" SOCKET_SUFFIX, run_dir, (long)getpid());

	/* stays open: the address leads through it, in the children as well */
	w.folder = open(run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	w.fd = w.folder >= 0 ? socket_new() : -1;
	/* Any process that may enter the folder may send: a datagram makes the daemon look, nothing more. */
	if (w.fd < 0 || !address_in(w.folder, strrchr(w.path, '/') + 1, &w.address) ||
	    !is_bound(w.fd, &w.address, w.path) || chmod(w.path, 0666) < 0) {
		struct problem *p = problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%s: %s", w.path, strerror(errno));

		wake_close(&w);
		return p;
	}
	*out = w;
	return NULL;
}

void wake_remove(struct wake *w)
{
	if (w->fd < 0)
		return;
	unlink(w->path);
	wake_close(w);
}

void wake_pass(const struct wake *w)
{
	if (w->fd >= 0)
		(void)is_sent(w->fd, &w->address); /* a full queue is as good: those who will read it look */
}

void wake_wait(const struct wake *w, int64_t ms, const volatile sig_atomic_t *stop)
{
	struct pollfd on = { .fd = w ? w->fd : -1, .events = POLLIN };
	struct timespec most = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	sigset_t all, before;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	if (!*stop && ppoll(&on, 1, &most, &before) > 0)
		while (recv(on.fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0)
			continue;
	sigprocmask(SIG_SETMASK, &before, NULL);
}
