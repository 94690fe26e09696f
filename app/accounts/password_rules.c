/* password_rules.c - what a new password must not be: Django's four validators (accounts-and-conventions.md section 3),
 * all broken ones reported together. */
#include <stdlib.h>
#include <string.h>

#include "app/accounts/password.h"
#include "lib/base/text.h"

#define LENGTH_LEAST 8
#define FAULTS_MOST 8

struct faults {
	struct arena *arena;
	struct texts list; /* of FAULTS_MOST places */
};

static void fault_add(struct faults *to, const char *message)
{
	if (to->list.count < FAULTS_MOST)
		to->list.items[to->list.count++] = message;
}

/* Letters of Unicode above ASCII keep their case: a difference of case alone is near enough not to matter here. */
static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

static bool is_word(unsigned char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

/* ---- likeness ---- */

/* The characters of valid UTF-8 in lower case, sorted: a multiset. */
struct letters {
	uint32_t *items;
	size_t count;
};

static int letter_order(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static struct letters letters_of(struct arena *a, const char *text, size_t n)
{
	struct letters set = { .items = ARENA_ARRAY(a, uint32_t, n + 1) };

	for (size_t i = 0; i < n; i++) {
		const unsigned char c = lower((unsigned char)text[i]);

		if (c < 0x80 || c >= 0xC0)
			set.items[set.count++] = c;
		else if (set.count) /* a following byte joins the character before it */
			set.items[set.count - 1] = set.items[set.count - 1] << 8 | c;
	}
	qsort(set.items, set.count, sizeof(set.items[0]), letter_order);
	return set;
}

/* Python's SequenceMatcher.quick_ratio(): twice the characters in common over the characters of both. Compared as
 * integers: at least 0.7. */
static bool is_alike(const struct letters *one, const struct letters *other)
{
	size_t common = 0;

	for (size_t i = 0, k = 0; i < one->count && k < other->count;) {
		if (one->items[i] == other->items[k])
			common++, i++, k++;
		else if (one->items[i] < other->items[k])
			i++;
		else
			k++;
	}
	return common > 0 && 20 * common >= 7 * (one->count + other->count);
}

/* True when the password is like the whole attribute or one of its words. */
static bool is_like_attribute(struct arena *a, const struct letters *password, const char *attribute)
{
	const char *end = attribute + strlen(attribute);
	struct letters part = letters_of(a, attribute, strlen(attribute));

	if (is_alike(password, &part))
		return true;
	for (const char *at = attribute; at < end;) {
		const char *from = at;

		while (at < end && is_word((unsigned char)*at))
			at++;
		part = letters_of(a, from, (size_t)(at - from));
		if (is_alike(password, &part))
			return true;
		while (at < end && !is_word((unsigned char)*at))
			at++;
	}
	return false;
}

static void check_likeness(struct faults *to, const char *password, const struct password_owner *owner)
{
	const struct {
		const char *value, *name;
	} attributes[] = {
		{ owner->username, "username" },
		{ owner->first_name, "first name" },
		{ owner->last_name, "last name" },
		{ owner->email, "email address" },
	};
	const struct letters letters = letters_of(to->arena, password, strlen(password));

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (attributes[i].value && is_like_attribute(to->arena, &letters, attributes[i].value)) {
			fault_add(to, arena_printf(to->arena, "The password is too similar to the %s.", attributes[i].name));
			return; /* as Django: the first attribute that is alike */
		}
}

/* ---- the other rules ---- */

static void check_length(struct faults *to, const char *password)
{
	if (utf8_length(password) < LENGTH_LEAST)
		fault_add(to, "This password is too short. It must contain at least 8 characters.");
	if (strlen(password) > PASSWORD_MOST)
		fault_add(to, arena_printf(to->arena, "This password is too long. It must contain at most %d bytes.",
		                           PASSWORD_MOST));
}

static int common_order(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

static void check_common(struct faults *to, const char *password)
{
	char *plain = text_trim(to->arena, password);

	for (char *c = plain; *c; c++)
		*c = (char)lower((unsigned char)*c);
	if (bsearch(plain, common_passwords, common_passwords_count, sizeof(common_passwords[0]), common_order))
		fault_add(to, "This password is too common.");
}

static void check_numeric(struct faults *to, const char *password)
{
	if (*password && password[strspn(password, "0123456789")] == '\0')
		fault_add(to, "This password is entirely numeric.");
}

struct texts password_faults(struct arena *a, const char *password, const struct password_owner *owner)
{
	struct faults faults = { .arena = a, .list = { .items = ARENA_ARRAY(a, const char *, FAULTS_MOST) } };

	if (!utf8_valid(password, strlen(password))) {
		fault_add(&faults, "This password is not valid UTF-8.");
		return faults.list;
	}
	if (strlen(password) <= PASSWORD_MOST)
		check_likeness(&faults, password, owner);
	check_length(&faults, password);
	check_common(&faults, password);
	check_numeric(&faults, password);
	return faults.list;
}
