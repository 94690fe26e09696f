# lib/db/fragment.mk - what lib/db adds to Makefile.am
libportico_a_SOURCES += \
	lib/db/connection.c \
	lib/db/db.c \
	lib/db/db.h \
	lib/db/failure.c \
	lib/db/internal.h \
	lib/db/options.c \
	lib/db/page.c \
	lib/db/ready.c \
	lib/db/retry.h \
	lib/db/row.c \
	lib/db/schema.c \
	lib/db/statement.c \
	lib/db/transaction.c
