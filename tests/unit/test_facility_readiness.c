/* test_facility_readiness.c - what a container's log says, the ports, the shape of what the old client sees, and Guacamole's
 * password hash. */
#include "tests/unit/unit.h"

#include "app/facility/image.h"
#include "app/facility/readiness.h"
#include "app/facility/shapes_resource.h"
#include "lib/base/text.h"
#include "lib/json/json.h"

#define TOKEN "token=(?:[-\\w.]|(?:%[\\da-fA-F]{2}))+" /* the seed image base_jupyter */

static struct readiness *watch(void **state, const char *pattern)
{
	struct readiness *r;

	assert_fine(readiness_new(*state, pattern, &r));
	return r;
}

static enum readiness_state say(struct readiness *r, int stream, const char *text)
{
	return readiness_take(r, stream, text, strlen(text));
}

/* ---- lines ---- */

static void sees_a_plain_text_in_a_whole_line(void **state)
{
	struct readiness *r = watch(state, "connect via");

	assert_int_equal(say(r, 1, "starting\n"), READINESS_WAITING);
	assert_int_equal(say(r, 1, "=> connect via VNC viewer\n"), READINESS_SEEN);
	assert_string_equal(readiness_match(r), "connect via");
}

static void puts_lines_together_from_pieces(void **state)
{
	struct readiness *r = watch(state, TOKEN);

	assert_int_equal(say(r, 2, "http://0.0.0.0:8888/?tok"), READINESS_WAITING);
	assert_int_equal(say(r, 1, "something else\n"), READINESS_WAITING); /* the other stream does not get in between */
	assert_int_equal(say(r, 2, "en=abc-1"), READINESS_WAITING);         /* half a token is none */
	assert_int_equal(say(r, 2, "23\r\n"), READINESS_SEEN);
	assert_string_equal(readiness_match(r), "token=abc-123");
}

static void takes_the_group_of_a_pattern_when_it_has_one(void **state)
{
	struct readiness *r = watch(state, "ready at (\\S+)|gave up");

	assert_int_equal(say(r, 1, "ready at /lab?x=1 now\n"), READINESS_SEEN);
	assert_string_equal(readiness_match(r), "/lab?x=1");
	r = watch(state, "ready at (\\S+)|gave up");
	assert_int_equal(say(r, 1, "gave up\n"), READINESS_SEEN);
	assert_string_equal(readiness_match(r), "gave up");
}

static void counts_an_unfinished_line_only_after_a_pause(void **state)
{
	struct readiness *r = watch(state, "ready>");

	assert_int_equal(say(r, 1, "ready> "), READINESS_WAITING);
	assert_int_equal(readiness_pause(r), READINESS_SEEN);
	r = watch(state, "ready>");
	assert_int_equal(say(r, 1, "not yet"), READINESS_WAITING);
	assert_int_equal(readiness_pause(r), READINESS_WAITING);
}

static void needs_no_log_for_the_empty_pattern(void **state)
{
	assert_int_equal(say(watch(state, ""), 1, ""), READINESS_SEEN);
}

static void looks_at_the_first_16_kib_of_a_line(void **state)
{
	struct readiness *r = watch(state, "needle");
	char hay[READINESS_LINE_MAX];

	memset(hay, 'x', sizeof(hay));
	for (int i = 0; i < 100; i++)
		assert_int_equal(readiness_take(r, 1, hay, sizeof(hay)), READINESS_WAITING);
	assert_int_equal(say(r, 1, "needle\n"), READINESS_WAITING);
	assert_int_equal(say(r, 1, "needle\n"), READINESS_SEEN);
}

static void survives_bytes_that_are_no_text(void **state)
{
	struct readiness *r = watch(state, "connect via");
	char noise[4096];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 131 + i / 7);
	assert_int_equal(readiness_take(r, 1, noise, sizeof(noise)), READINESS_WAITING);
	assert_int_equal(say(r, 1, "\n\xff connect via \xfe\n"), READINESS_SEEN);
}

static void gives_up_on_a_pattern_that_takes_too_long(void **state)
{
	struct readiness *r = watch(state, "(x+x+)+$");
	char line[201];

	memset(line, 'x', 200);
	line[199] = '!';
	line[200] = '\n';
	assert_int_equal(readiness_take(r, 1, line, sizeof(line)), READINESS_TOO_HARD);
}

