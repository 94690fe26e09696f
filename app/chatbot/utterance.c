/* utterance.c - items of an answer read, and written as strings for old clients and as objects for those that ask. */
#include "app/chatbot/utterance.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/json/json.h"

#define SAID_BYTES ((size_t)16 << 20)
#define TEXT_MOST (INT64_C(16) << 20)

/* clang-format off */
static const struct field button_fields[] = {
	FIELD(struct button, title,   REQUIRED | BLANK | NO_TRIM, 0, TEXT_MOST, "what it says"),
	FIELD(struct button, payload, OPTIONAL | NULLABLE | BLANK | NO_TRIM, 0, TEXT_MOST, "what it sends"),
	FIELD_END,
};
static const struct shape button_shape = SHAPE("Button", struct button, button_fields);

static const struct field utterance_fields[] = {
	FIELD(struct utterance, text,       OPTIONAL | NULLABLE | BLANK | NO_TRIM, 0, TEXT_MOST, "words"),
	FIELD(struct utterance, custom,     OPTIONAL | NULLABLE, 0, TEXT_MOST, "anything else"),
	FIELD(struct utterance, image,      OPTIONAL | NULLABLE | BLANK | NO_TRIM, 0, TEXT_MOST, "address of an image"),
	FIELD(struct utterance, attachment, OPTIONAL | NULLABLE, 0, TEXT_MOST, "an attachment"),
	FIELD_LIST(struct utterance, buttons, OPTIONAL | NULLABLE, button_shape, 0, 1000, "answers to choose from"),
	FIELD_LIST(struct utterance, data,    OPTIONAL | NULLABLE, button_shape, 0, 1000, "answers to choose from"),
	FIELD_END,
};
const struct shape utterance_shape = SHAPE("Utterance", struct utterance, utterance_fields);

struct strings {
	struct texts list;
};
static const struct field strings_fields[] = {
	FIELD(struct strings, list, REQUIRED | BLANK | NO_TRIM, 0, TEXT_MOST, "the strings"),
	FIELD_END,
};
static const struct shape strings_shape = SHAPE("Strings", struct strings, strings_fields);
/* clang-format on */

/* ---- reading ---- */

static bool is_value(struct raw_json raw)
{
	return raw.text && strcmp(raw.text, "null") != 0;
}

static bool says_something(const struct utterance *u)
{
	return u->text || u->image || is_value(u->attachment) || is_value(u->custom) || u->buttons.count > 0 ||
	       u->data.count > 0;
}

struct problem *utterances_read(struct arena *a, const char *text, size_t length, size_t most_bytes, struct list *out)
{
	struct json_limits limits = JSON_FROM_SERVICE;
	struct problem *p = NULL;
	struct list list;

	limits.bytes = most_bytes;
	TRY(json_read_list(a, text, length, &limits, &utterance_shape, UTTERANCES_MOST, &list));
	for (size_t i = 0; i < list.count && !p; i++)
		if (!says_something((const struct utterance *)list.items + i))
			problem_field(a, &p, "items", "Item %zu says nothing.", i);
	if (!p)
		*out = list;
	return p;
}

/* ---- writing ---- */

/* JSON that was checked, without the blanks between its tokens. */
static const char *compact(struct arena *a, const char *json)
{
	bool in_string = false;
	struct buf b;

	buf_init(&b, a, strlen(json) + 1);
	for (const char *c = json; *c; c++) {
		if (!in_string && strchr(" \t\r\n", *c))
			continue;
		buf_char(&b, *c);
		if (in_string && *c == '\\' && c[1])
			buf_char(&b, *++c);
		else if (*c == '"')
			in_string = !in_string;
	}
	return buf_string(&b);
}

/* What a JSON value is called in a sentence: a string by itself, anything else as it is written. */
static const char *plain(struct arena *a, const char *json)
{
	struct texts one;

	if (json[0] != '"' || strings_read(a, arena_printf(a, "[%s]", json), &one))
		return compact(a, json);
	return one.items[0];
}

static void comma(struct buf *b)
{
	if (b->data[b->length - 1] != '[')
		buf_char(b, ',');
}

static void add_string(struct buf *b, const char *text)
{
	comma(b);
	buf_json_string(b, text, strlen(text));
}

static void add_content(struct arena *a, struct buf *b, const struct utterance *u)
{
	if (u->text)
		add_string(b, u->text);
	if (is_value(u->custom))
		add_string(b, compact(a, u->custom.text));
	if (u->image)
		add_string(b, arena_printf(a, "Image: %s", u->image));
	if (is_value(u->attachment))
		add_string(b, arena_printf(a, "Attachment: %s", plain(a, u->attachment.text)));
}

static void add_member(struct buf *b, const char *name, const char *text)
{
	json_key(b, name);
	buf_json_string(b, text, strlen(text));
}

static void add_buttons(struct buf *b, struct list buttons)
{
	const struct button *items = buttons.items;

	json_key(b, "buttons");
	buf_char(b, '[');
	for (size_t i = 0; i < buttons.count; i++) {
		comma(b);
		buf_char(b, '{');
		add_member(b, "title", items[i].title);
		add_member(b, "payload", items[i].payload ? items[i].payload : items[i].title);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void add_rich(struct arena *a, struct buf *b, const struct utterance *u)
{
	const struct list buttons = u->buttons.count > 0 ? u->buttons : u->data;

	comma(b);
	buf_char(b, '{');
	if (u->text)
		add_member(b, "text", u->text);
	if (is_value(u->custom)) {
		json_key(b, "custom");
		buf_text(b, compact(a, u->custom.text));
	}
	if (u->image)
		add_member(b, "image", u->image);
	if (is_value(u->attachment)) {
		json_key(b, "attachment");
		buf_text(b, compact(a, u->attachment.text));
	}
	if (buttons.count > 0)
		add_buttons(b, buttons);
	buf_char(b, '}');
}

struct said utterances_said(struct arena *a, struct list utterances)
{
	const struct utterance *items = utterances.items;
	struct buf content, rich;

	buf_init(&content, a, SAID_BYTES);
	buf_init(&rich, a, SAID_BYTES);
	buf_char(&content, '[');
	buf_char(&rich, '[');
	for (size_t i = 0; i < utterances.count; i++) {
		add_content(a, &content, &items[i]);
		add_rich(a, &rich, &items[i]);
	}
	buf_char(&content, ']');
	buf_char(&rich, ']');
	return (struct said){ .content = buf_string(&content), .rich = buf_string(&rich) };
}

const char *strings_write(struct arena *a, struct texts strings)
{
	struct buf b;

	buf_init(&b, a, SAID_BYTES);
	buf_char(&b, '[');
	for (size_t i = 0; i < strings.count; i++)
		add_string(&b, strings.items[i]);
	buf_char(&b, ']');
	return buf_string(&b);
}

struct problem *strings_read(struct arena *a, const char *json, struct texts *out)
{
	const char *object = arena_printf(a, "{\"list\":%s}", json);
	struct json_limits limits = JSON_FROM_SERVICE;
	struct strings strings;

	limits.bytes = SAID_BYTES;
	limits.values = 0;
	TRY(json_read(a, object, strlen(object), &limits, &strings_shape, &strings));
	*out = strings.list;
	return NULL;
}
