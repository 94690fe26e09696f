/* test_chatbot.c - questions and answers as rows, the job that answers, and what is left of an erased conversation: nothing. */
#include "tests/store/store.h"

#include <string.h>

#include "app/chatbot/answer.h"
#include "app/chatbot/client.h"
#include "app/chatbot/conf.h"
#include "app/chatbot/conversation.h"
#include "app/chatbot/dialogue.h"
#include "app/chatbot/jobs.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/store.h"
#include "lib/base/log.h"

static struct process process = { .name = "test" };

static int begin(void **state)
{
	store_begin(state);

	struct store *s = *state;

	process.arena = s->arena;
	process.db = s->db;
	chatbot_conf = (struct chatbot_conf){
		.responder = RESPONDER_EMBEDDED,
		.rasa_url = "http://127.0.0.1:1", /* nobody listens there */
		.connect_ms = 200,
		.total_ms = 500,
		.answer_bytes = 1 << 20,
		.give_up_h = 24,
		.image_url = "https://i.example/",
	};
	return 0;
}

static int64_t number(struct store *s, const char *sql)
{
	int64_t n = -1;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	return n;
}

static struct instant at(int64_t seconds)
{
	return (struct instant){ (1500000000 + seconds) * US_PER_S };
}

static struct message put(struct store *s, const char *userid, int64_t seconds, const char *content)
{
	struct conversation c;
	struct message m;

	assert_fine(conversation_open(s->db, s->arena, userid, &c));
	assert_fine(question_put(s->db, s->arena, c.id, at(seconds), content, &m));
	return m;
}

static struct problem *run_job(struct store *s, int64_t job_id, int64_t conversation_id)
{
	struct job j = { .id = job_id,
		             .kind = ANSWER_JOB,
		             .subject_id = conversation_id,
		             .db = s->db,
		             .arena = s->arena,
		             .process = &process };

	return chatbot_jobs[0].run(&j);
}

/* "q:hello a:Hey! …" of a conversation. */
static const char *talk(struct store *s, int64_t conversation_id)
{
	struct message_filter f = { .conversation_id = { true, conversation_id }, .since = instant_none(), .limit = 1000 };
	struct list rows;
	struct buf b;

	buf_init(&b, s->arena, 1 << 16);
	assert_fine(message_rows(s->db, s->arena, &f, &rows));
	for (size_t i = 0; i < rows.count; i++) {
		const struct message *m = (const struct message *)rows.items + i;

		buf_printf(&b, "%s%s%s", i ? " " : "", m->state == MESSAGE_ANSWER ? "a" : "q", m->content);
	}
	return buf_string(&b);
}

/* ---- questions ---- */

static void the_same_question_is_one_row(void **state)
{
	struct store *s = *state;
	struct message one = put(s, "u", 1, "[\"a\"]");

	assert_int_equal(put(s, "u", 1, "[\"a\"]").id, one.id);
	assert_int_not_equal(put(s, "u", 2, "[\"a\"]").id, one.id);
	assert_int_not_equal(put(s, "u", 1, "[\"A\"]").id, one.id);
	assert_int_not_equal(put(s, "v", 1, "[\"a\"]").id, one.id);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message"), 4);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation"), 2);
}

static void names_differ_by_case_and_blanks(void **state)
{
	struct store *s = *state;

	put(s, "ada", 1, "[\"a\"]");
	put(s, "Ada", 1, "[\"a\"]");
	put(s, "ada ", 1, "[\"a\"]");
	put(s, "\U0001f600", 1, "[\"\U0001f389\"]");
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation"), 4);
}

static void a_question_is_answered_once_and_before_its_answer(void **state)
{
	struct store *s = *state;
	struct message q = put(s, "u", 1, "[\"a\"]"), a;
	bool found;

	assert_fine(answer_put(s->db, s->arena, &q, at(0), "[\"b\"]", "[]")); /* a clock that goes wrong */
	assert_fine(answer_find(s->db, s->arena, q.id, &a, &found));
	assert_true(found);
	assert_int_equal(a.at.us, q.at.us + 1);
	assert_problem(answer_put(s->db, s->arena, &q, at(9), "[\"c\"]", "[]"), PROBLEM_CONFLICT);
	assert_int_equal(put(s, "u", 1, "[\"a\"]").state, MESSAGE_ANSWERED);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message"), 2);
}

static void lists_are_narrowed(void **state)
{
	struct store *s = *state;
	struct message_filter f = { .since = instant_none(), .limit = 10 };
	struct list rows;
	struct message first = put(s, "ada", 1, "[\"1\"]");

	put(s, "ada:phone", 2, "[\"2\"]");
	put(s, "adam", 3, "[\"3\"]");
	assert_fine(message_rows(s->db, s->arena, &f, &rows));
	assert_int_equal(rows.count, 3);
	f.owner = "ada";
	assert_fine(message_rows(s->db, s->arena, &f, &rows));
	assert_int_equal(rows.count, 2);
	f.since = at(2);
	assert_fine(message_rows(s->db, s->arena, &f, &rows));
	assert_int_equal(rows.count, 1);
	f = (struct message_filter){ .since = instant_none(), .after_id = first.id, .limit = 1 };
	assert_fine(message_rows(s->db, s->arena, &f, &rows));
	assert_int_equal(rows.count, 1);
	assert_string_equal(((const struct message *)rows.items)->userid, "ada:phone");
}

