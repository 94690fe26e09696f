# lib/work/fragment.mk - what lib/work adds to Makefile.am
libportico_a_SOURCES += \
	lib/work/alive.c \
	lib/work/alive.h \
	lib/work/child.c \
	lib/work/child.h \
	lib/work/daemon.c \
	lib/work/job.c \
	lib/work/job.h \
	lib/work/known.c \
	lib/work/known.h \
	lib/work/list.c \
	lib/work/list.h \
	lib/work/problems.c \
	lib/work/problems.h \
	lib/work/run.c \
	lib/work/run.h \
	lib/work/store.h \
	lib/work/store_held.c \
	lib/work/store_job.c \
	lib/work/store_schedule.c \
	lib/work/trouble.c \
	lib/work/trouble.h \
	lib/work/wake.c \
	lib/work/wake.h \
	lib/work/work.c

check_PROGRAMS += tests/unit/test_work_known tests/unit/test_work_wake
TESTS += tests/unit/test_work_known tests/unit/test_work_wake
tests_unit_test_work_known_LDADD = $(UNIT_LIBS)
tests_unit_test_work_wake_LDADD = $(UNIT_LIBS)

# tests/store/run finds and calls these
check_PROGRAMS += tests/store/test_work_daemon tests/store/test_work_job tests/store/test_work_run
tests_store_test_work_daemon_SOURCES = tests/store/test_work_daemon.c tests/store/test_work.h
tests_store_test_work_daemon_LDADD = $(STORE_LIBS)
tests_store_test_work_job_SOURCES = tests/store/test_work_job.c tests/store/test_work.h
tests_store_test_work_job_LDADD = $(STORE_LIBS)
tests_store_test_work_run_SOURCES = tests/store/test_work_run.c tests/store/test_work.h
tests_store_test_work_run_LDADD = $(STORE_LIBS)
