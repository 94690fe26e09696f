/* problems.c - what can go wrong in the occupancy app, and the manner of its answers: the client parses JSON out of every one
 * of them and shows the member `error` (occupancy.md sections 5 to 7). */
#include "app/occupancy/problems.h"

#include <stddef.h>

/* clang-format off */
const struct problem_kind occupancy_problems[] = {
	[P_ID]          = { 400, "occupancy.id",          "That is no id of a space",               NULL, FORM_ERROR, 0 },
	[P_UNKNOWN]     = { 404, "occupancy.unknown",     "There is no such space",                 NULL, FORM_ERROR, 0 },
	[P_READ_ONLY]   = { 403, "occupancy.read_only",   "That id is for reading",                 NULL, FORM_ERROR, 0 },
	[P_MAXIMUM]     = { 400, "occupancy.maximum",     "The maximum is out of range",            NULL, FORM_ERROR, 0 },
	[P_NAME]        = { 400, "occupancy.name",        "The name cannot be taken",               NULL, FORM_ERROR, 0 },
	[P_RATE]        = { 429, "occupancy.rate",        "Too many requests from one address",     "Too many requests, try again later", FORM_ERROR, 60 },
	[P_NO_CONTACT]  = { 501, "occupancy.contact",     "Messages are not taken here",            NULL, FORM_ERROR, 0 },
	[P_NO_ADDRESS]  = { 404, "occupancy.no_address",  "Nothing answers there",                  "Invalid URL requested", FORM_ERROR, 0 },
	[P_BAD_REQUEST] = { 400, "occupancy.bad_request", "The request cannot be understood",       NULL, FORM_ERROR, 0 },
	[P_METHOD]      = { 405, "occupancy.method",      "Method not allowed",                     NULL, FORM_ERROR, 0 },
	[P_URI]         = { 414, "occupancy.uri",         "URI too long",                           NULL, FORM_ERROR, 0 },
	[P_HEADERS]     = { 431, "occupancy.headers",     "Headers too large",                      NULL, FORM_ERROR, 0 },
	[P_BROKEN]      = { 500, "occupancy.broken",      "Something went wrong here",              "Internal server error", FORM_ERROR, 0 },
	[P_AWAY]        = { 503, "occupancy.away",        "The database does not answer",           "Service temporarily unavailable", FORM_ERROR, 5 },
	[OCCUPANCY_PROBLEM_N] = { 0, NULL,                NULL,                                     NULL, FORM_ERROR, 0 },
};

static const struct problem_kind *const refusals[] = {
	OCCUPANCY(P_NO_ADDRESS), OCCUPANCY(P_BAD_REQUEST), OCCUPANCY(P_METHOD), OCCUPANCY(P_URI), OCCUPANCY(P_HEADERS),
	OCCUPANCY(P_BROKEN), OCCUPANCY(P_AWAY), NULL,
};
/* clang-format on */

const struct manner occupancy_manner = {
	.refusals = refusals,
	.any_origin_headers = "x-requested-with",
	.preflight_methods = "GET, PUT, OPTIONS",
	.json_type = "application/json; charset=UTF-8",
	.json_spaced = true,
	.etag = true,
	.accept_ignored = true,
	.allow_only_refused = true,
};
