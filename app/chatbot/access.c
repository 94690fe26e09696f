/* access.c - who may speak and read: the policy of the settings. */
#include "app/chatbot/conf.h"
#include "app/chatbot/handle.h"
#include "app/chatbot/store.h"

static bool sees_all(const struct req *r)
{
	return chatbot_conf.policy == POLICY_OPEN || (r->user && (r->user->staff || r->user->superuser));
}

struct problem *access_caller(struct req *r)
{
	if (chatbot_conf.policy == POLICY_OPEN || r->user)
		return NULL;
	return problem_new(r->arena, &PROBLEM_NO_CREDENTIALS, NULL);
}

struct problem *access_userid(struct req *r, const char *userid)
{
	TRY(access_caller(r));
	if (sees_all(r) || userid_is_of(userid, r->user->username))
		return NULL;
	return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
}

const char *access_owner(const struct req *r)
{
	return sees_all(r) ? NULL : r->user->username;
}
