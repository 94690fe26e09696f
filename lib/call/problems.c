/* problems.c - what can go wrong between us and a service. */
#include "lib/call/call.h"

/* clang-format off */
const struct problem_kind PROBLEM_CALL_FAILED  = { 502, "call.failed",  "A service failed",                 .form = FORM_PROBLEM };
const struct problem_kind PROBLEM_CALL_TIMEOUT = { 504, "call.timeout", "A service did not answer in time", .form = FORM_PROBLEM };
const struct problem_kind PROBLEM_CALL_OPEN    = { 503, "call.open",    "A service is out of order",        .retry_after_s = 1 };
/* clang-format on */
