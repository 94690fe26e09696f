/* account.c - changes of accounts: what is allowed, in one transaction with its line in the audit trail. */
#include "app/accounts/account.h"

#include <string.h>

#include "app/accounts/identity.h"
#include "app/accounts/password.h"
#include "app/accounts/problems.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/web/request.h"

#define EMAIL_MOST 254 /* characters, RFC 5321's limit of a path */
#define TOKEN_BYTES 20

/* One change on its way through db_transaction(). */
struct change {
	int64_t actor_id;
	int64_t id;
	const struct user_ask *ask; /* create */
	const char *hash;           /* password */
	struct bytes token;         /* token */
	bool on;                    /* superuser, active */
	bool had;                   /* token: there was one */
};

static struct problem *audit(struct db *db, struct arena *a, const struct change *c, const char *action,
                             const char *username)
{
	return audit_add(db, a, c->actor_id, action, "user", c->id, username, NULL);
}

struct problem *account_lock_not_last(struct db *db, struct arena *a, int64_t id, struct account *out)
{
	int64_t count;

	TRY(superusers_lock(db, a, &count));
	TRY(user_lock(db, a, id, out));
	if (out->superuser && out->active && count <= 1)
		return problem_new(a, &PROBLEM_LAST_SUPERUSER, NULL);
	return NULL;
}

/* ---- making one ---- */

bool email_is_plausible(const char *email)
{
	const char *at = strrchr(email, '@');
	const size_t n = strlen(email);

	if (!utf8_valid(email, n))
		return false;
	for (const char *c = email; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("<>()[]\\,;:\"", *c))
			return false;
	/* something before the last @; behind it a domain with a dot inside, or localhost */
	return at && at != email && at[1] != '\0' && at[1] != '.' && email[n - 1] != '.' &&
	       (strchr(at, '.') || strcmp(at + 1, "localhost") == 0) && !memchr(email, '@', (size_t)(at - email));
}

const char *email_fault(const char *email)
{
	if (!*email)
		return NULL;
	if (utf8_valid(email, strlen(email)) && utf8_length(email) > EMAIL_MOST)
		return "Ensure this field has no more than 254 characters.";
	return email_is_plausible(email) ? NULL : MSG_EMAIL_INVALID;
}

static struct problem *create_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;

	TRY(user_insert(db, a, c->ask, &c->id));
	TRY(membership_set(db, a, c->id, c->ask->group_ids, c->ask->group_count));
	return audit(db, a, c, "add", c->ask->username);
}

static struct problem *ask_check(struct arena *a, const struct user_ask *ask)
{
	const char *fault = email_fault(ask->email ? ask->email : "");
	struct problem *p = NULL;

	if (!(ask->any_letters ? username_is_valid(ask->username) : username_is_plain(ask->username)))
		problem_field(a, &p, "username", "%s", MSG_USERNAME_INVALID);
	if (fault)
		problem_field(a, &p, "email", "%s", fault);
	return p;
}

static struct problem *name_taken(struct arena *a)
{
	struct problem *p = NULL;

	problem_field(a, &p, "username", "%s", MSG_USERNAME_TAKEN);
	return p;
}

/* A group that was there a moment ago. */
static struct problem *group_gone(struct arena *a)
{
	struct problem *p = NULL;

	problem_field(a, &p, "groups", "%s", MSG_LINK_GONE);
	return p;
}

struct problem *account_may_be_made(struct db *db, struct arena *a, const struct user_ask *ask)
{
	struct credential other;
	bool taken;

	TRY(ask_check(a, ask));
	TRY(credential_find(db, a, ask->username, &other, &taken));
	return taken ? name_taken(a) : NULL;
}

struct problem *account_create(struct db *db, struct arena *a, int64_t actor_id, const struct user_ask *ask,
                               struct account *out)
{
	struct change c = { .actor_id = actor_id, .ask = ask };

