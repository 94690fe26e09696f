# lib/call/fragment.mk - what lib/call adds to Makefile.am
libportico_a_SOURCES += \
	lib/call/breaker.c lib/call/breaker.h \
	lib/call/call.c lib/call/call.h \
	lib/call/problems.c \
	lib/call/service.c lib/call/service.h

check_PROGRAMS += tests/unit/test_call
TESTS += tests/unit/test_call
tests_unit_test_call_SOURCES = tests/unit/test_call.c
tests_unit_test_call_LDADD = libportico.a $(CMOCKA_LIBS) $(CURL_LIBS) $(CJSON_LIBS) $(INIH_LIBS) $(SODIUM_LIBS) -lm
EXTRA_DIST += tests/fake/fake_http.py
