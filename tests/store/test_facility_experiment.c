/* test_facility_experiment.c - experiments, sessions, participation, images and quotas as rows. */
#include "tests/store/store.h"

#include <string.h>

#include "app/accounts/accounts.h"
#include "app/facility/conf.h"
#include "app/facility/experiment.h"
#include "app/facility/image.h"
#include "app/facility/problems.h"
#include "app/facility/quota.h"
#include "lib/base/text.h"

static int64_t user(struct store *s, const char *name)
{
	struct account account;

	assert_fine(account_add(s->db, s->arena, name, &account));
	return account.id;
}

static int64_t experiment(struct store *s, const char *number, const char *subject, const char *body)
{
	const struct experiment e = { .proposal_id = number, .subject = subject, .body = body, .beam_line = "BL1" };
	int64_t id;

	assert_fine(experiment_insert(s->db, s->arena, &e, &id));
	return id;
}

static void part(struct store *s, int64_t user_id, int64_t experiment_id, const char *number)
{
	assert_fine(participation_add(s->db, s->arena, user_id, experiment_id, number));
}

/* The numbers of a page, in order: "E1 E2". */
static const char *page(struct store *s, const struct experiment_filter *f, int64_t offset, int64_t limit)
{
	int64_t count;
	struct list rows;
	struct buf b;

	assert_fine(experiments_count(s->db, s->arena, f, &count));
	assert_fine(experiments_page(s->db, s->arena, f, count, offset, limit, &rows));
	buf_init(&b, s->arena, 4096);
	for (size_t i = 0; i < rows.count; i++)
		buf_printf(&b, "%s%s", i ? " " : "", ((const struct experiment_view *)rows.items)[i].proposal_id);
	return buf_string(&b);
}

/* Ten experiments E00 … E09 of ana; subjects run the other way. */
static int64_t ten(struct store *s)
{
	int64_t ana = user(s, "ana");

	for (int i = 0; i < 10; i++) {
		const char *number = arena_printf(s->arena, "E%02d", i);

		part(s, ana, experiment(s, number, arena_printf(s->arena, "title %d", 9 - i), i % 2 ? "odd 100%" : "even"),
		     number);
	}
	return ana;
}

static void pages_are_stable_and_read_the_same_from_both_ends(void **state)
{
	struct store *s = *state;
	struct experiment_filter f = { .user_id = ten(s) };

	assert_string_equal(page(s, &f, 0, 4), "E00 E01 E02 E03");
	assert_string_equal(page(s, &f, 4, 4), "E04 E05 E06 E07");
	assert_string_equal(page(s, &f, 8, 4), "E08 E09"); /* read backwards */
	f.ordering = "-proposal_id";
	assert_string_equal(page(s, &f, 0, 4), "E09 E08 E07 E06");
	assert_string_equal(page(s, &f, 8, 4), "E01 E00");
	f.ordering = "subject";
	assert_string_equal(page(s, &f, 0, 2), "E09 E08");
	f.ordering = "body,-subject";
	assert_string_equal(page(s, &f, 0, 3), "E00 E02 E04");
	f.ordering = "nonsense; DROP TABLE,beam_line";
	assert_string_equal(page(s, &f, 0, 3), "E00 E01 E02"); /* ties end with the key */
}

static void every_word_of_a_search_must_occur(void **state)
{
	struct store *s = *state;
	struct experiment_filter f = { .user_id = ten(s), .search = "ODD" };

	assert_string_equal(page(s, &f, 0, 10), "E01 E03 E05 E07 E09");
	f.search = "odd, 4"; /* in different fields */
	assert_string_equal(page(s, &f, 0, 10), "E05");
	f.search = "100%";
	assert_string_equal(page(s, &f, 0, 2), "E01 E03");
	f.search = "10_%";
	assert_string_equal(page(s, &f, 0, 2), ""); /* wildcards are letters */
	f.search = "e07";
	assert_string_equal(page(s, &f, 0, 2), "E07");
}

