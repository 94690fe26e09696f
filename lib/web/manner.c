/* manner.c - answers in the words and forms that an app's manner names. */
#include "lib/web/manner.h"

#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "lib/base/text.h"
#include "lib/json/json.h"
#include "lib/web/inner.h"

/* The deepest mount that a raw path lies in; NULL: none. */
static const struct mount *mount_of(const char *path, size_t length)
{
	const struct mount *best = NULL;
	size_t deepest = 0;

	for (const struct mount *m = web.mounts; m->prefix; m++) {
		const size_t n = strlen(m->prefix);

		if (n <= length && (!best || n >= deepest) && memcmp(path, m->prefix, n) == 0 &&
		    (n == length || path[n] == '/')) {
			best = m;
			deepest = n;
		}
	}
	return best;
}

const struct manner *manner_of(const char *path, size_t length)
{
	/* a request without an address is nobody's */
	const struct mount *m = length > 0 ? mount_of(path, length) : NULL;

	return m ? m->app->manner : NULL;
}

const struct problem_kind *manner_kind(const struct manner *m, const struct problem_kind *kind)
{
	if (!m || !m->refusals || kind->form != FORM_PROBLEM)
		return kind;
	for (const struct problem_kind *const *k = m->refusals; *k; k++)
		if ((*k)->status == kind->status)
			return *k;
	return kind;
}

/* "from: Enter a valid date/time. to: …" for forms that have but one text. */
static const char *fields_text(struct arena *a, const struct field_error *fields)
{
	struct buf b;

	buf_init(&b, a, 8192);
	for (const struct field_error *e = fields; e; e = e->next)
		buf_printf(&b, "%s%s: %s", b.length > 0 ? " " : "", e->field, e->message);
	return buf_string(&b);
}

const struct problem *manner_problem(struct req *r, const struct problem *p)
{
	const struct problem_kind *kind = manner_kind(((const struct inner *)r->inner)->manner, p->kind);
	struct problem *said;

	if (kind == p->kind)
		return p;
	said = arena_copy(r->arena, p, sizeof(*p));
	said->kind = kind;
	if (kind->detail)
		said->detail = kind->detail;
	else if (p->fields)
		said->detail = fields_text(r->arena, p->fields);
	return said;
}

/* ---- when the answer is made ---- */

/* RFC 9110 section 13.1.2: a list of tags, compared without regard to W/, or *. */
static bool tag_listed(const char *list, const char *tag)
{
	const size_t n = strlen(tag);

	while (*list) {
		list += strspn(list, " \t,");
		if (*list == '*')
			return true;
		if (text_starts(list, "W/"))
			list += 2;
		if (strncmp(list, tag, n) == 0)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

/* SHA-1 is what the clients of the replaced services have seen; nothing is kept safe by it. */
static const char *tag_of(struct arena *a, const void *body, size_t length)
{
	static EVP_MD *sha1; /* looked up once, and its state is kept */
	static EVP_MD_CTX *state;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct buf b;

	if (!state) {
		sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
		state = EVP_MD_CTX_new();
	}
	if (!sha1 || !state || EVP_DigestInit_ex(state, sha1, NULL) != 1 || EVP_DigestUpdate(state, body, length) != 1 ||
	    EVP_DigestFinal_ex(state, digest, &n) != 1)
		return NULL;
	buf_init(&b, a, 2 * sizeof(digest) + 2);
	buf_char(&b, '"');
	buf_hex(&b, digest, n);
	buf_char(&b, '"');
	return buf_string(&b);
}

static void tag_answer(struct req *r)
{
	struct reply *reply = r->reply;
	const char *tag = tag_of(r->arena, reply->body, reply->length);
	const char *known = req_header(r, "If-None-Match");

	if (!tag)
		return;
	reply_header(r, "Etag", "%s", tag);
	if (!reply->own_caching)
		reply_header(r, "Cache-Control", "no-cache");
	if (known && tag_listed(known, tag)) {
		reply->status = 304;
		reply->type = NULL;
		reply->length = 0;
	}
}

void manner_finish(struct req *r)
{
	const struct manner *m = ((const struct inner *)r->inner)->manner;
	struct reply *reply = r->reply;

	if (!m || !reply->type)
		return;
	if (text_equal(reply->type, "application/json")) {
		if (m->json_spaced) {
			struct buf b;

			buf_init(&b, r->arena, 6 * reply->length + 1); /* a byte becomes \u00XX at the most */
			json_spaced(&b, reply->body, reply->length);
			reply->body = buf_string(&b);
			reply->length = b.length;
		}
		if (m->json_type)
			reply->type = m->json_type;
	}
	if (m->etag && r->verb == GET && reply->status == 200)
		tag_answer(r);
}
