/* command_user.c - portico user …, portico createsuperuser: accounts from the admin's command line.
 * Whoever may run it holds the database's password, so nothing is asked about who he is; the audit trail says actor 0. */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "app/accounts/account.h"
#include "app/accounts/command.h"
#include "app/accounts/conf.h"
#include "app/accounts/problems.h"
#include "lib/base/text.h"
#include "lib/command/command.h"

#define COMMAND_LINE 0 /* actor of the audit trail */
#define PATH_MOST 4096
#define LIST_BATCH 500

/* Success, unless --quiet. */
static void say(struct invocation *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct invocation *in, const char *format, ...)
{
	va_list args;

	if (in->quiet)
		return;
	va_start(args, format);
	vfprintf(in->out, format, args);
	va_end(args);
	fputc('\n', in->out);
}

/* ---- what all of them need ---- */

/* A password of the file, else, unless there shall be none, of the terminal; as its hash. */
static struct problem *hash_make(struct invocation *in, const char *file, bool none, const struct password_owner *owner,
                                 const char **out)
{
	const struct password_cost cost = { accounts_conf.argon2_passes, accounts_conf.argon2_memory };
	const char *password;

	if (none && file)
		return problem_new(in->arena, &PROBLEM_USAGE, "--no-password and --password-file exclude each other");
	if (none) {
		*out = PASSWORD_UNUSABLE;
		return NULL;
	}
	TRY(file ? password_from_file(in->arena, file, owner, &password) : password_from_terminal(in, owner, &password));
	*out = password_hash(in->arena, password, &cost);
	return NULL;
}

static struct problem *user_named(struct invocation *in, const char *username, struct account *out)
{
	struct problem *p = account_find(in->db, in->arena, username, out);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_new(in->arena, &PROBLEM_NO_SUCH_USER, "there is no user \"%s\"; `portico user list` shows all",
		                   username);
	return p;
}

/* Most commands: a name and switches. Each reads the ones of its own shape. */
struct user_words {
	const char *name;
	const char *email;
	const char *password_file;
	const char *search;
	bool superuser;
	bool staff;
	bool no_password;
	bool undo;
	bool revoke;
};

// clang-format off
#define NAME_WORD FIELD(struct user_words, name, REQUIRED | NO_TRIM, 1, 150, "login name")
#define PASSWORD_WORDS                                                                                          \
	FIELD(struct user_words, password_file, OPTIONAL | NO_TRIM, 1, PATH_MOST, "file that holds the password"),  \
	FIELD(struct user_words, no_password, OPTIONAL, 0, 1, "no password: logins by other means only")
