/* problems.c - what can go wrong between the front server and a handler, each said once. */
#include "lib/web/inner.h"

/* clang-format off */
const struct problem_kind PROBLEM_WEB_HOST    = { 400, "web.host",    "Unknown host",
	"The Host header names no host that this server answers for.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_PATH    = { 400, "web.path",    "Malformed path",
	"The path is not percent-encoded UTF-8.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_CUT     = { 400, "web.cut",     "Incomplete request",
	"The body is shorter or longer than its Content-Length.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_METHOD  = { 405, "web.method",  "Method not allowed", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_ACCEPT  = { 406, "web.accept",  "Not acceptable",
	"Could not satisfy the request Accept header.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_LATE    = { 408, "web.late",    "Request timeout",
	"The body did not arrive in time.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_URI     = { 414, "web.uri",     "URI too long", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_MEDIA   = { 415, "web.media",   "Unsupported media type", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_HEADERS = { 431, "web.headers", "Headers too large", NULL, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_METRICS = { 403, "web.metrics", "Metrics are not public",
	"Metrics are given to callers of this machine, or with the token of the setting web.metrics_token.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_PAGE        = { 404, "web.page",    "Invalid page", "Invalid page.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_CURSOR      = { 404, "web.cursor",  "Invalid cursor", "Invalid cursor", FORM_PROBLEM, 0 };

/* Who is it, and may he? With the session looked at first it is 403, with Basic first 401 and a challenge. */
#define NO_CREDENTIALS  "Authentication credentials were not provided."
#define BAD_CREDENTIALS "Invalid username/password."
const struct problem_kind PROBLEM_NO_CREDENTIALS    = { 403, "web.no_credentials",  "Not authenticated",  NO_CREDENTIALS,  FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_CHALLENGE     = { 401, "web.no_credentials",  "Not authenticated",  NO_CREDENTIALS,  FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_BAD_CREDENTIALS   = { 403, "web.bad_credentials", "Wrong credentials",  BAD_CREDENTIALS, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_WEB_BAD_CHALLENGE = { 401, "web.bad_credentials", "Wrong credentials",  BAD_CREDENTIALS, FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_FORBIDDEN  = { 403, "web.forbidden",  "Permission denied",
	"You do not have permission to perform this action.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_CSRF       = { 403, "web.csrf",       "CSRF check failed",
	"CSRF Failed: CSRF token missing or incorrect.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_CROSS_SITE = { 403, "web.cross_site", "Request from another site",
	"This address changes something; links, forms and scripts of other sites may not call it.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_THROTTLED  = { 429, "web.throttled",  "Too many attempts",
	"Request was throttled.", FORM_PROBLEM, 60 };
/* clang-format on */

const char *const verb_names[VERB_N + 1] = { "", "GET", "POST", "PUT", "PATCH", "DELETE" };
const char *const who_names[WHO_N + 1] = { "?",         "anyone", "user",     "owner", "owner or superuser",
	                                       "superuser", "staff",  "permitted" };
const char *const scheme_names[SCHEME_N + 1] = { "none", "session", "basic", "token" };
