/* test_occupancy_id.c - which texts are ids of spaces, and which of the two kinds. */
#include "app/occupancy/space_id.h"
#include "lib/base/uuid.h"
#include "tests/unit/unit.h"

#define PLAIN "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
#define DIGITS "0f1e2d3c4b5a469788796a5b4c3d2e1f"

static void every_form_of_an_id_is_the_same_id(void **state)
{
	static const char *const forms[] = {
		PLAIN,
		DIGITS,
		"0F1E2D3C-4B5A-4697-8879-6A5B4C3D2E1F",
		"{" PLAIN "}",
		"{" DIGITS "}",
		"urn:uuid:" PLAIN,
		"urn:uuid:{" DIGITS "}",
		"--0f-1e2d3c4b5a469788796a5b4c3d2e1-f-",
		"{-" DIGITS "-}",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct space_id id;

		assert_true(space_id_read(forms[i], &id));
		assert_string_equal(space_id_text(*state, space_id_bytes(&id)), PLAIN);
	}
}

static void other_texts_are_none(void **state)
{
	static const char *const others[] = {
		"",
		"-",
		"{}",
		"{",
		"urn:uuid:",
		DIGITS "0",
		"f1e2d3c4b5a469788796a5b4c3d2e1f",
		"{" PLAIN,
		PLAIN "}",
		"{{" PLAIN "}}",
		"{urn:uuid:" PLAIN "}",
		"URN:UUID:" PLAIN,
		"uuid:" PLAIN,
		"0x1e2d3c4b5a469788796a5b4c3d2e1f",
		"0f1e2d3c_4b5a_4697_8879_6a5b4c3d2e1f",
		" " PLAIN,
		PLAIN "\n",
		"0f1e2d3c 4b5a 4697 8879 6a5b4c3d2e1f",
		"0f1e2d3c4b5a469788796a5b4c3d2e1g",
		"0f1e2d3c4b5a469788796a5b4c3d2e\xd9\xa1",
	};
	struct space_id id = { { 7 } };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(space_id_read(others[i], &id));
	assert_int_equal(id.bytes[0], 7);
}

static void new_ids_differ_and_tell_their_kind(void **state)
{
	const struct space_id one = space_id_new(), two = space_id_new(), reader = space_id_new_read_only();

	assert_memory_not_equal(&one, &two, sizeof(one));
	assert_false(space_id_is_read_only(&one));
	assert_true(space_id_is_read_only(&reader));
	assert_true(uuid_valid(space_id_text(*state, space_id_bytes(&reader))));
	assert_int_equal(space_id_text(*state, space_id_bytes(&one))[14], '4');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_form_of_an_id_is_the_same_id),
		CASE(other_texts_are_none),
		CASE(new_ids_differ_and_tell_their_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
