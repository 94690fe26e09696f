/* test_web_idempotency.c - requests with an Idempotency-Key, in one process and on a real database: what is kept, what is given
 * again, and what is left of a worker that died in the middle. */
#include "tests/unit/front.h"
#undef assert_fine
#undef assert_problem
#include "tests/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/seal.h"
#include "lib/base/text.h"
#include "lib/web/idempotency.h"

/* ---- an app that counts ---- */

static const struct problem_kind REFUSED = { 409, "test.refused", "Refused", NULL, FORM_PROBLEM, 0 };
static const struct problem_kind BROKEN = { 503, "test.broken", "Broken", NULL, FORM_PROBLEM, 7 };

static struct store *now;
static int runs;
static void (*meanwhile)(void); /* what happens while the handler runs; NULL: nothing */

static struct problem *add_work(struct db *db, struct arena *a, void *context)
{
	return db_run(db, a, "UPDATE test_counter SET n = n + ? WHERE id = 1", DB_ARGS(db_int(*(const int64_t *)context)),
	              NULL);
}

struct ask {
	int64_t n;
	const char *end; /* how the handler ends */
};
static const struct field ask_fields[] = {
	FIELD(struct ask, n, REQUIRED, 0, 1000, "to add"),
	FIELD(struct ask, end, OPTIONAL, 0, 20, "how it ends"),
	FIELD_END,
};
static const struct shape ask_shape = SHAPE("Ask", struct ask, ask_fields);

/* Two transactions and a statement by itself, as handlers have them. */
static struct problem *step(struct req *r)
{
	const struct ask *ask = r->body;
	int64_t n = 0, one = 1;

	runs++;
	TRY(db_transaction(r->db, r->arena, add_work, (void *)(uintptr_t)&ask->n));
	TRY(db_run(r->db, r->arena, "UPDATE test_counter SET n = n - 1 WHERE id = 1", DB_NONE, NULL));
	TRY(db_transaction(r->db, r->arena, add_work, &one));
	if (meanwhile)
		meanwhile();
	if (text_equal(ask->end, "refused"))
		return problem_new(r->arena, &REFUSED, "no %lld", (long long)ask->n);
	if (text_equal(ask->end, "broken"))
		return problem_new(r->arena, &BROKEN, NULL);
	if (text_equal(ask->end, "cookie"))
		reply_cookie(r, &(struct cookie){ .name = "secret", .value = "x", .max_age_s = -1 });
	TRY(db_number(r->db, r->arena, "SELECT n FROM test_counter WHERE id = 1", DB_NONE, &n));
	reply_header(r, "Location", "/things/%lld", (long long)n);
	return reply_json(r, 201,
	                  text_equal(ask->end, "large") ? arena_printf(r->arena, "\"%02000d\"", 7)
	                                                : arena_printf(r->arena, "{\"n\":%lld}", (long long)n));
}

/* A handler of several transactions: it makes a thing, waits, and answers; run again it goes on with the thing it made. */
static struct problem *make_work(struct db *db, struct arena *a, void *context)
{
	int64_t one = 1;

	TRY(add_work(db, a, &one));
	return idempotency_about(context, "test.thing", 42);
}

static struct problem *make(struct req *r)
{
	const struct ask *ask = r->body;
	const int64_t made = idempotency_noted(r, "test.thing");

	runs++;
	if (made == 0)
		TRY(db_transaction(r->db, r->arena, make_work, r));
	if (meanwhile)
		meanwhile();
	if (text_equal(ask->end, "broken") && made == 0)
		return problem_new(r->arena, &BROKEN, NULL);
	return reply_json(r, 201, arena_printf(r->arena, "{\"thing\":%lld}", (long long)(made ? made : 42)));
}

static struct problem *drop(struct req *r)
{
	const int64_t n = 100;

	runs++;
	TRY(db_transaction(r->db, r->arena, add_work, (void *)(uintptr_t)&n));
	return reply_empty(r, 204);
}

