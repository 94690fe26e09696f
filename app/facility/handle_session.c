/* handle_session.c - logging in and out, and what the client asks before it shows a form. */
#include "app/accounts/accounts.h"
#include "app/facility/client.h"
#include "app/facility/conf.h"
#include "app/facility/handle.h"
#include "app/facility/problems.h"
#include "app/facility/shapes.h"

/* GET /settings/ */
struct problem *settings_show(struct req *r)
{
	const struct login_settings view = { facility_conf.local_auth };

	return reply_shape(r, 200, &login_settings_shape, &view);
}

/* POST /login/ - a missing word, another type or a body that cannot be read are all the same 400 to the old client. */
struct problem *session_login(struct req *r)
{
	const struct login_ask *ask = r->body;
	const struct identity *user = NULL;

	if (!ask || !ask->username || !ask->password)
		return problem_new(r->arena, FACILITY(P_LOGIN_WORDS), NULL);
	TRY(account_login(r, ask->username, ask->password, &user));
	if (!user)
		return problem_new(r->arena, FACILITY(P_LOGIN_FAILED), NULL);
	return reply_string(r, 200, "Login OK");
}

/* GET and POST /logout/ - also right when nobody is logged in. */
struct problem *session_logout(struct req *r)
{
	TRY(account_logout(r));
	return reply_string(r, 200, "Logout OK");
}

/* GET /login/type/ - nobody in particular may launch nothing, and the user office is not bothered (defect 15). */
struct problem *login_type(struct req *r)
{
	bool result;
	const char *json = "{\"result\":false}";

	if (r->user)
		TRY(useroffice_authorized(r->arena, r->user->username, &result, &json));
	return reply_json(r, 200, json);
}

/* any /authenticated/ */
struct problem *authenticated_show(struct req *r)
{
	const struct authenticated yes = { r->user ? r->user->username : NULL, "true" };
	const struct not_authenticated no = { "false" };

	if (r->user)
		return reply_shape(r, 200, &authenticated_shape, &yes);
	return reply_shape(r, 401, &not_authenticated_shape, &no);
}