static void favourites_are_the_callers_own(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana"), bob = user(s, "bob"), e = experiment(s, "E1", "t", "b");
	struct experiment_filter f = { .user_id = ana, .favorite = { true, 1 } };
	struct favorite_view view;
	struct list rows;
	bool mine;

	part(s, ana, e, "E1");
	part(s, bob, e, "E1");
	assert_fine(experiments_page(s->db, s->arena, &(struct experiment_filter){ .user_id = bob }, 1, 0, 7, &rows));

	int64_t bobs = ((const struct experiment_view *)rows.items)[0].id;

	assert_fine(favorite_store(s->db, s->arena, bobs, ana, (struct maybe_int){ true, 1 }, &view, &mine));
	assert_false(mine);
	assert_fine(favorite_store(s->db, s->arena, bobs, bob, (struct maybe_int){ true, 1 }, &view, &mine));
	assert_true(mine);
	assert_true(view.favorite);
	assert_string_equal(page(s, &f, 0, 7), ""); /* defect 56: bob's star is not ana's */
	f.user_id = bob;
	assert_string_equal(page(s, &f, 0, 7), "E1");
	/* without a value it only shows */
	assert_fine(favorite_store(s->db, s->arena, bobs, bob, (struct maybe_int){ false, 0 }, &view, &mine));
	assert_true(view.favorite);
	assert_problem(favorite_store(s->db, s->arena, 999999, bob, (struct maybe_int){ true, 1 }, &view, &mine),
	               PROBLEM_NOT_FOUND);
}

static void sessions_come_with_their_experiment(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana"), one = experiment(s, "E1", "t", "b"), two = experiment(s, "E2", "t", "b"), id;
	struct session session = { .experiment_id = two,
		                       .number = "S1",
		                       .starts_at = instant_none(),
		                       .ends_at = instant_none(),
		                       .subject = "",
		                       .body = "",
		                       .data_set_path = "" };
	struct list rows;

	part(s, ana, one, "E1");
	part(s, ana, two, "E2");
	assert_fine(session_add(s->db, s->arena, &session, &id));
	session.number = "S2";
	assert_fine(session_add(s->db, s->arena, &session, &id));
	session.experiment_id = one;
	assert_fine(session_add(s->db, s->arena, &session, &id)); /* unique per experiment */
	assert_problem(session_add(s->db, s->arena, &session, &id), facility_problems[P_SESSION_TAKEN]);
	assert_fine(experiments_page(s->db, s->arena, &(struct experiment_filter){ .user_id = ana }, 2, 0, 7, &rows));

	const struct experiment_view *e = rows.items;

	assert_int_equal(e[0].sessions.count, 1);
	assert_int_equal(e[1].sessions.count, 2);
	assert_string_equal(((const struct session_view *)e[1].sessions.items)[1].session_number, "S2");
}

static void a_session_is_launched_by_participants_only(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana"), bob = user(s, "bob"), e = experiment(s, "E1", "t", "b"), id;
	const struct session session = { .experiment_id = e,
		                             .number = "S1",
		                             .starts_at = instant_none(),
		                             .ends_at = instant_none(),
		                             .subject = "",
		                             .body = "",
		                             .data_set_path = "{}" };
	struct launch_session found;

	part(s, ana, e, "E1");
	assert_fine(session_add(s->db, s->arena, &session, &id));
	assert_fine(session_for_launch(s->db, s->arena, ana, "E1", "S1", &found));
	assert_int_equal(found.id, id);
	assert_false(found.uid.set);
	/* a stranger and a missing session look the same */
	assert_problem(session_for_launch(s->db, s->arena, bob, "E1", "S1", &found), PROBLEM_NOT_FOUND);
	assert_problem(session_for_launch(s->db, s->arena, ana, "E1", "S2", &found), PROBLEM_NOT_FOUND);
	assert_problem(session_for_launch(s->db, s->arena, ana, "E2", "S1", &found), PROBLEM_NOT_FOUND);
	assert_problem(session_for_launch(s->db, s->arena, ana, "e1", "S1", &found),
	               PROBLEM_NOT_FOUND); /* numbers keep their case */
}

static int64_t kept_count(struct store *s, int64_t user_id)
{
	int64_t n;

	assert_fine(experiments_count(s->db, s->arena, &(struct experiment_filter){ .user_id = user_id }, &n));
	return n;
}

