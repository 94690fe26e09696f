/* command_image.c - what can be launched, by command line. */
#include "app/accounts/accounts.h"
#include "app/facility/client_docker.h"
#include "app/facility/command.h"
#include "app/facility/image.h"
#include "app/facility/shapes.h"
#include "lib/command/command.h"

struct image_words {
	const char *name;
	const char *image;
	const char *type;
	const char *protocol;
	const char *port_hook;
	const char *logs_er;
	const char *cpu;
	const char *memory;
	const char *hdd;
};

/* clang-format off */
static const struct field add_fields[] = {
	FIELD(struct image_words, name,      REQUIRED, 1, 255, "public name"),
	FIELD(struct image_words, image,     REQUIRED, 1, 255, "Docker reference, or http(s) URL of a link"),
	FIELD(struct image_words, type,      OPTIONAL, 1, 30,  "docker_container, kubernetes, virtual_machine or static_link"),
	FIELD(struct image_words, protocol,  OPTIONAL | BLANK, 0, 25,  "vnc, rdp, ssh or empty"),
	FIELD(struct image_words, port_hook, OPTIONAL | BLANK, 0, 20,  "port to reach, such as 5901/tcp"),
	FIELD(struct image_words, logs_er,   OPTIONAL | BLANK | NO_TRIM, 0, 255, "readiness"),
	FIELD(struct image_words, cpu,       OPTIONAL, 1, 20,  "CPUs"),
	FIELD(struct image_words, memory,    OPTIONAL, 1, 20,  "memory, such as 3G"),
	FIELD(struct image_words, hdd,       OPTIONAL, 1, 20,  "storage, such as 5G"),
	FIELD_END,
};
static const struct shape add_shape = SHAPE("ImageWords", struct image_words, add_fields);
static const struct field name_fields[] = {
	FIELD(struct image_words, name, REQUIRED, 1, 255, "public name"),
	FIELD_END,
};
static const struct shape name_shape = SHAPE("ImageName", struct image_words, name_fields);
/* clang-format on */
static const char *const positional[] = { "name", NULL };

static struct problem *add_work(struct db *db, struct arena *a, void *context)
{
	const struct image *image = context;

	TRY(image_insert(db, a, image));
	return audit_add(db, a, 0, "add", "image", 0, image->public_name, NULL);
}

struct problem *image_add_command(struct invocation *in)
{
	struct image_words w = { 0 };
	struct image image = { 0 };

	TRY(arguments_read(in, &add_shape, positional, &w));

	const struct image_ask ask = {
		.image = w.image,
		.port_hook = w.port_hook,
		.logs_er = w.logs_er,
		.protocol = w.protocol,
		.cpu = w.cpu,
		.memory = w.memory,
		.hdd = w.hdd,
		.resource_type = w.type,
	};

	image.public_name = w.name;
	TRY(image_from_ask(in->arena, &ask, &image));
	TRY(db_transaction(in->db, in->arena, add_work, &image));
	fprintf(in->out, "Successfully added image \"%s\"\n", w.name);
	return NULL;
}

struct problem *image_list_command(struct invocation *in)
{
	struct list rows;

	TRY(image_rows(in->db, in->arena, 0, DB_ROWS_MOST, &rows));
	csv_write(in->out, "name", "type", "image", "protocol", "port_hook", "logs_er", "cpu", "memory", "hdd");
	for (size_t i = 0; i < rows.count; i++) {
		const struct image *image = (const struct image *)rows.items + i;

		csv_write(in->out, image->public_name, enum_name(resource_type_names, (int)image->type), image->image,
		          image->protocol, image->port_hook, image->logs_er,
		          arena_printf(in->arena, "%lld", (long long)image->cpu), size_text(in->arena, image->memory_bytes),
		          size_text(in->arena, image->hdd_bytes));
	}
	return NULL;
}

static struct problem *remove_work(struct db *db, struct arena *a, void *context)
{
	TRY(image_delete(db, a, context));
	return audit_add(db, a, 0, "remove", "image", 0, context, NULL);
}

struct problem *image_remove_command(struct invocation *in)
{
	struct image_words w = { 0 };
	struct problem *p;

	TRY(arguments_read(in, &name_shape, positional, &w));
	p = db_transaction(in->db, in->arena, remove_work, arena_text(in->arena, w.name));
	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_new(in->arena, &PROBLEM_NOT_FOUND, "There is no image %s.", w.name);
	TRY(p);
	fprintf(in->out, "Successfully removed image \"%s\"\n", w.name);
	return NULL;
}

struct problem *image_pull_command(struct invocation *in)
{
	struct image_words w = { 0 };
	struct image image;

	TRY(arguments_read(in, &name_shape, positional, &w));
	TRY(image_find(in->db, in->arena, w.name, &image));
	if (image.type != TYPE_DOCKER)
		return problem_new(in->arena, &PROBLEM_USAGE, "%s is no Docker image", w.name);
	if (!in->quiet)
		fprintf(in->err, "pulling %s …\n", image.image);
	TRY(docker_pull(in->arena, image.image, NULL, NULL));
	fprintf(in->out, "The engine has image \"%s\"\n", image.image);
	return NULL;
}
