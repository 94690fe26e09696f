# lib/json/fragment.mk - what lib/json adds to Makefile.am
libportico_a_SOURCES += \
	lib/json/field.c lib/json/field.h \
	lib/json/form.c \
	lib/json/json.h \
	lib/json/member.c lib/json/messages.h \
	lib/json/read.c \
	lib/json/spaced.c \
	lib/json/strict.c lib/json/strict.h \
	lib/json/write.c lib/json/write.h

json_tests = tests/unit/test_json_text tests/unit/test_json_read tests/unit/test_json_write tests/unit/test_json_form
json_test_libs = libportico.a $(CMOCKA_LIBS) $(CJSON_LIBS) $(INIH_LIBS) $(SODIUM_LIBS) -lm
check_PROGRAMS += $(json_tests)
TESTS += $(json_tests)
tests_unit_test_json_text_SOURCES = tests/unit/test_json_text.c
tests_unit_test_json_text_LDADD = $(json_test_libs)
tests_unit_test_json_read_SOURCES = tests/unit/test_json_read.c
tests_unit_test_json_read_LDADD = $(json_test_libs)
tests_unit_test_json_write_SOURCES = tests/unit/test_json_write.c
tests_unit_test_json_write_LDADD = $(json_test_libs)
tests_unit_test_json_form_SOURCES = tests/unit/test_json_form.c
tests_unit_test_json_form_LDADD = $(json_test_libs)
EXTRA_DIST += tests/fuzz/fuzz_json.c
