/* test_shape.c - looking things up in shapes and name tables. */
#include "tests/unit/unit.h"

#include "lib/base/shape.h"

struct pet {
	uint64_t given;
	const char *name;
	int64_t age;
	struct instant born_at;
	int kind;
};

static const char *const pet_kinds[] = { "cat", "dog", NULL };
static const struct field pet_fields[] = {
	/* clang-format off */
	FIELD(struct pet, name,    REQUIRED,            1, 10, "how it is called"),
	FIELD(struct pet, age,     OPTIONAL,            0, 99, "in years"),
	FIELD(struct pet, born_at, OPTIONAL | NULLABLE, 0, 0,  "when"),
	FIELD_ENUM(struct pet, kind, OPTIONAL, pet_kinds,      "which"),
	FIELD_END
	/* clang-format on */
};
static const struct shape pet_shape = SHAPE_GIVEN("Pet", struct pet, pet_fields);

static void fields_take_kind_and_place_from_the_member(void **state)
{
	struct pet p = { .name = "Mog", .age = 3 };
	size_t index = 99;
	const struct field *f = shape_field(&pet_shape, "age", &index);

	(void)state;
	assert_int_equal(index, 1);
	assert_int_equal(f->kind, KIND_INT);
	assert_int_equal(*(const int64_t *)field_of(f, &p), 3);
	*(int64_t *)field_at(f, &p) = 4;
	assert_int_equal(p.age, 4);
	assert_int_equal(shape_field(&pet_shape, "name", NULL)->kind, KIND_TEXT);
	assert_int_equal(shape_field(&pet_shape, "born_at", NULL)->kind, KIND_AT);
	assert_int_equal(shape_field(&pet_shape, "kind", NULL)->kind, KIND_ENUM);
	assert_int_equal(pet_shape.size, sizeof(struct pet));
}

static void there_is_no_field_of_another_name(void **state)
{
	size_t index = 99;

	(void)state;
	assert_null(shape_field(&pet_shape, "nam", &index));
	assert_null(shape_field(&pet_shape, "names", NULL));
	assert_null(shape_field(&pet_shape, "given", NULL));
	assert_int_equal(index, 99);
}

static void tells_which_fields_were_given(void **state)
{
	const struct pet p = { .given = 1u << 0 | 1u << 3 };

	(void)state;
	assert_true(shape_given(&pet_shape, &p, "name"));
	assert_false(shape_given(&pet_shape, &p, "age"));
	assert_true(shape_given(&pet_shape, &p, "kind"));
}

static void names_enum_values_and_back(void **state)
{
	(void)state;
	assert_string_equal(enum_name(pet_kinds, 1), "dog");
	assert_string_equal(enum_name(pet_kinds, 2), "?");
	assert_string_equal(enum_name(pet_kinds, -1), "?");
	assert_string_equal(enum_name(pet_kinds, 1000), "?");
	assert_int_equal(enum_value(pet_kinds, "cat"), 0);
	assert_int_equal(enum_value(pet_kinds, "Cat"), -1);
	assert_int_equal(enum_value(pet_kinds, ""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(fields_take_kind_and_place_from_the_member),
		CASE(there_is_no_field_of_another_name),
		CASE(tells_which_fields_were_given),
		CASE(names_enum_values_and_back),
	};

	return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
