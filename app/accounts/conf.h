/* conf.h - section [accounts] of the settings. */
#ifndef PORTICO_ACCOUNTS_CONF_H
#define PORTICO_ACCOUNTS_CONF_H

#include "lib/base/settings.h"

/* Who may see, make and change accounts and groups through the API. */
enum accounts_policy {
	POLICY_CLOSED,            /* who holds the permission; everybody sees and changes the own account */
	POLICY_OPEN_REGISTRATION, /* besides, anybody may make an account */
	POLICY_UPSTREAM,          /* everybody everything, as the replaced service did; staff stay protected */
	POLICY_N
};
extern const char *const policy_names[POLICY_N + 1];

struct accounts_conf {
	int policy;           /* enum accounts_policy */
	bool local_passwords; /* hashes kept here count; no: credential sources alone decide */
	int64_t session_days; /* how long a session lasts, not sliding */

	/* failed logins, see throttle.h */
	int64_t login_attempts;   /* per account from one address */
	int64_t account_attempts; /* per account from everywhere */
	int64_t address_attempts; /* per address over all accounts */
	int64_t signups_an_hour;  /* accounts asked for without the permission, per address */
	int64_t login_window_s;   /* failures are forgotten so long after the first */
	int64_t lockout_s;        /* how long a reached limit holds */

	int64_t basic_cache_s; /* successes of HTTP Basic are remembered so long, by each worker */

	/* Argon2id; hashes made with other values are made anew at the next login */
	int64_t argon2_passes;
	int64_t argon2_memory; /* bytes */
};
extern struct accounts_conf accounts_conf;
extern const struct setting accounts_settings[];

#endif
