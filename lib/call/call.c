/* call.c - one call: the request, what is kept of the answer while it comes in, and what its end means. */
#include "lib/call/call.h"

#include <string.h>
#include <time.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/call/service.h"
#include "lib/json/json.h"

#define SEND_BYTES ((size_t)16 << 20)   /* largest body we write */
#define HEADERS_MOST 200                /* lines of the answer's head, … */
#define HEADER_BYTES ((size_t)64 << 10) /* … and bytes of it */
#define CAUSE_BYTES 300                 /* of the service's words in a cause */
#define LEASE_SLACK_US US_PER_S
#define TRIAL_WAIT_US US_PER_S /* how long others wait for a trial's outcome, … */
#define TRIAL_LOOK_US 10000    /* … and how often they look */

/* ----- trace and figures of this process ----- */

static char trace_id[129], trace_parent[129];
static int64_t spent_us, spent_calls;

/* What is not plain printable ASCII or too long for a header does not travel. */
static void trace_keep(char kept[static 129], const char *text)
{
	size_t n = text ? strlen(text) : 0;

	kept[0] = '\0';
	if (n > 128)
		return;
	for (size_t i = 0; i < n; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return;
	}
	memcpy(kept, text ? text : "", n);
	kept[n] = '\0';
}

void call_trace(const char *request_id, const char *traceparent)
{
	trace_keep(trace_id, request_id);
	trace_keep(trace_parent, traceparent);
}

void call_spent(int64_t *us, int64_t *calls)
{
	*us = spent_us;
	*calls = spent_calls;
	spent_us = spent_calls = 0;
}

/* ----- one call under way ----- */

enum ending { ENDED_BY_SERVICE, ENDED_BY_CALLER, ENDED_BY_SIZE, ENDED_BY_HEADERS };

struct running {
	struct arena *arena;
	struct service *service;
	const struct call *call;
	CURL *easy;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];

	struct buf body;
	size_t header_count, header_bytes;
	enum ending ending;

	struct pass pass;
	bool told; /* the breaker knows how it went */
};

/* The handle forgets this call, whose memory ends here, and keeps its connections. */
static void running_end(struct running *run)
{
	if (run->easy)
		curl_easy_reset(run->easy);
	curl_slist_free_all(run->headers);
}

static void breaker_learn(struct running *run, enum verdict verdict)
{
	if (run->told)
		return;
	run->told = true;
	breaker_tell(run->service->breaker, &run->pass, verdict, run->service->conf.breaker_failures);
}

static int64_t total_ms(const struct running *run)
{
	return run->call->total_ms > 0 ? run->call->total_ms : run->service->conf.total_ms;
}

static int status_now(CURL *easy)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static bool is_expected(const struct call *call, int status)
{
	if (call->expect == 0 && status >= 200 && status <= 299)
		return true;
	return status != 0 && (status == call->expect || status == call->expect_too);
}

/* What a gateway says when the service behind it is gone. */
static bool is_outage(int status)
{
	return status >= 502 && status <= 504;
}

static size_t header_take(char *line, size_t size, size_t count, void *context)
{
	struct running *run = context;
	size_t n = size * count;

	(void)line;
	run->header_bytes += n;
	if (++run->header_count > HEADERS_MOST || run->header_bytes > HEADER_BYTES) {
		run->ending = ENDED_BY_HEADERS;
		return 0;
	}
	return n;
}

static size_t body_take(char *bytes, size_t size, size_t count, void *context)
{
	struct running *run = context;
	size_t n = size * count;

	if (run->call->chunk && is_expected(run->call, status_now(run->easy))) {
		breaker_learn(run, CALL_WORKED); /* a stream may last for hours; that it began is enough */
		if (run->call->chunk(run->call->context, bytes, n))
			return n;
		run->ending = ENDED_BY_CALLER;
		return CURL_WRITEFUNC_ERROR;
	}
	buf_add(&run->body, bytes, n);
	if (!run->body.full)
		return n;
	run->ending = ENDED_BY_SIZE;
	return CURL_WRITEFUNC_ERROR;
}

/* curl looks at least once a second, also when nothing comes. */
static int alive_ask(void *context, curl_off_t d_total, curl_off_t d_now, curl_off_t u_total, curl_off_t u_now)
{
	struct running *run = context;

	(void)d_total;
	(void)d_now;
	(void)u_total;
	(void)u_now;
	if (run->call->alive(run->call->context))
		return 0;
	run->ending = ENDED_BY_CALLER;
	return 1;
}

/* ----- the request ----- */

static void header_add(struct running *run, const char *line)
{
	struct curl_slist *longer = curl_slist_append(run->headers, line);

	if (longer)
		run->headers = longer;
}

