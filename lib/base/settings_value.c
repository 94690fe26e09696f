/* settings_value.c - the kinds of settings: how each is read, written and described. */
#include "lib/base/settings_value.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/text.h"

#define WORDS_MOST 2000 /* bytes of a description or a shown value */

/* ---- reading ---- */

static const char *complaint(struct arena *a, const struct setting *s)
{
	struct buf b;

	buf_init(&b, a, WORDS_MOST);
	buf_text(&b, "must be a ");
	setting_range(&b, s);
	return buf_string(&b);
}

static bool bool_read(const char *text, bool *out)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_equal_nocase(text, words[i])) {
			*out = i % 2 == 1;
			return true;
		}
	return false;
}

static const char *choice_read(struct arena *a, const struct setting *s, const char *text, int *out)
{
	const int value = enum_value(s->names, text);
	const char *meant = value < 0 ? text_nearest(text, s->names) : NULL;

	if (value >= 0) {
		*out = value;
		return NULL;
	}
	return meant ? arena_printf(a, "%s; did you mean %s?", complaint(a, s), meant) : complaint(a, s);
}

/* Parts the text at commas, or at blanks when it has no comma; empty items do not count. */
static struct texts list_read(struct arena *a, const char *text)
{
	const char *parting = strchr(text, ',') ? "," : " \t";
	struct texts list = { .items = ARENA_ARRAY(a, const char *, strlen(text) / 2 + 1), .count = 0 };

	while (*text) {
		const size_t n = strcspn(text, parting);
		const char *item = text_trim(a, arena_text_n(a, text, n));

		if (*item)
			list.items[list.count++] = item;
		text += n + (text[n] != '\0');
	}
	return list;
}

const char *setting_apply(struct arena *a, const struct setting *s, const char *text, void *conf)
{
	void *member = (char *)conf + s->offset;
	const char *wrong = NULL;
	bool read = true;

	switch (s->kind) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		*(const char **)member = *text || s->initial ? arena_text(a, text) : NULL;
		break;
	case SETTING_INT:
		read = num_read(text, s->min, s->max, member);
		break;
	case SETTING_BOOL:
		read = bool_read(text, member);
		break;
	case SETTING_SIZE: {
		int64_t bytes;

		read = size_read(text, &bytes) && bytes >= s->min && bytes <= s->max;
		if (read)
			*(int64_t *)member = bytes;
		break;
	}
	case SETTING_CHOICE:
		wrong = choice_read(a, s, text, member);
		break;
	case SETTING_LIST:
		*(struct texts *)member = list_read(a, text);
		break;
	case SETTING_N:
		break;
	}
	if (!read)
		wrong = complaint(a, s);
	if (!wrong && s->check && setting_is_set(s, conf))
		wrong = s->check(a, text);
	return wrong;
}

void setting_unset(const struct setting *s, void *conf)
{
	void *member = (char *)conf + s->offset;

	switch (s->kind) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		*(const char **)member = NULL;
		break;
	case SETTING_LIST:
		*(struct texts *)member = (struct texts){ NULL, 0 };
		break;
	case SETTING_INT:
	case SETTING_BOOL:
	case SETTING_SIZE:
	case SETTING_CHOICE:
	case SETTING_N:
		break; /* these always have a default */
	}
}

bool setting_is_set(const struct setting *s, const void *conf)
{
	const bool is_text = s->kind == SETTING_TEXT || s->kind == SETTING_SECRET;

	return !is_text || *(const char *const *)((const char *)conf + s->offset) != NULL;
}

/* ---- writing ---- */

/* 3G rather than 3221225472, when nothing is lost. */
static void size_write(struct buf *b, int64_t bytes)
{
	static const char letters[] = "KMGT";
	size_t i = 0;

	if (bytes == 0 || bytes % 1024 != 0) {
		buf_int(b, bytes);
		return;
	}
	for (bytes /= 1024; bytes % 1024 == 0 && letters[i + 1]; i++)
		bytes /= 1024;
	buf_int(b, bytes);
	buf_char(b, letters[i]);
}

static void list_write(struct buf *b, const struct texts *list)
{
	bool blanks = false;

	for (size_t i = 0; i < list->count; i++)
		blanks = blanks || strpbrk(list->items[i], " \t");
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			buf_text(b, ", ");
		buf_text(b, list->items[i]);
	}
	if (blanks && list->count == 1)
		buf_char(b, ','); /* without a comma it would be read as several items */
}

void setting_show(struct buf *b, const struct setting *s, const void *conf)
{
	const void *member = (const char *)conf + s->offset;

	if (!setting_is_set(s, conf))
		return;
	switch (s->kind) {
	case SETTING_TEXT:
		buf_text(b, *(const char *const *)member);
		break;
	case SETTING_SECRET:
		buf_text(b, "***");
		break;
	case SETTING_INT:
		buf_int(b, *(const int64_t *)member);
		break;
	case SETTING_BOOL:
		buf_text(b, *(const bool *)member ? "yes" : "no");
		break;
	case SETTING_SIZE:
		size_write(b, *(const int64_t *)member);
		break;
	case SETTING_CHOICE:
		buf_text(b, enum_name(s->names, *(const int *)member));
		break;
	case SETTING_LIST:
		list_write(b, member);
		break;
	case SETTING_N:
		break;
	}
}

static void bounds_write(struct buf *b, const struct setting *s, void (*write)(struct buf *b, int64_t n))
{
	if (s->min != INT64_MIN) {
		buf_text(b, s->max != INT64_MAX ? " from " : " of at least ");
		write(b, s->min);
	}
	if (s->max != INT64_MAX) {
		buf_text(b, s->min != INT64_MIN ? " to " : " of at most ");
		write(b, s->max);
	}
}

void setting_range(struct buf *b, const struct setting *s)
{
	switch (s->kind) {
	case SETTING_TEXT:
		buf_text(b, "text");
		break;
	case SETTING_SECRET:
		buf_text(b, "secret");
		break;
	case SETTING_INT:
		buf_text(b, "whole number");
		bounds_write(b, s, buf_int);
		break;
	case SETTING_BOOL:
		buf_text(b, "yes or no (also true, false, on, off, 1, 0)");
		break;
	case SETTING_SIZE:
		buf_text(b, "size");
		bounds_write(b, s, size_write);
		buf_text(b, " (B, K, M, G, T)");
		break;
	case SETTING_CHOICE:
		buf_text(b, "choice of ");
		for (int i = 0; s->names[i]; i++) {
			if (i > 0)
				buf_text(b, ", ");
			buf_text(b, s->names[i]);
		}
		break;
	case SETTING_LIST:
		buf_text(b, "list, parted by commas or blanks");
		break;
	case SETTING_N:
		break;
	}
}

void setting_capitals(struct buf *b, const char *name)
{
	for (; *name; name++) {
		char c = *name;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf_char(b, c == '-' ? '_' : c);
	}
}
