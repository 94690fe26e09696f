/* app.c - behind the door: the tables of accounts, its start and stop. */
#include "app/accounts/accounts.h"
#include "app/accounts/basic_cache.h"
#include "app/accounts/cleanup.h"
#include "app/accounts/command.h"
#include "app/accounts/conf.h"
#include "app/accounts/credentials.h"
#include "app/accounts/handle.h"
#include "app/accounts/identity.h"
#include "app/accounts/models.h"
#include "app/accounts/problems.h"
#include "lib/web/route.h"
#include "lib/work/job.h"

struct accounts_conf accounts_conf;
const char *const policy_names[POLICY_N + 1] = { "closed", "open-registration", "upstream" };

/* clang-format off */
const struct setting accounts_settings[] = {
	SET_CHOICE(struct accounts_conf, policy, "closed", policy_names,
	           "who may use /users/ and /groups/: closed: holders of the permissions, and everybody the own account; open-registration: "
	           "besides, anybody may make an account; upstream: everybody everything but staff accounts, as the replaced service did"),
	SET_BOOL(struct accounts_conf, local_passwords, true,           "passwords kept here count; no: only those of other sources (the user office)"),
	SET_INT (struct accounts_conf, session_days, 14, 1, 365,        "days a login lasts; it is not prolonged by use"),
	SET_INT (struct accounts_conf, login_attempts, 10, 1, 1000000,  "failed logins to one account from one address before 429"),
	SET_INT (struct accounts_conf, account_attempts, 100, 0, 1000000, "failed logins to one account from everywhere before 429; 0: no limit"),
	SET_INT (struct accounts_conf, address_attempts, 300, 0, 1000000, "failed logins from one address over all accounts before 429; 0: no limit, for a proxy that hides who calls"),
	SET_INT (struct accounts_conf, login_window_s, 900, 1, 86400,   "failed logins are forgotten that long after the first, in s"),
	SET_INT (struct accounts_conf, lockout_s, 900, 1, 86400,        "how long a reached limit holds, in s"),
	SET_INT (struct accounts_conf, signups_an_hour, 30, 0, 1000000, "accounts that one address may ask for in an hour without the permission to add users, before 429; 0: no limit"),
	SET_INT (struct accounts_conf, basic_cache_s, 60, 0, 3600,      "a success of HTTP Basic is remembered by each worker that long, in s; 0: not at all"),
	SET_INT (struct accounts_conf, argon2_passes, 2, 1, 20,         "Argon2id: passes over the memory"),
	SET_SIZE(struct accounts_conf, argon2_memory, "64M", 8192, INT64_C(1) << 30, "Argon2id: memory of one check; every worker may need it at once"),
	SETTING_END,
};

static const struct schedule schedules[] = {
	{ .name = "accounts.cleanup", .doc = "removes expired sessions, forgotten login failures and expired idempotency keys", .every_s = 3600,
	  .at_start = true, .lease_s = 300, .run = accounts_cleanup },
	{ 0 },
};
/* clang-format on */

static struct problem *start(struct process *p)
{
	(void)p;
	identity_source_set(&accounts_identity_source);
	return NULL;
}

static void stop(struct process *p)
{
	(void)p;
	credential_sources_clear();
	basic_cache_clear();
}

/* Somebody must be able to administer. */
static void check(struct process *p, struct arena *a, struct check_report *report)
{
	int64_t count = 0;

	if (!p->db)
		return;
	struct problem *away = superusers_count(p->db, a, &count);
	if (away)
		report->say(report, false, "accounts can be read", away->cause ? away->cause : away->detail);
	else
		report->say(report, count > 0, "there is an active superuser", "make one: portico createsuperuser");
}

const struct app accounts_app = {
	.name = "accounts",
	.doc = "Users, groups, sessions and tokens of all apps",
	.routes = accounts_routes,
	.settings = accounts_settings,
	.conf = &accounts_conf,
	.problems = accounts_problems,
	.schedules = schedules,
	.commands = accounts_commands,
	.admin = accounts_models,
	.start = start,
	.stop = stop,
	.check = check,
};