static void headers_make(struct running *run, bool has_body)
{
	const struct call *call = run->call;
	const char *type = call->send_text && call->send_type ? call->send_type : "application/json";

	header_add(run, "Expect:"); /* no waiting for 100 Continue */
	header_add(run, call->read ? "Accept: application/json" : "Accept: */*");
	header_add(run, has_body ? arena_printf(run->arena, "Content-Type: %s", type) : "Content-Type:");
	if (call->bearer)
		header_add(run, arena_printf(run->arena, "Authorization: Bearer %s", call->bearer));
	if (trace_id[0])
		header_add(run, arena_printf(run->arena, "X-Request-Id: %s", trace_id));
	if (trace_parent[0])
		header_add(run, arena_printf(run->arena, "traceparent: %s", trace_parent));
}

static struct problem *body_make(struct running *run, const char **out)
{
	struct buf b;

	*out = run->call->send_text;
	if (!run->call->send)
		return NULL;
	buf_init(&b, run->arena, SEND_BYTES);
	json_write(&b, run->call->send, run->call->from);
	if (b.full)
		return problem_because(problem_new(run->arena, &PROBLEM_INTERNAL, NULL), "the body for %s is too large",
		                       run->service->conf.name);
	*out = buf_string(&b);
	return NULL;
}

static const char *url_make(const struct running *run)
{
	const char *base = run->service->base, *path = run->call->path ? run->call->path : "";
	size_t n = strlen(base);

	if (path[0] == '/' && n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(run->arena, "%.*s%s", (int)n, base, path);
}

static CURLcode request_options(struct running *run, const char *body)
{
	CURL *easy = run->easy;
	const char *method = run->call->method;
	bool writes = text_equal(method, "POST") || text_equal(method, "PUT") || text_equal(method, "PATCH");
	CURLcode code = service_options(run->service, easy);

	CURL_SET(code, easy, CURLOPT_URL, url_make(run));
	CURL_SET(code, easy, CURLOPT_TIMEOUT_MS, (long)total_ms(run));
	CURL_SET(code, easy, CURLOPT_ERRORBUFFER, run->error);
	CURL_SET(code, easy, CURLOPT_HTTPHEADER, run->headers);
	CURL_SET(code, easy, CURLOPT_HEADERFUNCTION, header_take);
	CURL_SET(code, easy, CURLOPT_HEADERDATA, run);
	CURL_SET(code, easy, CURLOPT_WRITEFUNCTION, body_take);
	CURL_SET(code, easy, CURLOPT_WRITEDATA, run);
	if (run->call->alive) {
		CURL_SET(code, easy, CURLOPT_NOPROGRESS, 0L);
		CURL_SET(code, easy, CURLOPT_XFERINFOFUNCTION, alive_ask);
		CURL_SET(code, easy, CURLOPT_XFERINFODATA, run);
	}
	if (text_equal(method, "HEAD")) {
		CURL_SET(code, easy, CURLOPT_NOBODY, 1L);
	} else if (body || writes) {
		CURL_SET(code, easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(body ? strlen(body) : 0));
		CURL_SET(code, easy, CURLOPT_POSTFIELDS, body ? body : "");
	}
	CURL_SET(code, easy, CURLOPT_CUSTOMREQUEST, text_equal(method, "HEAD") ? NULL : method);
	return code;
}

/* ----- how it ended ----- */

/* GET /path: what; for the log. The query stays out, since it may hold keys. */
static struct problem *failed(const struct running *run, const struct problem_kind *kind, const char *detail,
                              const char *what)
{
	const char *path = run->call->path ? run->call->path : "";
	struct problem *p = problem_new(run->arena, kind, "%s %s", run->service->conf.name, detail);

	return problem_because(p, "%s %.*s: %s", run->call->method, (int)strcspn(path, "?"), path, what);
}

/* The beginning of the service's words, safe for a log. */
static const char *words_of(const struct running *run)
{
	struct buf b;

	buf_init(&b, run->arena, 4 * CAUSE_BYTES);
	for (size_t i = 0; i < run->body.length && i < CAUSE_BYTES; i++) {
		unsigned char c = (unsigned char)run->body.data[i];

		if (c >= ' ' && c <= '~')
			buf_char(&b, (char)c);
		else
			buf_printf(&b, "\\x%02x", c);
	}
	return buf_string(&b);
}

/* curl gave up, or was told to. */
static struct problem *end_broken(struct running *run, CURLcode code)
{
	const char *words = run->error[0] ? run->error : curl_easy_strerror(code);

	switch (run->ending) {
	case ENDED_BY_CALLER:
		return NULL;
	case ENDED_BY_SIZE:
		breaker_learn(run, CALL_WORKED);
		return failed(run, &PROBLEM_CALL_FAILED, "sent too much.",
		              arena_printf(run->arena, "more than %lld bytes", (long long)run->service->conf.answer_bytes));
	case ENDED_BY_HEADERS:
		breaker_learn(run, CALL_WORKED);
		return failed(run, &PROBLEM_CALL_FAILED, "sent too much.", "too many headers");
	case ENDED_BY_SERVICE:
		break;
	}
	breaker_learn(run, CALL_BROKE);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return failed(run, &PROBLEM_CALL_TIMEOUT, "did not answer in time.", words);
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		return failed(run, &PROBLEM_CALL_FAILED, "could not be reached.", words);
	default:
		return failed(run, &PROBLEM_CALL_FAILED, "gave no proper answer.", words);
	}
}

