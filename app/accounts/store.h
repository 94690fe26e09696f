/* store.h - the SQL of accounts (store_*.c): users, sessions, tokens, failed logins. A store sees no request and no JSON.
 * Every function returns PROBLEM_NOT_FOUND for a missing row unless it says else. audit_add() is in accounts.h. */
#ifndef PORTICO_ACCOUNTS_STORE_H
#define PORTICO_ACCOUNTS_STORE_H

#include "app/accounts/accounts.h"
#include "lib/db/db.h"

/* ---- store_user.c ---- */

/* A user with what a check of credentials needs. */
struct credential {
	int64_t id;
	const char *username; /* canonical: as it is stored */
	const char *password_hash;
	bool superuser;
	bool staff;
	bool active;
};

/* By name in any case, as the unique key compares. *found false: nobody. */
struct problem *credential_find(struct db *db, struct arena *a, const char *username, struct credential *out,
                                bool *found) MUST_CHECK;

/* A row to be: everything said. PROBLEM_DB_DUPLICATE when the name is taken in any case. */
struct user_ask {
	const char *username;
	const char *password_hash;
	const char *email;
	bool superuser;
	bool staff;
	bool any_letters;         /* for account_create(): the name need not be plain */
	const int64_t *group_ids; /* for account_create(): written by membership_set() */
	size_t group_count;
};
struct problem *user_insert(struct db *db, struct arena *a, const struct user_ask *ask, int64_t *id) MUST_CHECK;

/* Locked until the transaction ends. */
struct problem *user_lock(struct db *db, struct arena *a, int64_t id, struct account *out) MUST_CHECK;

/* How many active superusers there are; their rows stay locked until the transaction ends. */
struct problem *superusers_lock(struct db *db, struct arena *a, int64_t *count) MUST_CHECK;

/* The same without a lock. */
struct problem *superusers_count(struct db *db, struct arena *a, int64_t *count) MUST_CHECK;

struct problem *user_set_superuser(struct db *db, struct arena *a, int64_t id, bool superuser) MUST_CHECK;
struct problem *user_set_active(struct db *db, struct arena *a, int64_t id, bool active) MUST_CHECK;
struct problem *user_set_password(struct db *db, struct arena *a, int64_t id, const char *hash) MUST_CHECK;
/* PROBLEM_DB_REFERENCE when rows of other apps forbid it. */
struct problem *user_delete(struct db *db, struct arena *a, int64_t id) MUST_CHECK;

/* A better hash of the same password; nothing happens when the stored one is no longer `old`. */
struct problem *user_renew_password(struct db *db, struct arena *a, int64_t id, const char *old, const char *hash)
	MUST_CHECK;
struct problem *user_set_last_login(struct db *db, struct arena *a, int64_t id, struct instant at) MUST_CHECK;

/* Up to `limit` users with a name above `after` ("" at first), by name; `search` narrows to names that hold it. */
struct problem *user_list(struct db *db, struct arena *a, const char *search, const char *after, int64_t limit,
                          struct list *out) MUST_CHECK;

/* NULL: that one stays. PROBLEM_DB_DUPLICATE when the name is taken in any case. */
struct problem *user_set_identity(struct db *db, struct arena *a, int64_t id, const char *username, const char *email)
	MUST_CHECK;

/* What a form shows of a user. */
struct user_details {
	const char *username, *first_name, *last_name, *email;
	bool active, staff, superuser;
};
struct problem *user_details_find(struct db *db, struct arena *a, int64_t id, struct user_details *out) MUST_CHECK;
/* NULL: that one stays. */
struct problem *user_set_names(struct db *db, struct arena *a, int64_t id, const char *first_name,
                               const char *last_name) MUST_CHECK;
struct problem *user_set_staff(struct db *db, struct arena *a, int64_t id, bool staff) MUST_CHECK;

/* ---- store_view.c: what the API shows of users and groups ---- */

struct user_seen {
	int64_t id;
	const char *username, *email;
	bool superuser, staff;
	struct instant joined_at;
	const char *group_ids; /* "3,17" */
};

/* Who looks: 0 sees everybody, else a user sees the own account and the own groups. */
struct problem *user_see(struct db *db, struct arena *a, int64_t viewer_id, int64_t id, struct user_seen *out)
	MUST_CHECK;
struct problem *user_see_count(struct db *db, struct arena *a, int64_t viewer_id, int64_t *out) MUST_CHECK;
/* Newest first. */
struct problem *user_see_list(struct db *db, struct arena *a, int64_t viewer_id, int64_t offset, int64_t limit,
                              struct list *out) MUST_CHECK;
/* The same behind (or, backwards, before and in the opposite order) the user who joined at that time and has that id. */
struct problem *user_see_beyond(struct db *db, struct arena *a, int64_t viewer_id, struct instant joined_at, int64_t id,
                                bool backwards, int64_t limit, struct list *out) MUST_CHECK;

