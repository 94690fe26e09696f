/* login.c - sessions begin and end here. */
#include "app/accounts/accounts.h"
#include "app/accounts/conf.h"
#include "app/accounts/credentials.h"
#include "app/accounts/identity.h"
#include "lib/base/log.h"
#include "lib/base/uuid.h"

#define DAY_S INT64_C(86400)

/* Ends the session that the browser presents, whoever it is of. */
static struct problem *session_end(struct req *r)
{
	const char *key = req_cookie(r, SESSION_COOKIE);

	return key && session_key_is_sane(key) ? session_delete(r->db, r->arena, session_hash(r->arena, key)) : NULL;
}

/* What a login writes, in one transaction. */
struct login {
	struct session_ask session;
	int64_t session_id;
};

static struct problem *login_write(struct db *db, struct arena *a, void *context)
{
	struct login *login = context;

	TRY(session_insert(db, a, &login->session, &login->session_id));
	return user_set_last_login(db, a, login->session.user_id, login->session.created_at);
}

/* A key that nobody has seen: one that was planted in the browser before the login is worth nothing after it. */
static struct problem *session_begin(struct req *r, const struct credential *user, const struct identity **out)
{
	const char *key = random_lower(r->arena, SESSION_KEY_LENGTH);
	const int64_t lasts_s = accounts_conf.session_days * DAY_S;
	struct login login = { .session = { .token_hash = session_hash(r->arena, key),
		                                .user_id = user->id,
		                                .created_at = r->now,
		                                .expires_at = clock_after_s(r->now, lasts_s),
		                                .address = req_address(r) } };

	TRY(db_transaction(r->db, r->arena, login_write, &login));
	reply_cookie(r, &(struct cookie){ .name = SESSION_COOKIE, .value = key, .max_age_s = lasts_s });
	csrf_rotate(r);

	struct identity *i = ARENA_NEW(r->arena, struct identity);
	*i = (struct identity){ .id = user->id,
		                    .username = user->username,
		                    .superuser = user->superuser,
		                    .staff = user->staff,
		                    .session_id = login.session_id };
	*out = i;
	return NULL;
}

/* After all sessions of the user ended: this browser stays logged in, under a new key. */
struct problem *session_renew(struct req *r)
{
	const struct identity *out;
	const struct credential user = {
		.id = r->user->id, .username = r->user->username, .superuser = r->user->superuser, .staff = r->user->staff
	};

	return session_begin(r, &user, &out);
}

static struct problem *log_in(struct req *r, const char *username, const char *password, bool staff_only,
                              const struct identity **out)
{
	struct credential user;
	bool valid;

	TRY(session_end(r));
	TRY(credentials_check(r->db, r->arena,
	                      &(struct credentials_ask){ .username = username,
	                                                 .password = password,
	                                                 .address = req_address(r),
	                                                 .now = r->now,
	                                                 .make = !staff_only },
	                      &user, &valid));
	if (!valid || (staff_only && !user.staff && !user.superuser)) {
		*out = NULL;
		if (req_cookie(r, SESSION_COOKIE))
			session_cookie_delete(r);
		return NULL;
	}
	TRY(session_begin(r, &user, out));
	LOG(LOG_INFO, "login", L_INT("user", user.id));
	return NULL;
}

struct problem *account_login(struct req *r, const char *username, const char *password, const struct identity **out)
{
	return log_in(r, username, password, false, out);
}

struct problem *account_login_staff(struct req *r, const char *username, const char *password,
                                    const struct identity **out)
{
	return log_in(r, username, password, true, out);
}

struct problem *account_logout(struct req *r)
{
	if (!req_cookie(r, SESSION_COOKIE))
		return NULL;
	TRY(session_end(r));
	session_cookie_delete(r);
	return NULL;
}
