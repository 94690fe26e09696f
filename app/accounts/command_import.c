/* command_import.c - portico import django: users, groups, permissions and tokens of a Django installation, with their
 * password hashes, which are verified here and made anew at the first login.
 *
 * Each group and each user is one transaction with all that hangs on it, and one whose name is here already is passed over:
 * an import that was broken off is taken up again by running it again. Nothing is written to Django's database. */
#include <string.h>
#include <unistd.h>

#include "app/accounts/account.h"
#include "app/accounts/command.h"
#include "app/accounts/identity.h"
#include "app/accounts/import.h"
#include "app/accounts/password.h"
#include "lib/base/text.h"
#include "lib/command/command.h"

#define BATCH 500
#define WAIT_MS 60000

struct import_words {
	const char *database;
	const char *option_file;
	bool plan;
};
static const struct field import_fields[] = {
	FIELD(struct import_words, database, REQUIRED | NO_TRIM, 1, 64, "Django's database"),
	FIELD(struct import_words, option_file, OPTIONAL | NO_TRIM, 1, 4096, "how it is reached; else as our own is"),
	FIELD(struct import_words, plan, OPTIONAL, 0, 1, "only says what would be done"), FIELD_END
};
static const struct shape import_shape = SHAPE("import_words", struct import_words, import_fields);

static void refuse(const struct import *import, const char *kind, int64_t id, const char *name, const char *why)
{
	fprintf(import->in->err, "%s %lld \"%s\" was not taken: %s\n", kind, (long long)id, name, why);
}

/* ---- permissions ---- */

static const struct {
	const char *app_label, *model, *prefix;
} models[] = {
	{ "auth", "user", "accounts.user" },
	{ "auth", "group", "accounts.group" },
	{ "boilerplate", "message", "chatbot.message" },
};

/* "change_user" of auth.user -> "accounts.user.change"; NULL: there is nothing like it here. */
static const char *permission_name(struct arena *a, const struct django_permission *p)
{
	static const char *const verbs[] = { "add", "change", "delete", "view" };

	for (size_t m = 0; m < sizeof(models) / sizeof(models[0]); m++) {
		if (!text_equal(models[m].app_label, p->app_label) || !text_equal(models[m].model, p->model))
			continue;
		for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++)
			if (text_equal(p->codename, arena_printf(a, "%s_%s", verbs[v], p->model)))
				return arena_printf(a, "%s.%s", models[m].prefix, verbs[v]);
	}
	return NULL;
}

bool permission_to_django(struct arena *a, const char *permission, struct django_permission *out)
{
	for (size_t m = 0; m < sizeof(models) / sizeof(models[0]); m++) {
		const size_t n = strlen(models[m].prefix);

		if (strncmp(permission, models[m].prefix, n) != 0 || permission[n] != '.')
			continue;
		*out = (struct django_permission){
			.app_label = models[m].app_label,
			.model = models[m].model,
			.codename = arena_printf(a, "%s_%s", permission + n + 1, models[m].model),
		};
		return true;
	}
	return false;
}

static void permissions_count(struct arena *a, const struct item *item)
{
	const struct django_permission *permissions = item->permissions.items;
	struct import *import = item->import;

	for (size_t i = 0; i < item->permissions.count; i++) {
		if (permission_name(a, &permissions[i])) {
			import->permissions++;
			continue;
		}
		import->unknown_permissions++;
		fprintf(import->in->err, "%s \"%s\": there is no permission %s.%s here\n", item->user ? "user" : "group",
		        item->user ? item->user->username : item->group->name, permissions[i].app_label,
		        permissions[i].codename);
	}
}

static struct problem *permissions_write(struct db *db, struct arena *a, const struct item *item)
{
	const struct django_permission *permissions = item->permissions.items;

	for (size_t i = 0; i < item->permissions.count; i++) {
		const char *name = permission_name(a, &permissions[i]);

		if (name)
			TRY(import_permission(db, a, item->group != NULL, item->id, name));
	}
	return NULL;
}

