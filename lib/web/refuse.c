/* refuse.c - a problem as an answer: application/problem+json (RFC 9457), or the body its kind's form names for the
 * old clients of a replaced service. A cause is for the log and never leaves. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

static const char *const members[] = { "type", "title", "status", "detail", "code", "request_id", "errors" };

static void add_text(struct buf *b, const char *name, const char *text)
{
	json_key(b, name);
	buf_json_string(b, text, strlen(text));
}

static bool name_is_free(const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (text_equal(members[i], name))
			return false;
	return true;
}

static bool seen_before(const struct field_error *list, const struct field_error *e)
{
	while (list != e && !text_equal(list->field, e->field))
		list = list->next;
	return list != e;
}

/* "username":["…","…"],… each field once with all its messages. */
static void add_fields(struct buf *b, const struct field_error *list, bool free_only)
{
	for (const struct field_error *e = list; e; e = e->next) {
		const char *comma = "";

		if (seen_before(list, e) || (free_only && !name_is_free(e->field)))
			continue;
		json_key(b, e->field);
		buf_char(b, '[');
		for (const struct field_error *same = e; same; same = same->next) {
			if (!text_equal(same->field, e->field))
				continue;
			buf_text(b, comma);
			buf_json_string(b, same->message, strlen(same->message));
			comma = ",";
		}
		buf_char(b, ']');
	}
}

static void write_problem(const struct req *r, struct buf *b, const struct problem *p)
{
	buf_char(b, '{');
	add_text(b, "type",
	         r->base_url ? arena_printf(r->arena, "%s%s/docs/#%s", r->base_url, web_conf.api_prefix, p->kind->code)
	                     : "about:blank");
	add_text(b, "title", p->kind->title);
	json_key(b, "status");
	buf_int(b, p->kind->status);
	add_text(b, "detail", p->detail);
	add_text(b, "code", p->kind->code);
	add_text(b, "request_id", r->id);
	if (p->fields) {
		json_key(b, "errors");
		buf_char(b, '{');
		add_fields(b, p->fields, false);
		buf_char(b, '}');
		add_fields(b, p->fields, true);
	}
	buf_char(b, '}');
}

static struct problem *answer_form(struct req *r, const struct problem *p)
{
	const int status = p->kind->status;
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	switch (p->kind->form) {
	case FORM_EMPTY:
		return reply_empty(r, status);
	case FORM_HEADER:
		reply_header(r, "X-Calipso-Error", "%s", p->detail);
		return reply_empty(r, status);
	case FORM_TEXT:
		return reply_string(r, status, p->detail);
	case FORM_ERROR:
	case FORM_MSG:
		buf_char(&b, '{');
		add_text(&b, p->kind->form == FORM_ERROR ? "error" : "msg", p->detail);
		buf_char(&b, '}');
		return reply_json(r, status, buf_string(&b));
	case FORM_PROBLEM:
	case FORM_N:
		break;
	}
	write_problem(r, &b, p);
	return reply_bytes(r, status, "application/problem+json", buf_string(&b), b.length);
}

void reply_problem(struct req *r, const struct problem *p)
{
	struct inner *in = r->inner;
	struct problem *none;

	/* what the handler had begun to say no longer holds; cookies stay: a session that ended has ended */
	buf_clear(&r->reply->headers);
	r->reply->own_caching = r->reply->own_policy = false;
	in->code = p->kind->code;
	p = manner_problem(r, p);
	in->problem = p;
	if (p->kind->status == 401)
		reply_header(r, "WWW-Authenticate", "Basic realm=\"api\"");
	if (p->retry_after_s > 0)
		reply_header(r, "Retry-After", "%d", p->retry_after_s);
	none = in->manner && in->manner->refuse ? in->manner->refuse(r, p) : answer_form(r, p);
	(void)none; /* answers made here are small */
}
