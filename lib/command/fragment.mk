# lib/command/fragment.mk - what lib/command adds to Makefile.am
libportico_a_SOURCES += \
	lib/command/arguments.c lib/command/command.h \
	lib/command/csv.c lib/command/csv_write.c
