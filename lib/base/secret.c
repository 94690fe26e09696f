/* secret.c - files that hold a secret: settings.h, secret_read(). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/settings.h"
#include "lib/base/text.h"

#define SECRET_BYTES_MOST ((size_t)64 * 1024)

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static struct problem *refused(struct arena *a, const char *path, const char *why)
{
	return problem_because(problem_new(a, &PROBLEM_SETTINGS, NULL), "the secret file %s %s", path, why);
}

struct problem *secret_read(struct arena *a, const char *path, const char **out)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a fifo must not block us */
	char *content = arena_alloc(a, SECRET_BYTES_MOST + 2);
	size_t length = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return refused(a, path, arena_printf(a, "cannot be read: %s", strerror(errno)));
	if (!S_ISREG(st.st_mode))
		return refused(a, path, "is not a regular file");
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return refused(a, path,
		               arena_printf(a, "is open to others (mode %04o): chmod 0600 it", (unsigned)st.st_mode & 07777));

	while (length <= SECRET_BYTES_MOST) {
		ssize_t n = read(fd, content + length, SECRET_BYTES_MOST + 1 - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refused(a, path, arena_printf(a, "cannot be read: %s", strerror(errno)));
		if (n == 0)
			break;
		length += (size_t)n;
	}
	if (length > SECRET_BYTES_MOST)
		return refused(a, path, "is larger than 64 KiB");
	if (!utf8_valid(content, length))
		return refused(a, path, "is not UTF-8 text");

	const char *secret = text_trim(a, content);

	if (!*secret)
		return refused(a, path, "is empty");
	*out = secret;
	return NULL;
}
