/* dialogue.c - the built-in responder as data: intents with their examples, replies, and which reply follows where.
 *
 * A message is compared with the examples word by word, whatever its case, punctuation and emoji; if none is the same, the one
 * that shares most words counts, provided that is enough of them. */
#include "app/chatbot/dialogue.h"

#include <assert.h>
#include <string.h>

#include "app/chatbot/utterance.h"
#include "lib/base/text.h"

const char *const dialogue_state_names[] = { "idle", "asked_mood", "asked_help", NULL };
static_assert(sizeof(dialogue_state_names) / sizeof(char *) == DIALOGUE_STATE_N + 1, "a name for every state");

/* ---- intents ---- */

enum intent { NONE, GREET, GOODBYE, AFFIRM, DENY, GREAT, UNHAPPY, RESTART, INTENT_N };

#define EXAMPLES(...)     \
	(const char *const[]) \
	{                     \
		__VA_ARGS__, NULL \
	}

/* clang-format off */
static const struct {
	const char *name;
	const char *const *examples;
} intents[] = {
	[NONE]    = { NULL, EXAMPLES(NULL) },
	[GREET]   = { "greet", EXAMPLES(
		"hey", "hello", "hi", "hello there", "good morning", "good evening", "moin", "hey there", "let's go", "hey dude",
		"goodmorning", "goodevening", "good afternoon") },
	[GOODBYE] = { "goodbye", EXAMPLES(
		"cu", "good by", "cee you later", "good night", "good afternoon", "bye", "goodbye", "have a nice day",
		"see you around", "bye bye", "see you later") },
	[AFFIRM]  = { "mood_affirm", EXAMPLES("yes", "indeed", "of course", "that sounds good", "correct") },
	[DENY]    = { "mood_deny", EXAMPLES("no", "never", "I don't think so", "don't like that", "no way") },
	[GREAT]   = { "mood_great", EXAMPLES(
		"perfect", "very good", "great", "amazing", "feeling like a king", "wonderful", "I am feeling very good",
		"I am great", "I am amazing", "I am going to save the world", "super", "extremely good", "so so perfect", "so good",
		"so perfect") },
	[UNHAPPY] = { "mood_unhappy", EXAMPLES(
		"my day was horrible", "I am sad", "I don't feel very well", "I am disappointed", "super sad", "I'm so sad", "sad",
		"very sad", "unhappy", "not so good", "not very good", "extremly sad", "so saad", "so sad") },
	[RESTART] = { "restart", EXAMPLES(NULL) },
};
static_assert(sizeof(intents) / sizeof(intents[0]) == INTENT_N, "a row for every intent");

/* ---- what is said ---- */

enum action { NOTHING, UTTER_GREET, UTTER_CHEER_UP, UTTER_DID_THAT_HELP, UTTER_HAPPY, UTTER_GOODBYE, UTTER_FALLBACK, ACTION_N };

static const struct {
	const char *text;           /* NULL: that of the settings */
	bool image;                 /* with the picture of the settings */
	const char *const *buttons; /* title and payload alike; NULL: none */
} actions[] = {
	[NOTHING]             = { NULL, false, NULL },
	[UTTER_GREET]         = { "Hey! How are you?", false, EXAMPLES("great", "super sad") },
	[UTTER_CHEER_UP]      = { "Here is something to cheer you up:", true, NULL },
	[UTTER_DID_THAT_HELP] = { "Did that help you?", false, NULL },
	[UTTER_HAPPY]         = { "Great carry on!", false, NULL },
	[UTTER_GOODBYE]       = { "Bye", false, NULL },
	[UTTER_FALLBACK]      = { NULL, false, NULL },
};
static_assert(sizeof(actions) / sizeof(actions[0]) == ACTION_N, "a row for every action");

/* ---- which follows where: the first row that fits counts ---- */

#define IN(state)  (1u << (state))
#define ANY        (IN(DIALOGUE_IDLE) | IN(DIALOGUE_ASKED_MOOD) | IN(DIALOGUE_ASKED_HELP))
#define MOOD       (IN(DIALOGUE_IDLE) | IN(DIALOGUE_ASKED_MOOD))
#define SAME       DIALOGUE_STATE_N

static const struct transition {
	unsigned states;
	enum intent intent;
	enum action says[2];
	enum dialogue_state next;
} transitions[] = {
	{ ANY,                     GREET,   { UTTER_GREET },                         DIALOGUE_ASKED_MOOD },
	{ ANY,                     GOODBYE, { UTTER_GOODBYE },                       DIALOGUE_IDLE },
	{ MOOD,                    GREAT,   { UTTER_HAPPY },                         DIALOGUE_IDLE },
	{ MOOD,                    UNHAPPY, { UTTER_CHEER_UP, UTTER_DID_THAT_HELP }, DIALOGUE_ASKED_HELP },
	{ IN(DIALOGUE_ASKED_HELP), AFFIRM,  { UTTER_HAPPY },                         DIALOGUE_IDLE },
	{ IN(DIALOGUE_ASKED_HELP), DENY,    { UTTER_GOODBYE },                       DIALOGUE_IDLE },
	{ ANY,                     RESTART, { NOTHING },                             DIALOGUE_IDLE },
};
static const struct transition otherwise = { ANY, NONE, { UTTER_FALLBACK }, SAME };
/* clang-format on */

/* ---- which intent a text has ---- */

#define WORDS_MOST 64 /* longer texts are no example with a word more */

struct words {
	const char *items[WORDS_MOST];
	size_t count;
	bool negated;
};

