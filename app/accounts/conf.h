/* conf.h - section [accounts] of the settings. */
#ifndef PORTICO_ACCOUNTS_CONF_H
#define PORTICO_ACCOUNTS_CONF_H

#include "lib/base/settings.h"

struct accounts_conf {
	bool local_passwords; /* hashes kept here count; no: credential sources alone decide */
	int64_t session_days; /* how long a session lasts, not sliding */

	/* failed logins, see throttle.h */
	int64_t login_attempts;   /* per account from one address */
	int64_t account_attempts; /* per account from everywhere */
	int64_t address_attempts; /* per address over all accounts */
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
