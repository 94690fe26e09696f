/* test_chatbot_dialogue.c - the built-in responder: four paths, and what lies beside them. */
#include "tests/unit/unit.h"

#include "app/chatbot/dialogue.h"
#include "app/chatbot/utterance.h"
#include "lib/base/buf.h"

static const struct dialogue_words words = { .fallback = NULL, .image_url = "https://i.example/cheer.jpg" };

/* One turn; the state moves on. */
static const char *turn(struct arena *a, enum dialogue_state *state, const char *text)
{
	return utterances_said(a, dialogue_answer(a, &words, *state, text, state)).content;
}

#define GREETING "[\"Hey! How are you?\"]"
#define CHEERING \
	"[\"Here is something to cheer you up:\",\"Image: https://i.example/cheer.jpg\",\"Did that help you?\"]"

static void the_happy_path(void **state)
{
	enum dialogue_state at = DIALOGUE_IDLE;

	assert_string_equal(turn(*state, &at, "Hello"), GREETING);
	assert_int_equal(at, DIALOGUE_ASKED_MOOD);
	assert_string_equal(turn(*state, &at, "I am feeling very good!"), "[\"Great carry on!\"]");
	assert_int_equal(at, DIALOGUE_IDLE);
}

static void the_sad_paths(void **state)
{
	enum dialogue_state at = DIALOGUE_IDLE;

	turn(*state, &at, "moin");
	assert_string_equal(turn(*state, &at, "I’m so sad"), CHEERING);
	assert_int_equal(at, DIALOGUE_ASKED_HELP);
	assert_string_equal(turn(*state, &at, "Yes!!"), "[\"Great carry on!\"]");
	assert_int_equal(at, DIALOGUE_IDLE);

	turn(*state, &at, "hi");
	assert_string_equal(turn(*state, &at, "unhappy 😢"), CHEERING);
	assert_string_equal(turn(*state, &at, "no way"), "[\"Bye\"]");
	assert_int_equal(at, DIALOGUE_IDLE);
}

static void the_leaving_path(void **state)
{
	enum dialogue_state at = DIALOGUE_ASKED_HELP;

	assert_string_equal(turn(*state, &at, "see you later"), "[\"Bye\"]");
	assert_int_equal(at, DIALOGUE_IDLE);
}

static void what_fits_nowhere_changes_nothing(void **state)
{
	const struct dialogue_words chatty = { .fallback = "Pardon?", .image_url = "" };
	enum dialogue_state at = DIALOGUE_ASKED_MOOD, next;

	assert_string_equal(turn(*state, &at, "the weather in Berlin"), "[]");
	assert_string_equal(turn(*state, &at, "yes"), "[]"); /* nobody asked for that */
	assert_string_equal(turn(*state, &at, "🎉🎉"), "[]");
	assert_int_equal(at, DIALOGUE_ASKED_MOOD);
	assert_string_equal(utterances_said(*state, dialogue_answer(*state, &chatty, at, "?", &next)).content,
	                    "[\"Pardon?\"]");
	assert_int_equal(next, at);
}

static void an_intent_may_be_named(void **state)
{
	enum dialogue_state at = DIALOGUE_ASKED_HELP;

	assert_string_equal(dialogue_intent(*state, at, "/greet"), "greet");
	assert_string_equal(dialogue_intent(*state, at, "/mood_deny{\"a\":\"hello\"}"), "mood_deny");
	assert_null(dialogue_intent(*state, at, "/hello"));
	assert_null(dialogue_intent(*state, at, "/"));
	assert_string_equal(turn(*state, &at, "/restart"), "[]");
	assert_int_equal(at, DIALOGUE_IDLE);
}

static void good_afternoon_greets_who_comes_and_sees_off_who_was_here(void **state)
{
	assert_string_equal(dialogue_intent(*state, DIALOGUE_IDLE, "Good  Afternoon."), "greet");
	assert_string_equal(dialogue_intent(*state, DIALOGUE_ASKED_MOOD, "good afternoon"), "goodbye");
	assert_string_equal(dialogue_intent(*state, DIALOGUE_ASKED_HELP, "ＧＯＯＤ afternoon"), "goodbye");
	assert_string_equal(dialogue_intent(*state, DIALOGUE_ASKED_HELP, "good evening"), "greet");
}

static void a_few_words_more_are_understood(void **state)
{
	struct arena *a = *state;

	assert_string_equal(dialogue_intent(a, DIALOGUE_IDLE, "I am sad today"), "mood_unhappy");
	assert_string_equal(dialogue_intent(a, DIALOGUE_IDLE, "hello bot"), "greet");
	assert_string_equal(dialogue_intent(a, DIALOGUE_ASKED_HELP, "no, thanks"), "mood_deny");
	assert_null(dialogue_intent(a, DIALOGUE_ASKED_MOOD, "not great")); /* a denial turns it round */
	assert_null(dialogue_intent(a, DIALOGUE_IDLE, "tell me about the good old days"));
}

static void several_lines_are_one_turn(void **state)
{
	struct arena *a = *state;
	struct buf b;

	assert_string_equal(dialogue_intent(a, DIALOGUE_IDLE, "good\nmorning"), "greet");
	assert_string_equal(dialogue_intent(a, DIALOGUE_IDLE, "what a day it was\n\nmy day was horrible\nhello"),
	                    "mood_unhappy");
	/* however long */
	buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "word%d ", i);
	assert_null(dialogue_intent(a, DIALOGUE_IDLE, buf_string(&b)));
}

static void buttons_are_in_the_rich_form_alone(void **state)
{
	enum dialogue_state next;
	struct said said = utterances_said(*state, dialogue_answer(*state, &words, DIALOGUE_IDLE, "hi", &next));

	assert_string_equal(said.content, GREETING);
	assert_string_equal(said.rich,
	                    "[{\"text\":\"Hey! How are you?\",\"buttons\":[{\"title\":\"great\",\"payload\":\"great\"},"
	                    "{\"title\":\"super sad\",\"payload\":\"super sad\"}]}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_happy_path),
		CASE(the_sad_paths),
		CASE(the_leaving_path),
		CASE(what_fits_nowhere_changes_nothing),
		CASE(an_intent_may_be_named),
		CASE(good_afternoon_greets_who_comes_and_sees_off_who_was_here),
		CASE(a_few_words_more_are_understood),
		CASE(several_lines_are_one_turn),
		CASE(buttons_are_in_the_rich_form_alone),
	};

	return cmocka_run_group_tests_name("chatbot dialogue", tests, NULL, NULL);
}
