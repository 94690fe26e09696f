/* read.c - a JSON body into a struct, by its shape. cJSON makes the tree from text that has passed json_strict(); the
 * text is walked beside the tree, because it alone holds integers exactly and raw values as they were sent. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/json/field.h"
#include "lib/json/json.h"
#include "lib/json/messages.h"
#include "lib/json/strict.h"
#include "lib/json/write.h"

#define EXACT_MOST 9007199254740992.0 /* 2^53: up to here every integer is a double */
#define KEY_MOST 64                   /* characters of a key that a message repeats */

/* A value in the tree and in the text. */
struct node {
	const cJSON *json;
	const char *text, *end; /* from its first byte to the end of the whole text */
};

/* ----- the tree ----- */

static void tree_close(cJSON **tree)
{
	cJSON_Delete(*tree);
}

static int name_compare(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The key that an object holds twice, or NULL. */
static const char *twice_in(struct arena *a, const cJSON *object)
{
	size_t count = 0;
	const char **names;

	for (const cJSON *child = object->child; child; child = child->next)
		count++;
	if (count < 2)
		return NULL;

	names = ARENA_ARRAY(a, const char *, count);
	count = 0;
	for (const cJSON *child = object->child; child; child = child->next)
		names[count++] = child->string;
	qsort(names, count, sizeof(*names), name_compare);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(names[i - 1], names[i]) == 0)
			return names[i];
	}
	return NULL;
}

/* The same anywhere in the tree; its depth is bounded by the limits. */
static const char *twice_below(struct arena *a, const cJSON *tree)
{
	const char *twice = cJSON_IsObject(tree) ? twice_in(a, tree) : NULL;

	for (const cJSON *child = tree->child; child && !twice; child = child->next) {
		if (child->child)
			twice = twice_below(a, child);
	}
	return twice;
}

static struct problem *tree_parse(struct arena *a, const char *text, size_t length, const struct json_limits *limits,
                                  cJSON **out)
{
	AUTO(tree_close) cJSON *tree = NULL;
	const char *twice;

	TRY(json_strict(a, text, length, limits));
	tree = cJSON_ParseWithLength(text, length);
	if (!tree)
		return problem_new(a, &PROBLEM_MALFORMED, "JSON parse error - Not readable");
	twice = twice_below(a, tree);
	if (twice)
		return problem_new(a, &PROBLEM_MALFORMED, "JSON parse error - Key \"%.*s\" stands twice",
		                   (int)utf8_cut(twice, KEY_MOST), twice);
	*out = tree;
	tree = NULL;
	return NULL;
}

/* ----- tree and text side by side ----- */

struct walk {
	const cJSON *next;
	const char *at, *end;
	bool keyed;
};

/* Over the children of an array or object. */
static struct walk walk_begin(const struct node *container)
{
	return (struct walk){ .next = container->json->child,
		                  .at = container->text + 1,
		                  .end = container->end,
		                  .keyed = cJSON_IsObject(container->json) };
}

static bool walk_step(struct walk *w, struct node *out)
{
	if (!w->next)
		return false;
	w->at = json_after_space(w->at, w->end);
	if (w->keyed) {
		w->at = json_after_space(json_after_value(w->at, w->end), w->end);
		w->at = json_after_space(w->at + 1, w->end); /* behind the colon */
	}
	*out = (struct node){ .json = w->next, .text = w->at, .end = w->end };

	w->next = w->next->next;
	w->at = json_after_space(json_after_value(w->at, w->end), w->end) + 1; /* behind the comma */
	return true;
}

static size_t node_length(const struct node *n)
{
	return (size_t)(json_after_value(n->text, n->end) - n->text);
}

/* The value as it was sent. */
static char *node_text(struct arena *a, const struct node *n)
{
	return arena_text_n(a, n->text, node_length(n));
}

/* True for a number of digits alone. */
static bool node_is_digits(const struct node *n)
{
	size_t length = node_length(n);

	return !memchr(n->text, '.', length) && !memchr(n->text, 'e', length) && !memchr(n->text, 'E', length);
}

/* What Python calls the type: the words of the messages. */
static const char *node_type(const struct node *n)
{
	if (cJSON_IsObject(n->json))
		return "dict";
	if (cJSON_IsArray(n->json))
		return "list";
	if (cJSON_IsString(n->json))
		return "str";
	if (cJSON_IsBool(n->json))
		return "bool";
	if (cJSON_IsNumber(n->json))
		return node_is_digits(n) ? "int" : "float";
	return "NoneType";
}

/* ----- values ----- */

static bool node_int(struct arena *a, const struct node *n, int64_t *out)
{
	double value = n->json->valuedouble;

	if (!cJSON_IsNumber(n->json))
		return false;
	if (node_is_digits(n))
		return num_read(node_text(a, n), INT64_MIN, INT64_MAX, out);
	if (!(fabs(value) <= EXACT_MOST) || value != trunc(value))
		return false;
	*out = (int64_t)value;
	return true;
}

