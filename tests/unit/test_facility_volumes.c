/* test_facility_volumes.c - which host folders a resource may see. */
#include "tests/unit/unit.h"

#include "app/facility/conf.h"
#include "app/facility/volumes.h"

struct facility_conf facility_conf; /* the app's door is not linked here */

static const char *roots[] = { "/data", "/srv/sets/" };
static const char *dirs[] = { "/opt/tools:/opt/tools:ro" };

static void conf_reset(void)
{
	facility_conf = (struct facility_conf){
		.data_roots = { roots, 2 },
		.datasets_root = "/tmp/data",
		.output_root = "/tmp/results",
	};
}

static const struct volume *nth(const struct list *l, size_t i)
{
	return (const struct volume *)l->items + i;
}

static void reads_json_and_python_quotes_alike(void **state)
{
	static const char *const texts[] = {
		"{\"/data/p1/\": {\"bind\": \"/p1\", \"mode\": \"ro\"}}",
		"{'/data/p1/': {'bind': '/p1', 'mode': 'ro'}}",
		" { '/data/p1' : {'mode':'ro', 'bind':'/p1/'} } ",
	};

	conf_reset();
	for (size_t i = 0; i < 3; i++) {
		struct list l;

		assert_fine(volumes_read(*state, texts[i], &l));
		assert_int_equal(l.count, 1);
		assert_string_equal(nth(&l, 0)->host, "/data/p1");
		assert_string_equal(nth(&l, 0)->container, "/tmp/data/p1");
		assert_false(nth(&l, 0)->writable);
	}
}

static void writable_folders_appear_below_the_output_root(void **state)
{
	struct list l;

	conf_reset();
	assert_fine(volumes_read(*state, "{'/srv/sets/out': {'bind': '/out', 'mode': 'rw'}}", &l));
	assert_string_equal(nth(&l, 0)->container, "/tmp/results/out");
	assert_true(nth(&l, 0)->writable);
}

static void keeps_apostrophes_and_blanks_in_paths(void **state)
{
	struct list l;

	conf_reset();
	assert_fine(volumes_read(*state, "{\"/data/O'Neill run 1\": {\"bind\": \"/o\", \"mode\": \"ro\"}}", &l));
	assert_string_equal(nth(&l, 0)->host, "/data/O'Neill run 1");
	assert_fine(volumes_read(*state, "{'/data/O\\'Neill': {'bind': '/o', 'mode': 'ro'}}", &l));
	assert_string_equal(nth(&l, 0)->host, "/data/O'Neill");
}

static void a_later_entry_replaces_an_earlier_one_of_the_same_folder(void **state)
{
	struct list l;

	conf_reset();
	assert_fine(volumes_read(*state,
	                         "{'/data/a': {'bind': '/a', 'mode': 'ro'}, '/data/a/': {'bind': '/b', 'mode': 'rw'}}",
	                         &l));
	assert_int_equal(l.count, 1);
	assert_string_equal(nth(&l, 0)->container, "/tmp/results/b");
}

static void two_folders_at_one_place_are_refused(void **state)
{
	static const char *at_p1[] = { "/opt/tools:/tmp/data/p1/:ro" };
	static const char one[] = "{'/data/a': {'bind': '/p1', 'mode': 'ro'}}";
	struct list l;

	conf_reset();
	assert_problem(volumes_read(*state,
	                            "{'/data/a': {'bind': '/p1', 'mode': 'ro'}, '/data/b': {'bind': '/p1/', 'mode': 'ro'}}",
	                            &l),
	               PROBLEM_FIELDS);
	assert_fine(volumes_read(*state,
	                         "{'/data/a': {'bind': '/p1', 'mode': 'ro'}, '/data/b': {'bind': '/p1', 'mode': 'rw'}}",
	                         &l));
	assert_fine(volumes_of_launch(*state, one, "ana", &l));
	facility_conf.other_dirs = (struct texts){ at_p1, 1 };
	assert_problem(volumes_of_launch(*state, one, "ana", &l), PROBLEM_FIELDS);
}

static void a_slash_at_the_end_of_a_setting_changes_nothing(void **state)
{
	struct list l;

	conf_reset();
	facility_conf.datasets_root = "/tmp/data/";
	facility_conf.output_root = "/tmp/results/";
	facility_conf.own_results = "/srv/results";
	volumes_settle(*state);
	assert_string_equal(facility_conf.output_root, "/tmp/results");
	assert_fine(volumes_of_launch(*state, NULL, "ana", &l));
	assert_string_equal(nth(&l, 0)->container, "/tmp/results/ana");
	assert_fine(volumes_read(*state, "{'/data/a': {'bind': '/a', 'mode': 'ro'}}", &l));
	assert_string_equal(nth(&l, 0)->container, "/tmp/data/a");
}

static void an_empty_map_mounts_nothing(void **state)
{
	struct list l;

	conf_reset();
	assert_fine(volumes_read(*state, "{}", &l));
	assert_int_equal(l.count, 0);
}

