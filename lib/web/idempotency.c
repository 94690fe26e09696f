/* idempotency.c - a request with an Idempotency-Key: claimed, served once, answered from memory after that. What is promised
 * stands in idempotency.h. */
#include "lib/web/idempotency.h"

#include <string.h>

#include "lib/base/log.h"
#include "lib/base/seal.h"
#include "lib/base/text.h"
#include "lib/web/idempotency_row.h"
#include "lib/web/inner.h"

#define KEY_MOST 255  /* bytes of a key */
#define CLAIMS_MOST 3 /* rows that vanish under our eyes are met once or twice, not for ever */

/* clang-format off */
const struct problem_kind PROBLEM_KEY_MALFORMED = { 400, "web.key.malformed", "Malformed Idempotency-Key",
	"An Idempotency-Key has 1 to 255 printable ASCII characters.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_KEY_IN_FLIGHT = { 409, "web.key.in_flight", "A request with this Idempotency-Key is under way",
	"The first request with this Idempotency-Key has not been answered yet.", FORM_PROBLEM, 1 };
const struct problem_kind PROBLEM_KEY_LARGE     = { 409, "web.key.large",     "Done, but the answer was not kept",
	"The first request with this Idempotency-Key was served; its answer was too large to keep.", FORM_PROBLEM, 0 };
const struct problem_kind PROBLEM_KEY_REUSED    = { 422, "web.key.reused",    "Idempotency-Key of another request",
	"This Idempotency-Key was used for a request with another method, address or body.", FORM_PROBLEM, 0 };
/* clang-format on */

/* ---- what the request says ---- */

/* A bare word, or a string of RFC 8941 in quotes. */
static struct problem *text_read(struct req *r, const char *header, const char **out)
{
	const char *text = text_trim(r->arena, header);
	size_t n = strlen(text);

	if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
		text = arena_text_n(r->arena, text + 1, n - 2);
		n -= 2;
	}
	if (n == 0 || n > KEY_MOST)
		return problem_new(r->arena, &PROBLEM_KEY_MALFORMED, NULL);
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\')
			return problem_new(r->arena, &PROBLEM_KEY_MALFORMED, NULL);
	*out = text;
	return NULL;
}

/* Keyed, since a body may hold a password. What the checks let through holds no NUL. */
static struct bytes fingerprint(const struct req *r)
{
	const struct inner *in = r->inner;
	struct buf b;

	buf_init(&b, r->arena, in->path_length + strlen(r->query_text) + in->text_length + 64);
	buf_text(&b, verb_names[r->verb]);
	buf_char(&b, ' ');
	buf_add(&b, in->whole_path, in->path_length);
	buf_char(&b, '?');
	buf_text(&b, r->query_text);
	buf_char(&b, '\n');
	buf_add(&b, in->text ? in->text : "", in->text_length);
	return seal_hash(r->arena, "web.idempotency", buf_string(&b));
}

static const char *caller(const struct req *r)
{
	return r->user ? arena_printf(r->arena, "u%lld", (long long)r->user->id)
	               : arena_printf(r->arena, "a%s", address_network(r->arena, req_address(r)));
}

/* ---- claiming ---- */

/* A body may hold a password that was made for its caller; its seal opens in its own row only. */
static const char *body_purpose(struct arena *a, int64_t id)
{
	return arena_printf(a, "web.idempotency.body:%lld", (long long)id);
}

static struct problem *replay(struct req *r, const struct key_row *row)
{
	struct reply *reply = r->reply;
	struct problem *p;
	struct bytes body;

	if (!row->kept)
		return problem_new(r->arena, &PROBLEM_KEY_LARGE, NULL);
	p = seal_open_bytes(r->arena, body_purpose(r->arena, row->id), row->body, &body);
	if (p)
		return problem_because(
			problem_new(r->arena, &PROBLEM_KEY_LARGE,
		                "The first request with this Idempotency-Key was served; its answer cannot be read any more."),
			"%s", p->cause);
	*reply = (struct reply){ .headers = reply->headers, .status = (int)row->status.n };
	reply->type = row->content_type;
	reply->body = body.data;
	reply->length = body.length;
	if (row->headers)
		buf_text(&reply->headers, row->headers);
	reply->own_caching = strstr(buf_string(&reply->headers), "Cache-Control:") != NULL;
	reply->own_policy = strstr(buf_string(&reply->headers), "Content-Security-Policy:") != NULL;
	reply_header(r, "Idempotent-Replayed", "true");
	return NULL;
}

/* A row is there. *claimed: it was left over and is ours now; *again: it has gone, so that a new one may be written. */
static struct problem *meet(struct req *r, struct key *k, const struct key_row *row, bool *claimed, bool *again)
{
	*again = row->expired && (row->status.set || !row->held);
	if (*again)
		return key_delete_expired(r->db, r->arena, row->id);
	if (row->fingerprint.length != k->fingerprint.length ||
	    memcmp(row->fingerprint.data, k->fingerprint.data, k->fingerprint.length) != 0)
		return problem_new(r->arena, &PROBLEM_KEY_REUSED, NULL);
	if (row->status.set)
		return replay(r, row);
	if (!row->held)
		TRY(key_take(r->db, r->arena, k, row, claimed));
	return *claimed ? NULL : problem_new(r->arena, &PROBLEM_KEY_IN_FLIGHT, NULL);
}

