/* django.h - what is taken from the database of a Django installation. */
#ifndef PORTICO_ACCOUNTS_DJANGO_H
#define PORTICO_ACCOUNTS_DJANGO_H

#include "app/accounts/store.h"

struct django_user {
	int64_t id;
	const char *username, *password, *email, *first_name, *last_name;
	bool is_superuser, is_staff, is_active;
	struct instant date_joined;
	struct instant last_login;
};

struct django_group {
	int64_t id;
	const char *name;
};

struct django_number {
	int64_t id;
};

struct django_permission {
	const char *app_label, *model, *codename;
};

struct django_token {
	const char *key;
	struct instant created;
};

/* ---- store_django.c: `from` is a connection to Django's database ---- */
struct problem *django_table_is_there(struct db *from, struct arena *a, const char *name, bool *out) MUST_CHECK;
struct problem *django_users_count(struct db *from, struct arena *a, int64_t *out) MUST_CHECK;
struct problem *django_users(struct db *from, struct arena *a, int64_t after, int64_t limit, struct list *out)
	MUST_CHECK;
struct problem *django_groups(struct db *from, struct arena *a, struct list *out) MUST_CHECK;
struct problem *django_groups_of(struct db *from, struct arena *a, int64_t user_id, struct list *out) MUST_CHECK;
struct problem *django_permissions_of_user(struct db *from, struct arena *a, int64_t id, struct list *out) MUST_CHECK;
struct problem *django_permissions_of_group(struct db *from, struct arena *a, int64_t id, struct list *out) MUST_CHECK;
struct problem *django_token_of(struct db *from, struct arena *a, int64_t user_id, struct django_token *out,
                                bool *found) MUST_CHECK;

/* Names of the permissions that a user or a group of ours holds by itself. */
struct held {
	const char *permission;
};
struct problem *permissions_of(struct db *db, struct arena *a, bool of_group, int64_t id, struct list *out) MUST_CHECK;
/* Whole rows of ours as Django would hold them, by number. */
struct problem *users_as_django(struct db *db, struct arena *a, int64_t after, int64_t limit, struct list *out)
	MUST_CHECK;

/* Rows of ours, with the old number where nobody has it. */
struct problem *import_user(struct db *db, struct arena *a, const struct django_user *user, const char *hash,
                            int64_t *id) MUST_CHECK;
struct problem *import_group(struct db *db, struct arena *a, const struct django_group *group, int64_t *id) MUST_CHECK;
/* One that is held already stays. */
struct problem *import_permission(struct db *db, struct arena *a, bool of_group, int64_t id, const char *permission)
	MUST_CHECK;

#endif
