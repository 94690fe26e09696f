# app/facility/fragment.mk - the facility app.
libapps_a_SOURCES += \
	app/facility/app.c app/facility/facility.h app/facility/conf.h \
	app/facility/routes.c app/facility/handle.h \
	app/facility/shapes.c app/facility/shapes.h \
	app/facility/problems.c app/facility/problems.h \
	app/facility/store.h app/facility/experiment.h app/facility/image.h app/facility/quota.h \
	app/facility/store_experiment.c app/facility/store_session.c app/facility/store_participation.c \
	app/facility/store_image.c app/facility/store_quota.c \
	app/facility/image.c \
	app/facility/volumes.c app/facility/volumes.h \
	app/facility/client.h app/facility/client_useroffice.c \
	app/facility/handle_session.c app/facility/handle_user.c app/facility/handle_experiment.c \
	app/facility/handle_quota.c app/facility/handle_image.c \
	app/facility/command.h app/facility/commands.c \
	app/facility/command_experiment.c app/facility/command_session.c app/facility/command_participant.c \
	app/facility/command_image.c app/facility/command_quota.c \
	app/facility/resource.h app/facility/resource.c app/facility/seals.h app/facility/guacamole.h \
	app/facility/store_resource.c app/facility/store_reserve.c app/facility/store_move.c app/facility/store_upkeep.c \
	app/facility/store_guacamole.c \
	app/facility/shapes_resource.c app/facility/shapes_resource.h \
	app/facility/client_docker.h app/facility/client_docker_call.h app/facility/client_docker.c \
	app/facility/client_docker_create.c app/facility/client_docker_image.c \
	app/facility/driver.h app/facility/driver.c app/facility/driver_docker.c app/facility/driver_link.c \
	app/facility/readiness.c app/facility/readiness.h \
	app/facility/handle_resource.c app/facility/jobs.c app/facility/reconcile.c app/facility/command_fsck.c

UNIT_TESTS += tests/unit/test_facility_volumes
tests_unit_test_facility_volumes_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
STORE_TESTS += tests/store/test_facility_experiment
tests_store_test_facility_experiment_LDADD = $(STORE_LIBS)
UNIT_TESTS += tests/unit/test_facility_readiness
tests_unit_test_facility_readiness_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
STORE_TESTS += tests/store/test_facility_resource
tests_store_test_facility_resource_LDADD = $(STORE_LIBS)
