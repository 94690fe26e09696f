/* store_guacamole.c - users and connections in Guacamole's own database, by SQL in one transaction (facility.md section 10,
 * defects 20, 43 to 46). Users of ours carry the installation's id as organization and the resource's name as role, so
 * that leftovers are found again.
 * Speaks SQL and nothing else: no request, no call-outs. Contracts are in resource.h. */
#include <ctype.h>
#include <sodium.h>

#include "app/facility/conf.h"
#include "app/facility/guacamole.h"
#include "app/facility/problems.h"
#include "app/facility/readiness.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"

enum { SALT_BYTES = 32, USERS_MOST = 20000 };

static struct db *guacamole;

/* ---- the connection ---- */

struct problem *guacamole_open(struct process *p, const char *option_file)
{
	const struct db_conf conf = { .option_file = option_file,
		                          .connect_ms = facility_conf.guacamole_ms,
		                          .statement_ms = facility_conf.guacamole_ms };

	guacamole = NULL;
	return option_file ? db_open(p->arena, &conf, &guacamole) : NULL;
}

void guacamole_close(void)
{
	db_close(guacamole);
	guacamole = NULL;
}

bool guacamole_is_set(void)
{
	return guacamole != NULL;
}

bool protocol_is_desktop(const char *protocol)
{
	return protocol_port(protocol) != NULL;
}

struct problem *guacamole_has_entities(struct arena *a, bool *out)
{
	static const char sql[] =
		"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'guacamole_entity'";
	int64_t n;

	TRY(db_number(guacamole, a, sql, DB_NONE, &n));
	*out = n > 0;
	return NULL;
}

/* ---- the two generations of the schema ---- */

struct generation {
	const char *user_delete;   /* name */
	const char *entity_insert; /* name; NULL: there are no entities */
	const char *user_insert;   /* entity or name, hash, salt, date, instance, connection's name */
	const char *permission;    /* entity or user, connection */
	const char *users;         /* instance */
};

#define USER_VALUES                                                                                       \
	"password_hash, password_salt, password_date, disabled, expired, organization, organizational_role) " \
	"VALUES (?, ?, ?, ?, 0, 0, ?, ?)"
#define CONNECTED \
	"EXISTS (SELECT 1 FROM guacamole_connection c WHERE c.connection_name = u.organizational_role) AS connected"

static const struct generation with_entities = {
	"DELETE FROM guacamole_entity WHERE type = 'USER' AND name = ?",
	"INSERT INTO guacamole_entity (name, type) VALUES (?, 'USER')",
	"INSERT INTO guacamole_user (entity_id, " USER_VALUES,
	"INSERT INTO guacamole_connection_permission (entity_id, connection_id, permission) VALUES (?, ?, 'READ')",
	"SELECT e.name AS username, u.organizational_role AS name, " CONNECTED
	"  FROM guacamole_user u JOIN guacamole_entity e ON e.entity_id = u.entity_id"
	" WHERE u.organization = ? AND u.organizational_role IS NOT NULL LIMIT ?",
};

static const struct generation without_entities = {
	"DELETE FROM guacamole_user WHERE username = ?",
	NULL,
	"INSERT INTO guacamole_user (username, " USER_VALUES,
	"INSERT INTO guacamole_connection_permission (user_id, connection_id, permission) VALUES (?, ?, 'READ')",
	"SELECT u.username AS username, u.organizational_role AS name, " CONNECTED
	"  FROM guacamole_user u"
	" WHERE u.organization = ? AND u.organizational_role IS NOT NULL LIMIT ?",
};

static struct problem *generation_find(struct arena *a, const struct generation **out)
{
	bool entities = false;

	if (!guacamole)
		return problem_new(a, FACILITY(P_GUACAMOLE_MISSING), NULL);
	TRY(guacamole_has_entities(a, &entities));
	*out = entities ? &with_entities : &without_entities;
	return NULL;
}

/* ---- rows ---- */

void guacamole_hash(struct arena *a, const char *password, const unsigned char salt[32], unsigned char out[32])
{
	struct buf b;

	buf_init(&b, a, 4096);
	buf_text(&b, password);
	for (int i = 0; i < SALT_BYTES; i++)
		buf_printf(&b, "%02X", salt[i]);
	crypto_hash_sha256(out, (const unsigned char *)buf_string(&b), b.length);
}

struct work {
	const struct generation *generation;
	const struct guacamole_ask *ask;
	int64_t connection_id;
};

static struct problem *delete_both(struct db *db, struct arena *a, const struct generation *g, const char *username,
                                   const char *name)
{
	static const char connection[] = "DELETE FROM guacamole_connection WHERE connection_name = ? AND parent_id IS NULL";

	TRY(db_run(db, a, g->user_delete, DB_ARGS(db_text(username)), NULL));
	return db_run(db, a, connection, DB_ARGS(db_text(name)), NULL);
}

