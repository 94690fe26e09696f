/* command_fixture.c - portico dumpdata, portico loaddata: users and groups as Django's fixtures,
 * [{"model":"auth.user","pk":1,"fields":{…}}]. Groups are named by number, permissions by their natural keys
 * ["change_user","auth","user"], since Django's numbers of permissions mean nothing here. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/accounts/account.h"
#include "app/accounts/command.h"
#include "app/accounts/import.h"
#include "lib/base/text.h"
#include "lib/command/command.h"
#include "lib/json/json.h"

#define BATCH 500
#define FILE_MOST ((size_t)256 << 20)
#define OBJECTS_MOST 1000000
#define OBJECT_BYTES_MOST ((size_t)1 << 20)

/* ---- the shapes ---- */

struct object {
	const char *model;
	struct raw_json pk; /* other models have texts */
	struct raw_json fields;
};

struct user_fields {
	struct django_user user;
	struct raw_json groups;
	struct raw_json permissions;
};

struct group_fields {
	struct django_group group;
	struct raw_json permissions;
};

/* clang-format off */
#define ANY(type, member, want) FIELD(type, member, want, INT64_MIN, INT64_MAX, "")
#define OF_USER(member, want) FIELD_AS(struct user_fields, user.member, #member, want, 0, INT64_MAX, "")

static const struct field object_fields[] = {
	ANY(struct object, model, REQUIRED), ANY(struct object, pk, OPTIONAL), ANY(struct object, fields, REQUIRED), FIELD_END
};
static const struct shape object_shape = SHAPE("FixtureObject", struct object, object_fields);

static const struct field user_fields[] = {
	OF_USER(password, OPTIONAL | BLANK | NO_TRIM), OF_USER(last_login, OPTIONAL | NULLABLE), OF_USER(is_superuser, OPTIONAL),
	OF_USER(username, REQUIRED | NO_TRIM), OF_USER(first_name, OPTIONAL | BLANK), OF_USER(last_name, OPTIONAL | BLANK),
	OF_USER(email, OPTIONAL | BLANK), OF_USER(is_staff, OPTIONAL), OF_USER(is_active, OPTIONAL), OF_USER(date_joined, OPTIONAL),
	ANY(struct user_fields, groups, OPTIONAL),
	FIELD_AS(struct user_fields, permissions, "user_permissions", OPTIONAL, INT64_MIN, INT64_MAX, ""), FIELD_END
};
static const struct shape user_shape = SHAPE("FixtureUser", struct user_fields, user_fields);

static const struct field group_fields[] = {
	FIELD_AS(struct group_fields, group.name, "name", REQUIRED, 1, 150, ""), ANY(struct group_fields, permissions, OPTIONAL), FIELD_END
};
static const struct shape group_shape = SHAPE("FixtureGroup", struct group_fields, group_fields);
/* clang-format on */

/* ---- writing ---- */

static struct problem *permissions_dump(struct invocation *in, struct arena *a, struct buf *b, bool of_group,
                                        int64_t id)
{
	struct list list;
	const char *comma = "";

	TRY(permissions_of(in->db, a, of_group, id, &list));
	buf_char(b, '[');
	for (size_t i = 0; i < list.count; i++) {
		struct django_permission p;

		if (!permission_to_django(a, ((const struct held *)list.items)[i].permission, &p))
			continue;
		buf_printf(b, "%s[\"%s\",\"%s\",\"%s\"]", comma, p.codename, p.app_label, p.model);
		comma = ",";
	}
	buf_char(b, ']');
	return NULL;
}

/* The objects stand one per line. */
static void object_begin(struct invocation *in, struct arena *a, struct buf *b, const char *model, int64_t pk,
                         bool *first)
{
	buf_init(b, a, OBJECT_BYTES_MOST);
	fputs(*first ? "[\n" : ",\n", in->out);
	*first = false;
	buf_printf(b, "{\"model\":\"%s\",\"pk\":%lld,\"fields\":", model, (long long)pk);
}

static struct problem *groups_dump(struct invocation *in, bool *first)
{
	struct list groups;

	TRY(group_see_list(in->db, in->arena, 0, 0, DB_ROWS_MOST, &groups));
	for (size_t i = 0; i < groups.count; i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		const struct group_seen *group = (const struct group_seen *)groups.items + i;
		const char *name = group->name;
		struct buf b;

		object_begin(in, a, &b, "auth.group", group->id, first);
		buf_text(&b, "{\"name\":");
		buf_json_string(&b, name, strlen(name));
		buf_text(&b, ",\"permissions\":");
		TRY(permissions_dump(in, a, &b, true, group->id));
		fprintf(in->out, "%s}}", buf_string(&b));
	}
	return NULL;
}

static struct problem *user_dump(struct invocation *in, struct arena *a, const struct django_user *user, bool *first)
{
	struct user_fields fields = { .user = *user };
	struct user_seen seen;
	struct buf b, permissions;

	TRY(user_see(in->db, a, 0, user->id, &seen));
	buf_init(&permissions, a, OBJECT_BYTES_MOST);
	TRY(permissions_dump(in, a, &permissions, false, user->id));
	fields.groups.text = arena_printf(a, "[%s]", seen.group_ids);
	fields.permissions.text = buf_string(&permissions);
	object_begin(in, a, &b, "auth.user", user->id, first);
	json_write(&b, &user_shape, &fields);
	fprintf(in->out, "%s}", buf_string(&b));
	return NULL;
}

struct problem *fixture_dump(struct invocation *in)
{
	struct list batch;
	int64_t after = 0;
	bool first = true;

