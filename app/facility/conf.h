/* conf.h - section [facility] of the settings. */
#ifndef PORTICO_FACILITY_CONF_H
#define PORTICO_FACILITY_CONF_H

#include "lib/base/settings.h"

struct facility_conf {
	/* what a user may hold at once when no quota of his own is set (MAX_…_PER_USER) */
	int64_t max_resources;
	int64_t max_cpu;
	int64_t max_memory_bytes;
	int64_t max_hdd_bytes;
	int64_t page_size_experiments; /* PAGE_SIZE_EXPERIMENTS */
	int64_t page_size_users;       /* PAGE_SIZE_USERS */

	/* the user office (facility.md section 6) */
	bool local_auth;                       /* ALLOW_LOCAL_AUTHENTICATION: user-office logins by form */
	bool default_authorization;            /* BACKEND_DEFAULT_AUTHORIZATION */
	const char *useroffice_login_url;      /* BACKEND_UO_LOGIN */
	const char *useroffice_authorized_url; /* BACKEND_UO_IS_AUTHORIZED */
	const char *useroffice_user;           /* LOCAL_ACCESS_USERNAME */
	const char *useroffice_password;       /* LOCAL_ACCESS_PASSWORD */
	int64_t useroffice_ms;

	/* data of experiments inside resources */
	struct texts data_roots;   /* host folders below which every data set must lie; empty: none may be mounted */
	const char *datasets_root; /* EXPERIMENTS_DATASETS_ROOT, inside the container, ro */
	const char *output_root;   /* EXPERIMENTS_OUTPUT, inside the container, rw */
	const char *own_results;   /* host folder of own resources' results, /<username> is appended; NULL: not mounted */
	const char *own_data;      /* the same, read-only */
	struct texts other_dirs;   /* OTHER_DIRS_TO_MOUNT: source:target:mode */
	bool allow_root;           /* launch as 0:0 when the identity is unknown (defect 11) */
	int64_t default_uid;       /* identity of resources without one of their own; 0: none, refuse unless allow_root */
	int64_t default_gid;
	struct texts extra_groups; /* GROUPS_DOCKER_ADD */

	/* launching (flaunch) */
	int64_t launch_wait_ms;    /* how long a request waits for its launch */
	int64_t launch_deadline_s; /* after that a launch is undone */
	int64_t stop_grace_s;      /* a resource has that long to end by itself */
	int64_t keep_stopped_days; /* a stopped resource is removed after that; 0: never */
	int64_t keep_ended_days;   /* rows of removed and failed resources are forgotten after that; 0: never */
	bool guacamole_required;   /* a desktop is not launched where Guacamole is not set up */

	/* Guacamole's database */
	const char *guacamole_cnf; /* MariaDB option file; NULL: desktops are not reachable in the browser */
	int64_t guacamole_ms;

	/* the Docker engine */
	const char *docker_url; /* DOCKER_URL_DAEMON */
	const char *docker_ca;
	const char *docker_cert;
	const char *docker_key;
	int64_t docker_ms;
	int64_t pull_s; /* longest image pull */
	bool pull;      /* pull missing images at launch */
	int64_t pids_limit;
	const char *remote_machine_ip; /* REMOTE_MACHINE_IP: host in URLs and Guacamole */
	const char *bind_address;      /* host address ports are published on */
	const char *rdp_security;      /* Guacamole's `security` for rdp */
	bool rdp_ignore_cert;
};
extern struct facility_conf facility_conf;
extern const struct setting facility_settings[];

#endif
