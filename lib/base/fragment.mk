# lib/base/fragment.mk - what lib/base adds to Makefile.am
libportico_a_SOURCES += \
	lib/base/app.h \
	lib/base/arena.c lib/base/arena.h \
	lib/base/buf.c lib/base/buf.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/fold.c \
	lib/base/log.c lib/base/log.h \
	lib/base/problem.c lib/base/problem.h \
	lib/base/seal.c lib/base/seal.h \
	lib/base/secret.c \
	lib/base/settings.c lib/base/settings.h \
	lib/base/settings_print.c \
	lib/base/settings_value.c lib/base/settings_value.h \
	lib/base/shape.c lib/base/shape.h \
	lib/base/shared.c lib/base/shared.h \
	lib/base/text.c lib/base/text.h \
	lib/base/uuid.c lib/base/uuid.h