/* Text for a message: what a string holds, else the value as it was sent. */
static const char *node_echo(struct arena *a, const struct node *n)
{
	return cJSON_IsString(n->json) ? n->json->valuestring : node_text(a, n);
}

/* The text of a string, or of a number, as Django REST framework's CharField takes them; else NULL. */
static const char *node_word(struct arena *a, const struct node *n)
{
	struct buf b;

	if (cJSON_IsString(n->json))
		return n->json->valuestring;
	if (!cJSON_IsNumber(n->json))
		return NULL;
	if (node_is_digits(n)) {
		const char *digits = node_text(a, n);

		return strcmp(digits, "-0") == 0 ? "0" : digits;
	}
	if (!isfinite(n->json->valuedouble))
		return NULL;
	buf_init(&b, a, 64);
	double_write(&b, n->json->valuedouble);
	return buf_string(&b);
}

static void bool_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                      void *out)
{
	double number = n->json->valuedouble;

	if (cJSON_IsBool(n->json))
		put_bool(r, path, f, cJSON_IsTrue(n->json), out);
	else if (f->flags & LENIENT && cJSON_IsString(n->json))
		put_from_text(r, path, f, n->json->valuestring, out);
	else if (f->flags & LENIENT && cJSON_IsNumber(n->json) && (number == 0 || number == 1))
		put_bool(r, path, f, number == 1, out);
	else
		error_bool(r, path, node_echo(r->arena, n));
}

static void int_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f, void *out)
{
	int64_t value;

	if (node_int(r->arena, n, &value))
		put_int(r, path, f, value, out);
	else if (f->flags & LENIENT && cJSON_IsString(n->json))
		put_from_text(r, path, f, n->json->valuestring, out);
	else
		reading_error(r, path, MSG_NOT_INT);
}

static void text_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                      void *out)
{
	const char *word = node_word(r->arena, n);

	if (word)
		put_text(r, path, f, word, out);
	else
		reading_error(r, path, MSG_NOT_TEXT);
}

static void enum_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                      void *out)
{
	const char *word = node_word(r->arena, n);

	if (word)
		put_enum(r, path, f, word, out);
	else
		error_enum(r, path, node_echo(r->arena, n));
}

/* Addresses: only the first wrong one is told. */
static void links_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                       struct texts *texts, void *out)
{
	struct walk w = walk_begin(n);
	struct node item;

	for (size_t i = 0; walk_step(&w, &item); i++) {
		if (!cJSON_IsString(item.json)) {
			reading_error(r, path, MSG_NOT_LINK, node_type(&item));
			return;
		}
		texts->items[i] = arena_text(r->arena, item.json->valuestring);
	}
	put_texts(r, path, f, *texts, out);
}

static void texts_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                       void *out)
{
	struct texts texts = { .count = (size_t)cJSON_GetArraySize(n->json) };
	struct path at = { .up = path };
	struct walk w;
	struct node item;
	bool fine = true;

	if (!cJSON_IsArray(n->json)) {
		reading_error(r, path, MSG_NOT_LIST, node_type(n));
		return;
	}
	if (!count_accept(r, path, f, texts.count))
		return;
	texts.items = ARENA_ARRAY(r->arena, const char *, texts.count);
	if (f->flags & LINK) {
		links_read(r, n, path, f, &texts, out);
		return;
	}
	for (w = walk_begin(n); walk_step(&w, &item) && (fine || !(f->flags & FLAT)); at.index++) {
		const struct path *place = f->flags & FLAT ? path : &at;
		const char *word = node_word(r->arena, &item);

		if (!word)
			reading_error(r, place, "%s", cJSON_IsNull(item.json) ? MSG_NULL : MSG_NOT_TEXT);
		else
			word = text_accept(r, place, f, word);
		texts.items[at.index] = word ? arena_text(r->arena, word) : "";
		fine = fine && word;
	}
	if (fine)
		put_texts(r, path, f, texts, out);
}

static void object_read(struct reading *r, const struct node *n, const struct path *path, const struct shape *shape,
                        void *out);

/* The items of an array into `list`, whose count is known to be allowed. */
static void items_read(struct reading *r, const struct node *n, const struct path *path, const struct shape *shape,
                       struct list *list)
{
	size_t count = (size_t)cJSON_GetArraySize(n->json);
	char *items = arena_array(r->arena, count, shape->size);
	struct path at = { .up = path };
	struct walk w;
	struct node item;

	for (w = walk_begin(n); walk_step(&w, &item); at.index++) {
		void *object = items + at.index * shape->size;

		object_begin(shape, object);
		if (cJSON_IsObject(item.json))
			object_read(r, &item, &at, shape, object);
		else if (cJSON_IsNull(item.json))
			reading_error(r, &at, MSG_NULL);
		else
			reading_error(r, &at, MSG_NOT_OBJECT, node_type(&item));
	}
	*list = (struct list){ .items = items, .count = count };
}

static void list_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                      void *out)
{
	int errors = r->errors;

	if (!cJSON_IsArray(n->json)) {
		reading_error(r, path, MSG_NOT_LIST, node_type(n));
		return;
	}
	if (!count_accept(r, path, f, (size_t)cJSON_GetArraySize(n->json)))
		return;
	items_read(r, n, path, f->items, field_at(f, out));
	if (errors == r->errors)
		rule_check(r, path, f, out);
}