/* ---- groups ---- */

static struct problem *group_work(struct db *db, struct arena *a, void *context)
{
	struct item *item = context;

	TRY(import_group(db, a, item->group, &item->id));
	TRY(permissions_write(db, a, item));
	return audit_add(db, a, 0, "import", "group", item->id, item->group->name, NULL);
}

struct problem *import_take_group(struct import *import, struct arena *a, struct item *item)
{
	struct group_seen here = { 0 };
	bool found;

	TRY(group_find_named(import->in->db, a, item->group->name, &here, &found));
	item->id = here.id;
	if (found) {
		import->group_tally.present++;
	} else {
		if (!import->plan)
			TRY(db_transaction(import->in->db, a, group_work, item));
		permissions_count(a, item);
		import->group_tally.taken++;
	}
	import->groups[import->group_count++] = (struct pair){ item->group->id, item->id };
	return NULL;
}

static struct problem *groups_take(struct import *import)
{
	struct list groups;

	TRY(django_groups(import->from, import->in->arena, &groups));
	import->groups = ARENA_ARRAY(import->in->arena, struct pair, groups.count + 1);
	for (size_t i = 0; i < groups.count; i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct item item = { .import = import, .group = (const struct django_group *)groups.items + i };

		TRY(django_permissions_of_group(import->from, a, item.group->id, &item.permissions));
		TRY(import_take_group(import, a, &item));
	}
	return NULL;
}

/* ---- users ---- */

static int64_t group_here(const struct import *import, int64_t old_id)
{
	for (size_t i = 0; i < import->group_count; i++)
		if (import->groups[i].old_id == old_id)
			return import->groups[i].id;
	return 0;
}

static struct problem *memberships_write(struct db *db, struct arena *a, const struct item *item)
{
	const struct django_number *groups = item->memberships.items;
	int64_t *ids = ARENA_ARRAY(a, int64_t, item->memberships.count + 1);
	size_t count = 0;

	for (size_t i = 0; i < item->memberships.count; i++) {
		ids[count] = group_here(item->import, groups[i].id);
		count += ids[count] != 0;
	}
	return membership_set(db, a, item->id, ids, count);
}

/* What Django calls unusable ("!…", "") is so here. Kinds that are not read here are kept, though no password matches them. */
static const char *hash_of(const struct django_user *user)
{
	return *user->password && user->password[0] != '!' ? user->password : PASSWORD_UNUSABLE;
}

static bool hash_is_read(const char *hash)
{
	return hash[0] == '!' || password_usable(hash);
}

static struct problem *user_work(struct db *db, struct arena *a, void *context)
{
	struct item *item = context;

	TRY(import_user(db, a, item->user, hash_of(item->user), &item->id));
	TRY(memberships_write(db, a, item));
	TRY(permissions_write(db, a, item));
	if (item->has_token)
		TRY(token_set(db, a, item->id, token_hash(a, item->token.key), item->token.created));
	return audit_add(db, a, 0, "import", "user", item->id, item->user->username, NULL);
}

static const char *fault_of(const struct django_user *user)
{
	if (!username_is_valid(user->username))
		return "its name may not be stored here";
	if (utf8_length(user->email) > 254 || strlen(user->password) > 255)
		return "its mail address or password hash is too long";
	return instant_is_none(user->date_joined) ? "it has no time of joining" : NULL;
}

struct problem *import_take_user(struct import *import, struct arena *a, struct item *item)
{
	const struct django_user *user = item->user;
	const char *fault = fault_of(user);
	struct credential here;
	bool found;

	if (fault) {
		refuse(import, "user", user->id, user->username, fault);
		import->users.refused++;
		return NULL;
	}
	TRY(credential_find(import->in->db, a, user->username, &here, &found));
	if (found) {
		import->users.present++;
		return NULL;
	}
	if (!import->plan)
		TRY(db_transaction(import->in->db, a, user_work, item));
	permissions_count(a, item);
	import->users.taken++;
	import->tokens += item->has_token;
	if (!hash_is_read(hash_of(user))) {
		import->unread_hashes++;
		fprintf(import->in->err, "user \"%s\" needs a new password: its hash (%.*s) cannot be checked here\n",
		        user->username, (int)strcspn(user->password, "$"), user->password);
	}
	return NULL;
}

