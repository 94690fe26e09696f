/* problems.c - what lib/work itself has to say about a job. */
#include "lib/work/problems.h"

#include "lib/work/job.h"

/* clang-format off */
const struct problem_kind PROBLEM_JOB_LATER    = { 503, "work.later",    "To be looked at again later", NULL, FORM_PROBLEM, 1 };
const struct problem_kind PROBLEM_JOB_DEADLINE = { 504, "work.deadline", "The job could not be finished before its deadline", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_JOB_LOST     = { 500, "work.lost",     "The job's tries ended without a word", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_JOB_REPLACED = { 409, "work.replaced", "A newer job of the same kind does it", NULL, FORM_PROBLEM, 0 };
/* clang-format on */
