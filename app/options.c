/* options.c - --config, --quiet, --once, --help, --version, for all three programs. */
#include "app/options.h"

#include <stdio.h>
#include <string.h>

int options_read(int argc, char **argv, const char *help, struct options *out)
{
	*out = (struct options){ .rest = 1 };
	for (int i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(help, stdout);
			return 0;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts("portico " PORTICO_VERSION);
			return 0;
		}
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			out->config = argv[++i];
		} else if (strncmp(argv[i], "--config=", 9) == 0) {
			out->config = argv[i] + 9;
		} else if (strcmp(argv[i], "--quiet") == 0) {
			out->quiet = true;
		} else if (strcmp(argv[i], "--once") == 0 && strstr(help, "--once")) {
			out->once = true;
		} else {
			fprintf(stderr, "%s: %s is not an option here or lacks its value; see --help\n", argv[0], argv[i]);
			return 2;
		}
		out->rest = i + 1;
	}
	return -1;
}