/* clang-format off */
static const struct route routes[] = {
	{ GET,    "/things/", drop, ANYONE, NULL,       .doc = "reads" },
	{ POST,   "/things/", step, ANYONE, &ask_shape, .doc = "adds" },
	{ PUT,    "/things/", step, ANYONE, &ask_shape, .doc = "adds" },
	{ DELETE, "/things/", drop, ANYONE, NULL,       .doc = "drops" },
	{ POST,   "/steps/",  make, ANYONE, &ask_shape, .doc = "makes", .keyed = KEYED_STEPS },
	{ POST,   "/never/",  step, ANYONE, &ask_shape, .doc = "adds", .keyed = KEYED_NEVER },
	{ 0 },
};
static const struct app app = { .name = "test", .routes = routes };
static const struct mount mounts[] = { { "/t", &app }, { NULL, NULL } };
/* clang-format on */

static const struct identity ada = { .id = 7, .username = "ada" };

static struct problem *by_token(struct req *r, const char *key, const struct identity **out)
{
	(void)r;
	if (text_equal(key, "ada"))
		*out = &ada;
	return NULL;
}
static const struct identity_source source = { .by_token = by_token };

static void sql(const char *text)
{
	assert_fine(db_run(now->db, now->arena, text, DB_NONE, NULL));
}

static int64_t number(const char *text)
{
	int64_t n = -1;

	assert_fine(db_number(now->db, now->arena, text, DB_NONE, &n));
	return n;
}

#define COUNTER number("SELECT n FROM test_counter WHERE id = 1")
#define KEYS number("SELECT COUNT(*) FROM web_idempotency")

static int begin(void **state)
{
	static bool sealed;

	store_begin(state);
	now = *state;
	if (!sealed)
		assert_fine(seal_key_load(now->arena, store_path(now, "seal.key"), true));
	sealed = true;
	front_start(mounts);
	web.process->db = now->db;
	identity_source_set(&source);
	web_conf.idempotency_keep_s = 3600;
	web_conf.idempotency_lease_s = 150;
	web_conf.idempotency_answer_bytes = 1500;
	web_conf.idempotency_keys = 1000;
	web_conf.idempotency_rows = 1000000;
	sql("CREATE OR REPLACE TABLE test_counter (id INT NOT NULL PRIMARY KEY, n INT NOT NULL) ENGINE = InnoDB");
	sql("INSERT INTO test_counter VALUES (1, 0)");
	runs = 0;
	meanwhile = NULL;
	return 0;
}

static int end(void **state)
{
	sql("DROP TABLE test_counter");
	return store_end(state);
}

#define KEY(text) "CONTENT_TYPE", "application/json", "HTTP_IDEMPOTENCY_KEY", text
#define POST_KEY(path, body, text, ...) SEND(body, "POST", path, KEY(text) __VA_OPT__(,) __VA_ARGS__)

static char first[1 << 16];

static void remember(void)
{
	snprintf(first, sizeof(first), "%d %s %s", answer_status(),
	         answer_header("Location") ? answer_header("Location") : "-", answer_body());
}

static void assert_again(void)
{
	char second[1 << 16];

	snprintf(second, sizeof(second), "%d %s %s", answer_status(),
	         answer_header("Location") ? answer_header("Location") : "-", answer_body());
	assert_string_equal(second, first);
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
}

/* ---- what is kept ---- */

static void the_same_request_is_served_once_and_answered_alike(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":5}", "k-1");
	assert_int_equal(answer_status(), 201);
	assert_null(answer_header("Idempotent-Replayed"));
	remember();
	for (int i = 0; i < 3; i++) {
		POST_KEY("/t/things/", "{\"n\":5}", i == 1 ? "\"k-1\"" : " k-1 ");
		assert_again();
	}
	assert_int_equal(runs, 1);
	assert_int_equal(COUNTER, 5);
	POST_KEY("/t/things/", "{\"n\":5}", "k-2");
	assert_int_equal(COUNTER, 10);
	SEND("{\"n\":5}", "POST", "/t/things/", "CONTENT_TYPE", "application/json"); /* without a key */
	assert_int_equal(COUNTER, 15);
}

