/* routes.c - every URL of accounts (accounts-and-conventions.md section 1). What the policy opens, `opened` says; whom a
 * user may see is said by the handlers' WHERE. */
#include "app/accounts/accounts.h"
#include "app/accounts/handle.h"
#include "app/accounts/problems.h"
#include "app/accounts/shapes.h"
#include "lib/web/paging.h"

/* clang-format off */
#define OBJECT(code, shape, words) { code, ANSWER_OBJECT, &(shape), NULL, words }
#define LISTS(shape, words)        ANSWERS({ 200, ANSWER_LIST, &(shape), NULL, words }, \
                                           { 200, ANSWER_PAGES, &(shape), NULL, "a part of it, when the query asks for one" })

#define USERS  .formats = true, .title = "User List",     .about = "API endpoint that allows users to be viewed or edited."
#define USER_  .formats = true, .title = "User Instance", .about = "API endpoint that allows users to be viewed or edited."
#define GROUPS .formats = true, .title = "Group List",     .about = "API endpoint that allows groups to be viewed or edited."
#define GROUP  .formats = true, .title = "Group Instance", .about = "API endpoint that allows groups to be viewed or edited."

const struct route accounts_routes[] = {
	{ GET,    "/users/",       accounts_user_list_show,  USER,      NULL, "lists accounts, newest first; without the permission the caller's own",
	  LISTS(user_view_shape, "accounts"), PROBLEMS(&PROBLEM_PAGE, &PROBLEM_CURSOR), &paging_query_shape, USERS,
	  .opened = policy_is_upstream },
	{ POST,   "/users/",       accounts_user_create,     PERMITTED, &user_ask_shape, "makes an account",
	  ANSWERS(OBJECT(201, user_view_shape, "made; Location says where")), PROBLEMS(&PROBLEM_FORBIDDEN, &PROBLEM_THROTTLED), USERS,
	  .permission = MAY_ADD_USER, .opened = policy_lets_register, .check = accounts_user_check },
	{ GET,    "/users/{pk}/",  accounts_user_show,       USER,      NULL, "shows an account",
	  ANSWERS(OBJECT(200, user_view_shape, "the account")), PROBLEMS(&PROBLEM_NOT_FOUND), USER_, .opened = policy_is_upstream },
#define CHANGE_USER(verb, shape, words) \
	{ verb,   "/users/{pk}/",  accounts_user_replace,    USER,      &(shape), words, \
	  ANSWERS(OBJECT(200, user_view_shape, "as it is now")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_FORBIDDEN), USER_, \
	  .opened = policy_is_upstream, .check = accounts_user_check }
	CHANGE_USER(PUT,   user_ask_shape,   "replaces what is given of an account; the name must be"),
	CHANGE_USER(PATCH, user_patch_shape, "changes what is given of an account"),
	{ DELETE, "/users/{pk}/",  accounts_user_destroy,    PERMITTED, NULL, "removes an account and all that is its alone",
	  ANSWERS({ 204, ANSWER_EMPTY, NULL, NULL, "removed" }),
	  PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_FORBIDDEN, &PROBLEM_LAST_SUPERUSER, &PROBLEM_USER_IN_USE), USER_,
	  .permission = MAY_DELETE_USER, .opened = policy_is_upstream },

	{ GET,    "/groups/",      accounts_group_list_show, USER,      NULL, "lists groups by name; without the permission the caller's own",
	  LISTS(group_view_shape, "groups"), PROBLEMS(&PROBLEM_PAGE, &PROBLEM_CURSOR), &paging_query_shape, GROUPS,
	  .opened = policy_is_upstream },
	{ POST,   "/groups/",      accounts_group_add,       PERMITTED, &group_ask_shape, "makes a group",
	  ANSWERS(OBJECT(201, group_view_shape, "made; Location says where")), GROUPS,
	  .permission = MAY_ADD_GROUP, .opened = policy_is_upstream, .check = accounts_group_check },
	{ GET,    "/groups/{pk}/", accounts_group_show,      USER,      NULL, "shows a group",
	  ANSWERS(OBJECT(200, group_view_shape, "the group")), PROBLEMS(&PROBLEM_NOT_FOUND), GROUP, .opened = policy_is_upstream },
#define CHANGE_GROUP(verb, shape, words) \
	{ verb,   "/groups/{pk}/", accounts_group_replace,   PERMITTED, &(shape), words, \
	  ANSWERS(OBJECT(200, group_view_shape, "as it is now")), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_FORBIDDEN), GROUP, \
	  .permission = MAY_CHANGE_GROUP, .opened = policy_is_upstream, .check = accounts_group_check }
	CHANGE_GROUP(PUT,   group_ask_shape,   "renames a group"),
	CHANGE_GROUP(PATCH, group_patch_shape, "changes what is given of a group"),
	{ DELETE, "/groups/{pk}/", accounts_group_destroy,   PERMITTED, NULL, "removes a group; its users stay",
	  ANSWERS({ 204, ANSWER_EMPTY, NULL, NULL, "removed" }), PROBLEMS(&PROBLEM_NOT_FOUND, &PROBLEM_FORBIDDEN), GROUP,
	  .permission = MAY_DELETE_GROUP, .opened = policy_is_upstream },
	{ 0 },
};
/* clang-format on */
