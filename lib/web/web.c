/* web.c - one request from the front server's words to the answer and the log line. Each step may refuse; what is
 * refused is answered and logged like everything else. */
#include "lib/web/inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/call/call.h"

struct web web;
struct web_conf web_conf = { .body_bytes = 1 << 20,
	                         .request_s = 20,
	                         .answer_s = 60,
	                         .hsts = true,
	                         .api_prefix = "/api",
	                         .idempotency_keep_s = 86400,
	                         .idempotency_lease_s = 150,
	                         .idempotency_answer_bytes = 256 << 10,
	                         .idempotency_keys = 1000,
	                         .idempotency_rows = 1000000 };
const char *const secure_cookies_names[] = { "auto", "yes", "no", NULL };

static const char *origin_rule(struct arena *a, const char *text)
{
	const char *host = strstr(text, "://");

	(void)a;
	if ((!text_starts(text, "https://") && !text_starts(text, "http://")) || strpbrk(host + 3, "/?# ") || !host[3])
		return "scheme and host, like https://portal.example.org";
	return NULL;
}

static const char *origins_rule(struct arena *a, const char *text)
{
	while (*text) {
		const size_t n = strcspn(text, ", \t");

		if (n > 0 && origin_rule(a, arena_text_n(a, text, n)))
			return "origins with their scheme, like https://portal.example.org";
		text += n;
		text += strspn(text, ", \t");
	}
	return NULL;
}

static const char *prefix_rule(struct arena *a, const char *text)
{
	(void)a;
	return text[0] == '/' && !text_ends(text, "/") ? NULL : "a path like /api, without a slash at its end";
}

/* clang-format off */
const struct setting web_settings[] = {
	SET_LIST  (struct web_conf, hosts, NULL,
	           "host names that are answered; .example.org also means all below it; not set: only localhost, 127.0.0.1 and [::1]"),
	SET_TEXT  (struct web_conf, base_url, NULL,
	           "canonical beginning of all links, like https://portal.example.org; not set: scheme and host of the request",
	           .check = origin_rule),
	SET_LIST  (struct web_conf, cors_origins, NULL,
	           "origins whose scripts may call with credentials, like https://portal.example.org", .check = origins_rule),
	SET_CHOICE(struct web_conf, secure_cookies, "auto", secure_cookies_names,
	           "whether cookies are for HTTPS only; auto: when the request came by HTTPS"),
	SET_SIZE  (struct web_conf, body_bytes, "1M", 1024, INT64_C(67108864), "largest request body"),
	SET_INT   (struct web_conf, request_s, 20, 1, 600, "seconds within which a request's head must have arrived, and then its body"),
	SET_INT   (struct web_conf, answer_s, 60, 1, 3600, "seconds within which the front server must have taken an answer"),
	SET_BOOL  (struct web_conf, server_timing, false, "answers carry Server-Timing: database, call-outs, total"),
	SET_BOOL  (struct web_conf, hsts, true, "HTTPS answers carry Strict-Transport-Security"),
	SET_SECRET(struct web_conf, metrics_token, "bearer token for /metrics; not set: callers of this machine only"),
	SET_TEXT  (struct web_conf, api_prefix, "/api", "where the index, the docs, health and metrics answer", .check = prefix_rule),
	SET_INT   (struct web_conf, idempotency_keep_s, 86400, 60, 2592000, "how long an Idempotency-Key and its answer are kept, in s"),
	SET_INT   (struct web_conf, idempotency_lease_s, 150, 1, 3600,
	           "a request that holds its Idempotency-Key that long is taken for dead, in s; longer than any request waits"),
	SET_SIZE  (struct web_conf, idempotency_answer_bytes, "256K", 1024, INT64_C(16383) << 10, "largest answer that is kept for an Idempotency-Key"),
	SET_INT   (struct web_conf, idempotency_keys, 1000, 10, 1000000, "about so many keys are kept of one caller, the newest"),
	SET_INT   (struct web_conf, idempotency_rows, 1000000, 1000, 1000000000, "and so many of all callers together"),
	SETTING_END,
};
/* clang-format on */

/* What one request needs, in one piece. */
struct exchange {
	struct req req;
	struct inner inner;
	struct reply reply;
};