struct group_seen {
	int64_t id;
	const char *name;
};
struct problem *group_see(struct db *db, struct arena *a, int64_t viewer_id, int64_t id, struct group_seen *out)
	MUST_CHECK;
struct problem *group_see_count(struct db *db, struct arena *a, int64_t viewer_id, int64_t *out) MUST_CHECK;
/* By name. */
struct problem *group_see_list(struct db *db, struct arena *a, int64_t viewer_id, int64_t offset, int64_t limit,
                               struct list *out) MUST_CHECK;
struct problem *group_see_beyond(struct db *db, struct arena *a, int64_t viewer_id, const char *name, bool backwards,
                                 int64_t limit, struct list *out) MUST_CHECK;

/* ---- store_group.c ---- */

/* By name in any case, as the unique key compares. *found false: nobody has it. */
struct problem *group_find_named(struct db *db, struct arena *a, const char *name, struct group_seen *out, bool *found)
	MUST_CHECK;
/* Does any permission come with the group? */
struct problem *group_empowers(struct db *db, struct arena *a, int64_t id, bool *out) MUST_CHECK;
struct problem *group_insert(struct db *db, struct arena *a, const char *name, int64_t *id) MUST_CHECK;
struct problem *group_lock(struct db *db, struct arena *a, int64_t id, struct group_seen *out) MUST_CHECK;
struct problem *group_set_name(struct db *db, struct arena *a, int64_t id, const char *name) MUST_CHECK;
struct problem *group_delete(struct db *db, struct arena *a, int64_t id) MUST_CHECK;

/* The groups of a user from now on. PROBLEM_DB_REFERENCE when one is not there. */
struct problem *membership_set(struct db *db, struct arena *a, int64_t user_id, const int64_t *group_ids, size_t count)
	MUST_CHECK;

/* What a user or a group may do by itself from now on. */
struct problem *permissions_set(struct db *db, struct arena *a, bool of_group, int64_t id,
                                const struct texts *permissions) MUST_CHECK;
/* What it may do by itself, in alphabetical order. */
struct problem *permissions_list(struct db *db, struct arena *a, bool of_group, int64_t id, struct texts *out)
	MUST_CHECK;
/* Is there a permission of the group that the user does not hold, by himself or by a group? */
struct problem *group_exceeds(struct db *db, struct arena *a, int64_t group_id, int64_t user_id, bool *out) MUST_CHECK;

/* By itself or by one of its groups. */
struct problem *permission_held(struct db *db, struct arena *a, int64_t user_id, const char *permission, bool *out)
	MUST_CHECK;

/* ---- store_session.c ---- */

struct session {
	int64_t id;
	int64_t user_id;
	const char *username;
	bool superuser;
	bool staff;
};

struct session_ask {
	struct bytes token_hash;
	int64_t user_id;
	struct instant created_at;
	struct instant expires_at;
	const char *address; /* NULL: unknown */
};
struct problem *session_insert(struct db *db, struct arena *a, const struct session_ask *ask, int64_t *id) MUST_CHECK;
/* The live session of an active user. *found false: there is none. */
struct problem *session_find(struct db *db, struct arena *a, struct bytes token_hash, struct instant now,
                             struct session *out, bool *found) MUST_CHECK;
/* Nothing to delete is fine. */
struct problem *session_delete(struct db *db, struct arena *a, struct bytes token_hash) MUST_CHECK;
struct problem *session_delete_of(struct db *db, struct arena *a, int64_t user_id) MUST_CHECK;
/* At most `most` expired rows. */
struct problem *session_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
	MUST_CHECK;

/* ---- store_token.c ---- */

/* In the place of the one before, if there was one. */
struct problem *token_set(struct db *db, struct arena *a, int64_t user_id, struct bytes token_hash, struct instant at)
	MUST_CHECK;
/* The owner, active or not. *found false: there is no such token. */
struct problem *token_find(struct db *db, struct arena *a, struct bytes token_hash, struct credential *out, bool *found)
	MUST_CHECK;
/* Nothing to delete is fine; *had tells. */
struct problem *token_delete(struct db *db, struct arena *a, int64_t user_id, bool *had) MUST_CHECK;

/* ---- store_throttle.c ---- */

struct failures {
	int64_t failures;
	struct instant expires_at;
};

/* What is counted against a key at that time; zero and NONE when nothing is. */
struct problem *throttle_find(struct db *db, struct arena *a, struct bytes key, struct instant now,
                              struct failures *out) MUST_CHECK;

/* Counts one more in one statement and tells what it is now. The first one is forgotten after window_s; the one that
 * reaches `limit` makes the count stand for lockout_s from then. */
struct throttle_count {
	struct bytes key;
	struct instant now;
	int64_t limit;
	int64_t window_s;
	int64_t lockout_s;
};
struct problem *throttle_count(struct db *db, struct arena *a, const struct throttle_count *count, struct failures *out)
	MUST_CHECK;
struct problem *throttle_forget(struct db *db, struct arena *a, struct bytes key) MUST_CHECK;
struct problem *throttle_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
	MUST_CHECK;

#endif
