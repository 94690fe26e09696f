/* test_seal.c - secrets at rest. */
#include "tests/unit/folder.h"

#include <sys/wait.h>

#include "lib/base/seal.h"
#include "lib/base/settings.h"

static const char one_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n";
static const char other_key[] = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

static void use_key(struct folder *f, const char *key)
{
	assert_fine(seal_key_load(f->arena, folder_file(f, "key", 0600, key, strlen(key)), false));
}

static void opens_what_it_closed(void **state)
{
	static const char *const texts[] = { "", "x", "pässword", NULL };
	struct folder *f = *state;
	const char *out = "unchanged";

	use_key(f, one_key);
	for (size_t i = 0; texts[i]; i++) {
		const struct bytes seal = seal_close(f->arena, "test.a", texts[i]);

		assert_int_equal(seal.length, 1 + 24 + strlen(texts[i]) + 16);
		assert_int_equal(*(const unsigned char *)seal.data, 1);
		assert_fine(seal_open(f->arena, "test.a", seal, &out));
		assert_string_equal(out, texts[i]);
	}
}

static void opens_bytes_with_nul_among_them(void **state)
{
	struct folder *f = *state;
	const struct bytes plain = { "a\0b", 3 };
	struct bytes out = { NULL, 0 };

	use_key(f, one_key);
	assert_fine(seal_open_bytes(f->arena, "test.a", seal_close_bytes(f->arena, "test.a", plain), &out));
	assert_int_equal(out.length, 3);
	assert_memory_equal(out.data, "a\0b", 4);
}

static void nothing_stays_nothing(void **state)
{
	struct folder *f = *state;
	const char *out = "unchanged";

	use_key(f, one_key);

	const struct bytes seal = seal_close(f->arena, "test.a", NULL);

	assert_null(seal.data);
	assert_int_equal(seal.length, 0);
	assert_fine(seal_open(f->arena, "test.a", seal, &out));
	assert_null(out);
}

static void two_seals_of_one_text_differ(void **state)
{
	struct folder *f = *state;

	use_key(f, one_key);
	assert_memory_not_equal(seal_close(f->arena, "test.a", "x").data, seal_close(f->arena, "test.a", "x").data, 42);
}

static void refuses_another_purpose(void **state)
{
	struct folder *f = *state;
	const char *out = "unchanged";

	use_key(f, one_key);
	assert_problem(seal_open(f->arena, "test.b", seal_close(f->arena, "test.a", "x"), &out), PROBLEM_INTERNAL);
	assert_problem(seal_open(f->arena, "test.", seal_close(f->arena, "test.a", "x"), &out), PROBLEM_INTERNAL);
	assert_string_equal(out, "unchanged");
}

static void refuses_another_key(void **state)
{
	struct folder *f = *state;
	const char *out = "unchanged";

	use_key(f, one_key);

	const struct bytes seal = seal_close(f->arena, "test.a", "x");

	use_key(f, other_key);
	assert_problem(seal_open(f->arena, "test.a", seal, &out), PROBLEM_INTERNAL);
	use_key(f, one_key);
	assert_fine(seal_open(f->arena, "test.a", seal, &out));
}

static void refuses_every_flipped_bit_and_every_truncation(void **state)
{
	struct folder *f = *state;
	const char *out = "unchanged";

	use_key(f, one_key);

	const struct bytes seal = seal_close(f->arena, "test.a", "hush");

	for (size_t i = 0; i < seal.length * 8; i++) {
		unsigned char *bad = arena_copy(f->arena, seal.data, seal.length);

		bad[i / 8] ^= (unsigned char)(1u << i % 8);
		assert_problem(seal_open(f->arena, "test.a", (struct bytes){ bad, seal.length }, &out), PROBLEM_INTERNAL);
	}
	for (size_t n = 0; n < seal.length; n++) {
		const void *start = arena_copy(f->arena, seal.data, n);

		assert_problem(seal_open(f->arena, "test.a", (struct bytes){ start, n }, &out), PROBLEM_INTERNAL);
	}
	assert_string_equal(out, "unchanged");
}

