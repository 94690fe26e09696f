/* test_chatbot_texts.c - what responders send, what old servers stored, and the token that Rasa wants. */
#include "tests/unit/unit.h"

#include "app/chatbot/client.h"
#include "app/chatbot/python_list.h"
#include "app/chatbot/store.h"
#include "app/chatbot/utterance.h"
#include "lib/base/text.h"

/* ---- items of an answer ---- */

static struct said said(struct arena *a, const char *json)
{
	struct list items;
	struct problem *p = utterances_read(a, json, strlen(json), 1 << 20, &items);

	assert_null(p);
	return utterances_said(a, items);
}

static void every_kind_of_item_becomes_strings(void **state)
{
	struct arena *a = *state;

	assert_string_equal(said(a, "[]").content, "[]");
	assert_string_equal(said(a, "[{\"recipient_id\":\"u\",\"text\":\"a\"},{\"image\":\"http://i/1\"}]").content,
	                    "[\"a\",\"Image: http://i/1\"]");
	assert_string_equal(
		said(
			a,
			"[{\"image\":\"i\",\"text\":\"t\",\"attachment\":\"file.pdf\",\"custom\":{ \"a\" : [1, 1.50, \"x y\\\" z\"] }}]")
			.content,
		"[\"t\",\"{\\\"a\\\":[1,1.50,\\\"x y\\\\\\\" z\\\"]}\",\"Image: i\",\"Attachment: file.pdf\"]");
	assert_string_equal(said(a, "[{\"attachment\":{\"type\": \"video\"}}]").content,
	                    "[\"Attachment: {\\\"type\\\":\\\"video\\\"}\"]");
	assert_string_equal(said(a, "[{\"text\":\"\",\"image\":null,\"custom\":null}]").content, "[\"\"]");
}

static void buttons_of_both_dialects_are_kept(void **state)
{
	static const char wanted[] = "[{\"text\":\"?\",\"buttons\":[{\"title\":\"Yes\",\"payload\":\"/affirm\"}]}]";
	struct arena *a = *state;

	assert_string_equal(said(a, "[{\"text\":\"?\",\"buttons\":[{\"title\":\"Yes\",\"payload\":\"/affirm\"}]}]").rich,
	                    wanted);
	assert_string_equal(said(a, "[{\"text\":\"?\",\"data\":[{\"title\":\"Yes\",\"payload\":\"/affirm\"}]}]").rich,
	                    wanted);
	assert_string_equal(said(a, "[{\"text\":\"?\",\"buttons\":[{\"title\":\"Yes\",\"payload\":\"/affirm\"}]}]").content,
	                    "[\"?\"]");
}

static void answers_that_say_nothing_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"no JSON",
		"{}",
		"\"text\"",
		"null",
		"[1]",
		"[null]",
		"[{}]",
		"[{\"recipient_id\":\"u\"}]",
		"[{\"text\":{}}]",
		"[{\"text\":null}]",
		"[{\"text\":\"a\"},{\"elements\":[]}]",
		"[{\"text\":\"\\ud800\"}]",
		"[{\"text\":\"a\"}",
	};
	struct list items;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(utterances_read(*state, bad[i], strlen(bad[i]), 1 << 20, &items));
	assert_non_null(utterances_read(*state, "[{\"text\":\"long\"}]", 17, 16, &items));
}

static void strings_come_back_as_they_were(void **state)
{
	const char *const strings[] = { "a", "it's \"quoted\"", "", "ä 🎉 \n\\ \t", "Привет" };
	const struct texts in = { (const char **)(uintptr_t)strings, 5 };
	struct texts out;

	assert_null(strings_read(*state, strings_write(*state, in), &out));
	assert_int_equal(out.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(out.items[i], strings[i]);
}

/* ---- lists as Python writes them ---- */

static void assert_python(struct arena *a, const char *text, const char *json)
{
	struct texts list;

	assert_true(python_list_read(a, text, &list));
	assert_string_equal(strings_write(a, list), json);
}

static void reads_lists_of_python(void **state)
{
	struct arena *a = *state;

	assert_python(a, "[]", "[]");
	assert_python(a, "['a', \"it's\"]", "[\"a\",\"it's\"]");
	assert_python(a, "['it\\'s \"x\"', u'b']", "[\"it's \\\"x\\\"\",\"b\"]");
	assert_python(a, " [ 'a' ,\n'b' ] ", "[\"a\",\"b\"]");
	assert_python(a, "['\\n\\t\\\\\\x41\\u20ac\\U0001f389\\101']", "[\"\\n\\t\\\\A€🎉A\"]");
	assert_python(a, "['\\d', 'ä']", "[\"\\\\d\",\"ä\"]");
	assert_python(a, "['\\ud800\\x00']", "[\"��\"]");
}

static void refuses_what_is_no_list_of_python(void **state)
{
	static const char *const bad[] = { "",      "[",      "['a'",    "['a' 'b']", "['a',]",    "[,]",
		                               "[1]",   "['a\\",  "['a']x",  "'a'",       "['\\xg1']", "['\\u12']",
		                               "{'a'}", "[None]", "[['a']]", "[\"a']" };
	struct texts list;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (python_list_read(*state, bad[i], &list))
			fail_msg("was read: %s", bad[i]);
}

/* ---- names and tokens ---- */

static void a_conversation_belongs_to_the_account_it_is_named_like(void **state)
{
	(void)state;
	assert_true(userid_is_of("ada", "ada"));
	assert_true(userid_is_of("ada:phone", "ada"));
	assert_false(userid_is_of("adam", "ada"));
	assert_false(userid_is_of("Ada", "ada"));
	assert_false(userid_is_of("ad", "ada"));
	assert_false(userid_is_of("bob:ada", "ada"));
}

static void signs_tokens_as_rfc_7515_does(void **state)
{
	/* made by Python's hmac and base64 for this header and payload */
	assert_string_equal(
		rasa_jwt(*state, "{\"user\":{\"username\":\"portico\",\"role\":\"admin\"}}", "secret"),
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyIjp7InVzZXJuYW1lIjoicG9ydGljbyIsInJvbGUiOiJhZG1pbiJ9fQ."
		"ui6lBqdrbFHVnUbmmAdBIX9Ud-m2-V3mKwqsYrn2pzc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_kind_of_item_becomes_strings),
		CASE(buttons_of_both_dialects_are_kept),
		CASE(answers_that_say_nothing_are_refused),
		CASE(strings_come_back_as_they_were),
		CASE(reads_lists_of_python),
		CASE(refuses_what_is_no_list_of_python),
		CASE(a_conversation_belongs_to_the_account_it_is_named_like),
		CASE(signs_tokens_as_rfc_7515_does),
	};

	return cmocka_run_group_tests_name("chatbot texts", tests, NULL, NULL);
}