#define WORDS(name_, ...)                                                       \
	static const struct field name_##_fields[] = { __VA_ARGS__, FIELD_END };    \
	static const struct shape name_ = SHAPE(#name_, struct user_words, name_##_fields)

WORDS(add_words,
	NAME_WORD,
	PASSWORD_WORDS,
	FIELD(struct user_words, email, OPTIONAL, 0, 254, "mail address"),
	FIELD(struct user_words, superuser, OPTIONAL, 0, 1, "may do everything"),
	FIELD(struct user_words, staff, OPTIONAL, 0, 1, "may enter the administration"));
WORDS(passwd_words, NAME_WORD, PASSWORD_WORDS);
WORDS(promote_words, NAME_WORD, FIELD(struct user_words, undo, OPTIONAL, 0, 1, "takes it back"));
WORDS(token_words, NAME_WORD, FIELD(struct user_words, revoke, OPTIONAL, 0, 1, "ends the token"));
WORDS(list_words, FIELD(struct user_words, search, OPTIONAL, 1, 150, "part of the name"));
WORDS(name_words, NAME_WORD);
static const struct field no_fields[] = { FIELD_END };
static const struct shape no_words = { .name = "no_words", .fields = no_fields };
// clang-format on

static struct problem *words_read(struct invocation *in, const struct shape *shape, struct user_words *out)
{
	static const char *const positional[] = { "name", NULL };

	*out = (struct user_words){ 0 };
	return arguments_read(in, shape, shape == &list_words ? NULL : positional, out);
}

/* ---- user add ---- */

static struct problem *user_add(struct invocation *in)
{
	struct user_words words;
	struct user_ask ask;
	struct account made;

	TRY(words_read(in, &add_words, &words));
	ask = (struct user_ask){
		.username = words.name, .email = words.email, .superuser = words.superuser, .staff = words.staff
	};
	/* a bad or taken name is said before a password is asked for */
	TRY(account_may_be_made(in->db, in->arena, &ask));
	TRY(hash_make(in, words.password_file, words.no_password,
	              &(struct password_owner){ .username = words.name, .email = words.email }, &ask.password_hash));
	TRY(account_create(in->db, in->arena, COMMAND_LINE, &ask, &made));
	say(in, "Added user %s%s.", made.username, made.superuser ? " (superuser)" : "");
	return NULL;
}

/* ---- createsuperuser: Django's name for the same ---- */

struct createsuperuser_words {
	const char *username;
	const char *email;
	const char *password_file;
	bool noinput;
};

static const struct field createsuperuser_fields[] = {
	FIELD(struct createsuperuser_words, username, OPTIONAL | NO_TRIM, 1, 150, "login name"),
	FIELD(struct createsuperuser_words, email, OPTIONAL | BLANK, 0, 254, "mail address"),
	FIELD(struct createsuperuser_words, password_file, OPTIONAL | NO_TRIM, 1, PATH_MOST,
	      "file that holds the password"),
	FIELD(struct createsuperuser_words, noinput, OPTIONAL, 0, 1, "asks nothing"), FIELD_END
};
static const struct shape createsuperuser_shape =
	SHAPE("createsuperuser_words", struct createsuperuser_words, createsuperuser_fields);

/* The name of the user at the terminal, when it may be stored and is free; else NULL. */
static struct problem *system_user(struct invocation *in, const char **out)
{
	const struct passwd *self = getpwuid(getuid());
	struct credential taken;
	bool found;

	*out = NULL;
	if (!self || !username_is_plain(self->pw_name))
		return NULL;
	TRY(credential_find(in->db, in->arena, self->pw_name, &taken, &found));
	if (!found)
		*out = arena_text(in->arena, self->pw_name);
	return NULL;
}

static struct problem *username_ask(struct invocation *in, const char **out)
{
	const char *offered, *answer;

	TRY(system_user(in, &offered));
	TRY(terminal_ask(in->arena,
	                 offered ? arena_printf(in->arena, "Username (leave blank to use '%s'): ", offered) : "Username: ",
	                 true, &answer));
	answer = text_trim(in->arena, answer);
	*out = *answer || !offered ? answer : offered;
	return NULL;
}

/* Asks for what was not said, again while the name is bad or taken. */
static struct problem *superuser_ask(struct invocation *in, struct createsuperuser_words *words)
{
	for (int i = 0; i < 3 && !words->username; i++) {
		const char *name;

		TRY(username_ask(in, &name));
		struct problem *p = account_may_be_made(in->db, in->arena, &(struct user_ask){ .username = name });
		if (p && !problem_is(p, &PROBLEM_FIELDS))
			return p;
		if (p)
			fprintf(in->err, "Error: %s\n", p->fields->message);
		else
			words->username = name;
	}
	if (words->username && !words->email)
		TRY(terminal_ask(in->arena, "Email address: ", true, &words->email));
	return NULL;
}

static struct problem *superuser_create(struct invocation *in)
{
	struct createsuperuser_words words = { 0 };
	struct user_ask ask;
	struct account made;

	TRY(arguments_read(in, &createsuperuser_shape, NULL, &words));
	if (!words.noinput && !(words.username && words.password_file))
		TRY(superuser_ask(in, &words));
	if (!words.username)
		return problem_new(in->arena, &PROBLEM_USAGE, "--username NAME is missing");
	ask = (struct user_ask){ .username = words.username,
		                     .email = words.email ? text_trim(in->arena, words.email) : "",
		                     .superuser = true,
		                     .staff = true };
	TRY(account_may_be_made(in->db, in->arena, &ask));
	TRY(hash_make(in, words.password_file, words.noinput && !words.password_file,
	              &(struct password_owner){ .username = ask.username, .email = ask.email }, &ask.password_hash));
	TRY(account_create(in->db, in->arena, COMMAND_LINE, &ask, &made));
	say(in, "Superuser created successfully.");
	return NULL;
}

/* ---- changes ---- */

static struct problem *user_passwd(struct invocation *in)
{
	struct user_words words;
	struct account user;
	const char *hash;

	TRY(words_read(in, &passwd_words, &words));
	TRY(user_named(in, words.name, &user));
	TRY(hash_make(in, words.password_file, words.no_password,
	              &(struct password_owner){ .username = user.username, .email = user.email }, &hash));
	TRY(account_set_password(in->db, in->arena, COMMAND_LINE, user.id, hash));
	say(in, "Password of %s %s; all sessions ended.", user.username, words.no_password ? "made unusable" : "changed");
	return NULL;
}

static struct problem *user_promote(struct invocation *in)
{
	struct user_words words;
	struct account user;

	TRY(words_read(in, &promote_words, &words));
	TRY(user_named(in, words.name, &user));
	TRY(account_promote(in->db, in->arena, COMMAND_LINE, user.id, !words.undo));
	say(in, "%s is %s superuser.", user.username, words.undo ? "no longer a" : "a");
	return NULL;
}

static struct problem *user_token(struct invocation *in)
{
	struct user_words words;
	struct account user;
	const char *token;
	bool had;

	TRY(words_read(in, &token_words, &words));
	TRY(user_named(in, words.name, &user));
	if (words.revoke) {
		TRY(account_revoke_token(in->db, in->arena, COMMAND_LINE, user.id, &had));
		say(in, had ? "Token of %s revoked." : "%s had no token.", user.username);
		return NULL;
	}
	TRY(account_new_token(in->db, in->arena, COMMAND_LINE, user.id, &token));
	/* the token alone on standard output, so that a script can take it */
	fprintf(in->out, "%s\n", token);
	if (!in->quiet)
		fprintf(in->err, "This is shown once; an older token of %s no longer works.\n", user.username);
	return NULL;
}

static struct problem *set_active(struct invocation *in, bool active)
{
	struct user_words words;
	struct account user;

	TRY(words_read(in, &name_words, &words));
	TRY(user_named(in, words.name, &user));
	TRY(account_set_active(in->db, in->arena, COMMAND_LINE, user.id, active));
	say(in, active ? "%s can log in again." : "%s can no longer log in; all sessions ended.", user.username);
	return NULL;
}

static struct problem *user_activate(struct invocation *in)
{
	return set_active(in, true);
}

static struct problem *user_deactivate(struct invocation *in)
{
	return set_active(in, false);
}

static struct problem *user_remove(struct invocation *in)
{
	struct user_words words;
	struct account user;

	TRY(words_read(in, &name_words, &words));
	TRY(user_named(in, words.name, &user));
	TRY(account_remove(in->db, in->arena, COMMAND_LINE, user.id));
	say(in, "Removed user %s.", user.username);
	return NULL;
}

/* ---- looking ---- */

static const char *at_text(struct arena *a, struct instant at)
{
	struct buf b;

	if (instant_is_none(at))
		return "never";
	buf_init(&b, a, 64);
	instant_write(&b, (struct instant){ at.us - at.us % US_PER_S }, true);
	return buf_string(&b);
}

static const char *flags_text(struct arena *a, const struct account *user)
{
	const char *text = arena_printf(a, "%s%s%s", user->superuser ? "superuser," : "", user->staff ? "staff," : "",
	                                user->active ? "" : "inactive,");
	const size_t n = strlen(text);

	return n ? arena_text_n(a, text, n - 1) : "-";
}

static struct problem *user_list_print(struct invocation *in)
{
	struct user_words words;
	const char *after = "";
	struct list batch;

	TRY(words_read(in, &list_words, &words));
	if (!in->quiet)
		fprintf(in->out, "%-24s %-26s %-21s %s\n", "USERNAME", "FLAGS", "LAST LOGIN", "EMAIL");
	do {
		AUTO(arena_close) struct arena *a = arena_new();

		TRY(user_list(in->db, a, words.search, after, LIST_BATCH, &batch));
		const struct account *users = batch.items;
		for (size_t i = 0; i < batch.count; i++)
			fprintf(in->out, "%-24s %-26s %-21s %s\n", users[i].username, flags_text(a, &users[i]),
			        at_text(a, users[i].last_login_at), users[i].email);
		if (batch.count)
			after = arena_text(in->arena, users[batch.count - 1].username);
	} while (batch.count == LIST_BATCH);
	return NULL;
}

static struct problem *user_show(struct invocation *in)
{
	struct user_words words;
	struct account user;

	TRY(words_read(in, &name_words, &words));
	TRY(user_named(in, words.name, &user));
	fprintf(in->out,
	        "username    %s\nid          %lld\nuuid        %s\nemail       %s\nflags       %s\njoined      %s\n"
	        "last login  %s\n",
	        user.username, (long long)user.id, user.uuid, *user.email ? user.email : "-", flags_text(in->arena, &user),
	        at_text(in->arena, user.joined_at), at_text(in->arena, user.last_login_at));
	return NULL;
}

/* ---- what Django's console calls otherwise ---- */

struct changepassword_words {
	const char *name;
	const char *password_file;
};

static const struct field changepassword_fields[] = {
	FIELD(struct changepassword_words, name, OPTIONAL | NO_TRIM, 1, 150, "login name"),
	FIELD(struct changepassword_words, password_file, OPTIONAL | NO_TRIM, 1, PATH_MOST, "file that holds the password"),
	FIELD_END,
};
static const struct shape changepassword_shape =
	SHAPE("changepassword_words", struct changepassword_words, changepassword_fields);

/* Without a name that of whoever is at the terminal. */
static struct problem *changepassword(struct invocation *in)
{
	static const char *const positional[] = { "name", NULL };
	const struct passwd *self = getpwuid(getuid());
	struct changepassword_words words = { 0 };
	struct account user;
	const char *hash;

	TRY(arguments_read(in, &changepassword_shape, positional, &words));
	if (!words.name && self)
		words.name = arena_text(in->arena, self->pw_name);
	TRY(user_named(in, words.name ? words.name : "", &user));
	say(in, "Changing password for user '%s'", user.username);
	TRY(hash_make(in, words.password_file, false,
	              &(struct password_owner){ .username = user.username, .email = user.email }, &hash));
	TRY(account_set_password(in->db, in->arena, COMMAND_LINE, user.id, hash));
	say(in, "Password changed successfully for user '%s'", user.username);
	return NULL;
}

/* What the schedule accounts.cleanup does by the clock. */
static struct problem *clearsessions(struct invocation *in)
{
	int64_t gone, total = 0;

	TRY(arguments_read(in, &no_words, NULL, NULL));
	do {
		TRY(session_sweep(in->db, in->arena, clock_now(), LIST_BATCH, &gone));
		total += gone;
	} while (gone == LIST_BATCH);
	say(in, "Removed %lld expired sessions.", (long long)total);
	return NULL;
}

// clang-format off
const struct command accounts_commands[] = {
	{ "user add",        "NAME [--email E] [--superuser] [--staff] [--password-file F | --no-password]",
	  "Adds a user; asks for the password unless a file holds it.", true, user_add },
	{ "user passwd",     "NAME [--password-file F | --no-password]",
	  "Sets a password and ends all sessions of the user.", true, user_passwd },
	{ "user promote",    "NAME [--undo]", "Makes a user a superuser, or no longer one.", true, user_promote },
	{ "user token",      "NAME [--revoke]", "Prints a new token for programs, or ends it.", true, user_token },
	{ "user list",       "[--search TEXT]", "Lists users by name.", true, user_list_print },
	{ "user show",       "NAME", "Shows one user.", true, user_show },
	{ "user activate",   "NAME", "Lets a user log in again.", true, user_activate },
	{ "user deactivate", "NAME", "Keeps a user from logging in and ends all sessions; everything else stays.", true, user_deactivate },
	{ "user remove",     "NAME", "Removes a user and all that is the user's alone.", true, user_remove },
	{ "createsuperuser", "[--username NAME] [--email E] [--password-file F] [--noinput]",
	  "Adds a superuser as Django's command does; with --noinput and no file: without a usable password.", true, superuser_create },
	{ "changepassword",  "[NAME] [--password-file F]", "Sets a password as Django's command does; without a name one's own.", true, changepassword },
	{ "clearsessions",   "", "Removes expired sessions now.", true, clearsessions },
	{ "dumpdata",        "", "Writes users and groups as a fixture that Django's loaddata reads; it holds password hashes.", true, fixture_dump },
	{ "loaddata",        "FILE [--plan]", "Takes users and groups of a fixture that Django's dumpdata wrote.", true, fixture_load },
	{ "import django",   "--database NAME [--option-file F] [--plan]",
	  "Takes users, groups, permissions, tokens and password hashes of a Django installation.", true, import_django },
	{ 0 },
};
// clang-format on