/* All field errors of an answer that does not fit, in one line for the log. */
static const char *misfit(const struct running *run, const struct problem *p)
{
	struct buf b;

	buf_init(&b, run->arena, 1000);
	buf_text(&b, "the answer does not fit: ");
	if (!p->fields)
		buf_text(&b, p->detail);
	for (const struct field_error *e = p->fields; e; e = e->next)
		buf_printf(&b, "%s: %s%s", e->field, e->message, e->next ? " " : "");
	return buf_string(&b);
}

static struct problem *answer_read(const struct running *run, int status)
{
	struct json_limits limits = JSON_FROM_SERVICE;
	struct problem *p;

	if (!run->call->read || run->call->chunk || status == 204 || status == 304)
		return NULL;
	limits.bytes = run->body.max < limits.bytes ? run->body.max : limits.bytes;
	p = json_read(run->arena, buf_string(&run->body), run->body.length, &limits, run->call->read, run->call->into);
	return p ? failed(run, &PROBLEM_CALL_FAILED, "gave no proper answer.", misfit(run, p)) : NULL;
}

/* There is an answer, whole or stopped by us. */
static struct problem *end_answered(struct running *run, struct answer *out)
{
	int status = status_now(run->easy);
	char *type = NULL;

	if (status != 0) /* else the caller ended it before there was an answer, which says nothing */
		breaker_learn(run, is_outage(status) ? CALL_BROKE : CALL_WORKED);
	if (out) {
		curl_easy_getinfo(run->easy, CURLINFO_CONTENT_TYPE, &type);
		*out = (struct answer){ .status = status,
			                    .body = buf_string(&run->body),
			                    .length = run->body.length,
			                    .content_type = arena_text(run->arena, type ? type : ""),
			                    .stopped = run->ending == ENDED_BY_CALLER };
	}
	if (is_expected(run->call, status))
		return answer_read(run, status);
	if (run->call->any_status || run->ending == ENDED_BY_CALLER)
		return NULL;
	return failed(run, &PROBLEM_CALL_FAILED, "gave an unexpected answer.",
	              arena_printf(run->arena, "status %d: %s", status, words_of(run)));
}

/* ----- the call ----- */

static struct problem *perform(struct running *run, struct answer *out)
{
	int64_t began = clock_ticks_us();
	struct problem *p = NULL;
	CURLcode code = curl_easy_perform(run->easy);

	spent_us += clock_ticks_us() - began;
	spent_calls++;
	if (code != CURLE_OK)
		p = end_broken(run, code);
	return p ? p : end_answered(run, out);
}

/* A trial that dies with its process frees the way again after the longest time it could have taken. */
static int64_t lease_us(const struct running *run)
{
	int64_t ms = total_ms(run) < run->service->conf.total_ms ? total_ms(run) : run->service->conf.total_ms;

	return ms * 1000 + LEASE_SLACK_US;
}

/* A service that is back answers its trial at once: who comes in that moment is not refused for it. */
static int gate_wait(struct running *run)
{
	const int64_t until_us = clock_ticks_us() + TRIAL_WAIT_US;

	for (;;) {
		int wait =
			breaker_ask(run->service->breaker, run->service->conf.breaker_s * US_PER_S, lease_us(run), &run->pass);

		if (wait == 0 || !run->pass.trying || clock_ticks_us() >= until_us)
			return wait;
		nanosleep(&(struct timespec){ .tv_nsec = TRIAL_LOOK_US * 1000 }, NULL);
	}
}

static struct problem *gate(struct running *run)
{
	int wait = gate_wait(run);
	struct problem *p;

	if (wait == 0)
		return NULL;
	p = failed(run, &PROBLEM_CALL_OPEN, "is out of order; try again later.", "held back by the breaker");
	p->retry_after_s = wait;
	return p;
}

struct problem *call_run(struct arena *a, struct service *s, const struct call *call, struct answer *out)
{
	AUTO(running_end) struct running run = { .arena = a, .service = s, .call = call, .easy = service_handle(s) };
	const char *body;
	CURLcode code;

	if (out)
		*out = (struct answer){ .body = "", .content_type = "" };
	if (!run.easy)
		return failed(&run, &PROBLEM_INTERNAL, "cannot be called.", "curl_easy_init failed");
	buf_init(&run.body, a, (size_t)s->conf.answer_bytes);
	TRY(body_make(&run, &body));
	headers_make(&run, body != NULL);
	code = request_options(&run, body);
	if (code != CURLE_OK)
		return failed(&run, &PROBLEM_INTERNAL, "cannot be called.", curl_easy_strerror(code));
	TRY(gate(&run));
	return perform(&run, out);
}
