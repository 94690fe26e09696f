/* accounts.h - the door of accounts: users, sessions, tokens and the audit trail, for all apps.
 * Other apps include this file and nothing else of the folder. */
#ifndef PORTICO_ACCOUNTS_ACCOUNTS_H
#define PORTICO_ACCOUNTS_ACCOUNTS_H

#include "lib/base/app.h"
#include "lib/db/db.h"
#include "lib/web/request.h"

extern const struct app accounts_app;

struct account {
	int64_t id;
	const char *username; /* canonical, as stored */
	const char *email;
	const char *uuid; /* stable public id, 36 characters */
	bool superuser;
	bool staff;
	bool active;
	struct instant last_login_at; /* NONE: never */
	struct instant joined_at;
};
extern const struct shape account_row;

/* By canonical name, compared byte for byte, or by id; PROBLEM_NOT_FOUND. */
struct problem *account_find(struct db *db, struct arena *a, const char *username, struct account *out) MUST_CHECK;
struct problem *account_find_id(struct db *db, struct arena *a, int64_t id, struct account *out) MUST_CHECK;

/* Makes an account without a usable password; PROBLEM_FIELDS for a bad or taken name. */
struct problem *account_add(struct db *db, struct arena *a, const char *username, struct account *out) MUST_CHECK;

/* Promotes or demotes; idempotent. The last active superuser is not demoted: PROBLEM_LAST_SUPERUSER (409). */
struct problem *account_set_superuser(struct db *db, struct arena *a, int64_t id, bool superuser) MUST_CHECK;
extern const struct problem_kind PROBLEM_LAST_SUPERUSER;

/* Where else a name and a password may be right: the facility's user office. Asked after the local hash did not match,
 * for login (an account is made for a valid stranger) and for Basic (never makes one; successes are remembered for
 * accounts.basic_cache_s under a keyed hash). *valid false: wrong password or unknown there. A problem: the office is away. */
struct credential_source {
	const char *name;
	struct problem *(*verify)(struct arena *a, const char *username, const char *password, bool *valid);
};
void credential_source_add(const struct credential_source *source);

/* The login form's check, counted and throttled per account and address (PROBLEM_THROTTLED, 429). *out stays NULL when the
 * credentials are wrong or the account is inactive; else a new session has begun (the old one ended) and its cookies are set. */
struct problem *account_login(struct req *r, const char *username, const char *password, const struct identity **out)
	MUST_CHECK;

/* The same for superusers and staff alone: to others it is as if their credentials were wrong, and no account is made. */
struct problem *account_login_staff(struct req *r, const char *username, const char *password,
                                    const struct identity **out) MUST_CHECK;

/* The caller's own password, the old one and twice the new one. All other sessions end, this one goes on under a new key. PROBLEM_FIELDS
 * of old_password, new_password1 and new_password2; PROBLEM_THROTTLED, since the old one could be guessed at. */
struct problem *account_own_password(struct req *r, const char *old, const char *new1, const char *new2) MUST_CHECK;
#define ACCOUNT_PASSWORD_HELP \
	"At least 8 characters, not entirely numeric, not a common password, and not too similar to the name or mail address."

/* What the user may do, by himself or by a group, each once; what superusers may do besides does not stand here. */
struct problem *account_permissions(struct db *db, struct arena *a, int64_t user_id, struct texts *out) MUST_CHECK;

/* Ends the request's session if there is one and deletes its cookie. */
struct problem *account_logout(struct req *r) MUST_CHECK;

/* One page of accounts: `search` over the name (NULL: all), `ordering` like "-username,id" (unknown names are ignored). */
struct problem *account_page(struct db *db, struct arena *a, const char *search, const char *ordering, int64_t offset,
                             int64_t limit, struct list *out) MUST_CHECK;
struct problem *account_count(struct db *db, struct arena *a, const char *search, int64_t *out) MUST_CHECK;

/* The audit trail: who did what to which object. Call it inside the transaction of the change. `actor_id` 0: the command
 * line or the daemon. `detail` never holds a secret. */
struct problem *audit_add(struct db *db, struct arena *a, int64_t actor_id, const char *action, const char *object_kind,
                          int64_t object_id, const char *object_name, const char *detail) MUST_CHECK;

/* A name that may be stored: 1 to 150 letters and digits of any script, and @ . + - _, but not . or .. */
bool username_is_valid(const char *username);

/* A name that may be stored and used in paths: [A-Za-z0-9._@+-]{1,150}, not . or .. (facility.md defect 17). */
bool username_is_plain(const char *username);

#endif
