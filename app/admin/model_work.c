/* model_work.c - jobs, schedules and daemons, which lib/work keeps, and the audit trail: to look at. What a job carries is not shown,
 * it may be sealed. */
#include "app/accounts/accounts.h"
#include "app/admin/handle.h"
#include "lib/web/admin.h"
#include "lib/work/list.h"

/* ---- jobs ---- */

struct retry {
	struct req *r;
	int64_t id;
};

static struct problem *retry_work(struct db *db, struct arena *a, void *context)
{
	const struct retry *x = context;
	struct job_view job;

	TRY(job_retry(db, a, x->id));
	TRY(job_find(db, a, x->id, &job));
	return audit_add(db, a, x->r->user->id, "retry", "job", x->id, job.kind, NULL);
}

static struct problem *retry(struct req *r, int64_t id)
{
	TRY(db_transaction(r->db, r->arena, retry_work, &(struct retry){ r, id }));
	job_wake(r->process);
	return NULL;
}

/* clang-format off */
static const struct admin_action job_actions[] = {
	{ "retry", "Try again", "to be tried again", retry },
	{ .name = NULL },
};

static const struct admin_column job_columns[] = {
	COLUMN("ID",         "j.id"),
	COLUMN("Kind",       "j.kind"),
	COLUMN("State",      "j.state", .kind = ADMIN_CHOICE, .names = job_state_names),
	COLUMN("Attempts",   "j.attempts"),
	COLUMN("Added",      "j.created_at", .kind = ADMIN_AGE),
	COLUMN("Last error", "j.error_code"),
	COLUMN("About",      "j.subject_id"),
	{ .sql = NULL },
};
static const struct admin_column job_fields[] = {
	COLUMN("ID",                  "j.id"),
	COLUMN("Kind",                "j.kind"),
	COLUMN("About",               "j.subject_id"),
	COLUMN("State",               "j.state", .kind = ADMIN_CHOICE, .names = job_state_names),
	COLUMN("Giving up",           "j.giving_up", .kind = ADMIN_YES),
	COLUMN("Attempts that failed", "j.attempts"),
	COLUMN("Attempts lost",       "j.lost"),
	COLUMN("Request",             "j.request_id"),
	COLUMN("Added",               "j.created_at", .kind = ADMIN_AT),
	COLUMN("Not before",          "j.run_at", .kind = ADMIN_AT),
	COLUMN("Deadline",            "j.deadline_at", .kind = ADMIN_AT),
	COLUMN("Finished",            "j.finished_at", .kind = ADMIN_AT),
	COLUMN("Owner",               "j.owner"),
	COLUMN("Lease until",         "j.lease_until", .kind = ADMIN_AT),
	COLUMN("Last error",          "j.error_code"),
	COLUMN("Its words",           "j.error_detail", .kind = ADMIN_LINES),
	{ .sql = NULL },
};
static const struct admin_filter job_filters[] = {
	FILTER("state", "state", ADMIN_BY_CHOICE, "j.state = ?", .names = job_state_names),
	FILTER("kind",  "kind",  ADMIN_BY_TEXT,   "j.kind = ?"),
	{ .name = NULL },
};
static const char *const job_search[] = { "j.kind", "COALESCE(j.error_code, '')", "COALESCE(j.request_id, '')", NULL };

/* ---- schedules and daemons ---- */

static const struct admin_column schedule_columns[] = {
	COLUMN("Name",            "s.name"),
	COLUMN("Every … seconds", "s.every_s"),
	COLUMN("Next turn",       "s.next_at", .kind = ADMIN_AGE),
	COLUMN("Last turn",       "s.started_at", .kind = ADMIN_AGE),
	COLUMN("Under way",       "s.owner IS NOT NULL", .kind = ADMIN_YES),
	COLUMN("Last error",      "s.error_code"),
	{ .sql = NULL },
};
static const struct admin_column schedule_fields[] = {
	COLUMN("Name",            "s.name"),
	COLUMN("Every … seconds", "s.every_s"),
	COLUMN("Next turn",       "s.next_at", .kind = ADMIN_AT),
	COLUMN("Last turn began", "s.started_at", .kind = ADMIN_AT),
	COLUMN("Last turn ended", "s.ended_at", .kind = ADMIN_AT),
	COLUMN("Owner",           "s.owner"),
	COLUMN("Lease until",     "s.lease_until", .kind = ADMIN_AT),
	COLUMN("Last error",      "s.error_code"),
	COLUMN("Its words",       "s.error_detail", .kind = ADMIN_LINES),
	{ .sql = NULL },
};
static const char *const schedule_search[] = { "s.name", NULL };