static void a_kept_answer_lies_sealed_in_its_row(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	POST_KEY("/t/things/", "{\"n\":6}", "other");
	assert_int_equal(number("SELECT COUNT(*) FROM web_idempotency WHERE body IS NOT NULL"), 2);
	assert_int_equal(number("SELECT COUNT(*) FROM web_idempotency WHERE INSTR(body, '\"n\"')"), 0);
	/* moved to another row it does not open, and nothing is done a second time */
	sql("UPDATE web_idempotency AS a JOIN web_idempotency AS b ON a.id <> b.id SET a.body = b.body WHERE a.key_text = 'k'");
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 409);
	assert_contains(answer_body(), "web.key.large");
	assert_int_equal(runs, 2);
}

static void an_answer_without_a_body_is_kept_too(void **state)
{
	(void)state;
	ASK("DELETE", "/t/things/", "HTTP_IDEMPOTENCY_KEY", "d");
	assert_int_equal(answer_status(), 204);
	remember();
	ASK("DELETE", "/t/things/", "HTTP_IDEMPOTENCY_KEY", "d");
	assert_again();
	assert_int_equal(COUNTER, 100);
	/* reading is nobody's change */
	ASK("GET", "/t/things/", "HTTP_IDEMPOTENCY_KEY", "d");
	ASK("GET", "/t/things/", "HTTP_IDEMPOTENCY_KEY", "d");
	assert_int_equal(COUNTER, 300);
	assert_int_equal(KEYS, 1);
}

static void a_key_belongs_to_its_request(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	POST_KEY("/t/things/", "{\"n\":6}", "k");
	assert_int_equal(answer_status(), 422);
	assert_contains(answer_body(), "web.key.reused");
	POST_KEY("/t/things/?x=1", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 422);
	SEND("{\"n\":5}", "PUT", "/t/things/", KEY("k"));
	assert_int_equal(answer_status(), 422);
	POST_KEY("/t/steps/", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 422);
	assert_int_equal(COUNTER, 5);
}

static void a_key_belongs_to_its_caller(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":1}", "k");
	POST_KEY("/t/things/", "{\"n\":10}", "k", "HTTP_AUTHORIZATION", "Token ada");
	assert_int_equal(answer_status(), 201);
	POST_KEY("/t/things/", "{\"n\":100}", "k", "REMOTE_ADDR", "192.0.2.9");
	assert_int_equal(answer_status(), 201);
	assert_int_equal(COUNTER, 111);
	/* nobody is somebody else by another address of his own network */
	POST_KEY("/t/things/", "{\"n\":300}", "k", "REMOTE_ADDR", "2001:db8::1");
	POST_KEY("/t/things/", "{\"n\":300}", "k", "REMOTE_ADDR", "2001:db8::ffff:2");
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
	POST_KEY("/t/things/", "{\"n\":300}", "k", "REMOTE_ADDR", "2001:db8:0:1::1");
	assert_null(answer_header("Idempotent-Replayed"));
	assert_int_equal(COUNTER, 711);
	/* a user is the same wherever he comes from */
	POST_KEY("/t/things/", "{\"n\":10}", "k", "HTTP_AUTHORIZATION", "Token ada", "REMOTE_ADDR", "192.0.2.10");
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
	assert_int_equal(COUNTER, 711);
}

static void malformed_keys_are_refused(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[299] = '\0';
	POST_KEY("/t/things/", "{\"n\":5}", text);
	assert_int_equal(answer_status(), 400);
	assert_contains(answer_body(), "web.key.malformed");
	text[255] = '\0';
	POST_KEY("/t/things/", "{\"n\":5}", text);
	assert_int_equal(answer_status(), 201);

	static const char *const bad[] = { "", " ", "\"\"", "a\"b", "a\\b", "k\xc3\xa4", "a\tb" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		POST_KEY("/t/things/", "{\"n\":5}", bad[i]);
		assert_int_equal(answer_status(), 400);
	}
	assert_int_equal(COUNTER, 5);
}

