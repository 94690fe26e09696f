/* problems.h - what lib/work itself writes as a job's last error; PROBLEM_JOB_LATER is in job.h. */
#ifndef PORTICO_WORK_PROBLEMS_H
#define PORTICO_WORK_PROBLEMS_H

#include "lib/base/problem.h"

extern const struct problem_kind PROBLEM_JOB_DEADLINE; /* nothing could begin before it */
extern const struct problem_kind PROBLEM_JOB_LOST;     /* its processes died over it again and again */
extern const struct problem_kind PROBLEM_JOB_REPLACED; /* a newer job of the same `once` kind and subject does it */

#endif