static struct problem *user_read(struct import *import, struct arena *a, const struct django_user *user)
{
	struct item item = { .import = import, .user = user };

	TRY(django_groups_of(import->from, a, user->id, &item.memberships));
	TRY(django_permissions_of_user(import->from, a, user->id, &item.permissions));
	if (import->has_tokens)
		TRY(django_token_of(import->from, a, user->id, &item.token, &item.has_token));
	return import_take_user(import, a, &item);
}

static void progress(const struct import *import, int64_t done, int64_t total)
{
	if (!import->in->quiet && isatty(fileno(import->in->err)))
		fprintf(import->in->err, "\r%lld of %lld users%s", (long long)done, (long long)total,
		        done == total ? "\n" : "");
}

static struct problem *users_take(struct import *import)
{
	int64_t after = 0, done = 0, total;
	struct list batch;

	TRY(django_users_count(import->from, import->in->arena, &total));
	do {
		AUTO(arena_close) struct arena *a = arena_new();

		TRY(django_users(import->from, a, after, BATCH, &batch));
		for (size_t i = 0; i < batch.count; i++) {
			const struct django_user *user = (const struct django_user *)batch.items + i;

			TRY(user_read(import, a, user));
			after = user->id;
		}
		done += (int64_t)batch.count;
		progress(import, done, total);
	} while (batch.count == BATCH);
	return NULL;
}

/* ---- the command ---- */

static struct problem *connect(struct invocation *in, const struct import_words *words, struct db **out)
{
	const struct db_conf conf = {
		.option_file = words->option_file ? words->option_file : db_options(in->db)->file,
		.database = words->database,
		.connect_ms = WAIT_MS,
		.statement_ms = WAIT_MS,
	};
	bool there;

	TRY(db_open(in->arena, &conf, out));
	TRY(django_table_is_there(*out, in->arena, "auth_user", &there));
	if (!there)
		return problem_new(in->arena, &PROBLEM_USAGE, "%s holds no table auth_user: it is no database of Django's",
		                   words->database);
	return NULL;
}

static struct problem *refused(const struct import *import)
{
	if (import->users.refused == 0)
		return NULL;
	return problem_new(import->in->arena, &PROBLEM_ROWS, "%lld users were not taken", (long long)import->users.refused);
}

struct problem *import_report(const struct import *import)
{
	FILE *out = import->in->out;

	if (import->in->quiet)
		return refused(import);
	fprintf(out, "%s\n", import->plan ? "Nothing was written; this would be taken:" : "Taken:");
	fprintf(out, "users        %lld new, %lld here already, %lld refused\n", (long long)import->users.taken,
	        (long long)import->users.present, (long long)import->users.refused);
	fprintf(out, "groups       %lld new, %lld here already\n", (long long)import->group_tally.taken,
	        (long long)import->group_tally.present);
	fprintf(out, "permissions  %lld, %lld unknown here\n", (long long)import->permissions,
	        (long long)import->unknown_permissions);
	fprintf(out, "tokens       %lld\n", (long long)import->tokens);
	fprintf(out, "passwords    %lld that must be set anew\n", (long long)import->unread_hashes);
	return refused(import);
}

struct problem *import_django(struct invocation *in)
{
	struct import_words words = { 0 };
	struct import import = { .in = in };

	TRY(arguments_read(in, &import_shape, NULL, &words));
	import.plan = words.plan;
	TRY(connect(in, &words, &import.from));

	struct problem *p = django_table_is_there(import.from, in->arena, "authtoken_token", &import.has_tokens);

	if (!p)
		p = groups_take(&import);
	if (!p)
		p = users_take(&import);
	db_close(import.from);
	TRY(p);
	return import_report(&import);
}
