/* body.c - the bytes of a request's body, bounded in size and time, and what kind of body they are. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"

#define PIECE ((size_t)8192)

enum body_type body_type_read(const char *type)
{
	if (!type)
		return BODY_UNKNOWN;
	if (media_is(type, "application/json"))
		return BODY_JSON;
	if (media_is(type, "application/x-www-form-urlencoded"))
		return BODY_FORM;
	if (media_is(type, "multipart/form-data"))
		return BODY_MULTIPART;
	return BODY_UNKNOWN;
}

static struct problem *too_large(struct req *r)
{
	return problem_new(r->arena, &PROBLEM_TOO_LARGE, "A request body may have %lld bytes.",
	                   (long long)web_conf.body_bytes);
}

/* One piece of the body; *n is 0 at its end. */
static struct problem *piece_read(struct req *r, int64_t deadline_us, char *out, size_t room, size_t *n)
{
	const int64_t left_us = deadline_us - clock_ticks_us();
	ssize_t got = TRANSPORT_LATE;

	if (left_us > 0)
		got = r->transport->read(r->transport->context, out, room, left_us / 1000 + 1);
	if (got == TRANSPORT_LATE)
		return problem_new(r->arena, &PROBLEM_WEB_LATE, NULL);
	if (got < 0)
		return problem_new(r->arena, &PROBLEM_WEB_CUT, NULL);
	*n = (size_t)got;
	return NULL;
}

/* A body of a stated length: it must be neither shorter nor longer. */
static struct problem *read_length(struct req *r, int64_t deadline_us, size_t length)
{
	struct inner *in = r->inner;
	char *text = arena_alloc(r->arena, length + 1);
	char beyond;
	size_t have = 0, n = 1;

	while (have < length) {
		TRY(piece_read(r, deadline_us, text + have, length - have, &n));
		if (n == 0)
			return problem_new(r->arena, &PROBLEM_WEB_CUT, NULL);
		have += n;
	}
	TRY(piece_read(r, deadline_us, &beyond, 1, &n));
	if (n > 0)
		return problem_new(r->arena, &PROBLEM_WEB_CUT, NULL);
	in->text = text;
	in->text_length = length;
	return NULL;
}

/* A chunked body behind mod_proxy_fcgi has no length: it goes on to its end. */
static struct problem *read_to_end(struct req *r, int64_t deadline_us)
{
	struct inner *in = r->inner;
	struct buf b;
	char *piece = arena_alloc(r->arena, PIECE);
	size_t n = 0;

	buf_init(&b, r->arena, (size_t)web_conf.body_bytes);
	do {
		TRY(piece_read(r, deadline_us, piece, PIECE, &n));
		buf_add(&b, piece, n);
		if (b.full)
			return too_large(r);
	} while (n > 0);
	in->text = buf_string(&b);
	in->text_length = b.length;
	return NULL;
}

/* A part of a multipart body stands in the request as if it had come urlencoded. */
static struct problem *flatten(struct req *r)
{
	struct inner *in = r->inner;
	struct buf flat;

	if (in->type != BODY_MULTIPART)
		return NULL;
	buf_init(&flat, r->arena, 3 * (size_t)web_conf.body_bytes);
	TRY(multipart_read(r->arena, req_header(r, "Content-Type"), in->text, in->text_length, &flat));
	in->text = buf_string(&flat);
	in->text_length = flat.length;
	return NULL;
}

struct problem *body_text(struct req *r)
{
	struct inner *in = r->inner;
	const char *stated = req_header(r, "Content-Length");
	const int64_t deadline_us = in->began_us + web_conf.request_s * US_PER_S;
	int64_t length = 0;

	if (in->text)
		return NULL;
	if (!stated || !*stated) {
		TRY(read_to_end(r, deadline_us));
	} else {
		if (!num_read(stated, 0, INT64_MAX, &length))
			return problem_new(r->arena, &PROBLEM_WEB_CUT, "Content-Length is not a number.");
		if (length > web_conf.body_bytes)
			return too_large(r);
		TRY(read_length(r, deadline_us, (size_t)length));
	}
	if (in->text_length == 0)
		return NULL;
	return flatten(r);
}