struct problem *web_start(struct process *p, const struct mount *mounts, const char *schema)
{
	arena_free(web.arena); /* of an earlier start, in tests */
	web = (struct web){
		.process = p,
		.arena = arena_new(),
		.mounts_of_apps = mounts,
		.mounts = mounts_with_own(p->arena, mounts),
		.schema = schema,
	};
	TRY(router_compile(p->arena, web.mounts, &web.router));
	return metrics_start(p);
}

const struct mount *web_mounts(void)
{
	return web.mounts_of_apps;
}

/* ---- beginning ---- */

static bool id_is_sane(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return n >= 4 && n <= ID_MOST && id[n] == '\0';
}

/* W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>. Anything else does not travel on. */
static const char *trace_read(const char *parent)
{
	static const char form[] = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";

	if (!parent || strlen(parent) != sizeof(form) - 1)
		return NULL;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'h' ? !strchr("0123456789abcdef", parent[i]) : parent[i] != form[i])
			return NULL;
	return parent;
}

/* Unique, not secret: 8 random bytes of this process and a count. */
static const char *id_new(struct arena *a)
{
	static char random[17];
	static unsigned count;

	if (!random[0])
		memcpy(random, uuid_new_hex(a), sizeof(random) - 1);
	return arena_printf(a, "%s%08x", random, ++count);
}

static void verb_read(struct req *r, const char *method)
{
	struct inner *in = r->inner;

	in->method = method;
	r->head = strcmp(method, "HEAD") == 0;
	in->is_options = strcmp(method, "OPTIONS") == 0;
	r->verb = r->head ? GET : VERB_NONE;
	for (int verb = GET; verb < VERB_N && r->verb == VERB_NONE; verb++)
		if (strcmp(method, verb_names[verb]) == 0)
			r->verb = (enum verb)verb;
}

/* REQUEST_URI as it came: a path and a query, or (RFC 9112 section 3.2.2) a whole URL. */
static void uri_read(struct req *r, const char *uri)
{
	struct inner *in = r->inner;
	const char *authority = uri[0] == '/' ? NULL : strstr(uri, "://");

	if (authority) {
		const char *slash = strpbrk(authority + 3, "/?");

		uri = slash && *slash == '/' ? slash : "/";
	}
	in->path_length = strcspn(uri, "?#");
	in->whole_path = uri;
	r->query_text = uri[in->path_length] == '?' ? uri + in->path_length + 1 : "";
	in->manner = manner_of(uri, in->path_length);
	r->path = "";
}

static struct req *begin(struct transport *t)
{
	struct exchange *x = ARENA_NEW(web.arena, struct exchange);
	struct req *r = &x->req;
	const char *method = t->variable(t->context, "REQUEST_METHOD");
	const char *uri = t->variable(t->context, "REQUEST_URI");
	const char *id;

	*r = (struct req){
		.arena = web.arena,
		.db = web.process->db,
		.process = web.process,
		.now = clock_now(),
		.reply = &x->reply,
		.transport = t,
		.inner = &x->inner,
	};
	x->inner.began_us = clock_ticks_us();
	buf_init(&x->reply.headers, r->arena, 8192);
	verb_read(r, method ? method : "");
	uri_read(r, uri ? uri : "");
	id = req_header(r, "X-Request-Id");
	r->id = id && id_is_sane(id) ? id : id_new(r->arena);
	log_request(r->id);
	call_trace(r->id, trace_read(req_header(r, "Traceparent")));
	return r;
}

/* ---- the steps ---- */

/* The path with its final slash the other way round, and the query as it was. */
static struct problem *redirect_slash(struct req *r)
{
	const struct inner *in = r->inner;
	struct buf location;

	buf_init(&location, r->arena, (size_t)4 * URI_MOST);
	uri_clean(&location, in->whole_path, in->path_length);
	if (in->whole_path[in->path_length - 1] == '/')
		location.data[--location.length] = '\0';
	else
		buf_char(&location, '/');
	if (*r->query_text) {
		buf_char(&location, '?');
		uri_clean(&location, r->query_text, strlen(r->query_text));
	}
	TRY(reply_redirect(r, 301, buf_string(&location)));
	return r->reply->headers.full ? problem_new(r->arena, &PROBLEM_WEB_URI, NULL) : NULL;
}

