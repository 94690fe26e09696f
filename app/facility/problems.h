/* problems.h - what can go wrong in the facility app, each said once in problems.c. */
#ifndef PORTICO_FACILITY_PROBLEMS_H
#define PORTICO_FACILITY_PROBLEMS_H

#include "lib/base/problem.h"

enum {
	/* logging in */
	P_LOGIN_WORDS,
	P_LOGIN_FAILED,
	P_OFFICE_AWAY,
	/* experiments, quotas, images */
	P_STRANGER,
	P_NOT_SUPERUSER,
	P_ONLY_TRUTH,
	P_IMAGE_TAKEN,
	P_IMAGE_IN_USE,
	P_IMAGE_UNKNOWN,
	P_EXPERIMENT_TAKEN,
	P_SESSION_TAKEN,
	P_PARTICIPATES,
	/* launching; the four quota texts are the old service's (facility.md section 5.2) */
	P_ALREADY_LAUNCHED,
	P_QUOTA_MACHINES,
	P_QUOTA_CPU,
	P_QUOTA_MEMORY,
	P_QUOTA_HDD,
	/* launching: what a resource itself does wrong is not tried again */
	P_NOT_LAUNCHABLE,
	P_OWN_FORBIDDEN,
	P_NO_IDENTITY,
	P_DATA_REFUSED,
	P_GUACAMOLE_MISSING,
	P_LAUNCH_IMAGE,
	P_LAUNCH_ENGINE,
	P_LAUNCH_EXITED,
	P_LAUNCH_PORT,
	P_LAUNCH_LATE,
	P_LAUNCH_PATTERN,
	P_LAUNCH_NAME,
	P_LAUNCH_SECRETS,
	/* afterwards */
	P_RESOURCE_STATE,
	P_RESOURCE_EXITED,
	P_RESOURCE_VANISHED,
	/* as the old client is told */
	P_NAME_MISMATCH,
	P_OLD_REFUSED,
	P_OLD_ERROR,
	P_OLD_NOT_LAUNCHABLE,
	FACILITY_PROBLEM_N
};
extern const struct problem_kind facility_problems[];

/* problem_new(a, FACILITY(P_QUOTA_CPU), NULL) */
#define FACILITY(which) (&facility_problems[which])

#endif
