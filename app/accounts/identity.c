/* identity.c - who sends this request: by session cookie, by HTTP Basic, by token. */
#include "app/accounts/identity.h"

#include <string.h>

#include "app/accounts/credentials.h"
#include "app/accounts/store.h"
#include "lib/base/seal.h"

#define TOKEN_LENGTH 40

struct bytes session_hash(struct arena *a, const char *key)
{
	return seal_hash(a, "accounts.session", key);
}

struct bytes token_hash(struct arena *a, const char *key)
{
	return seal_hash(a, "accounts.token", key);
}

bool session_key_is_sane(const char *key)
{
	return strlen(key) == SESSION_KEY_LENGTH &&
	       strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789") == SESSION_KEY_LENGTH;
}

void session_cookie_delete(struct req *r)
{
	reply_cookie(r, &(struct cookie){ .name = SESSION_COOKIE });
}

static const struct identity *identity_of(struct arena *a, const struct credential *user)
{
	struct identity *i = ARENA_NEW(a, struct identity);

	*i = (struct identity){
		.id = user->id, .username = user->username, .superuser = user->superuser, .staff = user->staff
	};
	return i;
}

static struct problem *by_session(struct req *r, const char *key, const struct identity **out)
{
	struct session s;
	bool found = false;

	if (session_key_is_sane(key))
		TRY(session_find(r->db, r->arena, session_hash(r->arena, key), r->now, &s, &found));
	if (!found)
		return NULL; /* lib/web takes the cookie back */
	struct identity *i = ARENA_NEW(r->arena, struct identity);
	*i = (struct identity){
		.id = s.user_id, .username = s.username, .superuser = s.superuser, .staff = s.staff, .session_id = s.id
	};
	*out = i;
	return NULL;
}

static struct problem *by_basic(struct req *r, const char *username, const char *password, const struct identity **out)
{
	struct credential user;
	bool valid;

	TRY(credentials_check(r->db, r->arena,
	                      &(struct credentials_ask){ .username = username,
	                                                 .password = password,
	                                                 .address = req_address(r),
	                                                 .now = r->now,
	                                                 .remember = true },
	                      &user, &valid));
	if (valid)
		*out = identity_of(r->arena, &user);
	return NULL;
}

static struct problem *by_token(struct req *r, const char *key, const struct identity **out)
{
	struct credential user;
	bool found = false;

	if (strlen(key) == TOKEN_LENGTH && strspn(key, "0123456789abcdef") == TOKEN_LENGTH)
		TRY(token_find(r->db, r->arena, token_hash(r->arena, key), &user, &found));
	if (found && !user.active)
		return problem_new(r->arena, &PROBLEM_BAD_CREDENTIALS, "User inactive or deleted.");
	if (found)
		*out = identity_of(r->arena, &user);
	return NULL;
}

static struct problem *holds(struct req *r, const char *permission, bool *out)
{
	return permission_held(r->db, r->arena, r->user->id, permission, out);
}

const struct identity_source accounts_identity_source = {
	.by_session = by_session, .by_basic = by_basic, .by_token = by_token, .holds = holds
};
