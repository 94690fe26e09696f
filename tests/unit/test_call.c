/* test_call.c - calls to a real, misbehaving HTTP service on loopback (tests/fake/fake_http.py), and the breaker. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/call/call.h"

/* ----- the fake service ----- */

static char folder[] = "/tmp/portico-call-XXXXXX";
static pid_t fake_pid;
static int fake_stdin;
static int plain_port, tls_port, mtls_port, other_port;

/* The number behind `name=` in the line that the service prints, or -1. */
static int port_of(struct arena *a, const char *line, const char *name)
{
	const char *at = strstr(line, name);
	int64_t port;

	if (!at)
		return -1;
	at += strlen(name);
	return num_read(arena_text_n(a, at, strspn(at, "0123456789")), 1, 65535, &port) ? (int)port : -1;
}

static int fake_start(void **state)
{
	AUTO(arena_close) struct arena *a = arena_new();
	const char *srcdir = getenv("srcdir") ? getenv("srcdir") : ".";
	const char *script = arena_printf(a, "%s/tests/fake/fake_http.py", srcdir);
	int in[2], out[2];
	char line[200];
	FILE *said;

	(void)state;
	if (!mkdtemp(folder) || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return -1;
	fake_pid = fork();
	if (fake_pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execlp("python3", "python3", script, folder, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	fake_stdin = in[1];
	said = fdopen(out[0], "r");
	if (!said || !fgets(line, sizeof(line), said))
		return -1;
	fclose(said);
	plain_port = port_of(a, line, "plain=");
	tls_port = port_of(a, line, " tls=");
	mtls_port = port_of(a, line, " mtls=");
	other_port = port_of(a, line, " other=");
	return plain_port > 0 && tls_port > 0 && mtls_port > 0 && other_port > 0 ? 0 : -1;
}

static int unlink_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int fake_stop(void **state)
{
	(void)state;
	close(fake_stdin);
	kill(fake_pid, SIGTERM);
	waitpid(fake_pid, NULL, 0);
	nftw(folder, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* ----- one test's world ----- */

struct world {
	struct arena *arena;
	struct process process;
	struct service_conf conf; /* as a test wants it, before world_service() */
	struct service *service;
	struct answer answer;
};

static void world_end(struct world *w)
{
	arena_free(w->arena);
}

static struct world world_begin(void)
{
	struct arena *a = arena_new();

	return (struct world){
		.arena = a,
		.process = { .arena = a, .name = "command" },
		.conf = { .name = "fake",
		          .url = arena_printf(a, "http://127.0.0.1:%d", plain_port),
		          .connect_ms = 5000,
		          .total_ms = 10000,
		          .answer_bytes = 100000 },
	};
}

static const char *file(struct world *w, const char *name)
{
	return arena_printf(w->arena, "%s/%s", folder, name);
}

static struct problem *run(struct world *w, const struct call *call)
{
	if (!w->service)
		assert_null(service_new(&w->process, &w->conf, &w->service));
	return call_run(w->arena, w->service, call, &w->answer);
}

static struct problem *get(struct world *w, const char *path)
{
	return run(w, &(struct call){ .method = "GET", .path = path });
}

static void assert_kind(const struct problem *p, const struct problem_kind *kind)
{
	if (!problem_is(p, kind))
		fail_msg("wanted %s, got %s (%s)", kind->code, p ? p->kind->code : "success", p && p->cause ? p->cause : "-");
}

static void assert_fine(const struct problem *p)
{
	if (p)
		fail_msg("%s: %s (%s)", p->kind->code, p->detail, p->cause ? p->cause : "-");
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("`%s` is not in `%s`", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("`%s` is in `%s`", part, text);
}

struct box {
	const char *name;
	int64_t size;
};
/* clang-format off */
static const struct field box_fields[] = {
	FIELD(struct box, name, REQUIRED, 1, 20, "name"),
	FIELD(struct box, size, REQUIRED, 0, 9, "size"),
	FIELD_END,
};
/* clang-format on */
static const struct shape box_shape = SHAPE("Box", struct box, box_fields);

struct bag {
	const char *name, *colour;
};
/* clang-format off */
static const struct field bag_fields[] = {
	FIELD(struct bag, name, REQUIRED, 1, 2, "name"),
	FIELD(struct bag, colour, REQUIRED, 1, 20, "colour"),
	FIELD_END,
};
/* clang-format on */
static const struct shape bag_shape = SHAPE("Bag", struct bag, bag_fields);

/* ----- answers ----- */

static void an_answer_arrives_whole(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	assert_fine(get(&w, "/ok"));
	assert_int_equal(w.answer.status, 200);
	assert_string_equal(w.answer.body, "ok");
	assert_int_equal(w.answer.length, 2);
	assert_string_equal(w.answer.content_type, "text/plain");
	assert_false(w.answer.stopped);
}

static void an_answer_is_read_through_its_shape(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct box box = { 0 };

	(void)state;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/json", .read = &box_shape, .into = &box }));
	assert_string_equal(box.name, "box");
	assert_int_equal(box.size, 3);
}

static void an_answer_that_does_not_fit_is_the_services_failure(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct bag bag = { 0 };
	struct problem *p = run(&w, &(struct call){ .method = "GET", .path = "/json", .read = &bag_shape, .into = &bag });

	(void)state;
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_string_equal(p->detail, "fake gave no proper answer.");
	assert_null(p->fields);
	assert_has(p->cause, "name: Ensure this field has no more than 2 characters. colour: This field is required.");
	p = run(&w, &(struct call){ .method = "GET", .path = "/ok", .read = &bag_shape, .into = &bag });
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_has(p->cause, "JSON parse error");
}

static void the_request_says_what_it_should(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct box box = { .name = "\"a\"", .size = 2 };

	(void)state;
	call_trace("req-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	assert_fine(run(&w, &(struct call){ .method = "POST", .path = "/echo?a=%2F", .send = &box_shape, .from = &box }));
	assert_has(w.answer.body, "\"method\": \"POST\"");
	assert_has(w.answer.body, "\"path\": \"/echo?a=%2F\"");
	assert_has(w.answer.body, "\"body\": \"{\\\"name\\\":\\\"\\\\\\\"a\\\\\\\"\\\",\\\"size\\\":2}\"");
	assert_has(w.answer.body, "\"content-type\": \"application/json\"");
	assert_has(w.answer.body, "\"x-request-id\": \"req-1\"");
	assert_has(w.answer.body, "\"traceparent\": \"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"");
	assert_lacks(w.answer.body, "\"expect\"");
	assert_lacks(w.answer.body, "\"authorization\"");

	call_trace("a\r\nEvil: 1", NULL);
	assert_fine(
		run(&w, &(struct call){ .method = "PUT", .path = "/echo", .send_text = "x=1", .send_type = "text/csv" }));
	assert_has(w.answer.body, "\"method\": \"PUT\"");
	assert_has(w.answer.body, "\"content-type\": \"text/csv\"");
	assert_has(w.answer.body, "\"body\": \"x=1\"");
	assert_lacks(w.answer.body, "request-id");
	assert_lacks(w.answer.body, "traceparent");
	assert_lacks(w.answer.body, "evil");
	call_trace(NULL, NULL);

	assert_fine(run(&w, &(struct call){ .method = "POST", .path = "/echo" }));
	assert_has(w.answer.body, "\"content-length\": \"0\"");
	assert_lacks(w.answer.body, "content-type");
	assert_fine(run(&w, &(struct call){ .method = "DELETE", .path = "/echo" }));
	assert_has(w.answer.body, "\"method\": \"DELETE\"");
	assert_lacks(w.answer.body, "content-length");
	assert_fine(run(&w, &(struct call){ .method = "HEAD", .path = "/echo" }));
	assert_int_equal(w.answer.status, 200);
	assert_string_equal(w.answer.body, "");
	assert_kind(get(&w, "/a/../echo"), &PROBLEM_CALL_FAILED); /* the path goes as it is */
	assert_int_equal(w.answer.status, 404);
}

static void a_large_body_is_sent_without_waiting_to_be_asked(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	const size_t n = 60000;
	char *text = arena_alloc(w.arena, n + 1);

	(void)state;
	memset(text, 's', n);
	w.conf.answer_bytes = 200000;
	assert_fine(
		run(&w, &(struct call){ .method = "POST", .path = "/echo", .send_text = text, .send_type = "text/plain" }));
	assert_has(w.answer.body, "\"content-length\": \"60000\"");
	assert_lacks(w.answer.body, "\"expect\"");
}

static void base_and_path_meet_in_one_slash(void **state)
{
	/* clang-format off */
	static const char *const rows[][3] = {
		{ "http://127.0.0.1:%d/", "/echo", "/echo" },
		{ "http://127.0.0.1:%d/echo", "", "/echo" },
		{ "http://127.0.0.1:%d/echo/", "/x", "/echo/x" },
		{ "tcp://127.0.0.1:%d", "/echo", "/echo" },
		{ "http://127.0.0.1:%d/echo?k=1", "", "/echo?k=1" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(world_end) struct world w = world_begin();
		const char *mark = strstr(rows[i][0], "%d");

		w.conf.url = arena_printf(w.arena, "%.*s%d%s", (int)(mark - rows[i][0]), rows[i][0], plain_port, mark + 2);
		assert_fine(get(&w, rows[i][1]));
		assert_has(w.answer.body, arena_printf(w.arena, "\"path\": \"%s\"", rows[i][2]));
	}
}

static void basic_credentials_travel_and_are_never_told(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct problem *p;

	(void)state;
	w.conf.basic_user = "ada";
	w.conf.basic_password = "hush:hush";
	assert_fine(get(&w, "/echo"));
	assert_has(w.answer.body, "\"authorization\": \"Basic YWRhOmh1c2g6aHVzaA==\"");
	p = get(&w, "/status/401");
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_lacks(p->cause, "hush");
	assert_lacks(p->cause, "YWRh");
}

static void a_connection_is_kept_for_the_next_call(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	const char *port;

	(void)state;
	assert_fine(get(&w, "/port"));
	port = w.answer.body;
	assert_kind(get(&w, "/status/500"), &PROBLEM_CALL_FAILED);
	assert_fine(get(&w, "/port"));
	assert_string_equal(w.answer.body, port);
}

static void the_environments_proxy_is_not_asked(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_fine(get(&w, "/ok"));
	unsetenv("http_proxy");
}

static void calls_and_their_time_are_counted(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	int64_t us, calls;

	(void)state;
	call_spent(&us, &calls);
	assert_fine(get(&w, "/slow/0.05"));
	assert_kind(get(&w, "/close"), &PROBLEM_CALL_FAILED);
	call_spent(&us, &calls);
	assert_int_equal(calls, 2);
	assert_true(us >= 50000);
	call_spent(&us, &calls);
	assert_true(us == 0 && calls == 0);
}

/* ----- statuses ----- */

static void an_unexpected_status_is_a_failure_with_the_services_words_in_the_log(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct problem *p = get(&w, "/status/404?key=secret");

	(void)state;
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_string_equal(p->detail, "fake gave an unexpected answer.");
	assert_has(p->cause, "GET /status/404: status 404: words \\x1b[31m and \\xff more www");
	assert_lacks(p->cause, "secret");
	assert_true(strlen(p->cause) < 400);
	assert_int_equal(w.answer.status, 404);
	assert_int_equal(w.answer.length, 1000 + strlen("words .[31m and . more "));
}

static void expected_statuses_are_success(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct box box = { 0 };

	(void)state;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/status/404", .expect = 404 }));
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/status/409", .expect = 201, .expect_too = 409 }));
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/status/500", .any_status = true }));
	assert_int_equal(w.answer.status, 500);
	assert_fine(
		run(&w, &(struct call){
					.method = "GET", .path = "/status/204", .read = &box_shape, .into = &box })); /* nothing to read */
	assert_kind(run(&w, &(struct call){ .method = "GET", .path = "/ok", .expect = 201 }), &PROBLEM_CALL_FAILED);
	assert_int_equal(w.answer.status, 200);
}

static void redirects_are_not_followed(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	assert_kind(get(&w, "/redirect"), &PROBLEM_CALL_FAILED);
	assert_int_equal(w.answer.status, 302);
}

/* ----- what goes wrong ----- */

static int closed_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void a_broken_service_is_named_and_nothing_else(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path, *detail;
		const struct problem_kind *kind;
	} rows[] = {
		{ "/cut", "fake gave no proper answer.", &PROBLEM_CALL_FAILED },
		{ "/close", "fake gave no proper answer.", &PROBLEM_CALL_FAILED },
		{ "/garbage", "fake gave no proper answer.", &PROBLEM_CALL_FAILED },
		{ "/slow/60", "fake did not answer in time.", &PROBLEM_CALL_TIMEOUT },
		{ "/drip", "fake did not answer in time.", &PROBLEM_CALL_TIMEOUT },
		{ "/endless", "fake sent too much.", &PROBLEM_CALL_FAILED },
		{ "/chunks", "fake sent too much.", &PROBLEM_CALL_FAILED },
		{ "/big/100001", "fake sent too much.", &PROBLEM_CALL_FAILED },
		{ "/headers/300", "fake sent too much.", &PROBLEM_CALL_FAILED },
		{ "/longheader", "fake sent too much.", &PROBLEM_CALL_FAILED },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(world_end) struct world w = world_begin();
		int64_t began = clock_ticks_us();
		struct problem *p;

		w.conf.total_ms = rows[i].kind == &PROBLEM_CALL_TIMEOUT ? 400 : 10000;
		p = get(&w, rows[i].path);
		assert_kind(p, rows[i].kind);
		assert_string_equal(p->detail, rows[i].detail);
		assert_has(p->cause, arena_printf(w.arena, "GET %s: ", rows[i].path));
		assert_int_equal(w.answer.status, 0);
		assert_true(clock_ticks_us() - began < 10 * US_PER_S);
		assert_fine(get(&w, "/ok")); /* the handle is usable after every kind of end */
	}
}

static void the_largest_answer_is_taken(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	assert_fine(get(&w, "/big/100000"));
	assert_int_equal(w.answer.length, 100000);
	assert_fine(get(&w, "/headers/100"));
}

static void nobody_there_is_a_failure(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct problem *p;

	(void)state;
	w.conf.url = arena_printf(w.arena, "http://127.0.0.1:%d", closed_port());
	p = get(&w, "/ok");
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_string_equal(p->detail, "fake could not be reached.");
}

static void a_host_that_swallows_connections_is_given_up(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(at);
	int full = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), waiting[4];
	int64_t began = clock_ticks_us();

	(void)state;
	assert_int_equal(bind(full, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(full, 0), 0);
	assert_int_equal(getsockname(full, (struct sockaddr *)&at, &size), 0);
	for (size_t i = 0; i < 4; i++) { /* more than its queue holds: the next SYN gets no answer */
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(waiting[i], (struct sockaddr *)&at, size);
	}
	w.conf.url = arena_printf(w.arena, "http://127.0.0.1:%d", ntohs(at.sin_port));
	w.conf.connect_ms = 300;
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_TIMEOUT);
	assert_true(clock_ticks_us() - began < 8 * US_PER_S);
	for (size_t i = 0; i < 4; i++)
		close(waiting[i]);
	close(full);
}

static void a_calls_own_limit_wins_over_the_services(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	w.conf.total_ms = 200;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/slow/0.5", .total_ms = 20000 }));
}

/* ----- streams ----- */

struct heard {
	char text[100];
	size_t bytes;
	size_t most; /* stop once so many were heard; 0: never */
};

static bool hear(void *context, const char *bytes, size_t n)
{
	struct heard *h = context;

	for (size_t i = 0; i < n && h->bytes + i < sizeof(h->text) - 1; i++)
		h->text[h->bytes + i] = bytes[i];
	h->bytes += n;
	return h->most == 0 || h->bytes < h->most;
}

static void a_stream_ends_when_the_listener_has_enough(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct heard heard = { .most = 500000 }; /* beyond answer_bytes, which is not for streams */

	(void)state;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/endless", .chunk = hear, .context = &heard }));
	assert_true(w.answer.stopped);
	assert_int_equal(w.answer.status, 200);
	assert_string_equal(w.answer.body, "");
	assert_true(heard.bytes >= 500000);
	assert_fine(get(&w, "/ok"));
}

static void a_stream_may_be_silent_for_a_while(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct heard heard = { 0 };

	(void)state;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/pause/1.5", .chunk = hear, .context = &heard }));
	assert_false(w.answer.stopped);
	assert_string_equal(heard.text, "first;second;");
}

struct asked {
	int times;
	int most; /* end it at this one; 0: never */
};

static bool ask(void *context)
{
	struct asked *asked = context;

	return ++asked->times != asked->most;
}

static void the_caller_is_asked_in_silence_too(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct asked asked = { 0 }, once = { .most = 1 };

	(void)state;
	w.conf.total_ms = 60000;
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/slow/2.5", .alive = ask, .context = &asked }));
	assert_false(w.answer.stopped);
	assert_true(asked.times >= 2);
	assert_fine(run(&w, &(struct call){ .method = "GET", .path = "/slow/60", .alive = ask, .context = &once }));
	assert_true(w.answer.stopped);
	assert_int_equal(w.answer.status, 0);
}

static void the_total_limit_ends_a_stream(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct heard heard = { 0 };

	(void)state;
	assert_kind(run(&w,
	                &(struct call){
						.method = "GET", .path = "/pause/60", .total_ms = 300, .chunk = hear, .context = &heard }),
	            &PROBLEM_CALL_TIMEOUT);
	assert_string_equal(heard.text, "first;");
}

static void the_words_of_an_error_are_not_streamed(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	struct heard heard = { 0 };
	struct problem *p =
		run(&w, &(struct call){ .method = "GET", .path = "/status/404", .chunk = hear, .context = &heard });

	(void)state;
	assert_kind(p, &PROBLEM_CALL_FAILED);
	assert_has(p->cause, "words");
	assert_int_equal(heard.bytes, 0);
}

/* ----- sockets and TLS ----- */

static void a_unix_socket_is_spoken_to(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	w.conf.url = arena_printf(w.arena, "unix://%s/http.sock", folder);
	assert_fine(get(&w, "/echo"));
	assert_has(w.answer.body, "\"host\": \"localhost\"");
}

static void a_missing_unix_socket_is_a_failure(void **state)
{
	AUTO(world_end) struct world w = world_begin();

	(void)state;
	w.conf.url = arena_printf(w.arena, "unix://%s/none.sock", folder);
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_FAILED);
}

static void tls_is_verified(void **state)
{
	/* clang-format off */
	const struct {
		int port;
		const char *scheme, *ca, *cert;
		bool fine;
	} rows[] = {
		{ tls_port, "https", "ca.pem", NULL, true },
		{ tls_port, "tcp", "ca.pem", NULL, true },
		{ tls_port, "https", NULL, NULL, false },           /* the system does not know our CA */
		{ tls_port, "https", "stranger.pem", NULL, false }, /* another CA */
		{ tls_port, "https", "missing.pem", NULL, false },
		{ other_port, "https", "ca.pem", NULL, false },     /* a certificate for another host */
		{ mtls_port, "https", "ca.pem", NULL, false },      /* our certificate is demanded */
		{ mtls_port, "https", "ca.pem", "client", true },
		{ mtls_port, "tcp", "ca.pem", "client", true },
		{ mtls_port, "https", "ca.pem", "stranger", false }, /* a certificate its CA did not sign */
		{ plain_port, "https", "ca.pem", NULL, false },      /* no TLS there at all */
		{ tls_port, "http", "ca.pem", NULL, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(world_end) struct world w = world_begin();
		struct problem *p;

		w.conf.url = arena_printf(w.arena, "%s://127.0.0.1:%d", rows[i].scheme, rows[i].port);
		w.conf.ca_file = rows[i].ca ? file(&w, rows[i].ca) : NULL;
		w.conf.cert_file = rows[i].cert ? file(&w, arena_printf(w.arena, "%s.pem", rows[i].cert)) : NULL;
		w.conf.key_file = rows[i].cert ? file(&w, arena_printf(w.arena, "%s.key", rows[i].cert)) : NULL;
		p = get(&w, "/ok");
		if (rows[i].fine)
			assert_fine(p);
		else
			assert_kind(p, &PROBLEM_CALL_FAILED);
	}
}

static void wrong_settings_stop_the_start(void **state)
{
	/* clang-format off */
	static const char *const urls[] = {
		"", "docker", "127.0.0.1:2375", "ftp://host/", "file:///etc/passwd", "http://", "http:///x", "http://a b/",
		"http://host:99999/", "http://user:hush@host/", "https://user@host/", "http://host/#part", "unix://relative.sock",
		"unix://", "tcp://", "gopher://host",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		AUTO(world_end) struct world w = world_begin();
		struct problem *p;

		w.conf.url = urls[i];
		p = service_new(&w.process, &w.conf, &w.service);
		if (!problem_is(p, &PROBLEM_SETTINGS))
			fail_msg("%s was taken", urls[i]);
		assert_has(p->detail, "fake");
		assert_lacks(p->detail, "hush");
	}

	AUTO(world_end) struct world w = world_begin();

	w.conf.url = NULL;
	assert_kind(service_new(&w.process, &w.conf, &w.service), &PROBLEM_SETTINGS);
	w.conf.url = arena_printf(w.arena, "unix:///%0200d", 1);
	assert_kind(service_new(&w.process, &w.conf, &w.service), &PROBLEM_SETTINGS);
	w.conf.url = "http://host";
	w.conf.total_ms = 0;
	assert_kind(service_new(&w.process, &w.conf, &w.service), &PROBLEM_SETTINGS);
}

/* ----- the breaker ----- */

static struct world breaker_world(const char *name, int failures, int64_t seconds)
{
	struct world w = world_begin();

	w.process.run_dir = folder;
	w.conf.name = name;
	w.conf.breaker_failures = failures;
	w.conf.breaker_s = seconds;
	assert_null(service_new(&w.process, &w.conf, &w.service));
	return w;
}

/* What a child saw: its exit status. */
enum { CHILD_FINE = 0, CHILD_FAILED = 10, CHILD_TIMEOUT, CHILD_OPEN };

static int outcome(const struct problem *p)
{
	if (!p)
		return CHILD_FINE;
	if (problem_is(p, &PROBLEM_CALL_OPEN))
		return CHILD_OPEN;
	return problem_is(p, &PROBLEM_CALL_TIMEOUT) ? CHILD_TIMEOUT : CHILD_FAILED;
}

/* A process of its own that makes one call with the service it inherited. */
static pid_t child_call(struct world *w, const char *path)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(outcome(get(w, path)));
	return pid;
}

static int child_result(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void touch(struct world *w, const char *name)
{
	int fd = open(file(w, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void a_forked_process_gets_its_own_connection(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	const char *port;

	(void)state;
	assert_fine(get(&w, "/port"));
	port = w.answer.body;
	assert_int_equal(child_result(child_call(&w, "/ok")), CHILD_FINE);
	assert_fine(get(&w, "/port"));
	assert_string_equal(w.answer.body, port);
}

static void failures_in_a_row_open_the_breaker_for_all_processes(void **state)
{
	AUTO(world_end) struct world w = breaker_world("row", 3, 600);
	struct problem *p;
	int64_t calls, us;

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	assert_int_equal(child_result(child_call(&w, "/close")), CHILD_FAILED);
	assert_int_equal(child_result(child_call(&w, "/status/502")), CHILD_FAILED);

	call_spent(&us, &calls);
	p = get(&w, "/ok");
	assert_kind(p, &PROBLEM_CALL_OPEN);
	assert_int_equal(p->kind->status, 503);
	assert_true(p->retry_after_s > 590 && p->retry_after_s <= 600);
	assert_string_equal(p->detail, "row is out of order; try again later.");
	assert_int_equal(child_result(child_call(&w, "/ok")), CHILD_OPEN);
	call_spent(&us, &calls);
	assert_int_equal(calls, 0);

	/* another process that starts later finds it open as well; another service is not touched */
	AUTO(world_end) struct world later = breaker_world("row", 3, 600);
	AUTO(world_end) struct world other = breaker_world("other", 3, 600);

	assert_kind(get(&later, "/ok"), &PROBLEM_CALL_OPEN);
	assert_fine(get(&other, "/ok"));
}

static void a_service_that_has_moved_is_called_at_once(void **state)
{
	AUTO(world_end) struct world w = breaker_world("moved", 1, 600);
	AUTO(world_end) struct world to = world_begin();

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_OPEN);
	to.process.run_dir = folder;
	to.conf.name = "moved";
	to.conf.breaker_failures = 1;
	to.conf.breaker_s = 600;
	to.conf.url = arena_printf(to.arena, "unix://%s/http.sock", folder);
	assert_null(service_new(&to.process, &to.conf, &to.service));
	assert_fine(get(&to, "/ok"));
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_OPEN);
}

static void an_outage_is_counted_and_an_answer_is_not(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path;
		bool opens;
	} rows[] = {
		{ "/status/502", true }, { "/status/503", true },  { "/status/504", true },  { "/close", true },
		{ "/garbage", true },    { "/cut", true },         { "/slow/60", true },     { "/status/500", false },
		{ "/status/404", false }, { "/redirect", false },  { "/endless", false },    { "/headers/300", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		AUTO(world_end) struct world w = world_begin();
		struct problem *p;

		w.conf.breaker_failures = 1;
		w.conf.breaker_s = 600;
		w.conf.total_ms = text_starts(rows[i].path, "/slow") ? 200 : 10000;
		p = get(&w, rows[i].path);
		assert_non_null(p);
		p = get(&w, "/ok");
		if (rows[i].opens)
			assert_kind(p, &PROBLEM_CALL_OPEN);
		else
			assert_fine(p);
	}
}

static void a_success_between_failures_keeps_it_closed(void **state)
{
	AUTO(world_end) struct world w = breaker_world("between", 2, 600);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
		assert_fine(get(&w, "/ok"));
	}
}

#define RACERS 24

static void one_of_many_makes_the_trial_call(void **state)
{
	AUTO(world_end) struct world w = breaker_world("trial", 1, 1);
	pid_t racers[RACERS];
	int left = RACERS, fine = 0;

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_OPEN);
	usleep(1100000);

	/* The one that is let through stands at a gate until all the others have been refused. */
	for (int i = 0; i < RACERS; i++)
		racers[i] = child_call(&w, "/gate/trial");
	while (left > 1) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		assert_true(pid > 0 && pid != fake_pid && WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), CHILD_OPEN);
		for (int i = 0; i < RACERS; i++)
			racers[i] = racers[i] == pid ? 0 : racers[i];
		left--;
	}
	touch(&w, "trial");
	for (int i = 0; i < RACERS; i++)
		fine += racers[i] != 0 && child_result(racers[i]) == CHILD_FINE;
	assert_int_equal(fine, 1);

	/* closed again, with a fresh count, for everybody */
	assert_fine(get(&w, "/ok"));
	assert_int_equal(child_result(child_call(&w, "/ok")), CHILD_FINE);
}

static void who_comes_during_a_trial_hears_how_it_went(void **state)
{
	AUTO(world_end) struct world w = breaker_world("moment", 1, 1);
	pid_t racers[2];

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	usleep(1100000);
	for (int i = 0; i < 2; i++)
		racers[i] = child_call(&w, "/slow/0.2");
	for (int i = 0; i < 2; i++)
		assert_int_equal(child_result(racers[i]), CHILD_FINE);
}

static void a_failed_trial_opens_it_again(void **state)
{
	AUTO(world_end) struct world w = breaker_world("again", 1, 1);

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	usleep(1100000);
	assert_kind(get(&w, "/close"), &PROBLEM_CALL_FAILED);
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_OPEN);
	usleep(1100000);
	assert_fine(get(&w, "/ok"));
	assert_fine(get(&w, "/ok"));
}

static void a_trial_that_died_does_not_hold_the_breaker(void **state)
{
	AUTO(world_end) struct world w = world_begin();
	pid_t trial;
	int64_t until;

	(void)state;
	w.process.run_dir = folder;
	w.conf.name = "died";
	w.conf.breaker_failures = 1;
	w.conf.breaker_s = 1;
	w.conf.total_ms = 2000; /* and with it the lease: 3 s */
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	usleep(1100000);
	trial = child_call(&w, "/gate/never");
	usleep(300000);
	kill(trial, SIGKILL);
	assert_int_equal(child_result(trial), -1);
	assert_kind(get(&w, "/ok"), &PROBLEM_CALL_OPEN);

	until = clock_ticks_us() + 20 * US_PER_S;
	while (get(&w, "/ok") && clock_ticks_us() < until)
		usleep(50000);
	assert_fine(get(&w, "/ok"));
}

static void a_stream_that_began_closes_it_at_once(void **state)
{
	AUTO(world_end) struct world w = breaker_world("stream", 1, 1);
	struct heard heard = { 0 };
	pid_t listener;

	(void)state;
	assert_kind(get(&w, "/status/503"), &PROBLEM_CALL_FAILED);
	usleep(1100000);
	listener = fork();
	if (listener == 0)
		_exit(
			outcome(run(&w, &(struct call){ .method = "GET", .path = "/pause/3", .chunk = hear, .context = &heard })));
	usleep(1000000);
	assert_fine(get(&w, "/ok")); /* while the trial's stream goes on */
	assert_int_equal(child_result(listener), CHILD_FINE);
}

static void without_a_run_folder_the_breaker_is_our_own(void **state)
{
	AUTO(world_end) struct world one = world_begin();
	AUTO(world_end) struct world two = world_begin();

	(void)state;
	one.conf.breaker_failures = two.conf.breaker_failures = 1;
	one.conf.breaker_s = two.conf.breaker_s = 600;
	assert_kind(get(&one, "/status/503"), &PROBLEM_CALL_FAILED);
	assert_kind(get(&one, "/ok"), &PROBLEM_CALL_OPEN);
	assert_fine(get(&two, "/ok"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_arrives_whole),
		cmocka_unit_test(an_answer_is_read_through_its_shape),
		cmocka_unit_test(an_answer_that_does_not_fit_is_the_services_failure),
		cmocka_unit_test(the_request_says_what_it_should),
		cmocka_unit_test(a_large_body_is_sent_without_waiting_to_be_asked),
		cmocka_unit_test(base_and_path_meet_in_one_slash),
		cmocka_unit_test(basic_credentials_travel_and_are_never_told),
		cmocka_unit_test(a_connection_is_kept_for_the_next_call),
		cmocka_unit_test(the_environments_proxy_is_not_asked),
		cmocka_unit_test(calls_and_their_time_are_counted),
		cmocka_unit_test(an_unexpected_status_is_a_failure_with_the_services_words_in_the_log),
		cmocka_unit_test(expected_statuses_are_success),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(a_broken_service_is_named_and_nothing_else),
		cmocka_unit_test(the_largest_answer_is_taken),
		cmocka_unit_test(nobody_there_is_a_failure),
		cmocka_unit_test(a_host_that_swallows_connections_is_given_up),
		cmocka_unit_test(a_calls_own_limit_wins_over_the_services),
		cmocka_unit_test(a_stream_ends_when_the_listener_has_enough),
		cmocka_unit_test(a_stream_may_be_silent_for_a_while),
		cmocka_unit_test(the_caller_is_asked_in_silence_too),
		cmocka_unit_test(the_total_limit_ends_a_stream),
		cmocka_unit_test(the_words_of_an_error_are_not_streamed),
		cmocka_unit_test(a_unix_socket_is_spoken_to),
		cmocka_unit_test(a_missing_unix_socket_is_a_failure),
		cmocka_unit_test(tls_is_verified),
		cmocka_unit_test(wrong_settings_stop_the_start),
		cmocka_unit_test(a_forked_process_gets_its_own_connection),
		cmocka_unit_test(failures_in_a_row_open_the_breaker_for_all_processes),
		cmocka_unit_test(a_service_that_has_moved_is_called_at_once),
		cmocka_unit_test(an_outage_is_counted_and_an_answer_is_not),
		cmocka_unit_test(a_success_between_failures_keeps_it_closed),
		cmocka_unit_test(one_of_many_makes_the_trial_call),
		cmocka_unit_test(who_comes_during_a_trial_hears_how_it_went),
		cmocka_unit_test(a_failed_trial_opens_it_again),
		cmocka_unit_test(a_trial_that_died_does_not_hold_the_breaker),
		cmocka_unit_test(a_stream_that_began_closes_it_at_once),
		cmocka_unit_test(without_a_run_folder_the_breaker_is_our_own),
	};

	return cmocka_run_group_tests_name("call", tests, fake_start, fake_stop);
}
