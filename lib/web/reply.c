/* reply.c - answers: what a handler says, and the bytes that go to the front server.
 *
 * The front server speaks CGI (RFC 3875): a Status line, headers, an empty line, the body. Everything that is the same
 * in all answers is one constant block. */
#include "lib/web/inner.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"
#include "lib/json/json.h"

#define HEAD_BYTES_MOST 16384

/* RFC 9110 section 15; only what we send. */
const char *status_reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 202:
		return "Accepted";
	case 204:
		return "No Content";
	case 301:
		return "Moved Permanently";
	case 302:
		return "Found";
	case 303:
		return "See Other";
	case 304:
		return "Not Modified";
	case 307:
		return "Temporary Redirect";
	case 308:
		return "Permanent Redirect";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 406:
		return "Not Acceptable";
	case 408:
		return "Request Timeout";
	case 409:
		return "Conflict";
	case 410:
		return "Gone";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 415:
		return "Unsupported Media Type";
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 431:
		return "Request Header Fields Too Large";
	case 500:
		return "Internal Server Error";
	case 501:
		return "Not Implemented";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	case 504:
		return "Gateway Timeout";
	default:
		return status < 400 ? "Done" : "Refused";
	}
}

/* ---- what handlers call ---- */

static struct problem *answer(struct req *r, int status, const char *type, const void *body, size_t n)
{
	r->reply->status = status;
	r->reply->type = type;
	r->reply->body = body;
	r->reply->length = n;
	return NULL;
}

static struct problem *answer_buf(struct req *r, int status, const struct buf *b)
{
	if (b->full)
		return problem_because(problem_new(r->arena, &PROBLEM_INTERNAL, NULL), "an answer beyond %zu bytes",
		                       ANSWER_BYTES_MOST);
	return answer(r, status, "application/json", buf_string(b), b->length);
}

struct problem *reply_shape(struct req *r, int status, const struct shape *shape, const void *object)
{
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	json_write(&b, shape, object);
	return answer_buf(r, status, &b);
}

struct problem *reply_list(struct req *r, int status, const struct shape *items, struct list list)
{
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	json_write_list(&b, items, list);
	return answer_buf(r, status, &b);
}

struct problem *reply_string(struct req *r, int status, const char *text)
{
	struct buf b;

	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	buf_json_string(&b, text, strlen(text));
	return answer_buf(r, status, &b);
}

struct problem *reply_json(struct req *r, int status, const char *json)
{
	return answer(r, status, "application/json", json, strlen(json));
}

struct problem *reply_empty(struct req *r, int status)
{
	return answer(r, status, NULL, NULL, 0);
}

struct problem *reply_bytes(struct req *r, int status, const char *content_type, const void *bytes, size_t n)
{
	return answer(r, status, content_type, bytes, n);
}

struct problem *reply_redirect(struct req *r, int status, const char *location)
{
	reply_header(r, "Location", "%s", location);
	return answer(r, status, NULL, NULL, 0);
}

void reply_header(struct req *r, const char *name, const char *format, ...)
{
	struct reply *reply = r->reply;
	va_list args;

	va_start(args, format);

	char *value = arena_vprintf(r->arena, format, args);

	va_end(args);
	for (char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' '; /* a line break would begin a header of somebody else's choice */
	/* in one piece: what does not fit is left out, and half a line would swallow the next one */
	buf_text(&reply->headers, arena_printf(r->arena, "%s: %s\r\n", name, value));
	if (reply->headers.full)
		return;
	if (strcasecmp(name, "Cache-Control") == 0)
		reply->own_caching = true;
	else if (strcasecmp(name, "Content-Security-Policy") == 0)
		reply->own_policy = true;
}

/* The last word about a name counts: a session that was deleted may begin anew in the same answer. */
void reply_cookie(struct req *r, const struct cookie *cookie)
{
	struct reply *reply = r->reply;
	size_t i = 0;

	while (i < reply->cookie_count && !text_equal(reply->cookies[i].name, cookie->name))
		i++;
	assert(i < COOKIE_MOST);
	if (i < COOKIE_MOST)
		reply->cookies[i] = *cookie;
	if (i == reply->cookie_count && i < COOKIE_MOST)
		reply->cookie_count++;
}

bool reply_head_allowed(const struct leaf *leaf)
{
	return leaf->by_verb[GET] && !leaf->by_verb[GET]->route->changes;
}

/* ---- the bytes ---- */

static void add_number(struct buf *b, size_t n)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, digits + at, sizeof(digits) - at);
}

static void add_line(struct buf *b, const char *name, const char *value)
{
	buf_text(b, name);
	buf_text(b, value);
	buf_add(b, "\r\n", 2);
}

