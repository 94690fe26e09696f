/* known.h - the job kinds and schedules of the mounted apps: what this daemon can do. Rows of other kinds are left to daemons
 * that know them. Inside lib/work only. */
#ifndef PORTICO_WORK_KNOWN_H
#define PORTICO_WORK_KNOWN_H

#include "lib/work/job.h"

struct known_kind {
	const char *app;
	const struct job_kind *kind;
};

struct known_schedule {
	const char *app;
	const struct schedule *schedule;
};

struct known {
	struct known_kind *kinds;
	size_t kind_count;
	const char *kind_names; /* parted by commas, for FIND_IN_SET */
	struct known_schedule *schedules;
	size_t schedule_count;
	const char *schedule_names;
};

/* Gathers them, those of lib/work included; an app that is mounted twice counts once. A name that is used twice, is empty,
 * longer than a row holds, or not made of [a-z0-9._-], or a number out of its range, is a defect of a table: PROBLEM_INTERNAL. */
struct problem *known_gather(struct arena *a, const struct mount *mounts, struct known *out) MUST_CHECK;

/* NULL when there is none of that name. */
const struct known_kind *known_kind(const struct known *k, const char *name);
const struct known_schedule *known_schedule(const struct known *k, const char *name);

#endif
