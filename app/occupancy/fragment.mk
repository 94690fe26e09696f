# app/occupancy/fragment.mk - the occupancy app.
libapps_a_SOURCES += \
	app/occupancy/app.c app/occupancy/occupancy.h app/occupancy/conf.h \
	app/occupancy/routes.c app/occupancy/handle.h app/occupancy/limit.c \
	app/occupancy/shapes.c app/occupancy/shapes.h \
	app/occupancy/problems.c app/occupancy/problems.h \
	app/occupancy/space_id.c app/occupancy/space_id.h \
	app/occupancy/handle_space.c app/occupancy/handle_history.c app/occupancy/handle_contact.c \
	app/occupancy/store.h app/occupancy/store_space.c app/occupancy/store_event.c app/occupancy/store_upkeep.c \
	app/occupancy/jobs.c app/occupancy/jobs.h \
	app/occupancy/client_redis.c app/occupancy/client_redis.h \
	app/occupancy/command.h app/occupancy/command_import.c

UNIT_TESTS += tests/unit/test_occupancy_id
tests_unit_test_occupancy_id_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
STORE_TESTS += tests/store/test_occupancy
tests_store_test_occupancy_LDADD = $(STORE_LIBS)