static void hashes_by_key_purpose_and_text(void **state)
{
	struct folder *f = *state;

	use_key(f, one_key);

	const struct bytes hash = seal_hash(f->arena, "test.a", "token");

	assert_int_equal(hash.length, SEAL_HASH_BYTES);
	assert_memory_equal(hash.data, seal_hash(f->arena, "test.a", "token").data, SEAL_HASH_BYTES);
	assert_memory_not_equal(hash.data, seal_hash(f->arena, "test.a", "Token").data, SEAL_HASH_BYTES);
	assert_memory_not_equal(hash.data, seal_hash(f->arena, "test.b", "token").data, SEAL_HASH_BYTES);
	assert_memory_not_equal(hash.data, seal_hash(f->arena, "test.at", "oken").data, SEAL_HASH_BYTES);
	use_key(f, other_key);
	assert_memory_not_equal(hash.data, seal_hash(f->arena, "test.a", "token").data, SEAL_HASH_BYTES);
}

static void refuses_unfit_key_files(void **state)
{
	struct folder *f = *state;

	assert_problem(seal_key_load(f->arena, folder_path(f, "missing"), false), PROBLEM_SETTINGS);
	assert_problem(seal_key_load(f->arena, folder_path(f, "no/folder"), true), PROBLEM_SETTINGS);
	assert_problem(seal_key_load(f->arena, folder_file(f, "open", 0644, one_key, 65), false), PROBLEM_SETTINGS);
	assert_problem(seal_key_load(f->arena, folder_file(f, "short", 0600, one_key, 62), false), PROBLEM_SETTINGS);
	assert_problem(seal_key_load(f->arena, folder_file(f, "odd", 0600, one_key, 63), false), PROBLEM_SETTINGS);
	assert_problem(seal_key_load(f->arena, folder_file(f, "empty", 0600, "", 0), true), PROBLEM_SETTINGS);

	const char *not_hex = "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

	assert_problem(seal_key_load(f->arena, folder_file(f, "nothex", 0600, not_hex, 64), false), PROBLEM_SETTINGS);
}

static void makes_a_missing_key_once_and_for_itself_alone(void **state)
{
	struct folder *f = *state;
	const char *path = folder_path(f, "new");
	const char *first, *again, *out;
	struct stat st;
	const mode_t before = umask(0);

	assert_fine(seal_key_load(f->arena, path, true));
	umask(before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 65);
	assert_int_equal(st.st_nlink, 1); /* the file it was written to has gone */
	assert_fine(secret_read(f->arena, path, &first));

	const struct bytes seal = seal_close(f->arena, "test.a", "x");

	assert_fine(seal_key_load(f->arena, path, true));
	assert_fine(secret_read(f->arena, path, &again));
	assert_string_equal(first, again);
	assert_fine(seal_open(f->arena, "test.a", seal, &out));
}

static void processes_that_make_the_key_at_once_agree(void **state)
{
	enum { PROCESSES = 8 };
	struct folder *f = *state;
	const char *path = folder_path(f, "new");
	unsigned char hashes[PROCESSES][SEAL_HASH_BYTES];
	pid_t children[PROCESSES];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			if (seal_key_load(f->arena, path, true))
				_exit(1);
			_exit(write(ends[1], seal_hash(f->arena, "test", "x").data, SEAL_HASH_BYTES) != SEAL_HASH_BYTES);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		assert_int_equal(read(ends[0], hashes[i], SEAL_HASH_BYTES), SEAL_HASH_BYTES);
		assert_memory_equal(hashes[i], hashes[0], SEAL_HASH_BYTES);
	}
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLDER_CASE(opens_what_it_closed),
		FOLDER_CASE(opens_bytes_with_nul_among_them),
		FOLDER_CASE(nothing_stays_nothing),
		FOLDER_CASE(two_seals_of_one_text_differ),
		FOLDER_CASE(refuses_another_purpose),
		FOLDER_CASE(refuses_another_key),
		FOLDER_CASE(refuses_every_flipped_bit_and_every_truncation),
		FOLDER_CASE(hashes_by_key_purpose_and_text),
		FOLDER_CASE(refuses_unfit_key_files),
		FOLDER_CASE(makes_a_missing_key_once_and_for_itself_alone),
		FOLDER_CASE(processes_that_make_the_key_at_once_agree),
	};

	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
