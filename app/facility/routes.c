/* routes.c - every URL of the facility app. The order is that of facility.md section 3.2; what is ours comes last. */
#include "app/accounts/accounts.h"
#include "app/facility/handle.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "app/facility/shapes.h"
#include "app/facility/shapes_resource.h"
#include "lib/call/call.h"

/* clang-format off */
#define OBJECT(code, shape, words) { code, ANSWER_OBJECT, &(shape), NULL, words }
#define LIST(code, shape, words)   { code, ANSWER_LIST,   &(shape), NULL, words }
#define PAGE(code, shape, words)   { code, ANSWER_PAGE,   &(shape), NULL, words }
#define STRING(code, words)        { code, ANSWER_STRING, NULL,     NULL, words }
#define EMPTY(code, words)         { code, ANSWER_EMPTY,  NULL,     NULL, words }

#define QUOTA_PROBLEMS FACILITY(P_ALREADY_LAUNCHED), FACILITY(P_QUOTA_MACHINES), FACILITY(P_QUOTA_CPU), \
                       FACILITY(P_QUOTA_MEMORY), FACILITY(P_QUOTA_HDD)
#define LAUNCH_PROBLEMS FACILITY(P_OWN_FORBIDDEN), FACILITY(P_NO_IDENTITY), FACILITY(P_DATA_REFUSED), FACILITY(P_NOT_LAUNCHABLE), \
                        FACILITY(P_GUACAMOLE_MISSING), FACILITY(P_LAUNCH_IMAGE), FACILITY(P_LAUNCH_ENGINE), FACILITY(P_LAUNCH_EXITED), \
                        FACILITY(P_LAUNCH_PORT), FACILITY(P_LAUNCH_LATE), FACILITY(P_LAUNCH_PATTERN), FACILITY(P_LAUNCH_NAME), \
                        FACILITY(P_LAUNCH_SECRETS)
#define CALL_PROBLEMS  &PROBLEM_CALL_FAILED, &PROBLEM_CALL_TIMEOUT, &PROBLEM_CALL_OPEN

