/* test_web_rate.c - how often an address may call. */
#include "lib/base/clock.h"
#include "lib/web/rate.h"
#include "tests/unit/unit.h"

static const struct instant start = { INT64_C(1700000000000000) };

static struct rates *rates_new(struct arena *a)
{
	struct process process = { .arena = a, .name = "test" };
	struct rates *rates = NULL;

	assert_fine(rates_open(&process, "rates", &rates));
	return rates;
}

/* How many of `n` calls at `now` pass. */
static int passed(struct rates *rates, const char *address, int n, int64_t per_minute, struct instant now)
{
	int count = 0;

	while (n-- > 0)
		count += rate_take(rates, 0, address, per_minute, now) == 0;
	return count;
}

static void a_minutes_calls_may_come_at_once_and_come_back_evenly(void **state)
{
	struct rates *rates = rates_new(*state);

	assert_int_equal(passed(rates, "192.0.2.1", 100, 60, start), 60);
	assert_int_equal(passed(rates, "192.0.2.1", 100, 60, clock_after_s(start, 10)), 10);
	assert_int_equal(passed(rates, "192.0.2.1", 100, 60, clock_after_s(start, 3600)), 60);
}

static void a_refusal_says_when_the_next_call_will_pass(void **state)
{
	struct rates *rates = rates_new(*state);
	int wait;

	assert_int_equal(passed(rates, "192.0.2.1", 7, 6, start), 6);
	wait = rate_take(rates, 0, "192.0.2.1", 6, start);
	assert_int_equal(wait, 10);
	assert_int_equal(passed(rates, "192.0.2.1", 2, 6, clock_after_s(start, wait - 1)), 0);
	assert_int_equal(passed(rates, "192.0.2.1", 2, 6, clock_after_s(start, wait)), 1);
}

static void addresses_and_kinds_count_for_themselves(void **state)
{
	struct rates *rates = rates_new(*state);

	assert_int_equal(passed(rates, "192.0.2.1", 9, 5, start), 5);
	assert_int_equal(passed(rates, "192.0.2.2", 9, 5, start), 5);
	assert_int_equal(rate_take(rates, 1, "192.0.2.1", 5, start), 0);
	assert_int_equal(passed(rates, "unix", 9, 5, start), 5);
}

static void ipv6_counts_by_64_bits_and_mapped_ipv4_as_ipv4(void **state)
{
	struct rates *rates = rates_new(*state);

	assert_int_equal(passed(rates, "2001:db8:1:2::1", 9, 5, start), 5);
	assert_int_equal(passed(rates, "2001:db8:1:2:ffff::7", 9, 5, start), 0);
	assert_int_equal(passed(rates, "2001:db8:1:3::1", 9, 5, start), 5);
	assert_int_equal(passed(rates, "192.0.2.9", 9, 5, start), 5);
	assert_int_equal(passed(rates, "::ffff:192.0.2.9", 9, 5, start), 0);
}

static void no_limit_and_a_clock_set_back_block_nobody(void **state)
{
	struct rates *rates = rates_new(*state);

	assert_int_equal(passed(rates, "192.0.2.1", 1000, 0, start), 1000);
	assert_int_equal(passed(rates, "192.0.2.1", 9, 5, start), 5);
	assert_int_equal(passed(rates, "192.0.2.1", 9, 5, clock_after_s(start, -86400)), 5);
}

static void more_addresses_than_places_forget_the_longest_unseen(void **state)
{
	struct arena *a = *state;
	struct rates *rates = rates_new(a);

	for (int i = 0; i < 100000; i++)
		assert_int_equal(rate_take(rates, 0, arena_printf(a, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255), 1, start),
		                 0);
	assert_int_equal(rate_take(rates, 0, "10.1.134.159", 1, start) > 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_minutes_calls_may_come_at_once_and_come_back_evenly),
		CASE(a_refusal_says_when_the_next_call_will_pass),
		CASE(addresses_and_kinds_count_for_themselves),
		CASE(ipv6_counts_by_64_bits_and_mapped_ipv4_as_ipv4),
		CASE(no_limit_and_a_clock_set_back_block_nobody),
		CASE(more_addresses_than_places_forget_the_longest_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
