/* access.c - who may speak and read: the policy of the settings. */
#include "app/chatbot/conf.h"
#include "app/chatbot/handle.h"
#include "app/chatbot/store.h"

bool policy_is_open(void)
{
	return chatbot_conf.policy == POLICY_OPEN;
}

static bool sees_all(const struct req *r)
{
	return policy_is_open() || (r->user && (r->user->staff || r->user->superuser));
}

struct problem *access_userid(struct req *r, const char *userid)
{
	if (sees_all(r) || userid_is_of(userid, r->user->username))
		return NULL;
	return problem_new(r->arena, &PROBLEM_FORBIDDEN, NULL);
}

const char *access_owner(const struct req *r)
{
	return sees_all(r) ? NULL : r->user->username;
}
