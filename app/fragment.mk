# app/fragment.mk - the three programs, and what they share above the apps.
libexec_PROGRAMS += portico.fcgi
sbin_PROGRAMS += porticod
bin_PROGRAMS += portico

libapps_a_SOURCES += \
	app/commands.h \
	app/conf.c app/conf.h \
	app/mounts.c \
	app/options.c app/options.h

portico_fcgi_SOURCES = app/main_worker.c app/queue_metrics.c app/queue_metrics.h
portico_fcgi_LDADD = $(PORTICO_LIBS)
porticod_SOURCES = app/main_daemon.c
porticod_LDADD = $(PORTICO_LIBS)
portico_SOURCES = app/main_cli.c app/command_core.c app/command_migrate.c app/command_static.c app/command_work.c
portico_LDADD = $(PORTICO_LIBS)

# the last change of the migrations this was built with: /health/ready compares it with the database
BUILT_SOURCES += app/schema.h
CLEANFILES += app/schema.h
app/schema.h: $(top_srcdir)/sql/sqitch.plan
	$(AM_V_GEN)$(MKDIR_P) app && awk '/^[a-z]/ { last = $$1 } \
		END { printf "#define PORTICO_SCHEMA \"%s\"\n", last }' $(top_srcdir)/sql/sqitch.plan >$@