static void refuses_what_is_no_regular_expression(void **state)
{
	assert_null(readiness_pattern_check(*state, TOKEN));
	assert_null(readiness_pattern_check(*state, ""));
	assert_non_null(readiness_pattern_check(*state, "(unclosed"));
	assert_non_null(readiness_pattern_check(*state, "*"));
}

/* ---- addresses ---- */

static void makes_an_address_of_a_token_and_none_of_a_plain_text(void **state)
{
	assert_null(readiness_address(*state, "connect via", "connect via", "h", 1));
	assert_null(readiness_address(*state, "", "", "h", 1));
	assert_string_equal(readiness_address(*state, TOKEN, "token=ab%20c", "10.0.0.1", 32768),
	                    "http://10.0.0.1:32768/?token=ab%20c");
	assert_string_equal(readiness_address(*state, "t=(.*)", "a b\"<\n", "fd00::1", 80),
	                    "http://[fd00::1]:80/?a%20b%22%3C%0A");
}

/* ---- frames ---- */

struct taken {
	struct buf streams[3];
	int pieces, stop_after;
};

static bool take(void *context, int stream, const char *bytes, size_t n)
{
	struct taken *t = context;

	buf_add(&t->streams[stream], bytes, n);
	return ++t->pieces != t->stop_after;
}

static void taken_init(struct arena *a, struct taken *t)
{
	*t = (struct taken){ .pieces = 0 };
	for (int i = 0; i < 3; i++)
		buf_init(&t->streams[i], a, 1000);
}

static const char two_frames[] = "\1\0\0\0\0\0\0\6hello\n\2\0\0\0\0\0\0\0\2\0\0\0\0\0\0\5error";

static void parts_the_streams_whatever_the_pieces(void **state)
{
	for (size_t step = 1; step < sizeof(two_frames); step++) {
		struct frames f = { .broken = false };
		struct taken t;

		taken_init(*state, &t);
		for (size_t at = 0; at < sizeof(two_frames) - 1; at += step) {
			size_t left = sizeof(two_frames) - 1 - at;

			assert_true(frames_feed(&f, two_frames + at, left < step ? left : step, take, &t));
		}
		assert_string_equal(buf_string(&t.streams[1]), "hello\n");
		assert_string_equal(buf_string(&t.streams[2]), "error");
	}
}

static void stops_when_told_to_and_when_it_is_no_stream(void **state)
{
	struct frames f = { .broken = false }, g = { .broken = false };
	struct taken t;

	taken_init(*state, &t);
	t.stop_after = 1;
	assert_false(frames_feed(&f, two_frames, sizeof(two_frames) - 1, take, &t));
	assert_string_equal(buf_string(&t.streams[2]), "");
	assert_false(f.broken);
	assert_false(frames_feed(&g, "{\"message\":1}", 13, take, &t));
	assert_true(g.broken);
}

/* ---- ports and protocols ---- */

static void knows_three_protocols(void **state)
{
	(void)state;
	assert_string_equal(protocol_port("vnc"), "5901/tcp");
	assert_string_equal(protocol_port("RDP"), "3389/tcp");
	assert_string_equal(protocol_port("ssh"), "22/tcp");
	assert_null(protocol_port(""));
	assert_null(protocol_port("telnet"));
	assert_true(protocol_is_desktop("VNC"));
	assert_false(protocol_is_desktop("http"));
}

static void reads_a_port_hook(void **state)
{
	static const char *const right[] = { "", "5901/tcp", "53/udp", "65535/tcp" };
	static const char *const wrong[] = { "5901", "0/tcp", "65536/tcp", "x/tcp", "/tcp", "1/sctp", "80/tcp ", "-1/tcp" };

	for (size_t i = 0; i < 4; i++)
		assert_null(port_hook_check(*state, right[i]));
	for (size_t i = 0; i < 8; i++)
		assert_non_null(port_hook_check(*state, wrong[i]));
}

/* ---- Guacamole ---- */

