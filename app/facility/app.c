/* app.c - behind the door: the facility app's tables, settings, start and stop. */
#include "app/facility/facility.h"

#include "app/accounts/accounts.h"
#include "app/facility/client.h"
#include "app/facility/command.h"
#include "app/facility/conf.h"
#include "app/facility/handle.h"
#include "app/facility/problems.h"
#include "app/facility/resource.h"
#include "app/facility/volumes.h"

struct facility_conf facility_conf;

/* clang-format off */
const struct setting facility_settings[] = {
	SET_INT   (struct facility_conf, max_resources, 5, 0, 1000,        "resources a user may have at once (MAX_RESOURCES_PER_USER)"),
	SET_INT   (struct facility_conf, max_cpu, 10, 0, 100000,           "CPUs of a user's resources together (MAX_CPU_PER_USER)"),
	SET_SIZE  (struct facility_conf, max_memory_bytes, "30G", 0, INT64_C(1) << 50, "memory of a user's resources together (MAX_RAM_PER_USER)"),
	SET_SIZE  (struct facility_conf, max_hdd_bytes, "80G", 0, INT64_C(1) << 50,    "storage of a user's resources together (MAX_STORAGE_PER_USER)"),
	SET_INT   (struct facility_conf, page_size_experiments, 7, 1, 100, "experiments on a page (PAGE_SIZE_EXPERIMENTS)"),
	SET_INT   (struct facility_conf, page_size_users, 20, 1, 100,      "users on a page (PAGE_SIZE_USERS)"),

	SET_BOOL  (struct facility_conf, local_auth, false,                "logins with the facility's account are offered and checked by the user office (ALLOW_LOCAL_AUTHENTICATION)"),
	SET_BOOL  (struct facility_conf, default_authorization, true,      "every user may launch resources of his own; else the user office is asked (BACKEND_DEFAULT_AUTHORIZATION)"),
	SET_TEXT  (struct facility_conf, useroffice_login_url, NULL,       "where the user office checks a login (BACKEND_UO_LOGIN)"),
	SET_TEXT  (struct facility_conf, useroffice_authorized_url, NULL,  "where the user office says who may launch (BACKEND_UO_IS_AUTHORIZED)"),
	SET_TEXT  (struct facility_conf, useroffice_user, NULL,            "name for HTTP Basic at the user office (LOCAL_ACCESS_USERNAME)"),
	SET_SECRET(struct facility_conf, useroffice_password,              "password for HTTP Basic at the user office (LOCAL_ACCESS_PASSWORD)"),
	SET_INT   (struct facility_conf, useroffice_ms, 5000, 100, 60000,  "longest call to the user office, in ms"),

	SET_LIST  (struct facility_conf, data_roots, NULL,                 "host folders below which data sets must lie; not set: no data set can be mounted"),
	SET_TEXT  (struct facility_conf, datasets_root, "/tmp/data",       "where read-only data sets appear inside a resource (EXPERIMENTS_DATASETS_ROOT)"),
	SET_TEXT  (struct facility_conf, output_root, "/tmp/results",      "where writable data sets appear inside a resource (EXPERIMENTS_OUTPUT)"),
	SET_TEXT  (struct facility_conf, own_results, NULL,                "host folder with one folder per user, mounted writable in own resources"),
	SET_TEXT  (struct facility_conf, own_data, NULL,                   "host folder with one folder per user, mounted read-only in own resources"),
	SET_LIST  (struct facility_conf, other_dirs, NULL,                 "source:target:mode mounted in every resource, mode ro or rw (OTHER_DIRS_TO_MOUNT)", .check = volume_entry_check),
	SET_BOOL  (struct facility_conf, allow_root, false,                "a resource without a known identity may run as root, the original's behaviour; else its launch is refused"),
	SET_INT   (struct facility_conf, default_uid, 0, 0, 4294967294,    "user id of resources without one of their own; 0: none"),
	SET_INT   (struct facility_conf, default_gid, 0, 0, 4294967294,    "group id of resources without one of their own; 0: none"),
	SET_LIST  (struct facility_conf, extra_groups, NULL,               "further group ids of every resource (GROUPS_DOCKER_ADD)"),

	SET_INT   (struct facility_conf, launch_wait_ms, 20000, 0, 120000, "how long a request waits for its launch or stop, in ms; after that it is answered as still busy"),
	SET_INT   (struct facility_conf, launch_deadline_s, 120, 5, 3600,  "a launch that is not ready by then is undone, in s"),

	SET_INT   (struct facility_conf, stop_grace_s, 10, 0, 20,          "time a resource has to end by itself when it is stopped, in s"),
	SET_INT   (struct facility_conf, keep_stopped_days, 30, 0, 36500,  "stopped resources are removed after that; 0: never"),
	SET_INT   (struct facility_conf, keep_ended_days, 365, 0, 36500,   "rows of removed and failed resources are forgotten after that; 0: never"),
	SET_BOOL  (struct facility_conf, guacamole_required, true,         "a desktop is not launched where Guacamole is not set up"),

	SET_TEXT  (struct facility_conf, guacamole_cnf, NULL,              "MariaDB option file of Guacamole's database, mode 0400 or 0600; not set: no Guacamole"),
	SET_INT   (struct facility_conf, guacamole_ms, 5000, 100, 60000,   "longest connection to and statement in Guacamole's database, in ms"),

	SET_TEXT  (struct facility_conf, docker_url, "unix:///var/run/docker.sock", "Docker engine: unix:///path, tcp://host:port or https://host:port (DOCKER_URL_DAEMON)"),
	SET_TEXT  (struct facility_conf, docker_ca, NULL,                  "PEM file of the authority that signed the engine's certificate"),
	SET_TEXT  (struct facility_conf, docker_cert, NULL,                "PEM file of the TLS client certificate"),
	SET_TEXT  (struct facility_conf, docker_key, NULL,                 "PEM file of the TLS client key"),
	SET_INT   (struct facility_conf, docker_ms, 30000, 100, 300000,    "longest call to the engine, in ms"),
	SET_BOOL  (struct facility_conf, pull, true,                       "images the engine lacks are pulled at launch"),
	SET_INT   (struct facility_conf, pull_s, 600, 1, 7200,             "longest pull of an image, in s"),
	SET_INT   (struct facility_conf, pids_limit, 512, 16, 1000000,     "processes in one resource"),
	SET_TEXT  (struct facility_conf, remote_machine_ip, "127.0.0.1",   "host of the engine as browsers and Guacamole reach it (REMOTE_MACHINE_IP)"),
	SET_TEXT  (struct facility_conf, bind_address, "127.0.0.1",        "address of the engine's host that ports are published on"),
	SET_TEXT  (struct facility_conf, rdp_security, "any",              "Guacamole's `security` for rdp: any, nla, nla-ext, tls, rdp, vmconnect"),
	SET_BOOL  (struct facility_conf, rdp_ignore_cert, true,            "Guacamole's `ignore-cert` for rdp"),
	SETTING_END,
};
/* clang-format on */

/* Names and passwords that are right at the user office are right here. */
static const struct credential_source useroffice_source = { "useroffice", useroffice_login };

static struct problem *start(struct process *p)
{
	volumes_settle(p->arena);
	TRY(useroffice_start(p));
	if (facility_conf.local_auth && facility_conf.useroffice_login_url)
		credential_source_add(&useroffice_source);
	return resource_start(p);
}

const struct app facility_app = {
	.name = "facility",
	.doc = "Experiments, and remote resources launched on their data",
	.routes = facility_routes,
	.settings = facility_settings,
	.conf = &facility_conf,
	.problems = facility_problems,
	.jobs = facility_jobs,
	.schedules = facility_schedules,
	.commands = facility_commands,
	.start = start,
	.stop = resource_stop,
	.check = resource_check,
};
