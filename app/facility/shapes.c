/* shapes.c - the tables behind shapes.h. */
#include "app/facility/shapes.h"

#include "lib/base/text.h"

static const char *check_size(struct arena *a, const void *value)
{
	const char *text = *(const char *const *)value;
	int64_t bytes;

	(void)a;
	return size_read(text, &bytes) && bytes > 0 ? NULL
	                                            : "A number with one of the units M, G or T is required, such as 30G.";
}

/* Sizes from 1 byte to about a pebibyte. */
#define SIZE_PATTERN \
	"([1-9][0-9]{0,14}[bB]?|[1-9][0-9]{0,11}[kK]|[1-9][0-9]{0,8}[mM]|[1-9][0-9]{0,5}[gG]|[1-9][0-9]{0,2}[tT])"

/* clang-format off */
static const struct field login_settings_fields[] = {
	FIELD_OUT(struct login_settings, local_auth, "the form for the facility's own account is offered"),
	FIELD_END,
};
const struct shape login_settings_shape = SHAPE("FacilitySettings", struct login_settings, login_settings_fields);

static const struct field login_ask_fields[] = {
	FIELD(struct login_ask, username, REQUIRED, 1, 150,            "user name"),
	FIELD(struct login_ask, password, REQUIRED | NO_TRIM | SECRET, 1, 1024, "password"),
	FIELD_END,
};
const struct shape login_ask_shape = SHAPE("FacilityLogin", struct login_ask, login_ask_fields);

static const struct field login_type_fields[] = {
	FIELD_OUT(struct login_type, result, "the caller may launch resources of his own"),
	FIELD_END,
};
const struct shape login_type_shape = SHAPE("FacilityLoginType", struct login_type, login_type_fields);

static const struct field authenticated_fields[] = {
	FIELD_OUT(struct authenticated, username,      "canonical user name"),
	FIELD_OUT(struct authenticated, authenticated, "\"true\""),
	FIELD_END,
};
const struct shape authenticated_shape = SHAPE("FacilityAuthenticated", struct authenticated, authenticated_fields);
static const struct field not_authenticated_fields[] = {
	FIELD_OUT(struct not_authenticated, authenticated, "\"false\""),
	FIELD_END,
};
const struct shape not_authenticated_shape = SHAPE("FacilityNotAuthenticated", struct not_authenticated, not_authenticated_fields);

static const struct field user_inner_fields[] = {
	FIELD_OUT(struct user_inner, username, "canonical user name"),
	{ .name = "last_login", .kind = KIND_AT, .flags = NO_ZONE | NULLABLE, .offset = offsetof(struct user_inner, last_login), .doc = "last login by form, UTC" },
	FIELD_OUT(struct user_inner, is_superuser, "may administer"),
	FIELD_END,
};
static const struct shape user_inner_shape = SHAPE("FacilityUserAccount", struct user_inner, user_inner_fields);
static const struct field user_fields[] = {
	FIELD_OUT(struct user_view, id, "profile"),
	FIELD_OUT(struct user_view, calipso_uid, "stable public id", .format = "uuid"),
	FIELD_OUT(struct user_view, user_id, "account"),
	FIELD_OBJECT(struct user_view, user, OPTIONAL, user_inner_shape, "the account"),
	FIELD_END,
};
const struct shape user_shape = SHAPE("FacilityUser", struct user_view, user_fields);

static const struct field admin_fields[] = {
	FIELD_OUT(struct admin_view, is_admin, "may administer"),
	FIELD_END,
};
const struct shape admin_shape = SHAPE("FacilityAdmin", struct admin_view, admin_fields);
static const struct field admin_ask_fields[] = {
	FIELD(struct admin_ask, is_superuser, REQUIRED | LENIENT, 0, 1, "true promotes, false demotes"),
	FIELD_END,
};
const struct shape admin_ask_shape = SHAPE("FacilityAdminChange", struct admin_ask, admin_ask_fields);

