/* words.c - a line of the audit trail as a sentence. */
#include "app/admin/words.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/text.h"

static const char *verb_of(const char *action)
{
	static const struct {
		const char *action, *words;
	} verbs[] = {
		{ "add", "Added" },
		{ "change", "Changed" },
		{ "remove", "Removed" },
		{ "erase", "Erased" },
		{ "import", "Imported" },
		{ "activate", "Activated" },
		{ "deactivate", "Deactivated" },
		{ "promote", "Made a superuser" },
		{ "demote", "No longer a superuser" },
		{ "password", "Changed password" },
		{ "token", "New token" },
		{ "token.revoke", "Token revoked" },
		{ "retry", "Tried again" },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (text_equal(verbs[i].action, action))
			return verbs[i].words;
	return NULL;
}

/* The names in [{"changed":{"fields":["email","groups"]}}], as account.c writes it. */
static void add_fields(struct buf *b, const char *detail)
{
	const char *at = strstr(detail, "\"fields\":[");
	const char *between = " ";

	if (!at)
		return;
	for (at = strchr(at, '[') + 1; *at == '"';) {
		const size_t n = strcspn(at + 1, "\"");

		buf_text(b, between);
		buf_add(b, at + 1, n);
		between = ", ";
		at += n + 1;
		at += *at == '"';
		at += *at == ',';
	}
}

const char *trail_words(struct arena *a, const struct trail *t)
{
	const char *verb = verb_of(t->action);
	struct buf b;

	buf_init(&b, a, 4096);
	if (verb) {
		buf_text(&b, verb);
	} else {
		buf_char(&b, (char)toupper((unsigned char)t->action[0]));
		buf_text(&b, *t->action ? t->action + 1 : "");
	}
	add_fields(&b, t->detail);
	buf_char(&b, '.');
	return buf_string(&b);
}
