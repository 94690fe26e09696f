/* problems.h - what can go wrong in the occupancy app, each said once in problems.c. */
#ifndef PORTICO_OCCUPANCY_PROBLEMS_H
#define PORTICO_OCCUPANCY_PROBLEMS_H

#include "lib/base/problem.h"
#include "lib/web/manner.h"

enum {
	/* about a space */
	P_ID,
	P_UNKNOWN,
	P_READ_ONLY,
	P_MAXIMUM,
	P_NAME,
	P_RATE,
	P_NO_CONTACT,
	/* what lib/ refuses, in the words of the service that is replaced */
	P_NO_ADDRESS,
	P_BAD_REQUEST,
	P_METHOD,
	P_URI,
	P_HEADERS,
	P_BROKEN,
	P_AWAY,
	OCCUPANCY_PROBLEM_N
};
extern const struct problem_kind occupancy_problems[];
extern const struct manner occupancy_manner;

/* problem_new(a, OCCUPANCY(P_UNKNOWN), …) */
#define OCCUPANCY(which) (&occupancy_problems[which])

#endif