const struct route facility_routes[] = {
	/* ---- logging in (group B) ---- */
	{ GET,  "/settings/", settings_show, ANYONE, NULL, "says whether the login form is offered",
	  ANSWERS(OBJECT(200, login_settings_shape, "the switch")), .auth = AUTH_BASIC_SESSION },
	{ POST, "/login/", session_login, ANYONE, &login_ask_shape, "begins a session",
	  ANSWERS(STRING(200, "\"Login OK\"; sets sessionid and csrftoken")),
	  PROBLEMS(FACILITY(P_LOGIN_WORDS), FACILITY(P_LOGIN_FAILED), FACILITY(P_OFFICE_AWAY), &PROBLEM_THROTTLED),
	  .auth = AUTH_BASIC_SESSION, .body_lenient = true, .body_optional = true, .keyed = KEYED_NEVER },
	{ GET,  "/logout/", session_logout, ANYONE, NULL, "ends the session (for the old client; others use POST)",
	  ANSWERS(STRING(200, "\"Logout OK\"")), .auth = AUTH_BASIC_SESSION, .changes = true },
	{ POST, "/logout/", session_logout, ANYONE, NULL, "ends the session",
	  ANSWERS(STRING(200, "\"Logout OK\"")), .auth = AUTH_BASIC_SESSION },
	{ GET,  "/login/type/", login_type, ANYONE, NULL, "says whether the caller may launch resources of his own",
	  ANSWERS(OBJECT(200, login_type_shape, "and what else the user office said")), .auth = AUTH_BASIC_SESSION },
#define AUTHENTICATED(verb) \
	{ verb, "/authenticated/", authenticated_show, ANYONE, NULL, "says who the session belongs to", \
	  ANSWERS(OBJECT(200, authenticated_shape, "somebody"), OBJECT(401, not_authenticated_shape, "nobody")), .auth = AUTH_SESSION }
	AUTHENTICATED(GET), AUTHENTICATED(POST), AUTHENTICATED(PUT), AUTHENTICATED(PATCH), AUTHENTICATED(DELETE),

	/* ---- users ---- */
	{ GET,  "/users/", users_list, SUPERUSER, NULL, "lists accounts",
	  ANSWERS(PAGE(200, user_shape, "a page of accounts")), PROBLEMS(&PROBLEM_PAGE), &page_query_shape },
	{ GET,  "/users/{username}/", user_show, OWNER_OR_SUPERUSER, NULL, "shows an account",
	  ANSWERS(OBJECT(200, user_shape, "the account")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ GET,  "/users/{username}/admin", admin_show, SUPERUSER, NULL, "says whether an account may administer",
	  ANSWERS(OBJECT(200, admin_shape, "the flag")), PROBLEMS(&PROBLEM_NOT_FOUND), .stranger = FACILITY(P_NOT_SUPERUSER), .no_suffix = true },
	{ POST, "/users/{username}/admin", admin_set, SUPERUSER, &admin_ask_shape, "promotes or demotes an account",
	  ANSWERS(EMPTY(200, "done")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_LAST_SUPERUSER), .stranger = FACILITY(P_NOT_SUPERUSER), .no_suffix = true },

	/* ---- experiments ---- */
	{ GET,  "/users/{username}/experiments/", experiment_list, OWNER, NULL, "lists the caller's experiments with their sessions",
	  ANSWERS(PAGE(200, experiment_shape, "a page of experiments")), PROBLEMS(&PROBLEM_PAGE), &experiment_query_shape },
	{ GET,  "/users/{username}/containers/", container_list_of_user, OWNER_OR_SUPERUSER, NULL, "lists the user's active resources",
	  ANSWERS(LIST(200, container_shape, "newest first, at most 1000; ?page= for more")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_PAGE), &page_query_shape },
#define FAVORITE(verb) \
	{ verb, "/favorite/{pk:int}/", favorite_set, USER, &favorite_ask_shape, "marks an experiment of the caller", \
	  ANSWERS(OBJECT(200, favorite_shape, "as it is now")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_FORBIDDEN) }
	FAVORITE(PUT), FAVORITE(PATCH),

	/* ---- quotas ---- */
	{ GET,  "/quota/{username}/", quota_show, OWNER_OR_SUPERUSER, NULL, "shows what a user may hold at once",
	  ANSWERS(OBJECT(200, quota_view_shape, "the limits")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ POST, "/quota/{username}/", quota_set, SUPERUSER, &quota_ask_shape, "sets what a user may hold at once",
	  ANSWERS(EMPTY(200, "done")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ GET,  "/used_quota/{username}/", quota_used, OWNER_OR_SUPERUSER, NULL, "shows what a user holds now",
	  ANSWERS(OBJECT(200, quota_view_shape, "the sums")), PROBLEMS(&PROBLEM_NOT_FOUND) },

	/* ---- images ---- */
	{ GET,  "/images/", image_list, USER, NULL, "lists what can be launched",
	  ANSWERS(LIST(200, image_view_shape, "oldest first, at most 1000; ?page= for more")), PROBLEMS(&PROBLEM_PAGE), &page_query_shape },
	{ GET,  "/images/{public_name}/", image_show, USER, NULL, "shows an image",
	  ANSWERS(OBJECT(200, image_view_shape, "the image")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ POST, "/images/{public_name}/", image_add, SUPERUSER, &image_new_shape, "adds an image",
	  ANSWERS(EMPTY(201, "added")), PROBLEMS(FACILITY(P_IMAGE_TAKEN), FACILITY(P_IMAGE_UNKNOWN), CALL_PROBLEMS), .keyed = KEYED_STEPS },
	{ PUT,  "/images/{public_name}/", image_change, SUPERUSER, &image_ask_shape, "changes what is given of an image",
	  ANSWERS(EMPTY(200, "changed")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ DELETE, "/images/{public_name}/", image_remove, SUPERUSER, NULL, "removes an image that no active resource uses",
	  ANSWERS(EMPTY(204, "removed")), PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_IMAGE_IN_USE)) },

	/* ---- resources as the old client sees them ---- */
	{ GET,  "/containers/", container_list, USER, NULL, "lists the caller's resources of all time; a superuser's answer holds everybody's, without credentials",
	  ANSWERS(LIST(200, container_shape, "newest first, at most 1000; ?page= for more")), PROBLEMS(&PROBLEM_PAGE), &page_query_shape },
	{ GET,  "/containers/{id}", container_show, USER, NULL, "shows a resource",
	  ANSWERS(OBJECT(200, container_shape, "the resource")), PROBLEMS(&PROBLEM_NOT_FOUND), .no_suffix = true },
	{ GET,  "/activecontainers/", container_list_active, USER, NULL, "lists the caller's active resources; a superuser's answer holds everybody's, without credentials",
	  ANSWERS(LIST(200, container_shape, "newest first, at most 1000; ?page= for more")), PROBLEMS(&PROBLEM_PAGE), &page_query_shape },
	{ GET,  "/resource/list/{username}/", resource_list, OWNER_OR_SUPERUSER, NULL, "lists the user's active resources; a superuser sees others' without credentials",
	  ANSWERS(LIST(200, container_shape, "newest first, at most 1000; ?page= for more")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_PAGE), &page_query_shape, .stranger = FACILITY(P_STRANGER) },
	/* whose they are is checked by the handlers, after the image: the old order */
	{ GET,  "/resource/run/{username}/{experiment}/{public_name}/", resource_start_old, USER, NULL, "launches a resource (for the old client; others use POST resources/)",
	  ANSWERS(OBJECT(201, container_shape, "it runs, or is still `busy`"), EMPTY(204, "refused or failed; the reason is in header X-Calipso-Error")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_NAME_MISMATCH), FACILITY(P_OLD_NOT_LAUNCHABLE)), .changes = true },
	{ GET,  "/resource/stop/{username}/{resource_name}/{public_name}/", resource_stop_old, USER, NULL, "stops a resource (for the old client; others use POST resources/{id}/stop/)",
	  ANSWERS(OBJECT(200, container_shape, "it is stopped, or still `busy` stopping")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_NAME_MISMATCH), FACILITY(P_OLD_ERROR)), .changes = true },
	{ GET,  "/resource/rm/{username}/{resource_name}/{public_name}/", resource_remove_old, USER, NULL, "removes a resource (for the old client; others use DELETE resources/{id}/)",
	  ANSWERS(OBJECT(200, container_shape, "it is removed, or being removed")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_NAME_MISMATCH), FACILITY(P_OLD_ERROR)), .changes = true },

	/* ---- resources as they should be ---- */
	{ GET,  "/resources/", resource_mine, USER, NULL, "lists the caller's resources",
	  ANSWERS(PAGE(200, resource_shape, "newest first")), PROBLEMS(&PROBLEM_PAGE), &resource_query_shape },
	{ POST, "/resources/", resource_launch, USER, &resource_ask_shape, "launches a resource",
	  ANSWERS(OBJECT(201, resource_shape, "it runs"), OBJECT(202, resource_shape, "it is still being launched")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, LAUNCH_PROBLEMS, QUOTA_PROBLEMS, CALL_PROBLEMS), .keyed = KEYED_STEPS },
	{ GET,  "/resources/{id:int}/", resource_show, USER, NULL, "shows a resource of the caller; a superuser sees others' without credentials",
	  ANSWERS(OBJECT(200, resource_shape, "the resource")), PROBLEMS(&PROBLEM_NOT_FOUND) },
	{ POST, "/resources/{id:int}/stop/", resource_end, USER, NULL, "stops a resource of the caller",
	  ANSWERS(OBJECT(200, resource_shape, "it is stopped"), OBJECT(202, resource_shape, "it is still being stopped")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_RESOURCE_STATE), FACILITY(P_LAUNCH_ENGINE), CALL_PROBLEMS), .keyed = KEYED_STEPS },
	{ DELETE, "/resources/{id:int}/", resource_remove, USER, NULL, "stops a resource of the caller if need be, and removes it",
	  ANSWERS(EMPTY(204, "removed"), OBJECT(202, resource_shape, "it is still being removed")),
	  PROBLEMS(&PROBLEM_NOT_FOUND, FACILITY(P_LAUNCH_ENGINE), CALL_PROBLEMS), .keyed = KEYED_STEPS },
	{ 0 },
};
/* clang-format on */