static void refusals_of_the_handler_are_kept_and_others_are_not(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":1,\"end\":\"refused\"}", "r");
	assert_int_equal(answer_status(), 409);
	remember();
	POST_KEY("/t/things/", "{\"n\":1,\"end\":\"refused\"}", "r");
	assert_again();
	assert_int_equal(runs, 1);
	/* refused before the handler: the corrected request may use the key */
	POST_KEY("/t/things/", "{}", "v");
	assert_int_equal(answer_status(), 400);
	POST_KEY("/t/things/", "{\"n\":1}", "v");
	assert_int_equal(answer_status(), 201);
	/* what a retry may overcome */
	POST_KEY("/t/things/", "{\"n\":50,\"end\":\"broken\"}", "b");
	assert_int_equal(answer_status(), 503);
	assert_int_equal(COUNTER, 2); /* and nothing of it happened */
	POST_KEY("/t/things/", "{\"n\":50}", "b");
	assert_int_equal(answer_status(), 201);
	assert_int_equal(COUNTER, 52);
}

static void cookies_are_not_kept_and_large_answers_are_not_repeated(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":1,\"end\":\"cookie\"}", "c");
	assert_int_equal(answer_status(), 201);
	assert_int_equal(KEYS, 0);
	POST_KEY("/t/things/", "{\"n\":1,\"end\":\"large\"}", "l");
	assert_int_equal(answer_status(), 201);
	POST_KEY("/t/things/", "{\"n\":1,\"end\":\"large\"}", "l");
	assert_int_equal(answer_status(), 409);
	assert_contains(answer_body(), "web.key.large");
	assert_int_equal(COUNTER, 2);
	assert_int_equal(number("SELECT COUNT(*) FROM web_idempotency WHERE body IS NOT NULL"), 0);
	POST_KEY("/t/never/", "{\"n\":1}", "n");
	POST_KEY("/t/never/", "{\"n\":1}", "n");
	assert_int_equal(COUNTER, 4);
}

/* ---- while it is under way, and after a death ---- */

static char seen[200];

/* Another worker gets the same request. */
static void ask_elsewhere(void)
{
	struct db *other = store_connect(now, 0);
	int64_t held = 0;

	assert_fine(db_number(other, now->arena, "SELECT lease_until > NOW(6) AND status IS NULL FROM web_idempotency",
	                      DB_NONE, &held));
	snprintf(seen, sizeof(seen), "%s", held ? "held" : "free");
}

static void the_claim_is_seen_by_others_while_the_handler_runs(void **state)
{
	(void)state;
	meanwhile = ask_elsewhere;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_string_equal(seen, "held");
	/* so they are told to wait */
	sql("UPDATE web_idempotency SET status = NULL, content_type = NULL, headers = NULL, body = NULL, kept = 0");
	meanwhile = NULL;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 409);
	assert_contains(answer_body(), "web.key.in_flight");
	assert_string_equal(answer_header("Retry-After"), "1");
	assert_int_equal(runs, 1);
}

/* The lease ends and another worker takes over, between two statements of the first. */
static void lose_the_claim(void)
{
	struct db *other = store_connect(now, 0);

	assert_fine(db_run(other, now->arena, "UPDATE web_idempotency SET claim = claim ^ 1", DB_NONE, NULL));
}

static void a_worker_that_lost_its_claim_changes_nothing(void **state)
{
	(void)state;
	meanwhile = lose_the_claim;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 409);
	assert_int_equal(COUNTER, 0);
	assert_int_equal(KEYS, 1); /* the other's */
}

static void what_a_dead_worker_left_is_taken_over_after_its_lease(void **state)
{
	(void)state;
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	/* as it would be found after a kill in the middle: the claim, and nothing of the transaction */
	sql("UPDATE web_idempotency SET status = NULL, content_type = NULL, headers = NULL, body = NULL, kept = 0");
	sql("UPDATE test_counter SET n = 0");
	POST_KEY("/t/things/", "{\"n\":6}", "k");
	assert_int_equal(answer_status(), 422);
	sql("UPDATE web_idempotency SET lease_until = NOW(6)");
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_int_equal(answer_status(), 201);
	assert_int_equal(COUNTER, 5);
	POST_KEY("/t/things/", "{\"n\":5}", "k");
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
}