	if (in->argc > 0)
		return problem_new(in->arena, &PROBLEM_USAGE, "\"%s\" is one word too many", in->argv[0]);
	TRY(groups_dump(in, &first));
	do {
		AUTO(arena_close) struct arena *a = arena_new();

		TRY(users_as_django(in->db, a, after, BATCH, &batch));
		for (size_t i = 0; i < batch.count; i++) {
			const struct django_user *user = (const struct django_user *)batch.items + i;

			TRY(user_dump(in, a, user, &first));
			after = user->id;
		}
	} while (batch.count == BATCH);
	fputs(first ? "[]\n" : "\n]\n", in->out);
	return NULL;
}

/* ---- reading ---- */

struct load_words {
	const char *file;
	bool plan;
};
static const struct field load_fields[] = {
	FIELD(struct load_words, file, REQUIRED | NO_TRIM, 1, 4096, "the fixture"),
	FIELD(struct load_words, plan, OPTIONAL, 0, 1, "only says what would be done"),
	FIELD_END,
};
static const struct shape load_shape = SHAPE("load_words", struct load_words, load_fields);

static struct problem *file_read(struct invocation *in, const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	char piece[65536];
	size_t n;

	if (!f)
		return problem_new(in->arena, &PROBLEM_USAGE, "%s: %s", path, strerror(errno));
	buf_init(out, in->arena, FILE_MOST);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
	return out->full ? problem_new(in->arena, &PROBLEM_USAGE, "%s is larger than %zu bytes", path, FILE_MOST) : NULL;
}

/* ["change_user","auth","user"]; a number means nothing here and is counted as unknown. */
static struct list permissions_read(struct arena *a, const char *json)
{
	const struct texts items = json ? json_items(a, json, strlen(json)) : (struct texts){ 0 };
	struct django_permission *out = ARENA_ARRAY(a, struct django_permission, items.count);

	for (size_t i = 0; i < items.count; i++) {
		const char *wrapped = arena_printf(a, "{\"p\":%s}", items.items[i]);
		const struct texts words = json_member_texts(a, wrapped, strlen(wrapped), "p");

		out[i] = (struct django_permission){ .app_label = "number", .model = "", .codename = items.items[i] };
		if (words.count == 3)
			out[i] = (struct django_permission){ words.items[1], words.items[2], words.items[0] };
	}
	return (struct list){ out, items.count };
}

static struct list numbers_read(struct arena *a, const char *json)
{
	const struct texts items = json ? json_items(a, json, strlen(json)) : (struct texts){ 0 };
	struct django_number *out = ARENA_ARRAY(a, struct django_number, items.count);
	size_t count = 0;

	for (size_t i = 0; i < items.count; i++)
		if (num_read(items.items[i], 1, INT64_MAX, &out[count].id))
			count++;
	return (struct list){ out, count };
}

/* 0: a new number. */
static int64_t pk_of(const struct object *object)
{
	int64_t pk = 0;

	return object->pk.text && num_read(object->pk.text, 1, INT64_MAX, &pk) ? pk : 0;
}

static struct problem *group_load(struct import *import, struct arena *a, const struct object *object)
{
	struct group_fields fields = { .group.id = pk_of(object) };
	struct item item = { .import = import, .group = &fields.group };

	TRY(json_read(a, object->fields.text, strlen(object->fields.text), &JSON_FROM_SERVICE, &group_shape, &fields));
	item.permissions = permissions_read(a, fields.permissions.text);
	return import_take_group(import, a, &item);
}

static struct problem *user_load(struct import *import, struct arena *a, const struct object *object)
{
	struct user_fields fields = {
		.user = { .id = pk_of(object),
		          .password = "",
		          .email = "",
		          .first_name = "",
		          .last_name = "",
		          .is_active = true,
		          .date_joined = clock_now(),
		          .last_login = instant_none() },
	};
	struct item item = { .import = import, .user = &fields.user };

	TRY(json_read(a, object->fields.text, strlen(object->fields.text), &JSON_FROM_SERVICE, &user_shape, &fields));
	item.permissions = permissions_read(a, fields.permissions.text);
	item.memberships = numbers_read(a, fields.groups.text);
	return import_take_user(import, a, &item);
}

/* All objects of a model; others are passed over. A wrong one ends it, with its place. */
static struct problem *model_load(struct import *import, const struct list *objects, const char *model,
                                  struct problem *(*load)(struct import *, struct arena *, const struct object *))
{
	for (size_t i = 0; i < objects->count; i++) {
		AUTO(arena_close) struct arena *a = arena_new();
		const struct object *object = (const struct object *)objects->items + i;
		struct problem *p;

		if (!text_equal(object->model, model))
			continue;
		p = load(import, a, object);
		if (problem_is(p, &PROBLEM_FIELDS))
			return problem_new(import->in->arena, &PROBLEM_USAGE, "object %zu, %s: %s", i + 1, p->fields->field,
			                   p->fields->message);
		if (p) /* its words live in the arena that is about to go */
			return problem_because(problem_new(import->in->arena, p->kind, "%s", p->detail), "%s",
			                       p->cause ? p->cause : "");
	}
	return NULL;
}

struct problem *fixture_load(struct invocation *in)
{
	static const char *const positional[] = { "file", NULL };
	const struct json_limits limits = { .bytes = FILE_MOST, .depth = 32 };
	struct load_words words = { 0 };
	struct import import = { .in = in };
	struct list objects;
	struct buf text;

	TRY(arguments_read(in, &load_shape, positional, &words));
	TRY(file_read(in, words.file, &text));
	TRY(json_read_list(in->arena, buf_string(&text), text.length, &limits, &object_shape, OBJECTS_MOST, &objects));
	import.plan = words.plan;
	import.groups = ARENA_ARRAY(in->arena, struct pair, objects.count + 1);
	TRY(model_load(&import, &objects, "auth.group", group_load));
	TRY(model_load(&import, &objects, "auth.user", user_load));
	return import_report(&import);
}
