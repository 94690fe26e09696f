/* client_useroffice.c - the facility's user office (facility.md sections 6.1 and 6.3): is this login right, may this user launch
 * resources of his own? Its words are never repeated to a client but for the one documented object. */
#include <string.h>

#include "app/facility/client.h"
#include "app/facility/conf.h"
#include "app/facility/problems.h"
#include "app/facility/shapes.h"
#include "lib/base/log.h"
#include "lib/call/call.h"
#include "lib/json/json.h"

static struct service *login_service, *authorized_service;

static struct problem *service_of(struct process *p, const char *name, const char *url, bool credentials,
                                  struct service **out)
{
	const struct service_conf conf = {
		.name = name,
		.url = url,
		.basic_user = credentials ? facility_conf.useroffice_user : NULL,
		.basic_password = credentials ? facility_conf.useroffice_password : NULL,
		.connect_ms = facility_conf.useroffice_ms,
		.total_ms = facility_conf.useroffice_ms,
		.answer_bytes = 64 * 1024,
		.breaker_failures = 5,
		.breaker_s = 10,
	};

	*out = NULL;
	return url ? service_new(p, &conf, out) : NULL;
}

struct problem *useroffice_start(struct process *p)
{
	TRY(service_of(p, "useroffice_login", facility_conf.useroffice_login_url, false, &login_service));
	return service_of(p, "useroffice_authorized", facility_conf.useroffice_authorized_url, true, &authorized_service);
}

/* clang-format off */
struct login_words {
	const char *username;
	const char *password;
};
/* not SECRET: this is the one place where the password must be written */
static const struct field login_words_fields[] = {
	FIELD_OUT(struct login_words, username, "user name"),
	FIELD_OUT(struct login_words, password, "password"),
	FIELD_END,
};
static const struct shape login_words_shape = SHAPE("UserOfficeLogin", struct login_words, login_words_fields);

struct authorized_words {
	const char *login;
};
static const struct field authorized_words_fields[] = {
	FIELD_OUT(struct authorized_words, login, "user name"),
	FIELD_END,
};
static const struct shape authorized_words_shape = SHAPE("UserOfficeAuthorized", struct authorized_words, authorized_words_fields);

static const struct field authorized_answer_fields[] = {
	FIELD(struct login_type, result, REQUIRED, 0, 1, "yes or no"),
	FIELD_END,
};
static const struct shape authorized_answer = SHAPE("UserOfficeAnswer", struct login_type, authorized_answer_fields);
/* clang-format on */

struct problem *useroffice_login(struct arena *a, const char *username, const char *password, bool *valid)
{
	const struct login_words words = { username, password };
	struct answer answer;
	struct problem *p;

	*valid = false;
	if (!login_service)
		return NULL;
	p = call_run(a, login_service,
	             &(struct call){
					 .method = "POST",
					 .path = "",
					 .send = &login_words_shape,
					 .from = &words,
					 .any_status = true,
				 },
	             &answer);
	if (p)
		return problem_because(problem_new(a, FACILITY(P_OFFICE_AWAY), NULL), "%s", p->cause ? p->cause : p->detail);
	/* 200 valid, 401 invalid, 400 bad arguments; an office in trouble must not look like a wrong password */
	if (answer.status >= 500 || answer.status == 429)
		return problem_because(problem_new(a, FACILITY(P_OFFICE_AWAY), NULL), "the user office answered %d",
		                       answer.status);
	*valid = answer.status == 200;
	return NULL;
}

struct problem *useroffice_authorized(struct arena *a, const char *username, bool *result, const char **json)
{
	const struct authorized_words words = { username };
	struct login_type said = { false };
	struct answer answer = { .status = 0 };
	struct problem *p;

	*result = facility_conf.default_authorization;
	if (json)
		*json = facility_conf.default_authorization ? "{\"result\":true}" : "{\"result\":false}";
	if (facility_conf.default_authorization || !authorized_service)
		return NULL;
	p = call_run(a, authorized_service,
	             &(struct call){
					 .method = "POST",
					 .path = "",
					 .send = &authorized_words_shape,
					 .from = &words,
					 .expect = 200,
				 },
	             &answer);
	if (!p)
		p = json_read(a, answer.body, answer.length, &JSON_FROM_SERVICE, &authorized_answer, &said);
	if (p) {
		LOG(LOG_WARN, "the user office did not say who may launch", L_TEXT("cause", p->cause ? p->cause : p->detail));
		return NULL;
	}
	*result = said.result;
	if (json)
		*json = answer.body;
	return NULL;
}
