/* resource.h - what users launched: its rows (store_resource.c), its Guacamole objects (store_guacamole.c), its jobs
 * (jobs.c, reconcile.c) and what the app's door needs of them. A store sees no request and no JSON.
 *
 * A resource moves busy -> created -> stopping -> stopped -> removing -> removed, or ends in error. Every move is one
 * UPDATE that names the state it leaves, so two who want to move the same resource cannot both succeed. */
#ifndef PORTICO_FACILITY_RESOURCE_H
#define PORTICO_FACILITY_RESOURCE_H

#include "app/facility/store.h"
#include "lib/base/app.h"
#include "lib/db/db.h"
#include "lib/work/job.h"

enum resource_state {
	RESOURCE_BUSY,    /* being launched */
	RESOURCE_CREATED, /* runs */
	RESOURCE_STOPPING,
	RESOURCE_STOPPED, /* its container is kept until it is removed */
	RESOURCE_REMOVING,
	RESOURCE_REMOVED,
	RESOURCE_ERROR, /* its launch failed; nothing of it is left outside */
	RESOURCE_STATE_N
};
extern const char *const resource_state_names[RESOURCE_STATE_N + 1];
bool resource_is_active(int state); /* the first three: they count against the quota */

/* How a resource is launched, resolved when it is reserved, so that every try does the same. */
struct launch_plan {
	const char *image; /* Docker reference, or URL of a link */
	const char *protocol;
	const char *port_hook;
	const char *logs_er;
	const char *username;
	struct list volumes; /* struct volume */
};

/* A row. */
struct resource {
	int64_t id;
	const char *uuid;
	const char *name; /* of the container, ours: calipso-<uuid> */
	int64_t user_id;
	struct maybe_int image_id;
	const char *public_name;
	int64_t type; /* enum resource_type */
	const char *proposal_id;
	const char *session_number; /* or the id of an own resource */
	int state;
	const char *container_id;
	struct maybe_int port; /* on the engine's host */
	struct bytes address_seal;
	const char *guacamole_username; /* NULL: none */
	struct bytes guacamole_seal;
	struct maybe_int guacamole_connection_id;
	struct bytes vnc_seal;
	int64_t num_cpus;
	int64_t memory_bytes;
	int64_t hdd_bytes;
	struct maybe_int uid;
	struct maybe_int gid;
	const char *plan; /* JSON of a struct launch_plan: resource_plan() */
	struct instant created_at;
	struct instant changed_at;
	const char *error_code; /* "" when nothing went wrong */
	const char *error_detail;
	/* not columns: opened seals, "" when there is none */
	const char *address; /* URL */
	const char *guacamole_password;
	const char *vnc_password;
};

/* ---- reserving (store_reserve.c) ---- */

/* A new resource; uuid and secrets are made by resource_reserve(). */
struct reserve {
	int64_t user_id;
	int64_t image_id;
	const char *public_name;
	int64_t type;
	const char *proposal_id;
	const char *session_number;
	int64_t num_cpus;
	int64_t memory_bytes;
	int64_t hdd_bytes;
	struct maybe_int uid;
	struct maybe_int gid;
	const struct launch_plan *plan;
	const char *request_id;
};

/* One transaction: locks the user's quota row, checks it in the order of facility.md section 5.2 (used and asked for
 * together must fit), writes the row (busy) and its job. FACILITY(P_ALREADY_LAUNCHED), P_QUOTA_…. PROBLEM_NOT_FOUND when the
 * image has gone meanwhile. */
struct problem *resource_reserve(struct db *db, struct arena *a, const struct reserve *ask, int64_t *id,
                                 int64_t *job_id) MUST_CHECK;

/* ---- reading (store_resource.c); seals are opened, one that does not open is logged and left out ---- */

/* PROBLEM_NOT_FOUND also when it is somebody else's. */
struct problem *resource_find(struct db *db, struct arena *a, int64_t id, int64_t user_id, struct resource *out)
	MUST_CHECK;
struct problem *resource_find_name(struct db *db, struct arena *a, const char *name, int64_t user_id,
                                   struct resource *out) MUST_CHECK;
/* Whoever's it is: for jobs and superusers. */
struct problem *resource_find_id(struct db *db, struct arena *a, int64_t id, struct resource *out) MUST_CHECK;

/* Its launch is still asked for. A row that is gone is not. */
struct problem *resource_is_busy(struct db *db, struct arena *a, int64_t id, bool *out) MUST_CHECK;

enum resource_scope { SCOPE_ACTIVE, SCOPE_NOT_REMOVED, SCOPE_EVER, SCOPE_N };
/* Those of one user (0: of everybody) by id. */
struct problem *resource_page(struct db *db, struct arena *a, int64_t user_id, enum resource_scope scope,
                              int64_t offset, int64_t limit, struct list *out) MUST_CHECK;
struct problem *resource_count(struct db *db, struct arena *a, int64_t user_id, enum resource_scope scope, int64_t *out)
	MUST_CHECK;

/* False: a seal of the row holds a password that cannot be read (the key was changed), and "" is not what it says. */
bool resource_opened(const struct resource *r);

/* Takes secrets out of what somebody else looks at. */
void resource_blank(struct resource *r);

/* Reads `plan`. */
struct problem *resource_plan(struct arena *a, const struct resource *r, struct launch_plan *out) MUST_CHECK;

/* ---- moving (store_move.c) ---- */

