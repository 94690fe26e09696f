/* routes.c - every URL of the occupancy app. The order is that of occupancy.md section 2; what is ours comes last. */
#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"
#include "app/occupancy/shapes.h"

/* clang-format off */
#define OBJECT(code, shape, words) { code, ANSWER_OBJECT, &(shape), NULL, words }
#define SAME                       { 304, ANSWER_EMPTY, NULL, NULL, "as If-None-Match has it" }
#define CHANGE_PROBLEMS            OCCUPANCY(P_ID), OCCUPANCY(P_UNKNOWN), OCCUPANCY(P_READ_ONLY), OCCUPANCY(P_RATE), OCCUPANCY(P_AWAY)

const struct route occupancy_routes[] = {
#define CREATE(path) \
	{ PUT, path, space_create, ANYONE, NULL, "creates a space", \
	  ANSWERS(OBJECT(200, space_shape, "the space")), \
	  PROBLEMS(OCCUPANCY(P_MAXIMUM), OCCUPANCY(P_NAME), OCCUPANCY(P_RATE), OCCUPANCY(P_AWAY)), .auth = AUTH_NONE, .no_suffix = true, .limit = limit_create }
	CREATE("/new/occupancy/current/{current:digits}/max/{maximum:digits}"),
	CREATE("/new/occupancy/current/{current:digits}/max/{maximum:digits}/name/{space_name:any}"),
	{ GET, "/{space_id:any}", space_show, ANYONE, NULL, "shows a space",
	  ANSWERS(OBJECT(200, space_shape, "the space"), SAME),
	  PROBLEMS(OCCUPANCY(P_ID), OCCUPANCY(P_UNKNOWN), OCCUPANCY(P_RATE), OCCUPANCY(P_AWAY)), .auth = AUTH_NONE, .no_suffix = true, .limit = limit_read },
	{ PUT, "/{space_id:any}/increment", space_increment, ANYONE, NULL, "counts one more, unless the maximum is reached",
	  ANSWERS(OBJECT(200, space_step_shape, "the space")), PROBLEMS(CHANGE_PROBLEMS), .auth = AUTH_NONE, .limit = limit_change },
	{ PUT, "/{space_id:any}/decrement", space_decrement, ANYONE, NULL, "counts one less, unless nobody is in",
	  ANSWERS(OBJECT(200, space_step_shape, "the space")), PROBLEMS(CHANGE_PROBLEMS), .auth = AUTH_NONE, .limit = limit_change },
	{ PUT, "/{space_id:any}/max/{maximum:digits}", space_set_maximum, ANYONE, NULL, "sets the maximum, and lowers the count to it",
	  ANSWERS(OBJECT(200, space_shape, "the space")), PROBLEMS(CHANGE_PROBLEMS, OCCUPANCY(P_MAXIMUM)), .auth = AUTH_NONE, .limit = limit_change },

	{ GET, "/{space_id:any}/history", history_show, ANYONE, NULL, "shows how a space was filled over time",
	  ANSWERS(OBJECT(200, history_shape, "the points"), { 200, ANSWER_OTHER, NULL, "text/csv", "the same as CSV" }, SAME),
	  PROBLEMS(OCCUPANCY(P_ID), OCCUPANCY(P_UNKNOWN), OCCUPANCY(P_RATE), OCCUPANCY(P_AWAY)), &history_query_shape, .auth = AUTH_NONE, .limit = limit_read },
	{ 0 },
};

const struct route occupancy_root_routes[] = {
	{ POST, "/", contact_refuse, ANYONE, NULL, "tells the contact form of the web client where to write instead",
	  PROBLEMS(OCCUPANCY(P_NO_CONTACT)), .auth = AUTH_NONE, .no_suffix = true, .hidden = true, .limit = limit_create },
	{ 0 },
};
/* clang-format on */
