/* shapes.h - what comes in, what goes out and what a row holds, for all but resources (shapes_resource.h). */
#ifndef PORTICO_FACILITY_SHAPES_H
#define PORTICO_FACILITY_SHAPES_H

#include "lib/base/shape.h"

/* ---- logging in ---- */
struct login_settings {
	bool local_auth;
};
extern const struct shape login_settings_shape;

struct login_ask {
	const char *username;
	const char *password;
};
extern const struct shape login_ask_shape;

struct login_type {
	bool result;
};
extern const struct shape login_type_shape;

struct authenticated {
	const char *username;      /* absent when nobody is */
	const char *authenticated; /* "true": a string, as the client expects */
};
extern const struct shape authenticated_shape;
struct not_authenticated {
	const char *authenticated; /* "false" */
};
extern const struct shape not_authenticated_shape;

/* ---- users ---- */
struct user_inner {
	const char *username;
	struct instant last_login;
	bool is_superuser;
};
struct user_view {
	int64_t id;
	const char *calipso_uid;
	int64_t user_id;
	struct user_inner user;
};
extern const struct shape user_shape;

struct admin_view {
	bool is_admin;
};
extern const struct shape admin_shape;
struct admin_ask {
	bool is_superuser;
};
extern const struct shape admin_ask_shape;

struct page_query {
	const char *page;
	const char *ordering;
	const char *search;
};
extern const struct shape page_query_shape;

/* ---- experiments ---- */
struct experiment_query {
	const char *page;
	const char *ordering;
	const char *search;
	const char *calipsouserexperiment__favorite;
};
extern const struct shape experiment_query_shape;

struct session_view {
	const char *session_number;
	struct instant start_date;
	struct instant end_date;
	const char *subject;
	const char *body;
	const char *data_set_path;
	int64_t experiment_id; /* in rows only */
};
extern const struct shape session_shape;

struct experiment_view {
	const char *proposal_id;
	const char *subject;
	const char *body;
	const char *beam_line;
	struct list sessions; /* struct session_view */
	const char *uid;
	const char *gid;
	int64_t id; /* of the participation */
	bool favorite;
	int64_t experiment_id; /* in rows only */
};
extern const struct shape experiment_shape;

struct favorite_ask {
	bool favorite;
	uint64_t given;
};
extern const struct shape favorite_ask_shape;
struct favorite_view {
	int64_t id;
	bool favorite;
};
extern const struct shape favorite_shape;

/* ---- quotas ---- */
struct quota_view {
	int64_t cpu;
	const char *memory; /* "30G" */
	const char *hdd;
	int64_t max_simultaneous;
};
extern const struct shape quota_view_shape;
struct quota_ask {
	int64_t max_simultaneous;
	int64_t cpu;
	const char *memory;
	const char *hdd;
};
extern const struct shape quota_ask_shape;

/* ---- images ---- */
struct image_view {
	const char *public_name;
	const char *image;
	const char *protocol;
	int64_t cpu;
	const char *memory;
	const char *hdd;
	int64_t resource_type;
};
extern const struct shape image_view_shape;

/* As old clients send it: numbers may be text, the type a number or a name. */
struct image_ask {
	const char *image;
	const char *port_hook;
	const char *logs_er;
	const char *protocol;
	const char *cpu;
	const char *memory;
	const char *hdd;
	const char *resource_type;
	uint64_t given;
};
extern const struct shape image_ask_shape;
extern const struct shape image_new_shape; /* the image itself must be said */

#endif