/* Asks for the end: created or busy -> stopping, with a job. One that is stopping already gets its job again if it lost
 * it. *job_id is 0 when there is nothing to do (stopped). PROBLEM_NOT_FOUND when it is not the user's (user_id 0: anybody's);
 * FACILITY(P_RESOURCE_STATE) from any other state. */
struct problem *resource_ask_stop(struct db *db, struct arena *a, int64_t id, int64_t user_id, const char *request_id,
                                  int64_t *job_id) MUST_CHECK;
/* stopped or error -> removing, with a job; as above, 0 when removed. FACILITY(P_RESOURCE_ACTIVE) while it is active. */
struct problem *resource_ask_remove(struct db *db, struct arena *a, int64_t id, int64_t user_id, const char *request_id,
                                    int64_t *job_id) MUST_CHECK;

/* The engine has made the container of a busy row: the time it has to become ready begins. */
struct problem *resource_set_container(struct db *db, struct arena *a, int64_t id, const char *container_id) MUST_CHECK;

struct launched {
	const char *container_id;
	struct maybe_int port;
	const char *address; /* URL, or NULL */
	struct maybe_int guacamole_connection_id;
};
/* busy -> created. *moved false: it is busy no more (somebody stopped it), nothing was written. */
struct problem *resource_set_created(struct db *db, struct arena *a, const struct resource *r, const struct launched *l,
                                     bool *moved) MUST_CHECK;

/* from -> to, with why (NULL: nothing went wrong; of code and detail the old words then stay). Secrets go when `to` is
 * not active. *moved as above; it may be NULL. */
struct problem *resource_move(struct db *db, struct arena *a, int64_t id, int from, int to, const struct problem *why,
                              bool *moved) MUST_CHECK;

/* ---- looking after them (store_upkeep.c) ---- */

/* What reconciling needs to know of a row. */
struct resource_brief {
	int64_t id;
	const char *name;
	int64_t type;
	int state;
	const char *guacamole_username;
	struct maybe_int guacamole_connection_id;
	struct instant created_at;
	struct instant changed_at;
};
/* Rows of containers that an engine may hold or lack: all in a state before removed, and the one of each given name. By
 * id, at most `limit` above `after_id`. */
struct problem *resource_briefs(struct db *db, struct arena *a, int64_t after_id, int64_t limit, struct list *out)
	MUST_CHECK;
struct problem *resource_brief_of(struct db *db, struct arena *a, const char *name, struct resource_brief *out,
                                  bool *found) MUST_CHECK;
/* Guacamole's connection of a created row was made anew. */
struct problem *resource_set_connection(struct db *db, struct arena *a, int64_t id, int64_t connection_id) MUST_CHECK;

/* Deletes rows that ended (removed, error) before `before`, at most `limit`; how many in *gone. */
struct problem *resource_forget(struct db *db, struct arena *a, struct instant before, int64_t limit, int64_t *gone)
	MUST_CHECK;
/* Ids of rows that stopped before `before`. */
struct problem *resource_stopped_before(struct db *db, struct arena *a, struct instant before, int64_t limit,
                                        struct list *out) MUST_CHECK; /* struct resource_brief */

/* The id of this installation (its database), made at first use. */
struct problem *instance_id(struct db *db, struct arena *a, const char **out) MUST_CHECK;

/* ---- Guacamole (store_guacamole.c): its own database, by facility.guacamole_cnf ---- */

bool guacamole_is_set(void);
/* A desktop is reached through Guacamole: by protocol. */
bool protocol_is_desktop(const char *protocol);

struct guacamole_ask {
	const char *instance;
	const char *name; /* of the connection: the container's */
	const char *protocol;
	const char *host;
	int64_t port;
	const char *desktop_password;
	const char *username;
	const char *password;
};
/* One transaction: user, connection, permission and parameters; what was there by these names is replaced. */
struct problem *guacamole_create(struct arena *a, const struct guacamole_ask *ask, int64_t *connection_id) MUST_CHECK;
/* Deletes both; nothing there is success. */
struct problem *guacamole_delete(struct arena *a, const char *username, const char *connection_name) MUST_CHECK;

/* A user of ours. */
struct guacamole_user {
	const char *username;
	const char *name; /* of its connection */
	bool connected;   /* the connection is there */
};
struct problem *guacamole_users(struct arena *a, const char *instance, struct list *out) MUST_CHECK;

/* Guacamole's hash: SHA-256 of password and upper-case hex of the salt; 32 bytes each. */
void guacamole_hash(struct arena *a, const char *password, const unsigned char salt[32], unsigned char out[32]);

/* ---- for the app's door (resource.c) ---- */
struct problem *resource_start(struct process *p) MUST_CHECK;
void resource_stop(struct process *p);
void resource_check(struct process *p, struct arena *a, struct check_report *report);
extern const struct job_kind facility_jobs[];
extern const struct schedule facility_schedules[];

/* ---- reconciling (reconcile.c), for the schedule and `portico fsck` ---- */
struct reconcile {
	struct db *db;
	struct arena *arena;
	struct job *job; /* whose lease is renewed on the way; NULL: nobody's */
	bool mend;       /* else only say */
	/* Called for each difference. */
	void (*say)(void *context, const char *name, const char *what);
	void *context;
	int64_t found;
	int64_t mended;
};
/* Compares rows with the engine and with Guacamole, both ways. What cannot be compared or mended does not keep the rest from
 * being: the first such problem is returned in the end, others are logged. */
struct problem *reconcile_run(struct reconcile *r) MUST_CHECK;

#endif
