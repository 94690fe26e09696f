/* metrics.c - counters in memory shared by the workers of a machine, in the text format of Prometheus (exposition format
 * 0.0.4). Everything is one atomic addition; a worker that dies loses nothing but its record, which the next one takes. */
#include "lib/web/inner.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/shared.h"
#include "lib/base/text.h"
#include "lib/call/call.h"

enum { WORKERS_MOST = 256, SOURCES_MOST = 8, CLASS_N = 5, BUCKET_N = 13 };

/* Upper ends of the histogram, in ms. */
static const int64_t bucket_ms[BUCKET_N] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 };

struct route_counts {
	_Atomic int64_t by_class[CLASS_N]; /* 1xx … 5xx */
	_Atomic int64_t buckets[BUCKET_N + 1];
	_Atomic int64_t sum_us;
};

struct worker_state {
	_Atomic int32_t pid;
	_Atomic int32_t busy;
};

struct shared_counts {
	_Atomic int64_t db_us, db_statements, call_us, calls;
	struct worker_state workers[WORKERS_MOST];
	struct route_counts routes[]; /* place 0: requests that met no route */
};

static struct shared_counts *counts;
static struct worker_state *self;
static metrics_source *sources[SOURCES_MOST];
static size_t source_count;

void metrics_source_add(metrics_source *source)
{
	if (source_count < SOURCES_MOST)
		sources[source_count++] = source;
}