#define QUERY_FIELDS(type)                                                                             \
	FIELD(type, page,     OPTIONAL | BLANK, 0, 20,  "number of the page from 1, or `last`"),            \
	FIELD(type, ordering, OPTIONAL | BLANK, 0, 200, "fields parted by commas, `-` before one turns it"), \
	FIELD(type, search,   OPTIONAL | BLANK, 0, 200, "words that must all occur")
static const struct field page_query_fields[] = {
	QUERY_FIELDS(struct page_query),
	FIELD_END,
};
const struct shape page_query_shape = SHAPE("FacilityPageQuery", struct page_query, page_query_fields);
static const struct field experiment_query_fields[] = {
	QUERY_FIELDS(struct experiment_query),
	FIELD(struct experiment_query, calipsouserexperiment__favorite, OPTIONAL | BLANK, 0, 20, "1 or 0: favourites only, or none of them"),
	FIELD_END,
};
const struct shape experiment_query_shape = SHAPE("FacilityExperimentQuery", struct experiment_query, experiment_query_fields);

static const struct field session_fields[] = {
	FIELD_OUT(struct session_view, session_number, "number within the experiment"),
	{ .name = "start_date", .kind = KIND_AT, .flags = NO_ZONE | NULLABLE, .offset = offsetof(struct session_view, start_date), .doc = "UTC" },
	{ .name = "end_date", .kind = KIND_AT, .flags = NO_ZONE | NULLABLE, .offset = offsetof(struct session_view, end_date), .doc = "UTC" },
	FIELD_OUT(struct session_view, subject, "title"),
	FIELD_OUT(struct session_view, body, "description"),
	FIELD_OUT(struct session_view, data_set_path, "host folders that its resources see"),
	FIELD_AS(struct session_view, experiment_id, "experiment_id", HIDDEN, 0, INT64_MAX, "in rows only"),
	FIELD_END,
};
const struct shape session_shape = SHAPE("FacilitySession", struct session_view, session_fields);

static const struct field experiment_fields[] = {
	FIELD_OUT(struct experiment_view, proposal_id, "public number"),
	FIELD_OUT(struct experiment_view, subject, "title"),
	FIELD_OUT(struct experiment_view, body, "abstract"),
	FIELD_OUT(struct experiment_view, beam_line, "beamlines"),
	FIELD_LIST(struct experiment_view, sessions, OPTIONAL, session_shape, 0, 100000, "measurement sessions"),
	FIELD_OUT(struct experiment_view, uid, "POSIX user id that its resources run as, or empty"),
	FIELD_OUT(struct experiment_view, gid, "POSIX group id, or empty"),
	FIELD_OUT(struct experiment_view, id, "the caller's participation: for favorite/"),
	FIELD_OUT(struct experiment_view, favorite, "marked by the caller"),
	FIELD_AS(struct experiment_view, experiment_id, "experiment_id", HIDDEN, 0, INT64_MAX, "in rows only"),
	FIELD_END,
};
const struct shape experiment_shape = SHAPE("FacilityExperiment", struct experiment_view, experiment_fields);

static const struct field favorite_ask_fields[] = {
	FIELD(struct favorite_ask, favorite, OPTIONAL | LENIENT, 0, 1, "mark it or not"),
	FIELD_END,
};
const struct shape favorite_ask_shape = SHAPE_GIVEN("FacilityFavoriteChange", struct favorite_ask, favorite_ask_fields);
static const struct field favorite_fields[] = {
	FIELD_OUT(struct favorite_view, id, "the participation"),
	FIELD_OUT(struct favorite_view, favorite, "marked"),
	FIELD_END,
};
const struct shape favorite_shape = SHAPE("FacilityFavorite", struct favorite_view, favorite_fields);

