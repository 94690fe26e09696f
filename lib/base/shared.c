/* shared.c - mapped files and slots in the run folder; see shared.h. */
#include "lib/base/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MODE 0660
#define FIRST_FREE_FD 3 /* a slot's number is its descriptor, and 0 means "no run folder" */

/* ---- shared_map ---- */

/* A page in front of what the caller sees. */
struct head {
	char magic[8];
	uint32_t version;
	uint32_t unused;
	uint64_t bytes;
};
#define HEAD_ROOM ((size_t)4096)
static const char head_magic[8] = "portico";

enum outcome { MAP_DONE, MAP_AGAIN, MAP_FAILED_ERRNO };

static struct head *map_pages(int fd, size_t total)
{
	const int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
	void *pages = mmap(NULL, total, PROT_READ | PROT_WRITE, flags, fd, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

/* True if the path still leads to the open file: another process may have replaced it while we waited for the lock. */
static bool still_there(int fd, const char *path, struct stat *opened)
{
	struct stat named;

	return fstat(fd, opened) == 0 && stat(path, &named) == 0 && named.st_dev == opened->st_dev &&
	       named.st_ino == opened->st_ino;
}

/* With the file open and locked. A file of another layout is not resized under those who still map it (that would
 * kill them with SIGBUS) but unlinked: they keep theirs, and the next try makes a new one. */
static enum outcome map_locked(int fd, const char *path, unsigned version, size_t bytes, struct head **out)
{
	const struct head wanted = { .magic = "portico", .version = version, .bytes = bytes };
	const size_t total = HEAD_ROOM + bytes;
	struct stat st;
	struct head *head;

	if (!still_there(fd, path, &st))
		return MAP_AGAIN;
	if (st.st_size == 0) {
		errno = posix_fallocate(fd, 0, (off_t)total); /* a full disk shows now and not as SIGBUS later */
		if (errno != 0)
			return MAP_FAILED_ERRNO;
		head = map_pages(fd, total);
		if (!head)
			return MAP_FAILED_ERRNO;
		*head = wanted;
		*out = head;
		return MAP_DONE;
	}
	head = st.st_size == (off_t)total ? map_pages(fd, total) : NULL;
	if (head && memcmp(head->magic, head_magic, sizeof(head_magic)) == 0 && head->version == version &&
	    head->bytes == bytes) {
		*out = head;
		return MAP_DONE;
	}
	if (head)
		munmap(head, total);
	return unlink(path) == 0 || errno == ENOENT ? MAP_AGAIN : MAP_FAILED_ERRNO;
}

static enum outcome map_try(const char *path, unsigned version, size_t bytes, struct head **out)
{
	enum outcome outcome = MAP_FAILED_ERRNO;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PATH_MODE);

	if (fd < 0)
		return MAP_FAILED_ERRNO;
	while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
		continue;
	outcome = map_locked(fd, path, version, bytes, out);

	int error = errno;

	flock(fd, LOCK_UN); /* closing would not: the mapping keeps the open file, and with it the lock */
	close(fd);
	errno = error;
	return outcome;
}

struct problem *shared_map(struct arena *a, const char *run_dir, const char *name, unsigned version, size_t bytes,
                           void **out)
{
	struct head *head = NULL;
	enum outcome outcome = MAP_AGAIN;
	const char *path = run_dir ? arena_printf(a, "%s/%s", run_dir, name) : "(private memory)";

	if (!run_dir) {
		head = map_pages(-1, HEAD_ROOM + bytes);
		outcome = head ? MAP_DONE : MAP_FAILED_ERRNO;
	}
	for (int tries = 0; outcome == MAP_AGAIN && tries < 100; tries++)
		outcome = map_try(path, version, bytes, &head);
	if (outcome != MAP_DONE)
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "the shared memory %s cannot be mapped: %s",
		                       path, outcome == MAP_AGAIN ? "its file does not stay" : strerror(errno));
	*out = (char *)head + HEAD_ROOM;
	return NULL;
}

/* ---- slots ---- */

int slot_enter(const char *run_dir, const char *name, int count)
{
	char path[PATH_MAX];

	if (!run_dir)
		return 0;

	int length = snprintf(path, sizeof(path), "%s/%s", run_dir, name);

	if (length < 0 || (size_t)length >= sizeof(path))
		return -1;

	int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PATH_MODE);

	if (opened < 0)
		return -1;

	/* Each slot is a lock of its own open file, so that two threads of one process exclude each other too. */
	int fd = opened >= FIRST_FREE_FD ? opened : fcntl(opened, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

	if (fd != opened)
		close(opened);
	for (int i = 0; fd >= 0 && i < count; i++) {
		struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1 };

		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

void slot_leave(int slot)
{
	if (slot >= FIRST_FREE_FD)
		close(slot);
}