static void the_count_follows_the_links(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana"), one = experiment(s, "E1", "t", "b"), two = experiment(s, "E2", "t", "b"), wrong;

	assert_int_equal(kept_count(s, ana), 0);
	part(s, ana, one, "E1");
	part(s, ana, two, "E2");
	assert_problem(participation_add(s->db, s->arena, ana, one, "E1"), facility_problems[P_PARTICIPATES]);
	assert_int_equal(kept_count(s, ana), 2);
	assert_fine(participation_remove(s->db, s->arena, ana, one));
	assert_problem(participation_remove(s->db, s->arena, ana, one), PROBLEM_NOT_FOUND);
	assert_int_equal(kept_count(s, ana), 1);
	assert_fine(experiment_delete(s->db, s->arena, "E2"));
	assert_int_equal(kept_count(s, ana), 0);
	assert_problem(experiment_delete(s->db, s->arena, "E2"), PROBLEM_NOT_FOUND);
	assert_fine(member_counts_check(s->db, s->arena, false, &wrong));
	assert_int_equal(wrong, 0);
	assert_fine(db_run(s->db, s->arena, "UPDATE facility_member SET experiment_count = 7", DB_NONE, NULL));
	assert_fine(member_counts_check(s->db, s->arena, true, &wrong));
	assert_int_equal(wrong, 1);
	assert_int_equal(kept_count(s, ana), 0);
}

static void a_proposal_is_stored_once(void **state)
{
	struct store *s = *state;
	const struct experiment e = { .proposal_id = "E1", .subject = "t", .body = "b", .beam_line = "" };
	int64_t id;

	experiment(s, "E1", "t", "b");
	assert_problem(experiment_insert(s->db, s->arena, &e, &id), facility_problems[P_EXPERIMENT_TAKEN]);
}

static void quotas_default_to_the_settings(void **state)
{
	struct store *s = *state;
	int64_t ana = user(s, "ana");
	const struct quota own = { .max_simultaneous = 1, .cpu = 2, .memory_bytes = 3, .hdd_bytes = 4 };
	struct quota q;

	facility_conf.max_resources = 5;
	facility_conf.max_cpu = 10;
	assert_fine(quota_find(s->db, s->arena, ana, &q));
	assert_int_equal(q.max_simultaneous, 5);
	assert_fine(quota_store(s->db, s->arena, ana, &own));
	assert_fine(quota_find(s->db, s->arena, ana, &q));
	assert_int_equal(q.cpu, 2);
	assert_int_equal(q.hdd_bytes, 4);
	assert_fine(quota_used_sum(s->db, s->arena, ana, &q));
	assert_int_equal(q.max_simultaneous + q.cpu + q.memory_bytes + q.hdd_bytes, 0);
}

static void the_seed_images_are_there_and_names_are_unique(void **state)
{
	struct store *s = *state;
	struct image image;
	struct list rows;

	assert_fine(image_rows(s->db, s->arena, 0, 100, &rows));
	assert_int_equal(rows.count, 4);
	assert_fine(image_find(s->db, s->arena, "base_jupyter", &image));
	assert_string_equal(image.logs_er, "token=(?:[-\\w.]|(?:%[\\da-fA-F]{2}))+");
	assert_string_equal(size_text(s->arena, image.memory_bytes), "3G");
	assert_problem(image_insert(s->db, s->arena, &image), facility_problems[P_IMAGE_TAKEN]);
	assert_problem(image_find(s->db, s->arena, "BASE_JUPYTER", &image), PROBLEM_NOT_FOUND);
	assert_fine(image_delete(s->db, s->arena, "base_jupyter"));
	assert_problem(image_delete(s->db, s->arena, "base_jupyter"), PROBLEM_NOT_FOUND);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(pages_are_stable_and_read_the_same_from_both_ends),
		STORE_TEST(every_word_of_a_search_must_occur),
		STORE_TEST(favourites_are_the_callers_own),
		STORE_TEST(sessions_come_with_their_experiment),
		STORE_TEST(a_session_is_launched_by_participants_only),
		STORE_TEST(the_count_follows_the_links),
		STORE_TEST(a_proposal_is_stored_once),
		STORE_TEST(quotas_default_to_the_settings),
		STORE_TEST(the_seed_images_are_there_and_names_are_unique),
	};
	return STORE_RUN(tests);
}
