/* test_occupancy.c - spaces and their history as rows. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/occupancy/conf.h"
#include "app/occupancy/store.h"
#include "tests/store/store.h"

#define DAY_S 86400

static const struct instant noon = { INT64_C(1767614400000000) }; /* 2026-01-05T12:00:00Z */

static struct instant later(int64_t seconds)
{
	return clock_after_s(noon, seconds);
}

struct made {
	struct space_id id, read_only_id;
};

static struct made make(struct store *s, int64_t current, int64_t maximum)
{
	struct made m = { space_id_new(), space_id_new_read_only() };
	const struct space space = {
		.id = space_id_bytes(&m.id),
		.read_only_id = space_id_bytes(&m.read_only_id),
		.name = "Hall",
		.current = current,
		.maximum = maximum,
		.created_at = noon,
		.updated_at = noon,
		.expires_at = later(DAY_S),
	};

	occupancy_conf.lifetime_s = DAY_S;
	assert_fine(space_insert(s->db, s->arena, &space, EVENT_CREATED));
	return m;
}

static int64_t number(struct store *s, const char *sql)
{
	int64_t n = -1;

	assert_fine(db_number(s->db, s->arena, sql, DB_NONE, &n));
	return n;
}

static void run(struct store *s, const char *sql)
{
	assert_fine(db_run(s->db, s->arena, sql, DB_NONE, NULL));
}

#define EVENTS "SELECT COUNT(*) FROM occupancy_event"

static void a_space_is_found_by_either_id_until_it_expires(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 3, 9);
	const struct space_id stranger = space_id_new(), reader = space_id_new_read_only();
	struct space found;

	assert_fine(space_find(s->db, s->arena, &m.id, later(DAY_S - 1), &found));
	assert_string_equal(found.name, "Hall");
	assert_int_equal(found.current, 3);
	assert_int_equal(found.maximum, 9);
	assert_int_equal(found.created_at.us, noon.us);
	assert_memory_equal(found.read_only_id.data, m.read_only_id.bytes, 16);
	assert_fine(space_find(s->db, s->arena, &m.read_only_id, noon, &found));
	assert_memory_equal(found.id.data, m.id.bytes, 16);
	assert_problem(space_find(s->db, s->arena, &m.id, later(DAY_S), &found), PROBLEM_NOT_FOUND);
	assert_problem(space_find(s->db, s->arena, &m.read_only_id, later(DAY_S), &found), PROBLEM_NOT_FOUND);
	assert_problem(space_find(s->db, s->arena, &stranger, noon, &found), PROBLEM_NOT_FOUND);
	assert_problem(space_find(s->db, s->arena, &reader, noon, &found), PROBLEM_NOT_FOUND);
}

static void two_spaces_of_one_id_are_refused(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 0, 9);
	const struct space_id reader = space_id_new_read_only();
	const struct space again = {
		.id = space_id_bytes(&m.id),
		.read_only_id = space_id_bytes(&reader),
		.maximum = 5,
		.created_at = noon,
		.updated_at = noon,
		.expires_at = noon,
	};

	assert_problem(space_insert(s->db, s->arena, &again, EVENT_IMPORTED), PROBLEM_DB_DUPLICATE);
	assert_int_equal(number(s, EVENTS), 1);
}

static void steps_stay_in_the_range_and_bring_the_whole_space_back(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 0, 1);
	struct space out = { .maximum = 0 };
	bool applied = false;

	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(10), &out, &applied));
	assert_true(applied);
	assert_int_equal(out.current, 1);
	assert_int_equal(out.maximum, 1);
	assert_string_equal(out.name, "Hall");
	assert_int_equal(out.created_at.us, noon.us);
	assert_int_equal(out.updated_at.us, later(10).us);
	assert_memory_equal(out.id.data, m.id.bytes, 16);
	assert_memory_equal(out.read_only_id.data, m.read_only_id.bytes, 16);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(20), &out, &applied));
	assert_false(applied);
	assert_int_equal(out.current, 1);
	assert_int_equal(out.updated_at.us, later(10).us);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_DECREMENT, later(30), &out, &applied));
	assert_true(applied);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_DECREMENT, later(40), &out, &applied));
	assert_false(applied);
	assert_int_equal(out.current, 0);
	assert_int_equal(number(s, EVENTS), 3);
	assert_int_equal(number(s, "SELECT SUM(kind = 1) * 10 + SUM(kind = 2) FROM occupancy_event"), 11);
}

static void changes_of_one_instant_or_of_a_slow_clock_keep_their_order(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 0, 9);
	struct space one, two, three;
	bool applied;

	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(5), &one, &applied));
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(5), &two, &applied));
	assert_fine(space_limit(s->db, s->arena, &m.id, 9, later(-60), &three));
	assert_int_equal(two.updated_at.us, one.updated_at.us + 1);
	assert_int_equal(three.updated_at.us, two.updated_at.us + 1);
	assert_int_equal(number(s, EVENTS), 4);
}