#define HOLDS \
	"(SELECT COUNT(*) FROM work_job AS j WHERE j.state = 1 AND SUBSTRING_INDEX(j.owner, '/', 1) = d.name)" \
	" + (SELECT COUNT(*) FROM work_schedule AS s WHERE SUBSTRING_INDEX(s.owner, '/', 1) = d.name)"

static const struct admin_column daemon_columns[] = {
	COLUMN("Name",              "d.name"),
	COLUMN("Version",           "d.version"),
	COLUMN("Processes",         "d.processes"),
	COLUMN("Jobs and schedules it has", HOLDS, .unsorted = true),
	COLUMN("Started",           "d.started_at", .kind = ADMIN_AGE),
	COLUMN("Last heard of",     "d.seen_at", .kind = ADMIN_AGE),
	COLUMN("Stopped",           "d.stopped_at", .kind = ADMIN_AGE),
	{ .sql = NULL },
};

/* ---- the audit trail ---- */

static const struct admin_column trail_columns[] = {
	COLUMN("Number", "t.id"),
	COLUMN("Time",   "t.at", .kind = ADMIN_AT),
	COLUMN("User",   "t.actor_name"),
	COLUMN("Action", "t.action"),
	COLUMN("Kind",   "t.object_kind"),
	COLUMN("ID",     "t.object_id"),
	COLUMN("Name",   "t.object_name"),
	COLUMN("More",   "t.detail", .unsorted = true),
	{ .sql = NULL },
};
static const struct admin_filter trail_filters[] = {
	FILTER("action_time", "time",   ADMIN_BY_DATE, "t.at"),
	FILTER("user",        "user",   ADMIN_BY_TEXT, "t.actor_name = ?"),
	FILTER("action",      "action", ADMIN_BY_TEXT, "t.action = ?"),
	FILTER("kind",        "kind",   ADMIN_BY_TEXT, "t.object_kind = ?"),
	{ .name = NULL },
};
static const char *const trail_search[] = {
	"t.actor_name COLLATE utf8mb4_unicode_520_ci", "t.action", "t.object_kind", "t.object_name COLLATE utf8mb4_unicode_520_ci", NULL
};

const struct admin_model work_models[] = {
	{ .label = "work", .name = "job", .group = "Work", .one = "job", .many = "jobs", .permission = "work.job", .audited = "job",
	  .from = "work_job j", .key = "j.id", .title = "CONCAT(j.kind, ' ', j.id)", .order = "j.id", .newest_first = true,
	  .columns = job_columns, .fields = job_fields, .search = job_search, .filters = job_filters, .actions = job_actions },
	{ .label = "work", .name = "schedule", .group = "Work", .one = "schedule", .many = "schedules", .permission = "work.schedule",
	  .from = "work_schedule s", .key = "s.name", .key_is_text = true, .title = "s.name", .order = "s.name",
	  .columns = schedule_columns, .fields = schedule_fields, .search = schedule_search },
	{ .label = "work", .name = "daemon", .group = "Work", .one = "daemon", .many = "daemons", .permission = "work.daemon",
	  .from = "work_daemon d", .key = "d.name", .key_is_text = true, .title = "d.name", .order = "d.started_at", .newest_first = true,
	  .columns = daemon_columns },
	{ .label = "admin", .name = "logentry", .group = "Administration", .one = "log entry", .many = "log entries",
	  .permission = "accounts.audit", .from = "account_audit t", .key = "t.id", .title = "CONCAT(t.action, ' ', t.object_kind)",
	  .order = "t.id", .newest_first = true, .columns = trail_columns, .search = trail_search, .filters = trail_filters },
	{ .label = NULL },
};
/* clang-format on */
