/* queue_metrics.c - the job queue as Prometheus sees it. Here, because lib/web knows no jobs and lib/work no requests. */
#include "app/queue_metrics.h"

#include "lib/work/list.h"

static void gauge(struct buf *b, const char *name, const char *help, const char *value)
{
	buf_printf(b, "# HELP portico_%s %s\n# TYPE portico_%s gauge\nportico_%s %s\n", name, help, name, name, value);
}

void queue_metrics(struct process *p, struct arena *a, struct buf *b)
{
	struct work_stats s;

	if (work_stats(p->db, a, &s))
		return; /* the database is away: requests_total shows it */
	gauge(b, "jobs_waiting", "Jobs that wait, those for a later time included.",
	      arena_printf(a, "%lld", (long long)s.waiting));
	gauge(b, "jobs_due", "Jobs that could run now.", arena_printf(a, "%lld", (long long)s.due));
	gauge(b, "jobs_running", "Jobs that run.", arena_printf(a, "%lld", (long long)s.running));
	gauge(b, "jobs_failed", "Failed jobs that are still kept.", arena_printf(a, "%lld", (long long)s.failed));
	gauge(b, "job_oldest_due_seconds", "How long the oldest due job has waited.",
	      arena_printf(a, "%lld.%03lld", (long long)(s.oldest_ms / 1000), (long long)(s.oldest_ms % 1000)));
	gauge(b, "daemons", "Daemons seen within the last minute.", arena_printf(a, "%lld", (long long)s.daemons));
}
