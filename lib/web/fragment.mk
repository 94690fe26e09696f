# lib/web/fragment.mk - what lib/web adds to Makefile.am
libportico_a_SOURCES += \
	lib/web/admin.h lib/web/assets.h lib/web/browse.h lib/web/idempotency.h lib/web/idempotency_row.h lib/web/identity.h \
	lib/web/inner.h lib/web/manner.h lib/web/openapi.h lib/web/own.h lib/web/paging.h lib/web/rate.h \
	lib/web/request.h lib/web/route.h lib/web/web.h lib/web/accept.c lib/web/auth.c lib/web/body.c \
	lib/web/browse.c lib/web/browse_doc.c lib/web/browse_form.c lib/web/browse_json.c lib/web/cors.c \
	lib/web/csrf.c lib/web/docs.c lib/web/fcgi.c lib/web/health.c lib/web/idempotency.c lib/web/idempotency_row.c \
	lib/web/indent.c lib/web/index.c lib/web/input.c lib/web/limits.c lib/web/link.c lib/web/manner.c \
	lib/web/metrics.c lib/web/multipart.c lib/web/openapi.c lib/web/openapi_answers.c lib/web/openapi_schema.c \
	lib/web/options.c lib/web/own.c lib/web/page.c lib/web/paging.c lib/web/problems.c lib/web/rate.c \
	lib/web/refuse.c lib/web/reply.c lib/web/request.c lib/web/router.c lib/web/site.c lib/web/web.c

web_tests = tests/unit/test_web_auth tests/unit/test_web_body tests/unit/test_web_browse tests/unit/test_web_conventions \
	tests/unit/test_web_manner tests/unit/test_web_rate tests/unit/test_web_reply tests/unit/test_web_router
check_PROGRAMS += $(web_tests)
TESTS += $(web_tests)
EXTRA_DIST += tests/unit/front.h