static void a_step_on_what_is_not_there_is_refused(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 1, 9);
	struct space out;
	bool applied;

	assert_problem(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(DAY_S), &out, &applied),
	               PROBLEM_NOT_FOUND);
	assert_problem(space_limit(s->db, s->arena, &m.id, 5, later(DAY_S), &out), PROBLEM_NOT_FOUND);
	assert_int_equal(number(s, "SELECT current * 100 + maximum FROM occupancy_space"), 109);
	assert_int_equal(number(s, EVENTS), 1);
}

static void an_imported_count_above_its_maximum_comes_down_only(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 7, 5);
	struct space out;
	bool applied;

	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, noon, &out, &applied));
	assert_false(applied);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_DECREMENT, noon, &out, &applied));
	assert_true(applied);
	assert_int_equal(out.current, 6);
	assert_fine(space_limit(s->db, s->arena, &m.id, 4, noon, &out));
	assert_int_equal(out.current, 4);
}

static void the_lifetime_is_restarted_by_steps_and_by_reads_that_are_worth_it(void **state)
{
	static const char end[] = "SELECT TIMESTAMPDIFF(SECOND, '2026-01-05 12:00:00', expires_at) FROM occupancy_space";
	struct store *s = *state;
	const struct made m = make(s, 0, 1);
	struct space out;
	bool applied;

	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(59), &out, &applied));
	assert_int_equal(number(s, end), DAY_S);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_INCREMENT, later(61), &out, &applied));
	assert_false(applied);
	assert_int_equal(number(s, end), DAY_S + 61);
	assert_fine(space_step(s->db, s->arena, &m.id, EVENT_DECREMENT, later(200), &out, &applied));
	assert_int_equal(number(s, end), DAY_S + 200);
	assert_fine(space_find(s->db, s->arena, &m.id, later(300), &out));
	assert_fine(space_touch(s->db, s->arena, &out, later(250)));
	assert_int_equal(number(s, end), DAY_S + 200);
	assert_fine(space_touch(s->db, s->arena, &out, later(300)));
	assert_int_equal(number(s, end), DAY_S + 300);
}

/* ---- history ---- */

static void event(struct store *s, const struct made *m, const char *at, int64_t count)
{
	static const char sql[] = "INSERT INTO occupancy_event VALUES (?, ?, 1, ?, 9, ?, ?, 1)";

	assert_fine(
		db_run(s->db, s->arena, sql,
	           DB_ARGS(db_bytes(space_id_bytes(&m->id)), db_text(at), db_int(count), db_int(count), db_int(count)),
	           NULL));
}

static struct list rows(struct store *s, const struct made *m, int64_t width_s, int64_t limit)
{
	const struct range range = { .from = later(-10 * DAY_S), .to = later(-1), .width_s = width_s, .limit = limit };
	struct list list;

	assert_fine(event_rows(s->db, s->arena, space_id_bytes(&m->id), &range, &list));
	return list;
}

static void a_stretch_tells_its_end_its_extremes_and_its_changes(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 0, 9), other = make(s, 0, 9);
	const struct point *p;
	struct list list;

	event(s, &m, "2026-01-04 10:00:00", 5);
	event(s, &m, "2026-01-04 10:59:59.999999", 2);
	event(s, &m, "2026-01-04 11:00:00", 3);
	event(s, &other, "2026-01-04 10:30:00", 9);
	list = rows(s, &m, 0, 10);
	assert_int_equal(list.count, 3);
	list = rows(s, &m, 3600, 10);
	assert_int_equal(list.count, 2);
	p = list.items;
	assert_int_equal(p[0].current * 1000 + p[0].low * 100 + p[0].high * 10 + p[0].changes, 2252);
	assert_int_equal(p[0].at.us, later(-26 * 3600).us);
	assert_int_equal(p[1].current * 1000 + p[1].low * 100 + p[1].high * 10 + p[1].changes, 3331);
	list = rows(s, &m, 3600, 1);
	assert_int_equal(list.count, 1);
}

static void old_events_are_summed_up_by_the_hour_and_the_oldest_forgotten(void **state)
{
#define SPREAD "SELECT CONCAT(current, low, high, changes, kind) + 0 FROM occupancy_event WHERE at = "
	struct store *s = *state;
	const struct made m = make(s, 0, 9);
	int64_t done = -1;

	event(s, &m, "2025-12-01 10:00:00", 5);
	event(s, &m, "2026-01-03 10:00:00", 5);
	event(s, &m, "2026-01-03 10:20:00", 1);
	event(s, &m, "2026-01-03 10:40:00", 2);
	event(s, &m, "2026-01-03 11:00:00", 4);
	event(s, &m, "2026-01-04 11:00:00", 6);
	event(s, &m, "2026-01-04 11:00:01", 7);
	run(s, "UPDATE occupancy_space SET summed_until = '2026-01-01'");
	for (int again = 0; again < 2; again++) {
		assert_fine(events_sum(s->db, s->arena, later(-36 * 3600), later(-20 * DAY_S), 10, &done));
		assert_int_equal(done, again ? 0 : 1);
		assert_int_equal(number(s, EVENTS " WHERE at < '2026-01-05'"), 4);
		assert_int_equal(number(s, SPREAD "'2026-01-03 10:40:00'"), 21535);
		assert_int_equal(number(s, SPREAD "'2026-01-03 11:00:00'"), 44411);
	}
	assert_int_equal(rows(s, &m, 0, 10).count, 4);
}