/* *claimed false and no problem: the kept answer has been given. */
static struct problem *claim(struct req *r, struct key *k, bool *claimed)
{
	for (int i = 0; i < CLAIMS_MOST; i++) {
		struct key_row row = { 0 };
		bool found = false, again = false;

		/* looking first costs a repetition no write, and no number of a row */
		TRY(key_find(r->db, r->arena, k, &row, &found));
		if (found)
			TRY(meet(r, k, &row, claimed, &again));
		else
			TRY(key_insert(r->db, r->arena, k, claimed));
		if (*claimed || (found && !again))
			return NULL;
	}
	return problem_new(r->arena, &PROBLEM_KEY_IN_FLIGHT, NULL);
}

/* ---- serving ---- */

/* What passes with time, depends on who asks, or can be written better is not an answer for good. */
static bool is_kept(int status)
{
	return status < 500 && status != 400 && status != 401 && status != 403 && status != 408 && status != 429;
}

/* The handler's answer, a refusal it decided included; a problem is what a retry may overcome. */
static struct problem *serve(struct req *r)
{
	struct problem *p = route_handle(r);

	if (!p || !is_kept(p->kind->status))
		return p;
	if (p->cause)
		log_problem(p);
	reply_problem(r, p);
	return NULL;
}

/* Taking one back, as from a session that has ended, gives nothing away. */
static bool sets_cookie(const struct reply *reply)
{
	for (size_t i = 0; i < reply->cookie_count; i++)
		if (reply->cookies[i].value)
			return true;
	return false;
}

static struct problem *finish(struct req *r, const struct key *k)
{
	const struct reply *reply = r->reply;
	const struct key_answer answer = {
		.status = reply->status,
		.content_type = reply->type,
		.headers = buf_string(&reply->headers),
		.kept = reply->length <= (size_t)web_conf.idempotency_answer_bytes,
		.body = seal_close_bytes(r->arena, body_purpose(r->arena, k->id),
		                         (struct bytes){ .data = reply->body, .length = reply->length }),
	};
	struct key_answer large = { .status = reply->status };
	bool ours = true;

	if (sets_cookie(reply))
		return key_release(r->db, r->arena, k); /* it is for the browser that got it, and for nobody's table */
	TRY(key_finish(r->db, r->arena, k, answer.kept ? &answer : &large, &ours));
	return ours ? NULL : problem_new(r->arena, &PROBLEM_KEY_IN_FLIGHT, NULL);
}

struct whole {
	struct req *req;
	struct reply before; /* as the handler found it */
};

static struct problem *serve_whole(struct db *db, struct arena *a, void *context)
{
	const struct whole *w = context;
	struct req *r = w->req;
	struct buf *headers = &r->reply->headers;

	(void)db;
	(void)a;
	/* what a run before a deadlock had begun to say no longer holds */
	*r->reply = w->before;
	if (headers->data)
		headers->data[headers->length] = '\0';
	((struct inner *)r->inner)->code = NULL;
	TRY(serve(r));
	return finish(r, ((const struct inner *)r->inner)->key);
}

static struct problem *run_whole(struct req *r)
{
	struct whole w = { .req = r, .before = *r->reply };

	return db_envelope(r->db, r->arena, serve_whole, &w);
}

/* The answer stands, also when it could not be kept: a retry runs the handler again, which finds what it did. */
static struct problem *run_steps(struct req *r, const struct key *k)
{
	struct problem *p;

	TRY(serve(r));
	p = finish(r, k);
	if (p)
		log_problem(p);
	return NULL;
}

struct problem *idempotency_run(struct req *r)
{
	struct inner *in = r->inner;
	const char *header = req_header(r, "Idempotency-Key");
	bool claimed = false;
	struct problem *p, *left;
	struct key *k;

	if (!header || !r->db || r->verb == GET || r->route->keyed == KEYED_NEVER) {
		TRY(input_check(r));
		return route_handle(r);
	}
	k = ARENA_NEW(r->arena, struct key);
	k->caller = caller(r);
	TRY(text_read(r, header, &k->text));
	k->fingerprint = fingerprint(r);
	TRY(claim(r, k, &claimed));
	if (!claimed)
		return NULL;
	in->key = k;
	/* not before the claim: what the first request made would refuse its repetition (is the name taken?) */
	p = input_check(r);
	if (!p)
		p = r->route->keyed == KEYED_WHOLE ? run_whole(r) : run_steps(r, k);
	if (!p)
		return NULL;
	left = key_release(r->db, r->arena, k);
	if (left)
		log_problem(left); /* its lease ends by itself */
	return p;
}

/* ---- what handlers say ---- */

struct problem *idempotency_about(struct req *r, const char *kind, int64_t id)
{
	const struct key *k = ((const struct inner *)r->inner)->key;
	bool ours = true;

	if (k)
		TRY(key_about(r->db, r->arena, k, kind, id, &ours));
	return ours ? NULL : problem_new(r->arena, &PROBLEM_KEY_IN_FLIGHT, NULL);
}

int64_t idempotency_noted(const struct req *r, const char *kind)
{
	const struct key *k = ((const struct inner *)r->inner)->key;

	return k && text_equal(k->about_kind, kind) ? k->about_id : 0;
}