static void value_read(struct reading *r, const struct node *n, const struct path *path, const struct field *f,
                       void *out)
{
	if (cJSON_IsNull(n->json)) {
		put_null(r, path, f, out);
		return;
	}
	switch (f->kind) {
	case KIND_BOOL:
		bool_read(r, n, path, f, out);
		return;
	case KIND_INT:
	case KIND_MAYBE:
		int_read(r, n, path, f, out);
		return;
	case KIND_DOUBLE:
		put_double(r, path, f, cJSON_IsNumber(n->json) ? n->json->valuedouble : (double)NAN, out);
		return;
	case KIND_TEXT:
		text_read(r, n, path, f, out);
		return;
	case KIND_AT:
		put_at(r, path, f, cJSON_IsString(n->json) ? n->json->valuestring : "", out);
		return;
	case KIND_ENUM:
		enum_read(r, n, path, f, out);
		return;
	case KIND_OBJECT:
		if (cJSON_IsObject(n->json))
			object_read(r, n, path, f->items, field_at(f, out));
		else
			reading_error(r, path, MSG_NOT_OBJECT, node_type(n));
		return;
	case KIND_LIST:
		list_read(r, n, path, f, out);
		return;
	case KIND_TEXTS:
		texts_read(r, n, path, f, out);
		return;
	case KIND_RAW:
		((struct raw_json *)field_at(f, out))->text = node_text(r->arena, n);
		rule_check(r, path, f, out);
		return;
	case KIND_BYTES:
	case KIND_N:
		return;
	}
}

static size_t field_count(const struct shape *shape)
{
	size_t n = 0;

	while (shape->fields[n].name)
		n++;
	return n;
}

/* Finds each field's value first, so that errors come in the order of the fields, not in that of the body. */
static void object_read(struct reading *r, const struct node *n, const struct path *path, const struct shape *shape,
                        void *out)
{
	struct node *found = ARENA_ARRAY(r->arena, struct node, field_count(shape)), child;

	for (struct walk w = walk_begin(n); walk_step(&w, &child);) {
		size_t i = 0;
		const struct field *f = shape_field(shape, child.json->string, &i);

		if (f && field_read_here(f))
			found[i] = child;
		else if (r->strict)
			reading_error(r, &(struct path){ .up = path, .name = child.json->string }, MSG_UNKNOWN);
	}
	for (size_t i = 0; shape->fields[i].name; i++) {
		const struct field *f = &shape->fields[i];
		struct path at = { .up = path, .name = f->name };

		if (found[i].json) {
			given_set(shape, out, i);
			value_read(r, &found[i], &at, f, out);
		} else if (f->flags & REQUIRED && field_read_here(f)) {
			reading_error(r, &at, MSG_REQUIRED);
		}
	}
	together_check(r, path, shape, out);
}

/* ----- the doors ----- */

static struct node node_root(const cJSON *tree, const char *text, size_t length)
{
	return (struct node){ .json = tree, .text = json_after_space(text, text + length), .end = text + length };
}

struct problem *json_read(struct arena *a, const char *text, size_t length, const struct json_limits *limits,
                          const struct shape *shape, void *out)
{
	struct reading r = { .arena = a, .strict = limits->strict };
	AUTO(tree_close) cJSON *tree = NULL;
	struct node root;

	TRY(tree_parse(a, text, length, limits, &tree));
	root = node_root(tree, text, length);
	if (cJSON_IsObject(tree))
		object_read(&r, &root, NULL, shape, out);
	else if (cJSON_IsNull(tree))
		reading_error(&r, NULL, MSG_NO_DATA);
	else
		reading_error(&r, NULL, MSG_NOT_OBJECT, node_type(&root));
	return r.problem;
}

struct problem *json_read_list(struct arena *a, const char *text, size_t length, const struct json_limits *limits,
                               const struct shape *items, size_t most, struct list *out)
{
	struct reading r = { .arena = a, .strict = limits->strict };
	AUTO(tree_close) cJSON *tree = NULL;
	struct list list = { 0 };
	struct node root;

	TRY(tree_parse(a, text, length, limits, &tree));
	root = node_root(tree, text, length);
	if (cJSON_IsNull(tree))
		reading_error(&r, NULL, MSG_NO_DATA);
	else if (!cJSON_IsArray(tree))
		reading_error(&r, NULL, MSG_NOT_LIST, node_type(&root));
	else if ((size_t)cJSON_GetArraySize(tree) > most)
		reading_error(&r, NULL, MSG_LIST_LONG, (long long)most);
	else
		items_read(&r, &root, NULL, items, &list);
	if (!r.problem)
		*out = list;
	return r.problem;
}

struct problem *json_check(struct arena *a, const char *text, size_t length, const struct json_limits *limits)
{
	AUTO(tree_close) cJSON *tree = NULL;

	return tree_parse(a, text, length, limits, &tree);
}