static struct problem *not_allowed(struct req *r)
{
	const char *method = ((const struct inner *)r->inner)->method;

	return problem_new(r->arena, &PROBLEM_WEB_METHOD, "Method \"%.*s\" not allowed.",
	                   (int)strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"), method);
}

/* Finds the row; answers at once where only a slash is missing. */
static struct problem *route_find(struct req *r)
{
	struct inner *in = r->inner;
	struct match match;

	router_match(&web.router, r->arena, in->whole_path, in->path_length, &match);
	if (match.kind == MATCH_BAD_ENCODING)
		return problem_new(r->arena, &PROBLEM_WEB_PATH, NULL);
	if (match.kind == MATCH_NONE)
		return problem_new(r->arena, &PROBLEM_NOT_FOUND, NULL);
	in->leaf = match.leaf;
	in->suffix = match.suffix;
	in->entry = in->is_options ? (match.leaf->by_verb[GET] ? match.leaf->by_verb[GET] : match.leaf->first)
	                           : match.leaf->by_verb[r->verb];
	if (!in->entry || (r->head && !reply_head_allowed(match.leaf))) {
		in->entry = NULL;
		return not_allowed(r);
	}
	memcpy(in->values, match.values, in->entry->param_count * sizeof(in->values[0]));
	r->mount = in->entry->mount;
	r->route = in->entry->route;
	r->path =
		arena_text_n(r->arena, in->whole_path + in->entry->prefix_length, in->path_length - in->entry->prefix_length);
	in->type = r->route->body || r->verb != GET ? body_type_read(req_header(r, "Content-Type")) : BODY_UNKNOWN;
	log_app(r->mount->app->name);
	return match.other_slash && r->verb == GET ? redirect_slash(r) : NULL;
}

struct problem *route_handle(struct req *r)
{
	TRY(r->route->handle(r));
	if (r->reply->status == 0)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL),
		                       "the handler returned without an answer");
	return NULL;
}

static struct problem *answer(struct req *r)
{
	const struct inner *in = r->inner;

	TRY(outline_check(r));
	if (cors_preflight(r))
		return NULL;
	TRY(route_find(r));
	if (r->reply->status != 0)
		return NULL; /* a redirect */
	TRY(accept_check(r));
	if (r->route->changes && !in->is_options)
		TRY(site_check(r));
	TRY(auth_identify(r));
	TRY(origin_check(r));
	if (r->route->csrf && !r->user)
		TRY(csrf_check(r));
	TRY(auth_permit(r));
	if (in->is_options)
		return options_reply(r);
	if (r->route->limit)
		TRY(r->route->limit(r));
	TRY(input_read(r));
	return idempotency_run(r);
}

/* ---- ending ---- */

static void log_answer(const struct req *r, int64_t us)
{
	const struct inner *in = r->inner;

	LOG(LOG_INFO, "request", L_TEXT("route", in->entry ? in->entry->name : in->method),
	    L_INT("user", r->user ? r->user->id : 0), L_INT("status", r->reply->status), L_INT("ms", us / 1000),
	    L_TEXT("code", in->code));
}

static void end(struct req *r)
{
	const struct inner *in = r->inner;
	const int64_t us = clock_ticks_us() - in->began_us;

	if (r->db && db_in_transaction(r->db))
		db_rollback(r->db);
	metrics_end(in->entry ? in->entry->index : 0, r->reply->status, us);
	log_answer(r, us);
	log_request(NULL);
	log_app(NULL);
	call_trace(NULL, NULL);
	arena_reset(web.arena);
}

void web_handle(struct transport *t)
{
	struct req *r;
	struct problem *p;

	metrics_begin();
	r = begin(t);
	p = answer(r);
	if (p) {
		/* a refusal is in the request's own line; what went wrong on our side is told in full */
		if (p->kind->status >= 500 || p->cause)
			log_problem(p);
		reply_problem(r, p);
	}
	csrf_offer(r);
	manner_finish(r);
	browse_wrap(r);
	reply_indent(r);
	reply_send(r);
	end(r);
}
