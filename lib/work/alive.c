/* alive.c - locks of flock(2): they belong to the open file, which parent and children share, and not to a process. */
#include "lib/work/alive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/text.h"

#define FILE_PREFIX "porticod@"
#define DEAD_MOST 64 /* more are found at the next look */

struct problem *alive_begin(struct arena *a, const char *run_dir, const char *name, struct alive *out)
{
	struct alive l = { .fd = -1 };
	const char *before;

	*out = l;
	if (!run_dir)
		return NULL;
	/* locked under another name first: a file that is there and not locked is of a dead daemon */
	before = arena_printf(a, "%s/." FILE_PREFIX "%s", run_dir, name);
	l.path = arena_printf(a, "%s/" FILE_PREFIX "%s", run_dir, name);
	l.fd = open(before, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (l.fd < 0 || flock(l.fd, LOCK_EX | LOCK_NB) < 0 || rename(before, l.path) < 0) {
		struct problem *p = problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "%s: %s", l.path, strerror(errno));

		if (l.fd >= 0) {
			unlink(before);
			close(l.fd);
		}
		return p;
	}
	*out = l;
	return NULL;
}

void alive_end(struct alive *l)
{
	if (l->fd < 0)
		return;
	unlink(l->path);
	close(l->fd);
	l->fd = -1;
}

/* Shared: several may look at once. */
static bool lock_has_fallen(int folder, const char *name)
{
	const int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const bool fallen = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0;

	if (fd >= 0)
		close(fd);
	return fallen;
}

struct texts alive_dead(struct arena *a, const char *run_dir)
{
	struct texts dead = { ARENA_ARRAY(a, const char *, DEAD_MOST), 0 };
	DIR *folder = run_dir ? opendir(run_dir) : NULL;
	const struct dirent *entry;

	while (folder && dead.count < DEAD_MOST && (entry = readdir(folder)))
		if (text_starts(entry->d_name, FILE_PREFIX) && lock_has_fallen(dirfd(folder), entry->d_name))
			dead.items[dead.count++] = arena_text(a, entry->d_name + strlen(FILE_PREFIX));
	if (folder)
		closedir(folder);
	return dead;
}

void alive_forget(struct arena *a, const char *run_dir, const char *name)
{
	unlink(arena_printf(a, "%s/" FILE_PREFIX "%s", run_dir, name));
}
