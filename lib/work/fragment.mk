# lib/work/fragment.mk - what lib/work adds to Makefile.am
libportico_a_SOURCES += \
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