/* ---- the job ---- */

static void a_job_answers_all_that_waits_in_order(void **state)
{
	struct store *s = *state;
	struct message q = put(s, "u", 1, "[\"hello\"]");

	put(s, "u", 3, "[\"I am\",\"sad\"]");
	put(s, "u", 2, "[\"yes\"]");
	assert_fine(run_job(s, 1, q.conversation_id));
	assert_string_equal(
		talk(s, q.conversation_id),
		"q[\"hello\"] q[\"I am\",\"sad\"] q[\"yes\"] a[\"Hey! How are you?\"]"
		" a[\"Here is something to cheer you up:\",\"Image: https://i.example/\",\"Did that help you?\"]"
		" a[\"Great carry on!\"]");
	assert_fine(run_job(s, 1, q.conversation_id)); /* nothing is left */
	assert_fine(run_job(s, 1, 999999));            /* it was erased */
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation WHERE holder IS NOT NULL"), 0);
}

static void a_conversation_is_asked_for_by_one_job_at_a_time(void **state)
{
	struct store *s = *state;
	struct message q = put(s, "u", 1, "[\"hello\"]");

	assert_fine(conversation_hold(s->db, s->arena, q.conversation_id, 7, 30));
	assert_problem(run_job(s, 8, q.conversation_id), PROBLEM_JOB_LATER);
	assert_string_equal(talk(s, q.conversation_id), "q[\"hello\"]");
	assert_fine(run_job(s, 7, q.conversation_id)); /* its own, after a kill */
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 0"), 1);

	q = put(s, "u", 2, "[\"great\"]");
	assert_fine(conversation_hold(s->db, s->arena, q.conversation_id, 7, 0)); /* a lease that ended */
	assert_fine(run_job(s, 8, q.conversation_id));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 0"), 2);
}

static void a_responder_that_is_away_leaves_questions_waiting(void **state)
{
	struct store *s = *state;
	struct message q = put(s, "u", 1, "[\"hello\"]");

	put(s, "u", 2, "[\"great\"]");
	chatbot_conf.responder = RESPONDER_RASA;
	assert_fine(rasa_start(&process));
	assert_problem(run_job(s, 1, q.conversation_id), chatbot_problems[P_AWAY]);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 1 AND failures = 1"), 2);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation WHERE holder IS NOT NULL"), 0);

	/* a day later */
	assert_fine(db_run(s->db, s->arena,
	                   "UPDATE chatbot_message SET received_at = NOW(6) - INTERVAL 25 HOUR WHERE id = ?",
	                   DB_ARGS(db_int(q.id)), NULL));
	assert_problem(run_job(s, 1, q.conversation_id), chatbot_problems[P_AWAY]);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 3"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 1"), 1);
	/* whoever asks again has it asked again */
	assert_int_equal(put(s, "u", 1, "[\"hello\"]").state, MESSAGE_WAITING);
	chatbot_conf.responder = RESPONDER_EMBEDDED;
	assert_fine(run_job(s, 1, q.conversation_id));
	assert_string_equal(talk(s, q.conversation_id),
	                    "q[\"hello\"] q[\"great\"] a[\"Hey! How are you?\"] a[\"Great carry on!\"]");
}

static void what_waits_gets_a_job(void **state)
{
	struct store *s = *state;
	struct job j = { .id = 1, .db = s->db, .arena = s->arena, .process = &process };

	put(s, "u", 1, "[\"hello\"]");
	put(s, "v", 1, "[\"hello\"]");
	assert_fine(chatbot_schedules[0].run(&j));
	assert_fine(chatbot_schedules[0].run(&j)); /* the same jobs */
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job WHERE kind = 'chatbot.answer' AND state = 0"), 2);
}

/* ---- the end ---- */

static void an_erased_conversation_leaves_nothing(void **state)
{
	struct store *s = *state;
	struct message q = put(s, "u", 1, "[\"secret\"]"), other = put(s, "v", 1, "[\"mine\"]");
	int64_t job;

	assert_fine(answer_put(s->db, s->arena, &q, at(2), "[\"secret\"]", "[{\"text\":\"secret\"}]"));
	assert_fine(
		job_add(s->db, s->arena, &(struct job_ask){ .kind = ANSWER_JOB, .subject_id = q.conversation_id }, &job));
	assert_fine(db_run(
		s->db, s->arena,
		"INSERT INTO web_idempotency (caller, key_text, fingerprint, claim, lease_until, created_at, expires_at, about_kind, about_id)"
		" VALUES ('u1', 'k', '', 1, NOW(6), NOW(6), NOW(6), 'chatbot.conversation', ?)",
		DB_ARGS(db_int(q.conversation_id)), NULL));
	assert_fine(conversation_erase(s->db, s->arena, q.conversation_id, 0));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message"), 1);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM work_job"), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM web_idempotency"), 0);
	assert_string_equal(talk(s, other.conversation_id), "q[\"mine\"]");
}