	TRY(ask_check(a, ask));
	struct problem *p = db_transaction(db, a, create_work, &c);
	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return name_taken(a);
	if (problem_is(p, &PROBLEM_DB_REFERENCE))
		return group_gone(a);
	TRY(p);
	return account_find_id(db, a, c.id, out);
}

struct problem *account_add(struct db *db, struct arena *a, const char *username, struct account *out)
{
	return account_create(db, a, 0, &(struct user_ask){ .username = username, .password_hash = PASSWORD_UNUSABLE },
	                      out);
}

/* ---- changing one ---- */

static struct problem *superuser_work(struct db *db, struct arena *a, void *context)
{
	const struct change *c = context;
	struct account user;

	if (!c->on)
		TRY(account_lock_not_last(db, a, c->id, &user));
	return user_set_superuser(db, a, c->id, c->on);
}

struct problem *account_set_superuser(struct db *db, struct arena *a, int64_t id, bool superuser)
{
	return db_transaction(db, a, superuser_work, &(struct change){ .id = id, .on = superuser });
}

static struct problem *promote_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	TRY(superuser_work(db, a, c));
	TRY(user_lock(db, a, c->id, &user));
	return audit(db, a, c, c->on ? "promote" : "demote", user.username);
}

struct problem *account_promote(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool superuser)
{
	return db_transaction(db, a, promote_work, &(struct change){ .actor_id = actor_id, .id = id, .on = superuser });
}

static struct problem *active_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	if (c->on) {
		TRY(user_lock(db, a, c->id, &user));
	} else {
		TRY(account_lock_not_last(db, a, c->id, &user));
		TRY(session_delete_of(db, a, c->id));
	}
	TRY(user_set_active(db, a, c->id, c->on));
	return audit(db, a, c, c->on ? "activate" : "deactivate", user.username);
}

struct problem *account_set_active(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool active)
{
	return db_transaction(db, a, active_work, &(struct change){ .actor_id = actor_id, .id = id, .on = active });
}

static struct problem *password_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	TRY(user_lock(db, a, c->id, &user));
	TRY(user_set_password(db, a, c->id, c->hash));
	TRY(session_delete_of(db, a, c->id));
	return audit(db, a, c, "password", user.username);
}

struct problem *account_set_password(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char *hash)
{
	return db_transaction(db, a, password_work, &(struct change){ .actor_id = actor_id, .id = id, .hash = hash });
}

static struct problem *remove_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	TRY(account_lock_not_last(db, a, c->id, &user));
	TRY(audit(db, a, c, "remove", user.username));
	return user_delete(db, a, c->id);
}

struct problem *account_remove(struct db *db, struct arena *a, int64_t actor_id, int64_t id)
{
	struct problem *p = db_transaction(db, a, remove_work, &(struct change){ .actor_id = actor_id, .id = id });

	if (problem_is(p, &PROBLEM_DB_REFERENCE))
		return problem_because(problem_new(a, &PROBLEM_USER_IN_USE, NULL), "%s", p->cause ? p->cause : "");
	return p;
}

/* ---- changing what a representation shows ---- */

/* The names of what changes, for the trail: [{"changed":{"fields":["email"]}}] as Django's log has it. */
static const char *changed_fields(struct arena *a, const struct user_change *change)
{
	const struct {
		const char *name;
		bool changes;
	} fields[] = {
		{ "username", change->username != NULL },      { "email", change->email != NULL },
		{ "groups", change->group_ids != NULL },       { "password", change->password_hash != NULL },
		{ "first_name", change->first_name != NULL },  { "last_name", change->last_name != NULL },
		{ "is_active", change->active != NULL },       { "is_staff", change->staff != NULL },
		{ "is_superuser", change->superuser != NULL }, { "user_permissions", change->permissions != NULL },
	};
	struct buf b;
	const char *comma = "";

	buf_init(&b, a, 256);
	buf_text(&b, "[{\"changed\":{\"fields\":[");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].changes) {
			buf_printf(&b, "%s\"%s\"", comma, fields[i].name);
			comma = ",";
		}
	buf_text(&b, "]}}]");
	return buf_string(&b);
}

