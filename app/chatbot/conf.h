/* conf.h - section [chatbot] of the settings. */
#ifndef PORTICO_CHATBOT_CONF_H
#define PORTICO_CHATBOT_CONF_H

#include "lib/base/settings.h"

enum policy { POLICY_CLOSED, POLICY_OPEN, POLICY_N };
extern const char *const chatbot_policy_names[POLICY_N + 1];

enum responder { RESPONDER_EMBEDDED, RESPONDER_RASA, RESPONDER_LEGACY, RESPONDER_N };
extern const char *const responder_names[RESPONDER_N + 1];

struct chatbot_conf {
	int policy;                  /* who may speak and read */
	int responder;               /* who answers */
	const char *rasa_url;        /* base URL */
	const char *rasa_token;      /* --auth-token of the server; NULL: none */
	const char *rasa_jwt_secret; /* --jwt-secret of the server; NULL: none */
	bool rasa_status;            /* an empty answer is believed only when /status says that a model is loaded */
	int64_t connect_ms;
	int64_t total_ms;       /* longest call */
	int64_t answer_bytes;   /* largest answer */
	int64_t answer_wait_ms; /* how long a request waits for its answer */
	int64_t give_up_h;      /* how long a question waits for its answer */
	const char *fallback;   /* embedded: what is said when nothing fits; NULL: nothing */
	const char *image_url;  /* embedded: the picture that cheers up */
};
extern struct chatbot_conf chatbot_conf;
extern const struct setting chatbot_settings[];

#endif
