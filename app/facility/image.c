/* image.c - what an image may be, said once for the routes and for the command line, and sizes as text. */
#include "app/facility/image.h"

#include <ctype.h>
#include <string.h>

#include "app/facility/readiness.h"
#include "app/facility/shapes.h"
#include "lib/base/text.h"

#define GIB (INT64_C(1) << 30)

/* What an image gets when nothing is said, as the seed images have it. */
#define DEFAULT_CPU 1
#define DEFAULT_MEMORY (3 * GIB)
#define DEFAULT_HDD (5 * GIB)

const char *size_text(struct arena *a, int64_t bytes)
{
	static const char units[] = "BKMGT";
	size_t unit = 0;

	while (unit < 4 && bytes != 0 && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	return arena_printf(a, "%lld%c", (long long)bytes, bytes == 0 ? 'G' : units[unit]);
}

const char *size_text_gib(struct arena *a, int64_t bytes)
{
	return arena_printf(a, "%lldG", (long long)(bytes / GIB + (bytes % GIB != 0)));
}

/* A number, the name of a type, or the old client's words with a blank; its "docker" and whatever else it may say means
 * docker_container. */
static int64_t type_of(const char *text)
{
	int64_t n;
	int type;

	if (num_read(text, TYPE_DOCKER, TYPE_LINK, &n))
		return n;
	if (text_equal_nocase(text, "static link"))
		return TYPE_LINK;
	if (text_equal_nocase(text, "virtual machine"))
		return TYPE_VM;
	type = enum_value(resource_type_names, text);
	return type > TYPE_NONE ? type : TYPE_DOCKER;
}

static char *lower(struct arena *a, const char *text)
{
	char *copy = arena_text(a, text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static bool protocol_known(const char *protocol)
{
	return !*protocol || text_equal(protocol, "vnc") || text_equal(protocol, "rdp") || text_equal(protocol, "ssh");
}

/* A Docker reference as the engine's API takes it in a path: no blank, no control character, no `?` or `#`. */
static bool reference_plain(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-/:@", *c))
			return false;
	return *text != '\0' && *text != '/';
}

static void size_take(struct arena *a, const char *field, const char *text, int64_t initial, int64_t *bytes,
                      struct problem **p)
{
	if (!text || !*text)
		*bytes = *bytes ? *bytes : initial;
	else if (!size_read(text, bytes) || *bytes <= 0 || *bytes > INT64_C(1) << 50)
		problem_field(a, p, field, "A number with one of the units M, G or T is required, such as 3G.");
}

/* Text that was given, else what is there, else "". */
static const char *text_take(const char *given, const char *there)
{
	return given ? given : there ? there : "";
}

struct problem *image_from_ask(struct arena *a, const struct image_ask *ask, struct image *image)
{
	struct problem *p = NULL;
	const char *wrong;

	if (ask->resource_type && *ask->resource_type)
		image->type = type_of(ask->resource_type);
	else if (image->type == TYPE_NONE)
		image->type = TYPE_DOCKER;
	image->image = text_take(ask->image, image->image);
	image->port_hook = text_take(ask->port_hook, image->port_hook);
	image->logs_er = text_take(ask->logs_er, image->logs_er);
	image->protocol = lower(a, text_take(ask->protocol, image->protocol));

	if (image->type == TYPE_LINK) {
		if (!text_starts(image->image, "http://") && !text_starts(image->image, "https://"))
			problem_field(a, &p, "image", "Enter a valid URL.");
	} else if (!reference_plain(image->image)) {
		problem_field(a, &p, "image", *image->image ? "\"%s\" is not an image reference." : "This field is required.",
		              image->image);
	}
	wrong = port_hook_check(a, image->port_hook);
	if (wrong)
		problem_field(a, &p, "port_hook", "%s", wrong);
	wrong = readiness_pattern_check(a, image->logs_er);
	if (wrong)
		problem_field(a, &p, "logs_er", "%s", wrong);
	if (!protocol_known(image->protocol))
		problem_field(a, &p, "protocol", "\"%s\" is not a valid choice.", image->protocol);
	if (!ask->cpu || !*ask->cpu)
		image->cpu = image->cpu ? image->cpu : DEFAULT_CPU;
	else if (!num_read(ask->cpu, 1, 1024, &image->cpu))
		problem_field(a, &p, "cpu", "A valid integer is required.");
	size_take(a, "memory", ask->memory, DEFAULT_MEMORY, &image->memory_bytes, &p);
	size_take(a, "hdd", ask->hdd, DEFAULT_HDD, &image->hdd_bytes, &p);
	return p;
}
