/* client_rasa.c - asks a Rasa server, in the dialect of Rasa Open Source 3.x (REST channel and HTTP API) or of rasa_core 0.9
 * (chatbot.md sections 8 and 9). What comes back is as untrusted as what a browser sends.
 *
 * https://rasa.com/docs/rasa/connectors/your-own-website and https://rasa.com/docs/rasa/http-api; the webhook answers 200 with an
 * empty or partial list when something failed inside (rasa/core/channels/rest.py), only /status tells. */
#include "app/chatbot/client.h"

#include <sodium.h>
#include <string.h>

#include "app/chatbot/conf.h"
#include "app/chatbot/problems.h"
#include "lib/base/buf.h"
#include "lib/call/call.h"
#include "lib/json/json.h"

static struct service *rasa;

struct problem *rasa_start(struct process *p)
{
	const struct service_conf conf = {
		.name = "rasa",
		.url = chatbot_conf.rasa_url,
		.connect_ms = chatbot_conf.connect_ms,
		.total_ms = chatbot_conf.total_ms,
		.answer_bytes = chatbot_conf.answer_bytes,
		.breaker_failures = 5,
		.breaker_s = 2,
	};

	rasa = NULL;
	return chatbot_conf.responder == RESPONDER_EMBEDDED ? NULL : service_new(p, &conf, &rasa);
}

/* ---- what is sent ---- */

struct metadata {
	int64_t message_id;
};
struct turn {
	const char *sender;
	const char *message;
	struct metadata metadata;
};
struct old_turn {
	const char *query;
};

/* clang-format off */
static const struct field metadata_fields[] = { FIELD_OUT(struct metadata, message_id, "of the question"), FIELD_END };
static const struct shape metadata_shape = SHAPE("RasaMetadata", struct metadata, metadata_fields);
static const struct field turn_fields[] = {
	FIELD_OUT(struct turn, sender,  "name of the conversation"),
	FIELD_OUT(struct turn, message, "what was said"),
	FIELD_OBJECT(struct turn, metadata, OPTIONAL, metadata_shape, "for servers that look at it"),
	FIELD_END,
};
static const struct shape turn_shape = SHAPE("RasaTurn", struct turn, turn_fields);
static const struct field old_turn_fields[] = { FIELD_OUT(struct old_turn, query, "what was said"), FIELD_END };
static const struct shape old_turn_shape = SHAPE("RasaQuery", struct old_turn, old_turn_fields);
/* clang-format on */

/* The name is one segment whatever it holds; a name of dots alone would be a step up. */
static void add_segment(struct buf *b, const char *name)
{
	const bool dots = strspn(name, ".") == strlen(name);

	if (!dots) {
		buf_percent(b, name, strlen(name));
		return;
	}
	for (; *name; name++)
		buf_text(b, "%2E");
}

static void add_token(struct buf *b)
{
	if (!chatbot_conf.rasa_token)
		return;
	buf_text(b, "?token=");
	buf_percent(b, chatbot_conf.rasa_token, strlen(chatbot_conf.rasa_token));
}

static struct problem *say(struct arena *a, const char *userid, const char *text, int64_t message_id,
                           struct answer *answer)
{
	const struct turn turn = { .sender = userid, .message = text, .metadata = { .message_id = message_id } };
	struct call call = { .method = "POST", .path = "/webhooks/rest/webhook", .send = &turn_shape, .from = &turn };
	const struct old_turn old = { .query = text };
	struct buf path;

	if (chatbot_conf.responder == RESPONDER_RASA)
		return call_run(a, rasa, &call, answer);
	buf_init(&path, a, 8192);
	buf_text(&path, "/conversations/");
	add_segment(&path, userid);
	buf_text(&path, "/respond");
	add_token(&path);
	call = (struct call){ .method = "POST", .path = buf_string(&path), .send = &old_turn_shape, .from = &old };
	return call_run(a, rasa, &call, answer);
}

/* ---- JSON Web Token ---- */

const char *rasa_jwt(struct arena *a, const char *payload, const char *secret)
{
	static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	struct buf b;

	buf_init(&b, a, 4096);
	buf_base64url(&b, header, sizeof(header) - 1);
	buf_char(&b, '.');
	buf_base64url(&b, payload, strlen(payload));
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)b.data, b.length);
	crypto_auth_hmacsha256_final(&state, mac);
	buf_char(&b, '.');
	buf_base64url(&b, mac, sizeof(mac));
	return buf_string(&b);
}

/* GET of the HTTP API, which exists when the server runs with --enable-api. */
static struct problem *api_get(struct arena *a, const char *where, const struct shape *read, void *into)
{
	static const char admin[] = "{\"user\":{\"username\":\"portico\",\"role\":\"admin\"}}";
	struct buf path;

	buf_init(&path, a, 4096);
	buf_text(&path, where);
	add_token(&path);
	return call_run(a, rasa,
	                &(struct call){
						.method = "GET",
						.path = buf_string(&path),
						.bearer =
							chatbot_conf.rasa_jwt_secret ? rasa_jwt(a, admin, chatbot_conf.rasa_jwt_secret) : NULL,
						.expect = 200,
						.read = read,
						.into = into,
					},
	                NULL);
}

/* ---- what came back ---- */

static struct problem *away(struct arena *a, const struct problem *why)
{
	struct problem *p = problem_new(a, CHATBOT(P_AWAY), NULL);

	p->retry_after_s = why->retry_after_s > p->retry_after_s ? why->retry_after_s : p->retry_after_s;
	return problem_because(p, "%s: %s", why->kind->code, why->cause ? why->cause : why->detail);
}

struct problem *rasa_ask(struct arena *a, const char *userid, const char *text, int64_t message_id, struct list *out)
{
	struct answer answer;
	struct problem *p = say(a, userid, text, message_id, &answer);

	if (!p)
		p = utterances_read(a, answer.body, answer.length, (size_t)chatbot_conf.answer_bytes, out);
	if (!p && out->count == 0 && chatbot_conf.rasa_status && chatbot_conf.responder == RESPONDER_RASA)
		p = api_get(a, "/status", NULL, NULL);
	return p ? away(a, p) : NULL;
}

struct version {
	const char *version;
};
static const struct field version_fields[] = { FIELD(struct version, version, REQUIRED, 0, 100, "of the server"),
	                                           FIELD_END };
static const struct shape version_shape = SHAPE("RasaVersion", struct version, version_fields);

struct problem *rasa_look(struct arena *a, const char **words)
{
	struct version version = { NULL };

	TRY(api_get(a, "/version", &version_shape, &version));
	if (chatbot_conf.rasa_status)
		TRY(api_get(a, "/status", NULL, NULL));
	*words = version.version;
	return NULL;
}
