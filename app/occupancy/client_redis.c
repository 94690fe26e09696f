/* client_redis.c - reads spaces out of redis by SCAN, HMGET and PTTL, all keys of a round in one go (hiredis). */
#include "app/occupancy/client_redis.h"

#include <hiredis/hiredis.h>
#include <string.h>

#include "lib/base/text.h"

enum { CONNECT_S = 5, ANSWER_S = 30, PORT = 6379 };

struct redis {
	redisContext *context;
	const char *place; /* for messages, without the password */
	const char *cursor;
	bool ended;
};

struct target {
	const char *host; /* NULL: a unix socket at `path` */
	const char *path;
	int64_t port;
	int64_t number; /* of the database */
	const char *password;
};

/* ---- the URL ---- */

static struct problem *url_wrong(struct arena *a)
{
	return problem_new(a, &PROBLEM_USAGE, "--redis: redis://[:PASSWORD@]HOST[:PORT][/NUMBER] or unix://PATH is wanted");
}

static struct problem *url_read(struct arena *a, const char *url, struct target *out)
{
	static const char tcp[] = "redis://", local[] = "unix://";
	struct target t = { .port = PORT };
	char *host, *at, *end;

	if (text_starts(url, local) && url[sizeof(local) - 1] == '/') {
		t.path = url + sizeof(local) - 1;
		*out = t;
		return NULL;
	}
	if (!text_starts(url, tcp))
		return url_wrong(a);
	host = arena_text(a, url + sizeof(tcp) - 1);
	at = strrchr(host, '@');
	if (at) {
		*at = '\0';
		if (host[0] != ':')
			return url_wrong(a);
		t.password = percent_decode(a, host + 1, strlen(host + 1), false);
		host = at + 1;
	}
	end = strchr(host, '/');
	if (end) {
		*end++ = '\0';
		if (*end && !num_read(end, 0, 1000000, &t.number))
			return url_wrong(a);
	}
	end = host[0] == '[' ? strchr(host, ']') : NULL;
	if (end) {
		host++;
		*end++ = '\0';
	} else {
		end = host + strcspn(host, ":");
	}
	if (*end == ':') {
		*end++ = '\0';
		if (!num_read(end, 1, 65535, &t.port))
			return url_wrong(a);
	} else if (*end) {
		return url_wrong(a);
	}
	if (!*host)
		return url_wrong(a);
	t.host = host;
	*out = t;
	return NULL;
}

/* ---- asking ---- */

static struct problem *away(struct redis *r, struct arena *a, const char *why)
{
	return problem_new(a, &PROBLEM_UNAVAILABLE, "redis at %s: %s", r->place, why);
}

static void reply_release(void *reply)
{
	freeReplyObject(reply);
}

/* The next reply, which lives in the arena. */
static struct problem *reply_read(struct redis *r, struct arena *a, redisReply **out)
{
	void *reply = NULL;

	if (redisGetReply(r->context, &reply) != REDIS_OK || !reply)
		return away(r, a, r->context->errstr);
	arena_defer(a, reply_release, reply);
	*out = reply;
	return NULL;
}

static struct problem *ask(struct redis *r, struct arena *a, int argc, const char **argv, int type, redisReply **out)
{
	redisReply *reply;

	redisAppendCommandArgv(r->context, argc, argv, NULL);
	TRY(reply_read(r, a, &reply));
	if (reply->type == REDIS_REPLY_ERROR)
		return away(r, a, arena_text_n(a, reply->str, (size_t)reply->len));
	if (reply->type != type)
		return away(r, a, "an answer of another kind than expected");
	*out = reply;
	return NULL;
}

static void context_release(void *context)
{
	redisFree(context);
}

struct problem *redis_open(struct arena *a, const char *url, const char *password, struct redis **out)
{
	const struct timeval connect = { .tv_sec = CONNECT_S }, answer = { .tv_sec = ANSWER_S };
	struct redis *r = ARENA_NEW(a, struct redis);
	struct target t;
	redisReply *reply;