static struct problem *parameter(struct db *db, struct arena *a, int64_t connection_id, const char *name,
                                 const char *value)
{
	static const char sql[] =
		"INSERT INTO guacamole_connection_parameter (connection_id, parameter_name, parameter_value) VALUES (?, ?, ?)";

	return db_run(db, a, sql, DB_ARGS(db_int(connection_id), db_text(name), db_text(value)), NULL);
}

static struct problem *connection_create(struct db *db, struct arena *a, const struct guacamole_ask *ask, int64_t *id)
{
	static const char sql[] =
		"INSERT INTO guacamole_connection (connection_name, protocol, failover_only) VALUES (?, ?, 0)";
	struct buf protocol;
	struct db_done done;

	buf_init(&protocol, a, 32);
	for (const char *c = ask->protocol; *c; c++)
		buf_char(&protocol, (char)tolower((unsigned char)*c)); /* Guacamole does not know `VNC` (defect 46) */
	TRY(db_run(db, a, sql, DB_ARGS(db_text(ask->name), db_text(buf_string(&protocol))), &done));
	TRY(parameter(db, a, done.insert_id, "hostname", ask->host));
	TRY(parameter(db, a, done.insert_id, "port", arena_printf(a, "%lld", (long long)ask->port)));
	TRY(parameter(db, a, done.insert_id, "password", ask->desktop_password));
	if (text_equal(buf_string(&protocol), "rdp")) {
		TRY(parameter(db, a, done.insert_id, "security", facility_conf.rdp_security));
		TRY(parameter(db, a, done.insert_id, "ignore-cert", facility_conf.rdp_ignore_cert ? "true" : "false"));
	}
	*id = done.insert_id;
	return NULL;
}

/* *id is what permissions are given to. */
static struct problem *user_create(struct db *db, struct arena *a, const struct generation *g,
                                   const struct guacamole_ask *ask, int64_t *id)
{
	unsigned char salt[SALT_BYTES], hash[32];
	struct db_arg who = db_text(ask->username);
	struct db_done entity = { 0 }, user = { 0 };

	random_bytes(salt, sizeof(salt));
	guacamole_hash(a, ask->password, salt, hash);
	if (g->entity_insert) {
		TRY(db_run(db, a, g->entity_insert, DB_ARGS(db_text(ask->username)), &entity));
		who = db_int(entity.insert_id);
	}
	TRY(db_run(db, a, g->user_insert,
	           DB_ARGS(who, db_bytes((struct bytes){ hash, sizeof(hash) }),
	                   db_bytes((struct bytes){ salt, sizeof(salt) }), db_at(clock_now()), db_text(ask->instance),
	                   db_text(ask->name)),
	           &user));
	*id = g->entity_insert ? entity.insert_id : user.insert_id;
	return NULL;
}

static struct problem *create_work(struct db *db, struct arena *a, void *context)
{
	struct work *w = context;
	int64_t user_id;

	TRY(delete_both(db, a, w->generation, w->ask->username, w->ask->name));
	TRY(connection_create(db, a, w->ask, &w->connection_id));
	TRY(user_create(db, a, w->generation, w->ask, &user_id));
	return db_run(db, a, w->generation->permission, DB_ARGS(db_int(user_id), db_int(w->connection_id)), NULL);
}

struct problem *guacamole_create(struct arena *a, const struct guacamole_ask *ask, int64_t *connection_id)
{
	struct work w = { .ask = ask };

	TRY(generation_find(a, &w.generation));
	TRY(db_transaction(guacamole, a, create_work, &w));
	*connection_id = w.connection_id;
	return NULL;
}

static struct problem *delete_work(struct db *db, struct arena *a, void *context)
{
	struct work *w = context;

	return delete_both(db, a, w->generation, w->ask->username, w->ask->name);
}

struct problem *guacamole_delete(struct arena *a, const char *username, const char *connection_name)
{
	const struct guacamole_ask ask = { .username = username, .name = connection_name };
	struct work w = { .ask = &ask };

	TRY(generation_find(a, &w.generation));
	return db_transaction(guacamole, a, delete_work, &w);
}

/* ---- looking ---- */

static const struct field user_fields[] = {
	FIELD_OUT(struct guacamole_user, username, "made for a resource"),
	FIELD_OUT(struct guacamole_user, name, "of its connection"),
	FIELD_OUT(struct guacamole_user, connected, "the connection is there"),
	FIELD_END,
};
static const struct shape user_row = SHAPE("GuacamoleUser", struct guacamole_user, user_fields);

struct problem *guacamole_users(struct arena *a, const char *instance, struct list *out)
{
	const struct generation *g;

	TRY(generation_find(a, &g));
	return db_rows(guacamole, a, g->users, DB_ARGS(db_text(instance), db_int(USERS_MOST)), &user_row, out);
}
