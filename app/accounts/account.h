/* account.h - changes of accounts that are more than one row: each is one transaction with its line in the audit trail.
 * `actor_id` 0: the command line. What other apps may do is in accounts.h. */
#ifndef PORTICO_ACCOUNTS_ACCOUNT_H
#define PORTICO_ACCOUNTS_ACCOUNT_H

#include "app/accounts/store.h"

/* PROBLEM_FIELDS for a bad or taken name or a bad mail address. */
struct problem *account_create(struct db *db, struct arena *a, int64_t actor_id, const struct user_ask *ask,
                               struct account *out) MUST_CHECK;

/* The problem that account_create() would have with that name and mail address now. */
struct problem *account_may_be_made(struct db *db, struct arena *a, const struct user_ask *ask) MUST_CHECK;

/* Ends all sessions of the user; the token stays. */
struct problem *account_set_password(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char *hash)
	MUST_CHECK;

/* An account that is no longer active loses its sessions. PROBLEM_LAST_SUPERUSER. */
struct problem *account_set_active(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool active)
	MUST_CHECK;

/* Locks the user. PROBLEM_LAST_SUPERUSER when he is the last superuser who can still log in. */
struct problem *account_lock_not_last(struct db *db, struct arena *a, int64_t id, struct account *out) MUST_CHECK;

/* With all that hangs on it. PROBLEM_LAST_SUPERUSER, PROBLEM_USER_IN_USE. */
struct problem *account_remove(struct db *db, struct arena *a, int64_t actor_id, int64_t id) MUST_CHECK;

/* A new token of 40 hexadecimal digits in the place of the old one; it can be read here and never again. */
struct problem *account_new_token(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char **out)
	MUST_CHECK;
/* *had: there was one. */
struct problem *account_revoke_token(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool *had)
	MUST_CHECK;

/* account_set_superuser() with its line in the audit trail. */
struct problem *account_promote(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool superuser)
	MUST_CHECK;

/* What changes of an account; NULL: that stays. */
struct user_change {
	int64_t id;
	const char *username;
	const char *email;
	const char *password_hash; /* ends all sessions of the user */
	const int64_t *group_ids;  /* the whole set from now on */
	size_t group_count;
	const char *first_name, *last_name;
	const bool *active; /* false ends all sessions of the user */
	const bool *staff, *superuser;
	const struct texts *permissions; /* his own, the whole set from now on */
	bool spares_superusers;          /* who asks is none: PROBLEM_FORBIDDEN for a superuser's account */
};
/* PROBLEM_FIELDS for a taken name or a group that is gone; PROBLEM_LAST_SUPERUSER. */
struct problem *account_change(struct db *db, struct arena *a, int64_t actor_id, const struct user_change *change)
	MUST_CHECK;

/* Groups. PROBLEM_FIELDS for a taken name. */
struct problem *group_create(struct db *db, struct arena *a, int64_t actor_id, const char *name, int64_t *id)
	MUST_CHECK;
struct problem *group_change(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char *name) MUST_CHECK;
/* Name and permissions; *id 0: makes it. */
struct problem *group_write(struct db *db, struct arena *a, int64_t actor_id, int64_t *id, const char *name,
                            const struct texts *permissions) MUST_CHECK;
struct problem *group_remove(struct db *db, struct arena *a, int64_t actor_id, int64_t id) MUST_CHECK;

/* username_is_valid() without the length. */
bool username_letters_fit(const char *username);

/* Is it built like a mail address? Its length is not looked at. */
bool email_is_plausible(const char *email);

/* What a client is told about a name that somebody else has. */
#define MSG_USERNAME_TAKEN "A user with that username already exists."
#define MSG_USERNAME_INVALID \
	"Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
#define MSG_EMAIL_INVALID "Enter a valid email address."
#define MSG_GROUP_TAKEN "group with this name already exists."
#define MSG_GROUP_BLANK "This field may not be blank."

#define MSG_OLD_PASSWORD "Your old password was entered incorrectly. Please enter it again."
#define MSG_PASSWORDS_DIFFER "The two password fields didn't match."

/* own_password.c: what is wrong with a new password that was typed twice, said of `field`. */
struct password_owner;
void password_pair_check(struct arena *a, const char *new1, const char *new2, const struct password_owner *owner,
                         const char *field, struct problem **wrong);

/* NULL for a mail address that may be stored, "" too; else the message. */
const char *email_fault(const char *email);

#endif
