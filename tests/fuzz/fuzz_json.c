/* fuzz_json.c - throws bytes at the JSON and form readers; for libFuzzer. Not built by default:
 *
 *   clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -DPORTICO_SANITIZE=1 -D_GNU_SOURCE -I. \
 *         tests/fuzz/fuzz_json.c lib/json/?*.c lib/base/?*.c -o fuzz_json -lcjson -linih -lsodium -lm
 *   ./fuzz_json -max_total_time=60
 *
 * Besides crashes it looks for texts that we take and cJSON or our own writer sees otherwise: whatever is read must be
 * writable, and read back to the same text. */
#include <assert.h>
#include <string.h>

#include "lib/json/json.h"

static const char *const names[] = { "a", "b", NULL };

struct leaf {
	const char *text;
	double number;
	struct instant at;
};
/* clang-format off */
static const struct field leaf_fields[] = {
	FIELD(struct leaf, text, NULLABLE | BLANK, 0, 50, ""),
	FIELD(struct leaf, number, OPTIONAL, INT64_MIN, INT64_MAX, ""),
	FIELD(struct leaf, at, NULLABLE, 0, 0, ""),
	FIELD_END,
};
/* clang-format on */
static const struct shape leaf_shape = SHAPE("Leaf", struct leaf, leaf_fields);

struct tree {
	uint64_t given;
	bool yes;
	int64_t n;
	struct maybe_int maybe;
	int name;
	struct leaf leaf;
	struct list list;
	struct texts texts;
	struct raw_json raw;
};
/* clang-format off */
static const struct field tree_fields[] = {
	FIELD(struct tree, yes, LENIENT, 0, 0, ""),
	FIELD(struct tree, n, LENIENT, INT64_MIN, INT64_MAX, ""),
	FIELD(struct tree, maybe, NULLABLE, -5, 5, ""),
	FIELD_ENUM(struct tree, name, OPTIONAL, names, ""),
	FIELD_OBJECT(struct tree, leaf, OPTIONAL, leaf_shape, ""),
	FIELD_LIST(struct tree, list, NULLABLE, leaf_shape, 0, 20, ""),
	FIELD(struct tree, texts, OPTIONAL, 0, 20, ""),
	FIELD(struct tree, raw, NULLABLE, 0, 0, ""),
	FIELD_END,
};
/* clang-format on */
static const struct shape tree_shape = SHAPE_GIVEN("Tree", struct tree, tree_fields);

static struct tree tree_new(void)
{
	return (struct tree){ .leaf.at = instant_none() };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_close) struct arena *a = arena_new();
	const char *text = arena_copy(a, data, size);
	struct tree first = tree_new(), second = tree_new(), form = tree_new();
	struct list list;
	struct problem *p = json_read(a, text, size, &JSON_FROM_SERVICE, &tree_shape, &first);
	struct buf once, twice;

	/* What cannot be parsed here is what we took as well-formed: our grammar and cJSON's must agree. */
	assert(!p || !strstr(p->detail, "Not readable"));
	if (!p) {
		buf_init(&once, a, 16 << 20);
		buf_init(&twice, a, 16 << 20);
		json_write(&once, &tree_shape, &first);
		assert(!json_read(a, once.data, once.length, &JSON_FROM_SERVICE, &tree_shape, &second));
		json_write(&twice, &tree_shape, &second);
		assert(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
	}
	p = json_read_list(a, text, size, &JSON_FROM_CLIENT, &leaf_shape, 10, &list);
	p = form_read(a, text, size, &tree_shape, &form);
	(void)p;
	return 0;
}
