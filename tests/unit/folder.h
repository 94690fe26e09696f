/* folder.h - a folder of a test's own, and files in it. */
#ifndef PORTICO_TESTS_FOLDER_H
#define PORTICO_TESTS_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* The arena is first, so that a test may use the state as either. */
struct folder {
	struct arena *arena;
	char path[64];
};

static inline int folder_new(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->arena = arena_new();
	snprintf(f->path, sizeof(f->path), "%s", "/tmp/portico-unit-XXXXXX");
	*state = f;
	return mkdtemp(f->path) ? 0 : -1;
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int folder_free(void **state)
{
	struct folder *f = *state;

	nftw(f->path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(f->arena);
	free(f);
	return 0;
}

static inline const char *folder_path(struct folder *f, const char *name)
{
	return arena_printf(f->arena, "%s/%s", f->path, name);
}

/* Makes a file of that mode, whatever the umask; gives its path. */
static inline const char *folder_file(struct folder *f, const char *name, mode_t mode, const char *content, size_t n)
{
	const char *path = folder_path(f, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, n), (ssize_t)n);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
	return path;
}

#define FOLDER_CASE(test) cmocka_unit_test_setup_teardown(test, folder_new, folder_free)

#endif
