/* handle.h - the handlers of accounts, and what they ask of the policy. */
#ifndef PORTICO_ACCOUNTS_HANDLE_H
#define PORTICO_ACCOUNTS_HANDLE_H

#include "lib/web/request.h"

/* routes.c */
extern const struct route accounts_routes[];

/* handle_user.c */
handler accounts_user_list_show, accounts_user_create, accounts_user_show, accounts_user_replace, accounts_user_destroy;
struct problem *accounts_user_check(struct req *r, void *body, struct problem **wrong) MUST_CHECK;

/* handle_group.c */
handler accounts_group_list_show, accounts_group_add, accounts_group_show, accounts_group_replace,
	accounts_group_destroy;
struct problem *accounts_group_check(struct req *r, void *body, struct problem **wrong) MUST_CHECK;

/* ---- policy.c: the setting accounts.policy ---- */

/* For the routes' `opened`. */
bool policy_is_upstream(void);
bool policy_lets_register(void);

/* Permissions, as they stand in the rows. */
#define MAY_ADD_USER "accounts.user.add"
#define MAY_CHANGE_USER "accounts.user.change"
#define MAY_DELETE_USER "accounts.user.delete"
#define MAY_ADD_GROUP "accounts.group.add"
#define MAY_CHANGE_GROUP "accounts.group.change"
#define MAY_DELETE_GROUP "accounts.group.delete"

/* The id that stands for the caller in a WHERE: 0 sees everything. */
struct problem *viewer_of_users(struct req *r, int64_t *out) MUST_CHECK;
struct problem *viewer_of_groups(struct req *r, int64_t *out) MUST_CHECK;

/* The {pk} of the address; PROBLEM_NOT_FOUND for what is no number. */
struct problem *pk_read(struct req *r, int64_t *out) MUST_CHECK;

/* 0 for nobody. */
int64_t actor_of(const struct req *r);

#endif