	TRY(url_read(a, url, &t));
	*r = (struct redis){ .cursor = "0",
		                 .place = t.host ? arena_printf(a, "%s:%lld", t.host, (long long)t.port) : t.path };
	r->context =
		t.host ? redisConnectWithTimeout(t.host, (int)t.port, connect) : redisConnectUnixWithTimeout(t.path, connect);
	if (!r->context)
		return away(r, a, "no memory");
	arena_defer(a, context_release, r->context);
	if (r->context->err)
		return away(r, a, r->context->errstr);
	redisSetTimeout(r->context, answer);
	if (!password)
		password = t.password;
	if (password)
		TRY(ask(r, a, 2, (const char *[]){ "AUTH", password }, REDIS_REPLY_STATUS, &reply));
	if (t.number > 0)
		TRY(ask(r, a, 2, (const char *[]){ "SELECT", arena_printf(a, "%lld", (long long)t.number) }, REDIS_REPLY_STATUS,
		        &reply));
	*out = r;
	return NULL;
}

/* ---- reading ---- */

/* NULL when it is no text of ours. */
static const char *text_of(struct arena *a, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_STRING || memchr(reply->str, '\0', (size_t)reply->len))
		return NULL;
	return arena_text_n(a, reply->str, (size_t)reply->len);
}

static const char *const fields[] = { "space_id",          "space_name", "occupancy_current",
	                                  "occupancy_maximum", "created",    "last_updated" };
enum { FIELD_N = sizeof(fields) / sizeof(fields[0]) };

static struct problem *space_read(struct redis *r, struct arena *a, struct redis_space *out)
{
	const char **members[FIELD_N] = { &out->space_id, &out->space_name, &out->current,
		                              &out->maximum,  &out->created,    &out->last_updated };
	redisReply *hash, *left;

	TRY(reply_read(r, a, &hash));
	TRY(reply_read(r, a, &left));
	out->is_hash = hash->type == REDIS_REPLY_ARRAY && hash->elements == FIELD_N;
	for (size_t i = 0; i < FIELD_N && out->is_hash; i++)
		*members[i] = text_of(a, hash->element[i]);
	out->left_ms = left->type == REDIS_REPLY_INTEGER ? left->integer : -2;
	return NULL;
}

static struct problem *spaces_read(struct redis *r, struct arena *a, const redisReply *keys, struct list *out)
{
	struct redis_space *spaces = ARENA_ARRAY(a, struct redis_space, keys->elements);
	size_t count = 0;

	for (size_t i = 0; i < keys->elements; i++) {
		const char *key = text_of(a, keys->element[i]);

		if (!key)
			continue;
		spaces[count++].key = key;
		redisAppendCommandArgv(r->context, 2 + FIELD_N,
		                       (const char *[]){ "HMGET", key, fields[0], fields[1], fields[2], fields[3], fields[4],
		                                         fields[5] },
		                       NULL);
		redisAppendCommandArgv(r->context, 2, (const char *[]){ "PTTL", key }, NULL);
	}
	for (size_t i = 0; i < count; i++)
		TRY(space_read(r, a, &spaces[i]));
	*out = (struct list){ .items = spaces, .count = count };
	return NULL;
}

struct problem *redis_next(struct redis *redis, struct arena *a, struct list *out, bool *more)
{
	redisReply *reply;

	TRY(ask(redis, a, 4, (const char *[]){ "SCAN", redis->cursor, "COUNT", "500" }, REDIS_REPLY_ARRAY, &reply));
	if (reply->elements != 2 || reply->element[0]->type != REDIS_REPLY_STRING ||
	    reply->element[1]->type != REDIS_REPLY_ARRAY)
		return away(redis, a, "SCAN answered something else");
	TRY(spaces_read(redis, a, reply->element[1], out));
	*more = !text_equal(reply->element[0]->str, "0");
	redis->cursor = arena_text(a, reply->element[0]->str);
	return NULL;
}
