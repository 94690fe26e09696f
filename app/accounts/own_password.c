/* own_password.c - a signed-in user changes the own password. */
#include <string.h>

#include "app/accounts/account.h"
#include "app/accounts/conf.h"
#include "app/accounts/credentials.h"
#include "app/accounts/identity.h"
#include "app/accounts/password.h"
#include "lib/base/text.h"

/* Counted like a login: a browser that was left alone must not become a place to guess at. */
static struct problem *old_check(struct req *r, const char *old, struct problem **wrong)
{
	struct credential user;
	bool valid;

	TRY(credentials_check(r->db, r->arena,
	                      &(struct credentials_ask){ .username = r->user->username,
	                                                 .password = old,
	                                                 .address = req_address(r),
	                                                 .now = r->now },
	                      &user, &valid));
	if (!valid)
		problem_field(r->arena, wrong, "old_password", "%s", MSG_OLD_PASSWORD);
	return NULL;
}

void password_pair_check(struct arena *a, const char *new1, const char *new2, const struct password_owner *owner,
                         const char *field, struct problem **wrong)
{
	const struct texts faults = password_faults(a, new1, owner);

	if (!text_equal(new1, new2))
		problem_field(a, wrong, field, "%s", MSG_PASSWORDS_DIFFER);
	for (size_t i = 0; i < faults.count; i++)
		problem_field(a, wrong, field, "%s", faults.items[i]);
}

struct problem *account_own_password(struct req *r, const char *old, const char *new1, const char *new2)
{
	const struct password_cost cost = { accounts_conf.argon2_passes, accounts_conf.argon2_memory };
	struct problem *wrong = NULL;
	struct account user;

	TRY(account_find_id(r->db, r->arena, r->user->id, &user));
	TRY(old_check(r, old, &wrong));
	password_pair_check(r->arena, new1, new2,
	                    &(struct password_owner){ .username = user.username, .email = user.email }, "new_password2",
	                    &wrong);
	TRY(wrong);
	TRY(account_set_password(r->db, r->arena, user.id, user.id, password_hash(r->arena, new1, &cost)));
	return session_renew(r);
}