struct rewrite {
	int64_t actor_id;
	const struct user_change *change;
};

/* What he may do, and whether he may log in at all. */
static struct problem *rights_write(struct db *db, struct arena *a, const struct user_change *change)
{
	if (change->permissions)
		TRY(permissions_set(db, a, false, change->id, change->permissions));
	if (change->staff)
		TRY(user_set_staff(db, a, change->id, *change->staff));
	if (change->superuser)
		TRY(user_set_superuser(db, a, change->id, *change->superuser));
	if (!change->active)
		return NULL;
	TRY(user_set_active(db, a, change->id, *change->active));
	return *change->active ? NULL : session_delete_of(db, a, change->id);
}

static bool takes_down(const struct user_change *change)
{
	return (change->superuser && !*change->superuser) || (change->active && !*change->active);
}

static struct problem *change_work(struct db *db, struct arena *a, void *context)
{
	const struct rewrite *w = context;
	const struct user_change *change = w->change;
	struct account user;

	if (takes_down(change))
		TRY(account_lock_not_last(db, a, change->id, &user));
	else
		TRY(user_lock(db, a, change->id, &user));
	if (user.superuser && change->spares_superusers)
		return problem_new(a, &PROBLEM_FORBIDDEN, NULL);
	if (change->first_name || change->last_name)
		TRY(user_set_names(db, a, change->id, change->first_name, change->last_name));
	TRY(rights_write(db, a, change));
	TRY(user_set_identity(db, a, change->id, change->username, change->email));
	if (change->group_ids)
		TRY(membership_set(db, a, change->id, change->group_ids, change->group_count));
	if (change->password_hash) {
		TRY(user_set_password(db, a, change->id, change->password_hash));
		TRY(session_delete_of(db, a, change->id));
	}
	return audit_add(db, a, w->actor_id, "change", "user", change->id,
	                 change->username ? change->username : user.username, changed_fields(a, change));
}

struct problem *account_change(struct db *db, struct arena *a, int64_t actor_id, const struct user_change *change)
{
	struct problem *p = db_transaction(db, a, change_work, &(struct rewrite){ .actor_id = actor_id, .change = change });

	if (problem_is(p, &PROBLEM_DB_DUPLICATE))
		return name_taken(a);
	if (problem_is(p, &PROBLEM_DB_REFERENCE))
		return group_gone(a);
	return p;
}

/* ---- tokens ---- */

static struct problem *token_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	TRY(user_lock(db, a, c->id, &user));
	TRY(token_set(db, a, c->id, c->token, clock_now()));
	return audit(db, a, c, "token", user.username);
}

struct problem *account_new_token(struct db *db, struct arena *a, int64_t actor_id, int64_t id, const char **out)
{
	unsigned char raw[TOKEN_BYTES];
	struct buf text;

	random_bytes(raw, sizeof(raw));
	buf_init(&text, a, 2 * TOKEN_BYTES);
	buf_hex(&text, raw, sizeof(raw));
	TRY(db_transaction(db, a, token_work,
	                   &(struct change){ .actor_id = actor_id, .id = id, .token = token_hash(a, buf_string(&text)) }));
	*out = buf_string(&text);
	return NULL;
}

static struct problem *revoke_work(struct db *db, struct arena *a, void *context)
{
	struct change *c = context;
	struct account user;

	TRY(user_lock(db, a, c->id, &user));
	TRY(token_delete(db, a, c->id, &c->had));
	return c->had ? audit(db, a, c, "token.revoke", user.username) : NULL;
}

struct problem *account_revoke_token(struct db *db, struct arena *a, int64_t actor_id, int64_t id, bool *had)
{
	struct change c = { .actor_id = actor_id, .id = id };

	TRY(db_transaction(db, a, revoke_work, &c));
	*had = c.had;
	return NULL;
}