static void a_handler_of_steps_goes_on_where_it_was(void **state)
{
	(void)state;
	POST_KEY("/t/steps/", "{\"n\":1,\"end\":\"broken\"}", "s");
	assert_int_equal(answer_status(), 503);
	assert_int_equal(COUNTER, 1);
	POST_KEY("/t/steps/", "{\"n\":2}", "s");
	assert_int_equal(answer_status(), 422); /* it was begun: the key is taken */
	POST_KEY("/t/steps/", "{\"n\":1,\"end\":\"broken\"}", "s");
	assert_int_equal(answer_status(), 201);
	assert_string_equal(answer_body(), "{\"thing\":42}");
	assert_int_equal(COUNTER, 1);
	assert_int_equal(runs, 2);
	remember();
	POST_KEY("/t/steps/", "{\"n\":1,\"end\":\"broken\"}", "s");
	assert_again();
	/* erased with what it is about */
	assert_fine(idempotency_forget(now->db, now->arena, "test.thing", 41));
	assert_int_equal(KEYS, 1);
	assert_fine(idempotency_forget(now->db, now->arena, "test.thing", 42));
	assert_int_equal(KEYS, 0);
}

static void a_step_without_its_claim_has_no_effect(void **state)
{
	(void)state;
	POST_KEY("/t/steps/", "{\"n\":1,\"end\":\"broken\"}", "s"); /* noted */
	sql("UPDATE web_idempotency SET about_kind = NULL, about_id = NULL, lease_until = NOW(6)");
	sql("CREATE OR REPLACE TRIGGER test_steal BEFORE UPDATE ON test_counter FOR EACH ROW UPDATE web_idempotency SET claim = claim ^ 1");
	POST_KEY("/t/steps/", "{\"n\":1,\"end\":\"broken\"}", "s");
	sql("DROP TRIGGER test_steal");
	assert_int_equal(answer_status(), 409);
	assert_int_equal(COUNTER, 1);
}

/* ---- how long, and how many ---- */

static void keys_expire(void **state)
{
	int64_t gone = 0;

	(void)state;
	POST_KEY("/t/things/", "{\"n\":1}", "old");
	sql("UPDATE web_idempotency SET expires_at = NOW(6)");
	POST_KEY("/t/things/", "{\"n\":2}", "old"); /* as if it had never been */
	assert_int_equal(answer_status(), 201);
	assert_int_equal(COUNTER, 3);
	POST_KEY("/t/things/", "{\"n\":3}", "new");
	sql("UPDATE web_idempotency SET expires_at = NOW(6) WHERE key_text = 'old'");
	assert_fine(idempotency_sweep(now->db, now->arena, clock_after_s(clock_now(), 1), 100, &gone));
	assert_int_equal(gone, 1);
	assert_int_equal(KEYS, 1);
	/* one that is under way stays, however old */
	sql("UPDATE web_idempotency SET expires_at = NOW(6), status = NULL, content_type = NULL, headers = NULL, body = NULL, kept = 0,"
	    " lease_until = NOW(6) + INTERVAL 1 HOUR");
	assert_fine(idempotency_sweep(now->db, now->arena, clock_after_s(clock_now(), 1), 100, &gone));
	assert_int_equal(gone, 0);
}