static void refuses_what_is_no_map_or_leaves_the_roots(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"'/data/a'",
		"{'/data/a': '/a'}",
		"{'/data/a': {'bind': '/a'}}",
		"{'/data/a': {'bind': '/a', 'mode': 'rwx'}}",
		"{'/data/a': {'bind': '/a', 'mode': 'ro', 'mode': 'rw'}}",
		"{'/data/a': {'bind': '/a', 'mode': 'ro'}} x",
		"{'/data/a': {'bind': '/a', 'mode': 'ro'}",
		"{'/data/a': {'bind': '/a', 'mode': 'ro'",
		"{'/data/a",
		"{'/data/a\\n': {'bind': '/a', 'mode': 'ro'}}",
		"{'data/a': {'bind': '/a', 'mode': 'ro'}}", /* relative */
		"{'/': {'bind': '/a', 'mode': 'ro'}}",
		"{'/etc': {'bind': '/a', 'mode': 'ro'}}",      /* no root */
		"{'/database': {'bind': '/a', 'mode': 'ro'}}", /* a root's name is not its prefix */
		"{'/data/../etc': {'bind': '/a', 'mode': 'ro'}}",
		"{'/data/./a': {'bind': '/a', 'mode': 'ro'}}",
		"{'/data//a': {'bind': '/a', 'mode': 'ro'}}",
		"{'/data/a:b': {'bind': '/a', 'mode': 'ro'}}", /* would part a bind */
		"{'/data/a': {'bind': '/../etc', 'mode': 'ro'}}",
		"{'/data/a': {'bind': 'a', 'mode': 'ro'}}",
		"{'/data/a': {'bind': '/a:rw', 'mode': 'ro'}}",
		"{'/data/a\x01': {'bind': '/a', 'mode': 'ro'}}",
	};
	struct list l = { NULL, 77 };

	conf_reset();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem *p = volumes_read(*state, wrong[i], &l);

		if (!p)
			fail_msg("accepted: %s", wrong[i]);
		assert_problem(p, PROBLEM_FIELDS);
		assert_string_equal(p->fields->field, "data_set_path");
	}
	assert_int_equal(l.count, 77); /* a refusal changes nothing */
}

static void without_roots_nothing_can_be_mounted(void **state)
{
	struct list l;

	conf_reset();
	facility_conf.data_roots.count = 0;
	assert_problem(volumes_read(*state, "{'/data/a': {'bind': '/a', 'mode': 'ro'}}", &l), PROBLEM_FIELDS);
}

static void a_map_of_too_many_folders_is_refused(void **state)
{
	struct buf b;
	struct list l;

	conf_reset();
	buf_init(&b, *state, 100000);
	for (int i = 0; i < 65; i++)
		buf_printf(&b, "%s'/data/%d': {'bind': '/%d', 'mode': 'ro'}", i ? "," : "{", i, i);
	buf_text(&b, "}");
	assert_problem(volumes_read(*state, buf_string(&b), &l), PROBLEM_FIELDS);
}

static void own_resources_get_the_users_folders(void **state)
{
	struct list l;

	conf_reset();
	assert_fine(volumes_of_launch(*state, NULL, "ana", &l));
	assert_int_equal(l.count, 0);
	facility_conf.own_results = "/srv/results/";
	facility_conf.own_data = "/srv/own";
	assert_fine(volumes_of_launch(*state, NULL, "ana", &l));
	assert_int_equal(l.count, 2);
	assert_string_equal(nth(&l, 0)->host, "/srv/results/ana");
	assert_string_equal(nth(&l, 0)->container, "/tmp/results/ana");
	assert_true(nth(&l, 0)->writable);
	assert_string_equal(nth(&l, 1)->container, "/tmp/data/ana");
	assert_problem(volumes_of_launch(*state, NULL, "..", &l), PROBLEM_FIELDS);
}

static void the_sites_folders_come_along(void **state)
{
	struct list l;

	conf_reset();
	facility_conf.other_dirs = (struct texts){ dirs, 1 };
	assert_fine(volumes_of_launch(*state, "{'/data/a': {'bind': '/a', 'mode': 'ro'}}", "ana", &l));
	assert_int_equal(l.count, 2);
	assert_string_equal(nth(&l, 1)->host, "/opt/tools");
}

static void checks_entries_of_the_settings(void **state)
{
	assert_null(volume_entry_check(*state, "/opt/matlab/2018b:/usr/local/matlab:ro"));
	assert_null(volume_entry_check(*state, "/a:/b:rw"));
	assert_non_null(volume_entry_check(*state, "/a:/b"));
	assert_non_null(volume_entry_check(*state, "/a:/b:rwx"));
	assert_non_null(volume_entry_check(*state, "a:/b:ro"));
	assert_non_null(volume_entry_check(*state, "/a/../b:/b:ro"));
	assert_non_null(volume_entry_check(*state, ""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(reads_json_and_python_quotes_alike),
		CASE(writable_folders_appear_below_the_output_root),
		CASE(keeps_apostrophes_and_blanks_in_paths),
		CASE(a_later_entry_replaces_an_earlier_one_of_the_same_folder),
		CASE(an_empty_map_mounts_nothing),
		CASE(refuses_what_is_no_map_or_leaves_the_roots),
		CASE(without_roots_nothing_can_be_mounted),
		CASE(a_map_of_too_many_folders_is_refused),
		CASE(own_resources_get_the_users_folders),
		CASE(the_sites_folders_come_along),
		CASE(checks_entries_of_the_settings),
		CASE(two_folders_at_one_place_are_refused),
		CASE(a_slash_at_the_end_of_a_setting_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
