/* app.c - behind the door: the chatbot app's tables, settings, start. */
#include "app/chatbot/chatbot.h"

#include <assert.h>

#include "app/chatbot/client.h"
#include "app/chatbot/command.h"
#include "app/chatbot/conf.h"
#include "app/chatbot/handle.h"
#include "app/chatbot/jobs.h"
#include "app/chatbot/models.h"
#include "app/chatbot/problems.h"

const char *const chatbot_policy_names[] = { "closed", "open", NULL };
static_assert(sizeof(chatbot_policy_names) / sizeof(char *) == POLICY_N + 1, "a name for every policy");
const char *const responder_names[] = { "embedded", "rasa", "rasa-legacy", NULL };
static_assert(sizeof(responder_names) / sizeof(char *) == RESPONDER_N + 1, "a name for every responder");

struct chatbot_conf chatbot_conf;

/* clang-format off */
const struct setting chatbot_settings[] = {
	SET_CHOICE(struct chatbot_conf, policy, "closed", chatbot_policy_names,
	           "closed: accounts speak in conversations of their own name, staff in all; open: anybody in any"),
	SET_CHOICE(struct chatbot_conf, responder, "embedded", responder_names,
	           "who answers: the built-in dialogue, a Rasa 3.x server, or one of rasa_core 0.9"),
	SET_TEXT  (struct chatbot_conf, rasa_url, "http://127.0.0.1:5005", "base URL of the Rasa server"),
	SET_SECRET(struct chatbot_conf, rasa_token,                        "the Rasa server's --auth-token"),
	SET_SECRET(struct chatbot_conf, rasa_jwt_secret,                   "the Rasa server's --jwt-secret (HS256)"),
	SET_BOOL  (struct chatbot_conf, rasa_status, false,
	           "an empty answer of Rasa 3.x counts only when its /status says that a model is loaded (needs --enable-api)"),
	SET_INT   (struct chatbot_conf, connect_ms, 2000, 10, 10000,       "longest connection to the Rasa server, in ms"),
	SET_INT   (struct chatbot_conf, total_ms, 8000, 50, 20000,         "longest answer of the Rasa server, in ms"),
	SET_SIZE  (struct chatbot_conf, answer_bytes, "1M", 1024, INT64_C(16777216), "largest answer of the Rasa server"),
	SET_INT   (struct chatbot_conf, answer_wait_ms, 10000, 0, 60000,
	           "how long a request waits for its answer, in ms; after that it is 503 and the question waits on"),
	SET_INT   (struct chatbot_conf, give_up_h, 24, 1, 8760,            "how long a question waits for its answer, in hours"),
	SET_TEXT  (struct chatbot_conf, fallback, NULL,                    "built-in dialogue: what is said when nothing fits; not set: nothing"),
	SET_TEXT  (struct chatbot_conf, image_url, "https://i.imgur.com/nGF1K8f.jpg", "built-in dialogue: the picture that cheers up"),
	SETTING_END,
};
/* clang-format on */

static void check(struct process *p, struct arena *a, struct check_report *report)
{
	const char *version;
	struct problem *away;

	(void)p;
	if (chatbot_conf.responder == RESPONDER_EMBEDDED)
		return;
	away = rasa_look(a, &version);
	if (away)
		report->say(report, false, "the Rasa server answers", away->cause ? away->cause : away->detail);
	else
		report->say(report, true, arena_printf(a, "the Rasa server answers: %s", version), NULL);
}

const struct app chatbot_app = {
	.name = "chatbot",
	.doc = "Conversations with a Rasa server, or with the built-in responder",
	.routes = chatbot_routes,
	.settings = chatbot_settings,
	.conf = &chatbot_conf,
	.problems = chatbot_problems,
	.jobs = chatbot_jobs,
	.schedules = chatbot_schedules,
	.commands = chatbot_commands,
	.admin = chatbot_models,
	.start = rasa_start,
	.check = check,
};
