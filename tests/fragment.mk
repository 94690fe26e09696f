# tests/fragment.mk - what tests adds to Makefile.am

# ---- unit: tests/unit/test_X.c is a cmocka program of the same name; one line adds one ----
UNIT_TESTS = \
	tests/unit/test_arena \
	tests/unit/test_buf \
	tests/unit/test_clock \
	tests/unit/test_log \
	tests/unit/test_problem \
	tests/unit/test_seal \
	tests/unit/test_settings \
	tests/unit/test_shape \
	tests/unit/test_shared \
	tests/unit/test_text \
	tests/unit/test_uuid

UNIT_LIBS = libportico.a \
	$(FCGI_LIBS) $(MARIADB_LIBS) $(CURL_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) $(CRYPT_LIBS) $(CJSON_LIBS) $(INIH_LIBS) $(PCRE2_LIBS) $(UTF8PROC_LIBS) -lm $(CMOCKA_LIBS)
LDADD = $(UNIT_LIBS)
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
EXTRA_DIST += tests/unit/folder.h tests/unit/unit.h

# ---- check: the rules of the source tree ----
SOURCE_CHECKS = \
	tests/check/banned \
	tests/check/formatted \
	tests/check/headers \
	tests/check/notes \
	tests/check/rooms
TESTS += $(SOURCE_CHECKS)
dist_noinst_SCRIPTS += $(SOURCE_CHECKS)
EXTRA_DIST += tests/check/tree.py .clang-format
AM_TESTS_ENVIRONMENT = \
	CC='$(CC)'; export CC; \
	CHECK_CFLAGS='-I$(abs_top_builddir) $(DEFS) $(AM_CFLAGS) $(CPPFLAGS) $(CFLAGS)'; export CHECK_CFLAGS; \
	srcdir='$(srcdir)'; export srcdir;

# ---- store: tests/store/test_X.c is a cmocka program on a real MariaDB; two lines in the fragment of
# its room add one. `run` starts the server once, migrates it and calls them all ----
check_LIBRARIES = tests/store/libstore.a
tests_store_libstore_a_SOURCES = tests/store/store.c tests/store/store.h
STORE_LIBS = tests/store/libstore.a $(PORTICO_LIBS) $(CMOCKA_LIBS)
STORE_TESTS = \
	tests/store/test_db \
	tests/store/test_outage \
	tests/store/test_transaction \
	tests/store/test_web_idempotency
tests_store_test_db_LDADD = $(STORE_LIBS)
tests_store_test_outage_LDADD = $(STORE_LIBS)
tests_store_test_transaction_LDADD = $(STORE_LIBS)
tests_store_test_web_idempotency_LDADD = $(STORE_LIBS)
check_PROGRAMS += $(STORE_TESTS)
TESTS += tests/store/run
dist_noinst_SCRIPTS += tests/store/run tests/store/migrate_cut tests/store/migrate_schema tests/lib/private-mariadb

# ---- bench: the least that a FastCGI program can do, for tests/bench/run to measure against ----
check_PROGRAMS += tests/bench/bare
tests_bench_bare_SOURCES = tests/bench/bare.c
tests_bench_bare_LDADD = $(FCGI_LIBS) $(MARIADB_LIBS)
dist_noinst_SCRIPTS += tests/bench/run tests/bench/experiments.py
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/ask.lua \
	tests/bench/installation.py \
	tests/bench/load.py \
	tests/bench/peer_django.py \
	tests/bench/peer_tornado.py \
	tests/bench/single.py