static bool negates(const char *word)
{
	return text_equal(word, "no") || text_equal(word, "not") || text_equal(word, "never") ||
	       text_equal(word, "cannot") || text_ends(word, "n't");
}

static bool has(const struct words *w, const char *word)
{
	for (size_t i = 0; i < w->count; i++)
		if (text_equal(w->items[i], word))
			return true;
	return false;
}

/* The different words of a folded text; false when they are too many. */
static bool words_part(struct arena *a, const char *folded, struct words *out)
{
	*out = (struct words){ .count = 0 };
	for (const char *at = folded; *at; at += *at == ' ') {
		const size_t n = strcspn(at, " ");
		const char *word = arena_text_n(a, at, n);

		at += n;
		if (has(out, word))
			continue;
		if (out->count == WORDS_MOST)
			return false;
		out->items[out->count++] = word;
		out->negated = out->negated || negates(word);
	}
	return true;
}

/* How much two texts have in common, in percent (Dice's coefficient over their words). "not great" is not "great". */
static size_t likeness(const struct words *l, const struct words *r)
{
	size_t shared = 0;

	if (l->negated != r->negated || l->count + r->count == 0)
		return 0;
	for (size_t i = 0; i < l->count; i++)
		shared += has(r, l->items[i]);
	return 200 * shared / (l->count + r->count);
}
#define LIKENESS_LEAST 60

/* The examples that greet and goodbye share greet somebody who has just come, and see off everybody else. */
static enum intent settle(enum intent intent, enum dialogue_state state, const char *folded)
{
	if (intent != GREET || state == DIALOGUE_IDLE)
		return intent;
	for (const char *const *example = intents[GOODBYE].examples; *example; example++)
		if (text_equal(*example, folded))
			return GOODBYE;
	return intent;
}

static enum intent intent_same(struct arena *a, enum dialogue_state state, const char *folded)
{
	for (enum intent intent = GREET; intent < INTENT_N; intent++)
		for (const char *const *example = intents[intent].examples; *example; example++)
			if (text_equal(text_words(a, *example), folded))
				return settle(intent, state, folded);
	return NONE;
}

static enum intent intent_like(struct arena *a, enum dialogue_state state, const char *folded)
{
	size_t best = LIKENESS_LEAST - 1;
	enum intent found = NONE;
	const char *nearest = "";
	struct words asked, other;

	if (!words_part(a, folded, &asked))
		return NONE;
	for (enum intent intent = GREET; intent < INTENT_N; intent++)
		for (const char *const *example = intents[intent].examples; *example; example++) {
			const char *words = text_words(a, *example);

			if (words_part(a, words, &other) && likeness(&asked, &other) > best) {
				best = likeness(&asked, &other);
				found = intent;
				nearest = words;
			}
		}
	return settle(found, state, nearest);
}

/* "/greet" and "/greet{"name":"Ada"}" name an intent. */
static enum intent intent_named(const char *text)
{
	const size_t n = strcspn(text + 1, "{ \t\r\n");

	for (enum intent intent = GREET; intent < INTENT_N; intent++)
		if (strlen(intents[intent].name) == n && strncmp(intents[intent].name, text + 1, n) == 0)
			return intent;
	return NONE;
}

static enum intent intent_of_line(struct arena *a, enum dialogue_state state, const char *text)
{
	const char *folded = text_words(a, text);
	enum intent intent;

	if (text[0] == '/')
		return intent_named(text);
	intent = intent_same(a, state, folded);
	return intent != NONE ? intent : intent_like(a, state, folded);
}

/* The whole first; when it matches nothing, the first line that does. */
static enum intent intent_of(struct arena *a, enum dialogue_state state, const char *text)
{
	enum intent intent = intent_of_line(a, state, text);

	for (const char *at = text; intent == NONE && *at; at += *at == '\n') {
		const size_t n = strcspn(at, "\n");

		if (n < strlen(text))
			intent = intent_of_line(a, state, arena_text_n(a, at, n));
		at += n;
	}
	return intent;
}

const char *dialogue_intent(struct arena *a, enum dialogue_state state, const char *text)
{
	return intents[intent_of(a, state, text)].name;
}

/* ---- the answer ---- */

static const struct transition *transition_of(enum dialogue_state state, enum intent intent)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++)
		if (transitions[i].intent == intent && transitions[i].states & IN(state))
			return &transitions[i];
	return &otherwise;
}

static struct list buttons_of(struct arena *a, const char *const *titles)
{
	struct list list = { .count = 0 };
	struct button *buttons;

	while (titles && titles[list.count])
		list.count++;
	buttons = ARENA_ARRAY(a, struct button, list.count);
	for (size_t i = 0; i < list.count; i++)
		buttons[i] = (struct button){ .title = titles[i], .payload = titles[i] };
	list.items = buttons;
	return list;
}

struct list dialogue_answer(struct arena *a, const struct dialogue_words *words, enum dialogue_state state,
                            const char *text, enum dialogue_state *next)
{
	const struct transition *t = transition_of(state, intent_of(a, state, text));
	struct utterance *said = ARENA_ARRAY(a, struct utterance, sizeof(t->says) / sizeof(t->says[0]));
	struct list list = { .items = said };

	for (size_t i = 0; i < sizeof(t->says) / sizeof(t->says[0]); i++) {
		const enum action action = t->says[i];
		const char *words_said = action == UTTER_FALLBACK ? words->fallback : actions[action].text;

		if (words_said)
			said[list.count++] = (struct utterance){ .text = words_said,
				                                     .image = actions[action].image ? words->image_url : NULL,
				                                     .buttons = buttons_of(a, actions[action].buttons) };
	}
	*next = t->next == SAME ? state : t->next;
	return list;
}