/* ---- single messages ---- */

static int64_t erase(struct store *s, const int64_t *ids, size_t count)
{
	int64_t gone = -1;

	assert_fine(messages_erase(s->db, s->arena, 0, ids, count, &gone));
	return gone;
}

static void a_question_goes_with_its_answer_and_others_stay(void **state)
{
	struct store *s = *state;
	const struct message one = put(s, "ada", 1, "[\"a\"]"), two = put(s, "ada", 2, "[\"b\"]"),
						 other = put(s, "bob", 1, "[\"c\"]");

	assert_fine(answer_put(s->db, s->arena, &one, at(5), "[\"hi\"]", "[]"));

	assert_int_equal(erase(s, (const int64_t[]){ one.id, other.id, 999999 }, 3), 2);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message"), 1);
	assert_int_equal(number(s, "SELECT id FROM chatbot_message"), two.id);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM account_audit WHERE action = 'remove' AND object_name = '-'"), 2);
	assert_int_equal(erase(s, (const int64_t[]){ one.id, other.id }, 2), 0);
	assert_int_equal(erase(s, NULL, 0), 0);
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_conversation"), 2); /* it may go on */
}

static void a_question_that_lost_its_answer_is_given_up(void **state)
{
	struct store *s = *state;
	const struct message q = put(s, "ada", 1, "[\"a\"]");
	struct message now;
	int64_t answer;

	assert_fine(answer_put(s->db, s->arena, &q, at(5), "[\"hi\"]", "[]"));
	answer = number(s, "SELECT id FROM chatbot_message WHERE state = 0");

	assert_int_equal(erase(s, &answer, 1), 1);
	assert_int_equal(number(s, "SELECT state FROM chatbot_message"), MESSAGE_GIVEN_UP);
	now = put(s, "ada", 1, "[\"a\"]"); /* asked again */
	assert_int_equal(now.id, q.id);
	assert_int_equal(now.state, MESSAGE_WAITING);
	assert_fine(answer_put(s->db, s->arena, &now, at(9), "[\"anew\"]", "[]"));
}

static void a_question_that_is_gone_is_not_asked_for(void **state)
{
	struct store *s = *state;
	const struct message one = put(s, "ada", 1, "[\"hello\"]"), two = put(s, "ada", 2, "[\"hello\"]");

	assert_fine(conversation_hold(s->db, s->arena, one.conversation_id, 5, 30)); /* a job is at it */
	assert_int_equal(erase(s, &one.id, 1), 1);

	assert_fine(run_job(s, 5, one.conversation_id));
	assert_int_equal(number(s, "SELECT COUNT(*) FROM chatbot_message WHERE state = 0"), 1);
	assert_int_equal(number(s, "SELECT reference FROM chatbot_message WHERE state = 0"), two.id);
}

static void an_export_is_whole(void **state)
{
	struct store *s = *state;
	struct conversation c;
	struct buf b;
	struct message q = put(s, "u", 1, "[\"hello\"]");

	for (int i = 0; i < 600; i++)
		put(s, "u", 10 + i, "[\"x\"]");
	assert_fine(answer_put(s->db, s->arena, &q, at(2), "[\"Hi\"]", "[{\"text\":\"Hi\",\"image\":\"i\"}]"));
	assert_fine(conversation_find(s->db, s->arena, "u", &c));
	buf_init(&b, s->arena, 1 << 20);
	assert_fine(conversation_export(s->db, s->arena, &c, &b));
	assert_non_null(strstr(buf_string(&b), "\"messages\":[{\"text\":\"Hi\",\"image\":\"i\"}]"));

	size_t entries = 0;

	for (const char *e = buf_string(&b); (e = strstr(e, "\"reference\":")); e++)
		entries++;
	assert_int_equal(entries, 602);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, store_end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_same_question_is_one_row),
		CASE(names_differ_by_case_and_blanks),
		CASE(a_question_is_answered_once_and_before_its_answer),
		CASE(lists_are_narrowed),
		CASE(a_job_answers_all_that_waits_in_order),
		CASE(a_conversation_is_asked_for_by_one_job_at_a_time),
		CASE(a_responder_that_is_away_leaves_questions_waiting),
		CASE(what_waits_gets_a_job),
		CASE(an_erased_conversation_leaves_nothing),
		CASE(a_question_goes_with_its_answer_and_others_stay),
		CASE(a_question_that_lost_its_answer_is_given_up),
		CASE(a_question_that_is_gone_is_not_asked_for),
		CASE(an_export_is_whole),
	};

	log_threshold(LOG_LEVEL_N);
	return STORE_RUN(tests);
}