static bool alive(int32_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

/* The record of a worker that is gone becomes ours; two that begin at once do not take the same one. NULL: all are in use. */
static struct worker_state *worker_claim(void)
{
	for (int i = 0; i < WORKERS_MOST; i++) {
		struct worker_state *w = &counts->workers[i];
		int32_t pid = atomic_load(&w->pid);

		if (alive(pid) || !atomic_compare_exchange_strong(&w->pid, &pid, getpid()))
			continue;
		atomic_store(&w->busy, 0);
		return w;
	}
	return NULL;
}

struct problem *metrics_start(struct process *p)
{
	const size_t bytes = sizeof(*counts) + (web.router.count + 1) * sizeof(struct route_counts);
	void *memory = NULL;

	TRY(shared_map(p->arena, p->run_dir, "metrics", (unsigned)(web.router.fingerprint ^ (web.router.fingerprint >> 32)),
	               bytes, &memory));
	counts = memory;
	self = worker_claim();
	return NULL;
}

/* ---- counting ---- */

static void add(_Atomic int64_t *counter, int64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void metrics_begin(void)
{
	if (self)
		atomic_store_explicit(&self->busy, 1, memory_order_relaxed);
}

struct spent metrics_spent(void)
{
	struct spent spent = { 0 };

	if (web.process->db)
		db_spent(web.process->db, &spent.db_us, &spent.db_statements);
	call_spent(&spent.call_us, &spent.calls);
	if (spent.db_statements > 0) {
		add(&counts->db_us, spent.db_us);
		add(&counts->db_statements, spent.db_statements);
	}
	if (spent.calls > 0) {
		add(&counts->call_us, spent.call_us);
		add(&counts->calls, spent.calls);
	}
	return spent;
}

void metrics_end(size_t index, int status, int64_t us)
{
	struct route_counts *route = &counts->routes[index];
	int bucket = 0;

	while (bucket < BUCKET_N && us > bucket_ms[bucket] * 1000)
		bucket++;
	add(&route->buckets[bucket], 1);
	add(&route->sum_us, us);
	if (status >= 100 && status < 600)
		add(&route->by_class[status / 100 - 1], 1);
	metrics_spent();
	if (self)
		atomic_store_explicit(&self->busy, 0, memory_order_relaxed);
}

/* ---- telling ---- */

static int64_t value(const _Atomic int64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_metric(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP portico_%s %s\n# TYPE portico_%s %s\n", name, help, name, type);
}

static void write_requests(struct buf *b, const char *route, const struct route_counts *c)
{
	for (int class = 0; class < CLASS_N; class ++)
		if (value(&c->by_class[class]) > 0)
			buf_printf(b, "portico_requests_total{route=\"%s\",status=\"%dxx\"} %" PRId64 "\n", route, class + 1,
			           value(&c->by_class[class]));
}

static void write_durations(struct buf *b, const char *route, const struct route_counts *c)
{
	static const char name[] = "portico_request_duration_seconds";
	int64_t sum = 0;

	for (int i = 0; i <= BUCKET_N; i++)
		sum += value(&c->buckets[i]);
	if (sum == 0)
		return;
	sum = 0;
	for (int i = 0; i < BUCKET_N; i++) {
		sum += value(&c->buckets[i]);
		buf_printf(b, "%s_bucket{route=\"%s\",le=\"%g\"} %" PRId64 "\n", name, route, (double)bucket_ms[i] / 1000, sum);
	}
	sum += value(&c->buckets[BUCKET_N]);
	buf_printf(b, "%s_bucket{route=\"%s\",le=\"+Inf\"} %" PRId64 "\n", name, route, sum);
	buf_printf(b, "%s_sum{route=\"%s\"} %.6f\n", name, route, (double)value(&c->sum_us) / 1e6);
	buf_printf(b, "%s_count{route=\"%s\"} %" PRId64 "\n", name, route, sum);
}

static const char *route_name(size_t index)
{
	return index == 0 ? "none" : web.router.entries[index - 1]->name;
}

static void write_pool(struct buf *b)
{
	int workers = 0, busy = 0;

	for (int i = 0; i < WORKERS_MOST; i++) {
		const struct worker_state *w = &counts->workers[i];

		if (!alive(atomic_load(&w->pid)))
			continue;
		workers++;
		busy += atomic_load(&w->busy) != 0;
	}
	add_metric(b, "workers", "gauge", "Workers of this machine.");
	buf_printf(b, "portico_workers %d\n", workers);
	add_metric(b, "workers_busy", "gauge", "Workers that are answering a request now, this one among them.");
	buf_printf(b, "portico_workers_busy %d\n", busy);
}

static void write_total(struct buf *b, const char *name, const char *help, int64_t n)
{
	add_metric(b, name, "counter", help);
	buf_printf(b, "portico_%s %" PRId64 "\n", name, n);
}

static void write_seconds(struct buf *b, const char *name, const char *help, int64_t us)
{
	add_metric(b, name, "counter", help);
	buf_printf(b, "portico_%s %.6f\n", name, (double)us / 1e6);
}

/* With a token set: who brings it. Else: who is on this machine, as the front server sees him. */
static bool may_read(const struct req *r)
{
	const char *authorization = req_header(r, "Authorization");
	const char *address = req_address(r);

	if (web_conf.metrics_token)
		return authorization && strncasecmp(authorization, "Bearer ", 7) == 0 &&
		       text_same_secret(authorization + 7, web_conf.metrics_token);
	return text_starts(address, "127.") || text_equal(address, "::1") || text_equal(address, "unix:");
}

struct problem *metrics_show(struct req *r)
{
	struct buf b;

	if (!may_read(r))
		return problem_new(r->arena, &PROBLEM_WEB_METRICS, NULL);
	buf_init(&b, r->arena, ANSWER_BYTES_MOST);
	add_metric(&b, "requests_total", "counter", "Requests by route and class of status.");
	for (size_t i = 0; i <= web.router.count; i++)
		write_requests(&b, route_name(i), &counts->routes[i]);
	add_metric(&b, "request_duration_seconds", "histogram", "Time from the first word of a request to its answer.");
	for (size_t i = 0; i <= web.router.count; i++)
		write_durations(&b, route_name(i), &counts->routes[i]);
	write_pool(&b);
	write_seconds(&b, "db_seconds_total", "Time spent on the database.", value(&counts->db_us));
	write_total(&b, "db_statements_total", "Statements sent to the database.", value(&counts->db_statements));
	write_seconds(&b, "call_seconds_total", "Time spent on calls to other services.", value(&counts->call_us));
	write_total(&b, "calls_total", "Calls to other services.", value(&counts->calls));
	for (size_t i = 0; i < source_count; i++)
		sources[i](r->process, r->arena, &b);
	return reply_bytes(r, 200, "text/plain; version=0.0.4; charset=utf-8", buf_string(&b), b.length);
}