/* The vector of facility.md section 10.3, which is Guacamole's own first user. */
static void hashes_as_guacamole_does(void **state)
{
	static const char salt_hex[] = "FE24ADC5E11E2B25288D1704ABE67A79E342ECC26064CE69C5B3177795A82264";
	static const char hash_hex[] = "CA458A7D494E3BE824F5E1E175A1556C0F8EEF2C2D7DF3633BEC4A29C4411960";
	unsigned char salt[32], want[32], got[32];
	size_t n;

	assert_true(hex_read(salt_hex, 64, salt, sizeof(salt), &n));
	assert_true(hex_read(hash_hex, 64, want, sizeof(want), &n));
	guacamole_hash(*state, "guacadmin", salt, got);
	assert_memory_equal(got, want, 32);
	guacamole_hash(*state, "guacadmiN", salt, got);
	assert_memory_not_equal(got, want, 32);
}

/* ---- what the old client sees ---- */

static struct resource row(int state)
{
	return (struct resource){ .id = 7,
		                      .name = "calipso-x",
		                      .user_id = 1,
		                      .public_name = "base_image",
		                      .type = TYPE_DOCKER,
		                      .proposal_id = "P1",
		                      .session_number = "S1",
		                      .state = state,
		                      .container_id = "de88",
		                      .port = { true, 32768 },
		                      .num_cpus = 1,
		                      .memory_bytes = INT64_C(3) << 30,
		                      .hdd_bytes = INT64_C(1536) << 20,
		                      .address = "",
		                      .guacamole_password = "",
		                      .vnc_password = "" };
}

static void writes_the_sixteen_keys_in_their_order_and_then_the_id(void **state)
{
	struct resource r = row(RESOURCE_CREATED);
	struct container_view view = container_view(*state, &r);
	struct buf b;

	buf_init(&b, *state, 4096);
	json_write(&b, &container_shape, &view);
	assert_string_equal(
		buf_string(&b),
		"{\"calipso_user\":1,\"calipso_experiment\":\"S1\",\"container_id\":\"de88\",\"container_name\":\"calipso-x\","
		"\"container_status\":\"created\",\"container_logs\":\"...\",\"guacamole_username\":\"\","
		"\"guacamole_password\":\"\",\"creation_date\":\"1970-01-01T00:00:00\",\"host_port\":\"32768\","
		"\"public_name\":\"base_image\",\"container_info\":\"P1\",\"image\":null,\"num_cpus\":1,"
		"\"memory_allocated\":\"3G\",\"hdd_allocated\":\"1536M\",\"id\":7}");
}

static void tells_the_old_client_states_that_it_knows(void **state)
{
	static const char *const told[RESOURCE_STATE_N] = { "busy",    "created", "busy", "stopped",
		                                                "stopped", "removed", "error" };

	for (int i = 0; i < RESOURCE_STATE_N; i++) {
		struct resource r = row(i);

		assert_string_equal(container_view(*state, &r).container_status, told[i]);
	}
}

static void blanks_what_a_stranger_must_not_see(void **state)
{
	struct resource r = row(RESOURCE_CREATED);

	r.guacamole_username = "u";
	r.guacamole_password = "p";
	r.address = "http://h:1/?token=t";
	resource_blank(&r);
	assert_string_equal(container_view(*state, &r).guacamole_username, "");
	assert_string_equal(container_view(*state, &r).guacamole_password, "");
	assert_string_equal(container_view(*state, &r).host_port, "32768");
	assert_string_equal(resource_view(&r).address, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(sees_a_plain_text_in_a_whole_line),
		CASE(puts_lines_together_from_pieces),
		CASE(takes_the_group_of_a_pattern_when_it_has_one),
		CASE(counts_an_unfinished_line_only_after_a_pause),
		CASE(needs_no_log_for_the_empty_pattern),
		CASE(looks_at_the_first_16_kib_of_a_line),
		CASE(survives_bytes_that_are_no_text),
		CASE(gives_up_on_a_pattern_that_takes_too_long),
		CASE(refuses_what_is_no_regular_expression),
		CASE(makes_an_address_of_a_token_and_none_of_a_plain_text),
		CASE(parts_the_streams_whatever_the_pieces),
		CASE(stops_when_told_to_and_when_it_is_no_stream),
		CASE(knows_three_protocols),
		CASE(reads_a_port_hook),
		CASE(hashes_as_guacamole_does),
		CASE(writes_the_sixteen_keys_in_their_order_and_then_the_id),
		CASE(tells_the_old_client_states_that_it_knows),
		CASE(blanks_what_a_stranger_must_not_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