static const struct field quota_view_fields[] = {
	FIELD_OUT(struct quota_view, cpu, "CPUs"),
	FIELD_OUT(struct quota_view, memory, "memory in whole gibibytes with the letter G"),
	FIELD_OUT(struct quota_view, hdd, "storage in whole gibibytes with the letter G"),
	FIELD_OUT(struct quota_view, max_simultaneous, "resources at once"),
	FIELD_END,
};
const struct shape quota_view_shape = SHAPE("FacilityQuota", struct quota_view, quota_view_fields);
static const struct field quota_ask_fields[] = {
	FIELD(struct quota_ask, max_simultaneous, REQUIRED | LENIENT, 1, 1000, "resources at once"),
	FIELD(struct quota_ask, cpu,    REQUIRED | LENIENT, 1, 100000, "CPUs"),
	FIELD(struct quota_ask, memory, REQUIRED, 2, 20, "memory, such as 30G", .check = check_size, .pattern = "^" SIZE_PATTERN "$"),
	FIELD(struct quota_ask, hdd,    REQUIRED, 2, 20, "storage, such as 80G", .check = check_size, .pattern = "^" SIZE_PATTERN "$"),
	FIELD_END,
};
const struct shape quota_ask_shape = SHAPE("FacilityQuotaChange", struct quota_ask, quota_ask_fields);

static const struct field image_view_fields[] = {
	FIELD_OUT(struct image_view, public_name, "what users launch"),
	FIELD_OUT(struct image_view, image, "Docker reference, or URL of a link"),
	FIELD_OUT(struct image_view, protocol, "vnc, rdp, ssh or empty"),
	FIELD_OUT(struct image_view, cpu, "CPUs"),
	FIELD_OUT(struct image_view, memory, "memory, such as 3G"),
	FIELD_OUT(struct image_view, hdd, "storage, such as 5G"),
	FIELD_OUT(struct image_view, resource_type, "1 docker_container, 2 kubernetes, 3 virtual_machine, 4 static_link"),
	FIELD_END,
};
const struct shape image_view_shape = SHAPE("FacilityImage", struct image_view, image_view_fields);

#define IMAGE_FIELDS(want, least)                                                                                \
	FIELD(struct image_ask, image,         want, least, 255,                "Docker reference, or http(s) URL of a link"), \
	FIELD(struct image_ask, port_hook,     OPTIONAL | BLANK, 0, 20,         "port to reach, such as 5901/tcp",       \
	      .pattern = "^(([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])/(tcp|udp))?$"),             \
	FIELD(struct image_ask, logs_er,       OPTIONAL | BLANK | NO_TRIM, 0, 255, "readiness: regular expression over the log; empty: running is enough"), \
	FIELD(struct image_ask, protocol,      OPTIONAL | BLANK, 0, 25,         "vnc, rdp, ssh or empty",                \
	      .pattern = "^([vV][nN][cC]|[rR][dD][pP]|[sS][sS][hH])?$"),                                                 \
	FIELD(struct image_ask, cpu,           OPTIONAL | BLANK, 0, 20,         "CPUs",                                  \
	      .pattern = "^([1-9][0-9]{0,2}|10[01][0-9]|102[0-4])?$"),                                                   \
	FIELD(struct image_ask, memory,        OPTIONAL | BLANK, 0, 20,         "memory, such as 3G",                    \
	      .pattern = "^" SIZE_PATTERN "?$"),                                                                         \
	FIELD(struct image_ask, hdd,           OPTIONAL | BLANK, 0, 20,         "storage, such as 5G",                   \
	      .pattern = "^" SIZE_PATTERN "?$"),                                                                         \
	FIELD(struct image_ask, resource_type, OPTIONAL | BLANK | NULLABLE, 0, 30, "docker_container, kubernetes, virtual_machine, static_link, or its number")
static const struct field image_ask_fields[] = { IMAGE_FIELDS(OPTIONAL | BLANK, 0), FIELD_END };
const struct shape image_ask_shape = SHAPE_GIVEN("FacilityImageChange", struct image_ask, image_ask_fields);
static const struct field image_new_fields[] = { IMAGE_FIELDS(REQUIRED, 1), FIELD_END };
const struct shape image_new_shape = SHAPE_GIVEN("FacilityImageNew", struct image_ask, image_new_fields);
/* clang-format on */
