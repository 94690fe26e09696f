# app/accounts/fragment.mk - what app/accounts adds to Makefile.am
libapps_a_SOURCES += \
	app/accounts/account.c app/accounts/account.h \
	app/accounts/accounts.h \
	app/accounts/app.c \
	app/accounts/basic_cache.c app/accounts/basic_cache.h \
	app/accounts/cleanup.c app/accounts/cleanup.h \
	app/accounts/command.h \
	app/accounts/command_fixture.c \
	app/accounts/command_import.c \
	app/accounts/command_password.c \
	app/accounts/command_user.c \
	app/accounts/common_passwords.c \
	app/accounts/conf.h \
	app/accounts/credentials.c app/accounts/credentials.h \
	app/accounts/django.h \
	app/accounts/group.c \
	app/accounts/handle.h \
	app/accounts/handle_group.c \
	app/accounts/handle_user.c \
	app/accounts/identity.c app/accounts/identity.h \
	app/accounts/import.h \
	app/accounts/login.c \
	app/accounts/model_group.c \
	app/accounts/model_user.c \
	app/accounts/models.c app/accounts/models.h \
	app/accounts/own_password.c \
	app/accounts/password.c app/accounts/password.h \
	app/accounts/password_django.c app/accounts/password_django.h \
	app/accounts/password_rules.c \
	app/accounts/policy.c \
	app/accounts/problems.c app/accounts/problems.h \
	app/accounts/remove.c \
	app/accounts/rights.c app/accounts/rights.h \
	app/accounts/routes.c \
	app/accounts/shapes.c app/accounts/shapes.h \
	app/accounts/store.h \
	app/accounts/store_audit.c \
	app/accounts/store_django.c \
	app/accounts/store_group.c \
	app/accounts/store_session.c \
	app/accounts/store_throttle.c \
	app/accounts/store_token.c \
	app/accounts/store_user.c \
	app/accounts/store_view.c \
	app/accounts/terminal.c \
	app/accounts/throttle.c app/accounts/throttle.h \
	app/accounts/username.c

ACCOUNTS_TESTS = \
	tests/unit/test_accounts_names \
	tests/unit/test_accounts_password
tests_unit_test_accounts_names_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
tests_unit_test_accounts_password_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += $(ACCOUNTS_TESTS)
TESTS += $(ACCOUNTS_TESTS)

# tests/store/run finds and calls these
check_PROGRAMS += tests/store/test_accounts tests/store/test_accounts_credentials tests/store/test_accounts_group
tests_store_test_accounts_group_LDADD = $(STORE_LIBS)
tests_store_test_accounts_LDADD = $(STORE_LIBS)
tests_store_test_accounts_credentials_LDADD = $(STORE_LIBS)
