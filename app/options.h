/* options.h - the words every program of Portico understands before its own. */
#ifndef PORTICO_APP_OPTIONS_H
#define PORTICO_APP_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *config; /* --config FILE; NULL: not given */
	bool once;          /* --once; only where `once_allowed` */
	bool quiet;         /* --quiet */
	int rest;           /* index of the first word that is not one of these */
};

/* Reads leading options. -1: go on; else the exit status: help and version were printed (0), or the words were wrong (2). */
int options_read(int argc, char **argv, const char *help, struct options *out);

#endif