static bool cookies_secure(const struct req *r)
{
	return web_conf.secure_cookies == 1 || (web_conf.secure_cookies == 0 && r->https);
}

static void write_cookie(const struct req *r, struct buf *b, const struct cookie *c)
{
	buf_text(b, "Set-Cookie: ");
	buf_text(b, c->name);
	buf_char(b, '=');
	if (c->value)
		buf_text(b, c->value);
	else
		buf_text(b, "\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
	if (c->value && c->max_age_s >= 0)
		buf_printf(b, "; Max-Age=%lld", (long long)c->max_age_s);
	buf_text(b, "; Path=/; SameSite=Lax");
	if (!c->script)
		buf_text(b, "; HttpOnly");
	if (cookies_secure(r))
		buf_text(b, "; Secure");
	buf_add(b, "\r\n", 2);
}

/* Which of the caller's words the answer depends on, for caches that look at it all the same; NULL: on none. */
const char *reply_vary(const struct req *r)
{
	const struct inner *in = r->inner;
	const bool cookie = !in->entry || (in->entry->route->auth != AUTH_NONE && in->code != PROBLEM_WEB_ACCEPT.code);

	if (in->view == VIEW_OTHER && web_conf.cors_origins.count > 0)
		return cookie ? "Cookie, Origin" : "Origin";
	if (in->view == VIEW_OTHER)
		return cookie ? "Cookie" : NULL;
	if (web_conf.cors_origins.count > 0)
		return cookie ? "Accept, Cookie, Origin" : "Accept, Origin";
	return cookie ? "Accept, Cookie" : "Accept";
}

static void write_timing(struct buf *b, const struct req *r)
{
	const struct inner *in = r->inner;
	const struct spent spent = metrics_spent();

	buf_printf(b, "Server-Timing: db;dur=%.3f, call;dur=%.3f, total;dur=%.3f\r\n", (double)spent.db_us / 1000,
	           (double)spent.call_us / 1000, (double)(clock_ticks_us() - in->began_us) / 1000);
}

static void write_head(struct req *r, struct buf *b)
{
	static const char always[] =
		"X-Content-Type-Options: nosniff\r\n"
		"X-Frame-Options: SAMEORIGIN\r\n"
		"Referrer-Policy: same-origin\r\n";
	/* as the replaced service's front server said it, and for caches that would keep it all the same */
	static const char no_store[] =
		"Expires: Thu, 01 Jan 1970 00:00:01 GMT\r\n"
		"Cache-Control: no-cache, no-store\r\n";
	static const char no_loading[] = "Content-Security-Policy: default-src 'none'; frame-ancestors 'self'\r\n";
	const struct inner *in = r->inner;
	const struct reply *reply = r->reply;

	buf_text(b, "Status: ");
	add_number(b, (size_t)reply->status);
	buf_char(b, ' ');
	add_line(b, status_reason(reply->status), "");
	if (reply->type)
		add_line(b, "Content-Type: ", reply->type);
	if (reply->status != 204 && reply->status != 304) {
		buf_text(b, "Content-Length: ");
		add_number(b, reply->length);
		buf_add(b, "\r\n", 2);
	}
	buf_add(b, always, sizeof(always) - 1);
	if (!reply->own_caching)
		buf_add(b, no_store, sizeof(no_store) - 1);
	if (!reply->own_policy)
		buf_add(b, no_loading, sizeof(no_loading) - 1);
	if (r->https && web_conf.hsts)
		buf_text(b, "Strict-Transport-Security: max-age=31536000\r\n");
	if (in->leaf && (reply->status == 405 || !in->manner || !in->manner->allow_only_refused))
		add_line(b, "Allow: ", in->leaf->allow);
	if (reply_vary(r))
		add_line(b, "Vary: ", reply_vary(r));
	add_line(b, "X-Request-Id: ", r->id);
	cors_write(r, b);
	if (web_conf.server_timing)
		write_timing(b, r);
	if (reply->headers.length > 0)
		buf_add(b, reply->headers.data, reply->headers.length);
	for (size_t i = 0; i < reply->cookie_count; i++)
		write_cookie(r, b, &reply->cookies[i]);
	buf_add(b, "\r\n", 2);
}

/* A client that went away is nobody's problem: what it asked for has happened. */
void reply_send(struct req *r)
{
	const struct reply *reply = r->reply;
	const struct transport *t = r->transport;
	static char storage[HEAD_BYTES_MOST];
	struct buf head;

	buf_over(&head, storage, sizeof(storage));
	write_head(r, &head);
	if (t->write(t->context, head.data, head.length) && reply->length > 0 && !r->head)
		(void)t->write(t->context, reply->body, reply->length);
}