static void only_rows_count_however_many_numbers_were_given(void **state)
{
	char key[] = "k0";
	int64_t gone = -1;

	(void)state;
	web_conf.idempotency_rows = 5;
	for (int i = 0; i < 7; i++, key[1]++) {
		POST_KEY("/t/things/", "{\"n\":1}", key);
		if (i == 3)
			sql("ALTER TABLE web_idempotency AUTO_INCREMENT = 100000");
		if (i == 4) {
			assert_fine(idempotency_sweep(now->db, now->arena, clock_now(), 1000, &gone));
			assert_int_equal(gone, 0);
		}
	}
	assert_fine(idempotency_sweep(now->db, now->arena, clock_now(), 1000, &gone));
	assert_int_equal(gone, 2);
	assert_int_equal(number("SELECT COUNT(*) FROM web_idempotency WHERE key_text IN ('k0', 'k1')"), 0);
	assert_fine(idempotency_sweep(now->db, now->arena, clock_now(), 1000, &gone));
	assert_int_equal(gone, 0);
}

static void a_repetition_uses_no_number_of_a_row(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		POST_KEY("/t/things/", "{\"n\":1}", "k");
	POST_KEY("/t/things/", "{\"n\":1}", "next");
	assert_int_equal(number("SELECT MAX(id) - MIN(id) FROM web_idempotency"), 1);
}

static void a_flood_pushes_out_its_own_oldest_keys(void **state)
{
	char key[20];
	int64_t gone;

	(void)state;
	web_conf.idempotency_keys = 10;
	POST_KEY("/t/things/", "{\"n\":1}", "hers", "HTTP_AUTHORIZATION", "Token ada");
	/* one claim in 64 looks: that none of two thousand does is as likely as 44 heads in a row */
	for (int i = 0; i < 2000 && (i < 12 || KEYS > 11); i++) {
		snprintf(key, sizeof(key), "flood-%d", i);
		POST_KEY("/t/things/", "{\"n\":1}", key);
	}
	assert_int_equal(KEYS, 11);
	POST_KEY("/t/things/", "{\"n\":1}", key);
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
	POST_KEY("/t/things/", "{\"n\":1}", "hers", "HTTP_AUTHORIZATION", "Token ada");
	assert_string_equal(answer_header("Idempotent-Replayed"), "true");
	web_conf.idempotency_rows = 5;
	assert_fine(idempotency_sweep(now->db, now->arena, clock_now(), 1000, &gone));
	assert_true(KEYS <= 5);
}

static void a_flood_that_cannot_be_trimmed_is_served_all_the_same(void **state)
{
	char key[20];

	(void)state;
	web_conf.idempotency_keys = 10;
	sql("CREATE OR REPLACE TRIGGER test_keep BEFORE DELETE ON web_idempotency FOR EACH ROW SIGNAL SQLSTATE '45000'");
	for (int i = 0; i < 600; i++) {
		snprintf(key, sizeof(key), "flood-%d", i);
		POST_KEY("/t/things/", "{\"n\":1}", key);
		if (answer_status() != 201)
			break;
	}
	sql("DROP TRIGGER test_keep");
	assert_int_equal(answer_status(), 201);
	assert_int_equal(COUNTER, 600);
}

#undef CASE
#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(the_same_request_is_served_once_and_answered_alike),
		CASE(a_kept_answer_lies_sealed_in_its_row),
		CASE(an_answer_without_a_body_is_kept_too),
		CASE(a_key_belongs_to_its_request),
		CASE(a_key_belongs_to_its_caller),
		CASE(malformed_keys_are_refused),
		CASE(refusals_of_the_handler_are_kept_and_others_are_not),
		CASE(cookies_are_not_kept_and_large_answers_are_not_repeated),
		CASE(the_claim_is_seen_by_others_while_the_handler_runs),
		CASE(a_worker_that_lost_its_claim_changes_nothing),
		CASE(what_a_dead_worker_left_is_taken_over_after_its_lease),
		CASE(a_handler_of_steps_goes_on_where_it_was),
		CASE(a_step_without_its_claim_has_no_effect),
		CASE(keys_expire),
		CASE(only_rows_count_however_many_numbers_were_given),
		CASE(a_repetition_uses_no_number_of_a_row),
		CASE(a_flood_pushes_out_its_own_oldest_keys),
		CASE(a_flood_that_cannot_be_trimmed_is_served_all_the_same),
	};

	log_threshold(LOG_LEVEL_N);
	return STORE_RUN(tests);
}
