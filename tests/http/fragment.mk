# tests/http/fragment.mk - what the http tests, the demonstration and the quickstart add to a distribution
EXTRA_DIST += \
	quickstart \
	tests/contract \
	tests/demo/experiments \
	tests/demo/sessions \
	tests/demo/guacamole-schema-0.9.14.sql \
	tests/demo/guacamole-schema-1.sql \
	tests/demo/images \
	tests/fake \
	tests/http \
	tests/lib
