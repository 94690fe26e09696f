/* test_clock.c - instants, civil dates and their notations. */
#include "tests/unit/unit.h"

#include <time.h>

#include "lib/base/clock.h"

/* The instant in its own notation, or "refused". */
static const char *through(struct arena *a, const char *text)
{
	struct instant t = { 42 };
	struct buf b;

	if (!instant_read(text, &t)) {
		assert_int_equal(t.us, 42);
		return "refused";
	}
	buf_init(&b, a, 100);
	instant_write(&b, t, true);
	return buf_string(&b);
}

static void reads_every_accepted_form(void **state)
{
	static const char *const forms[][2] = {
		/* clang-format off */
		{ "2018-06-22T09:05:00Z",             "2018-06-22T09:05:00Z" },
		{ "2018-06-22 09:05:00Z",             "2018-06-22T09:05:00Z" },
		{ "2018-06-22T09:05",                 "2018-06-22T09:05:00Z" },
		{ "2018-6-2T9:05",                    "2018-06-02T09:05:00Z" },
		{ "2018-06-22T09:05Z",                "2018-06-22T09:05:00Z" },
		{ "2018-06-22T09:05:07.1",            "2018-06-22T09:05:07.100000Z" },
		{ "2018-06-22T09:05:07.000001",       "2018-06-22T09:05:07.000001Z" },
		{ "2018-06-22T09:05:07.1234569999999",  "2018-06-22T09:05:07.123456Z" },
		{ "2018-06-22T09:05:07.0000009",      "2018-06-22T09:05:07Z" },
		{ "2018-06-22T09:05:07.5+02:00",      "2018-06-22T07:05:07.500000Z" },
		{ "2018-06-22T09:05+02",              "2018-06-22T07:05:00Z" },
		{ "2018-06-22T09:05+0230",            "2018-06-22T06:35:00Z" },
		{ "2018-06-22T09:05-02:30",           "2018-06-22T11:35:00Z" },
		{ "2018-12-31T23:59:59-00:01",        "2019-01-01T00:00:59Z" },
		{ "2018-06-22T09:05-23:59",           "2018-06-23T09:04:00Z" },
		{ "2018-06-22T00:00:00+00",           "2018-06-22T00:00:00Z" },
		{ "2000-02-29T00:00",                 "2000-02-29T00:00:00Z" },
		{ "2016-02-29T00:00",                 "2016-02-29T00:00:00Z" },
		{ "0001-01-01T00:00:00Z",             "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59.999999Z",      "9999-12-31T23:59:59.999999Z" },
		{ "1969-12-31T23:59:59.999999Z",      "1969-12-31T23:59:59.999999Z" },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_string_equal(through(*state, forms[i][0]), forms[i][1]);
}

static void refuses_everything_else(void **state)
{
	static const char *const bad[] = {
		/* clang-format off */
		"", "now", "2018-06-22", "2018-06-22T", "2018-06-22T09", "2018-06-22T09:", "2018-06-22T09:5",
		"2018-06-22T09:05:", "2018-06-22T09:05:7", "2018-06-22T09:05:07.", "2018-06-22T09:05:07.Z",
		"2018-06-22T09:05:07,5", "2018-06-22T09:05.5", "2018-06-22T009:05", "2018-06-22t09:05", "2018-06-22T09:05z",
		"2018-06-22  09:05", "2018-06-22\t09:05", " 2018-06-22T09:05", "2018-06-22T09:05 ", "2018-06-22T09:05 Z",
		"2018-06-22T09:05ZZ", "2018-06-22T09:05+", "2018-06-22T09:05+2", "2018-06-22T09:05+02:", "2018-06-22T09:05+02:3",
		"2018-06-22T09:05+023", "2018-06-22T09:05+02:300", "2018-06-22T09:05+24:00", "2018-06-22T09:05+02:60",
		"2018-06-22T09:05UTC", "2018-06-22T24:00", "2018-06-22T24:00:00", "2018-06-22T09:60", "2018-06-22T09:05:60",
		"2018-00-22T09:05", "2018-13-22T09:05", "2018-06-00T09:05", "2018-06-31T09:05", "2018-02-29T09:05",
		"1900-02-29T00:00", "2100-02-29T00:00", "2018-006-22T09:05", "2018-06-022T09:05", "18-06-22T09:05",
		"02018-06-22T09:05", "12018-06-22T09:05", "-2018-06-22T09:05", "0000-01-01T00:00", "20180622T0905",
		"0001-01-01T00:00+00:01", "9999-12-31T23:59:59-00:01", "2018-06-22T-9:05", "2018-06-22T+9:05",
		"2018-06-22T09:05:07.5.5",
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(through(*state, bad[i]), "refused") != 0)
			fail_msg("\"%s\" was read as %s", bad[i], through(*state, bad[i]));
}

static void knows_instants_from_elsewhere(void **state)
{
	struct instant t;

	(void)state;
	assert_true(instant_read("1970-01-01T00:00:00Z", &t));
	assert_int_equal(t.us, 0);
	assert_true(instant_read("2038-01-19T03:14:08Z", &t));
	assert_int_equal(t.us / US_PER_S, 2147483648);
	assert_true(instant_read("0001-01-01T00:00:00Z", &t));
	assert_int_equal(t.us / US_PER_S, -62135596800); /* date -u -d 0001-01-01 +%s */
	assert_true(instant_read("9999-12-31T23:59:59Z", &t));
	assert_int_equal(t.us / US_PER_S, 253402300799);
}

static void agrees_with_every_day_of_the_calendar(void **state)
{
	struct civil c = { .year = -401, .month = 1, .day = 1 };
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const int64_t first = civil_instant(&c).us;

	(void)state;
	for (int64_t day = 0; c.year < 3000; day++) {
		const bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
		const struct instant t = civil_instant(&c);
		const struct civil back = instant_civil(t);

		assert_true(t.us == first + day * 86400 * US_PER_S);
		assert_memory_equal(&back, &c, sizeof(c));
		if (++c.day > length[c.month - 1] + (c.month == 2 && leap)) {
			c.day = 1;
			if (++c.month > 12) {
				c.month = 1;
				c.year++;
			}
		}
	}
}

static void civil_times_that_do_not_exist_are_none(void **state)
{
	static const struct civil bad[] = {
		{ 0, 0, 0, 0, 0, 0, 0 },     { 2018, 2, 29, 0, 0, 0, 0 }, { 2018, 1, 1, 24, 0, 0, 0 },
		{ 2018, 1, 1, 0, 60, 0, 0 }, { 2018, 1, 1, 0, 0, 60, 0 }, { 2018, 1, 1, 0, 0, 0, 1000000 },
		{ 2018, 1, 1, -1, 0, 0, 0 }, { 2018, 13, 1, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(instant_is_none(civil_instant(&bad[i])));
	assert_true(instant_is_none(instant_none()));
	assert_false(instant_is_none(clock_now()));
}

static void writes_with_and_without_zone(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100);
	instant_write(&b, (struct instant){ INT64_C(1529658300) * US_PER_S }, false);
	buf_char(&b, ' ');
	instant_write(&b, (struct instant){ -1 }, false);
	assert_string_equal(buf_string(&b), "2018-06-22T09:05:00 1969-12-31T23:59:59.999999");
}

static void writes_six_digits_always(void **state)
{
	struct buf b;

	buf_init(&b, *state, 100);
	instant_write_micros(&b, (struct instant){ INT64_C(1529658300) * US_PER_S });
	buf_char(&b, ' ');
	instant_write_micros(&b, (struct instant){ INT64_C(1529658300) * US_PER_S + 1203 });
	assert_string_equal(buf_string(&b), "2018-06-22T09:05:00.000000Z 2018-06-22T09:05:00.001203Z");
}

static void writes_http_dates(void **state)
{
	struct instant t;
	struct buf b;

	buf_init(&b, *state, 200);
	assert_true(instant_read("1994-11-06T08:49:37Z", &t));
	instant_write_http(&b, t);
	buf_char(&b, '|');
	instant_write_http(&b, (struct instant){ -1 });
	assert_string_equal(buf_string(&b), "Sun, 06 Nov 1994 08:49:37 GMT|Wed, 31 Dec 1969 23:59:59 GMT");
}

static void adds_seconds_and_stops_at_the_ends(void **state)
{
	const struct instant epoch = { 0 };

	(void)state;
	assert_int_equal(clock_after_s(epoch, 90).us, 90 * US_PER_S);
	assert_int_equal(clock_after_s(epoch, -90).us, -90 * US_PER_S);
	assert_true(clock_after_s(epoch, INT64_MAX).us == INT64_MAX);
	assert_true(clock_after_s(epoch, INT64_MIN).us == INT64_MIN + 1);
	assert_true(instant_is_none(clock_after_s(instant_none(), 1)));
}

static void the_clock_runs(void **state)
{
	const int64_t ticks = clock_ticks_us();

	(void)state;
	assert_true(clock_now().us / US_PER_S - time(NULL) <= 1);
	assert_true(time(NULL) - clock_now().us / US_PER_S <= 1);
	assert_true(clock_ticks_us() >= ticks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_every_accepted_form),
		CASE(refuses_everything_else),
		CASE(knows_instants_from_elsewhere),
		CASE(agrees_with_every_day_of_the_calendar),
		CASE(civil_times_that_do_not_exist_are_none),
		CASE(writes_with_and_without_zone),
		CASE(writes_six_digits_always),
		CASE(writes_http_dates),
		CASE(adds_seconds_and_stops_at_the_ends),
		CASE(the_clock_runs),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
