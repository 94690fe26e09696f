/* test_arena.c - memory that is given back all at once. */
#include "tests/unit/unit.h"

static void gives_zeroed_memory_aligned_for_any_type(void **state)
{
	static const char zeros[5000];

	for (size_t n = 0; n < 5000; n = n * 2 + 1) {
		char *object = arena_alloc(*state, n);

		assert_int_equal((uintptr_t)object % _Alignof(max_align_t), 0);
		assert_memory_equal(object, zeros, n);
		memset(object, 'x', n);
	}
	arena_reset(*state);
	assert_memory_equal(arena_alloc(*state, 4000), zeros, 4000);
}

static void empty_objects_have_addresses_of_their_own(void **state)
{
	assert_ptr_not_equal(arena_alloc(*state, 0), arena_alloc(*state, 0));
}

static void objects_of_all_sizes_do_not_overlap(void **state)
{
	enum { COUNT = 300 };
	unsigned char *objects[COUNT];
	size_t sizes[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		sizes[i] = i % 7 == 0 ? i * 1000 : i * 3;
		objects[i] = arena_alloc(*state, sizes[i]);
		memset(objects[i], (int)(i % 251), sizes[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(objects[i][j], i % 251);
}

static void counts_what_it_handed_out_since_the_last_reset(void **state)
{
	assert_int_equal(arena_used(*state), 0);
	arena_alloc(*state, 10);
	ARENA_ARRAY(*state, int64_t, 4);
	assert_int_equal(arena_used(*state), 42);
	arena_reset(*state);
	assert_int_equal(arena_used(*state), 0);
}

static void copies_text_and_bytes(void **state)
{
	assert_string_equal(arena_text(*state, "Käse"), "Käse");
	assert_null(arena_text(*state, NULL));
	assert_string_equal(arena_text_n(*state, "abcdef", 3), "abc");
	assert_string_equal(arena_text_n(*state, NULL, 0), "");
	assert_memory_equal(arena_copy(*state, "a\0b", 3), "a\0b", 3);
	assert_string_equal(arena_printf(*state, "%d of %s", 3, "four"), "3 of four");
	assert_int_equal(strlen(arena_printf(*state, "%*s", 100000, "")), 100000);
}

static char released[8];

static void note(void *letter)
{
	const size_t n = strlen(released);

	assert_true(n + 1 < sizeof(released));
	released[n] = *(const char *)letter;
	released[n + 1] = '\0';
}

static void releases_what_was_deferred_newest_first_and_once(void **state)
{
	memset(released, 0, sizeof(released));
	arena_defer(*state, note, (char[]){ 'a' });
	arena_defer(*state, note, (char[]){ 'b' });
	arena_defer(*state, note, (char[]){ 'c' });
	assert_string_equal(released, "");
	arena_reset(*state);
	assert_string_equal(released, "cba");
	arena_reset(*state);
	assert_string_equal(released, "cba");
}

static void freeing_releases_too_and_nothing_is_allowed(void **state)
{
	(void)state;
	memset(released, 0, sizeof(released));
	{
		char letter = 'x';
		AUTO(arena_close) struct arena *a = arena_new();

		arena_defer(a, note, &letter);
	}
	assert_string_equal(released, "x");
	arena_free(NULL);
}

static void stays_usable_after_many_resets(void **state)
{
	for (int i = 0; i < 1000; i++) {
		for (int j = 0; j < 50; j++)
			memset(arena_alloc(*state, 2000), 1, 2000);
		arena_reset(*state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(gives_zeroed_memory_aligned_for_any_type),
		CASE(empty_objects_have_addresses_of_their_own),
		CASE(objects_of_all_sizes_do_not_overlap),
		CASE(counts_what_it_handed_out_since_the_last_reset),
		CASE(copies_text_and_bytes),
		CASE(releases_what_was_deferred_newest_first_and_once),
		CASE(freeing_releases_too_and_nothing_is_allowed),
		CASE(stays_usable_after_many_resets),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