static void what_has_expired_is_removed_with_its_history(void **state)
{
	struct store *s = *state;
	int64_t removed = -1;

	for (int i = 0; i < 3; i++)
		make(s, i, 9);
	run(s, "UPDATE occupancy_space SET expires_at = '2026-02-01' WHERE current = 1");
	assert_fine(spaces_purge(s->db, s->arena, later(2 * DAY_S), 1, &removed));
	assert_int_equal(removed, 1);
	assert_fine(spaces_purge(s->db, s->arena, later(2 * DAY_S), 10, &removed));
	assert_int_equal(removed, 1);
	assert_int_equal(number(s, "SELECT current FROM occupancy_space"), 1);
	assert_int_equal(number(s, EVENTS), 1);
}

static void illegal_states_cannot_be_stored(void **state)
{
	static const char *const refused[] = {
		"UPDATE occupancy_space SET current = -1",
		"UPDATE occupancy_space SET maximum = 0",
		"UPDATE occupancy_space SET maximum = 100001",
		"UPDATE occupancy_space SET name = ''",
		"UPDATE occupancy_space SET read_only_id = id",
		"UPDATE occupancy_event SET kind = 6",
		"UPDATE occupancy_event SET low = 2",
		"UPDATE occupancy_event SET high = 0",
		"UPDATE occupancy_event SET changes = 0",
		"UPDATE occupancy_event SET space_id = REPEAT('x', 16)",
		"DELETE FROM occupancy_space",
	};
	struct store *s = *state;

	make(s, 1, 9);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_non_null(db_run(s->db, s->arena, refused[i], DB_NONE, NULL));
}

/* ---- many at once ---- */

enum { CLIENTS = 20, STEPS_EACH = 50 };

/* One client in a process of its own: its exit status is how many steps were applied. */
static int client(const struct made *m, enum event_kind kind)
{
	const struct db_conf conf = { .option_file = store_option_file(), .connect_ms = 5000, .statement_ms = 30000 };
	AUTO(arena_close) struct arena *a = arena_new();
	struct db *db;
	int count = 0;

	if (db_open(a, &conf, &db))
		return 255;
	for (int i = 0; i < STEPS_EACH; i++) {
		struct space out;
		bool applied = false;

		if (space_step(db, a, &m->id, kind, clock_now(), &out, &applied) || out.current < 0 || out.current > 100)
			return 255;
		count += applied;
	}
	db_close(db);
	return count;
}

static void steps_of_many_at_once_are_counted_exactly(void **state)
{
	struct store *s = *state;
	const struct made m = make(s, 50, 100);
	pid_t children[CLIENTS];
	int64_t sum = 50;

	run(s, "UPDATE occupancy_space SET expires_at = NOW(6) + INTERVAL 1 DAY");
	for (int i = 0; i < CLIENTS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(client(&m, i % 5 < 3 ? EVENT_INCREMENT : EVENT_DECREMENT));
	}
	for (int i = 0; i < CLIENTS; i++) {
		int status = 0;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= STEPS_EACH);
		sum += i % 5 < 3 ? WEXITSTATUS(status) : -WEXITSTATUS(status);
	}
	assert_int_equal(number(s, "SELECT current FROM occupancy_space"), sum);
	assert_int_equal(number(s, "SELECT 50 + SUM(kind = 1) - SUM(kind = 2) FROM occupancy_event"), sum);
	assert_int_equal(number(s, EVENTS " WHERE current NOT BETWEEN 0 AND 100"), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(a_space_is_found_by_either_id_until_it_expires),
		STORE_TEST(two_spaces_of_one_id_are_refused),
		STORE_TEST(steps_stay_in_the_range_and_bring_the_whole_space_back),
		STORE_TEST(changes_of_one_instant_or_of_a_slow_clock_keep_their_order),
		STORE_TEST(a_step_on_what_is_not_there_is_refused),
		STORE_TEST(an_imported_count_above_its_maximum_comes_down_only),
		STORE_TEST(the_lifetime_is_restarted_by_steps_and_by_reads_that_are_worth_it),
		STORE_TEST(a_stretch_tells_its_end_its_extremes_and_its_changes),
		STORE_TEST(old_events_are_summed_up_by_the_hour_and_the_oldest_forgotten),
		STORE_TEST(what_has_expired_is_removed_with_its_history),
		STORE_TEST(illegal_states_cannot_be_stored),
		STORE_TEST(steps_of_many_at_once_are_counted_exactly),
	};

	return STORE_RUN(tests);
}
