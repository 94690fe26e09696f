/* command_work.c - jobs, schedules and daemons on the command line. */
#include <inttypes.h>
#include <stdio.h>

#include "app/commands.h"
#include "lib/base/text.h"
#include "lib/command/command.h"
#include "lib/work/job.h"
#include "lib/work/list.h"

#define INSTANT_BYTES 40

/* "2026-01-02T03:04:05Z", to the second; "-" for none. */
static const char *when(struct arena *a, struct instant t)
{
	struct buf b;

	if (instant_is_none(t))
		return "-";
	buf_init(&b, a, INSTANT_BYTES);
	instant_write(&b, (struct instant){ t.us - t.us % US_PER_S }, true);
	return buf_string(&b);
}

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

/* What another program wrote may hold line ends and worse. */
static const char *one_line(struct arena *a, const char *text)
{
	char *clean = arena_text(a, or_dash(text));

	for (char *c = clean; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return clean;
}

/* ---- jobs ---- */

struct job_list_ask {
	int state;
	const char *kind;
	struct maybe_int subject;
	int64_t limit;
};
static const struct field job_list_fields[] = {
	FIELD_ENUM(struct job_list_ask, state, OPTIONAL, job_state_names, "only those"),
	FIELD(struct job_list_ask, kind, OPTIONAL, 1, 64, "only those"),
	FIELD(struct job_list_ask, subject, OPTIONAL, 0, INT64_MAX, "only those about this row"),
	FIELD(struct job_list_ask, limit, OPTIONAL, 1, 1000, "how many"),
	FIELD_END,
};
static const struct shape job_list_shape = SHAPE("JobListAsk", struct job_list_ask, job_list_fields);

/* clang-format off */
#define JOB_LINE "%10s  %-8s  %-28s  %10s  %8s  %-20s  %s\n"
/* clang-format on */

static struct problem *jobs_print(struct invocation *in)
{
	static const char *const positional[] = { "state", NULL };
	struct job_list_ask ask = { .state = -1, .limit = 50 };
	struct list list;

	TRY(arguments_read(in, &job_list_shape, positional, &ask));

	const struct job_filter filter = {
		.state = ask.state, .kind = ask.kind, .subject_id = ask.subject, .limit = ask.limit
	};

	TRY(job_list(in->db, in->arena, &filter, &list));
	fprintf(in->out, JOB_LINE, "ID", "STATE", "KIND", "SUBJECT", "ATTEMPTS", "RUN AT", "LAST ERROR");
	for (size_t i = 0; i < list.count; i++) {
		const struct job_view *j = &((const struct job_view *)list.items)[i];

		fprintf(in->out, JOB_LINE, arena_printf(in->arena, "%" PRId64, j->id), enum_name(job_state_names, j->state),
		        j->kind, arena_printf(in->arena, "%" PRId64, j->subject_id),
		        arena_printf(in->arena, "%" PRId64, j->attempts), when(in->arena, j->run_at), or_dash(j->error_code));
	}
	return NULL;
}

struct job_ask_id {
	int64_t id;
};
static const struct field job_id_fields[] = {
	FIELD(struct job_ask_id, id, REQUIRED, 1, INT64_MAX, "number of the job"),
	FIELD_END,
};
static const struct shape job_id_shape = SHAPE("JobId", struct job_ask_id, job_id_fields);

static struct problem *job_id_read(struct invocation *in, int64_t *out)
{
	static const char *const positional[] = { "id", NULL };
	struct job_ask_id ask = { 0 };

	TRY(arguments_read(in, &job_id_shape, positional, &ask));
	*out = ask.id;
	return NULL;
}

static struct problem *no_such_job(struct invocation *in, struct problem *p, int64_t id)
{
	return problem_is(p, &PROBLEM_NOT_FOUND) ? problem_new(in->arena, p->kind, "There is no job %" PRId64 ".", id) : p;
}

static struct problem *job_print(struct invocation *in)
{
	struct job_view j;
	int64_t id;

	TRY(job_id_read(in, &id));
	TRY(no_such_job(in, job_find(in->db, in->arena, id, &j), id));
	fprintf(in->out, "id          %" PRId64 "\n", j.id);
	fprintf(in->out, "kind        %s\n", j.kind);
	fprintf(in->out, "subject     %" PRId64 "\n", j.subject_id);
	fprintf(in->out, "state       %s%s\n", enum_name(job_state_names, j.state),
	        j.giving_up && j.state < JOB_DONE ? ", giving up" : "");
	fprintf(in->out, "attempts    %" PRId64 " failed, %" PRId64 " lost\n", j.attempts, j.lost);
	fprintf(in->out, "request     %s\n", or_dash(j.request_id));
	fprintf(in->out, "created     %s\n", when(in->arena, j.created_at));
	fprintf(in->out, "run at      %s\n", when(in->arena, j.run_at));
	fprintf(in->out, "deadline    %s\n", when(in->arena, j.deadline_at));
	fprintf(in->out, "finished    %s\n", when(in->arena, j.finished_at));
	fprintf(in->out, "owner       %s\n", or_dash(j.owner));
	fprintf(in->out, "lease until %s\n", when(in->arena, j.lease_until));
	fprintf(in->out, "last error  %s\n", or_dash(j.error_code));
	fprintf(in->out, "            %s\n", one_line(in->arena, j.error_detail));
	return NULL;
}

static struct problem *job_try_again(struct invocation *in)
{
	int64_t id;

	TRY(job_id_read(in, &id));
	TRY(no_such_job(in, job_retry(in->db, in->arena, id), id));
	job_wake(in->process);
	if (!in->quiet)
		fprintf(in->out, "Job %" PRId64 " is tried again.\n", id);
	return NULL;
}

/* ---- schedules and daemons ---- */

static const struct field nothing_fields[] = { FIELD_END };
static const struct shape nothing_shape = { .name = "Nothing", .fields = nothing_fields };

#define SCHEDULE_LINE "%-28s  %9s  %-20s  %-20s  %-8s  %s\n"

static struct problem *schedules_print(struct invocation *in)
{
	struct list list;

	TRY(arguments_read(in, &nothing_shape, NULL, NULL));
	TRY(schedule_list(in->db, in->arena, &list));
	fprintf(in->out, SCHEDULE_LINE, "NAME", "EVERY", "NEXT", "LAST TURN", "STATE", "LAST ERROR");
	for (size_t i = 0; i < list.count; i++) {
		const struct schedule_view *s = &((const struct schedule_view *)list.items)[i];

		fprintf(in->out, SCHEDULE_LINE, s->name, arena_printf(in->arena, "%" PRId64 " s", s->every_s),
		        when(in->arena, s->next_at), when(in->arena, s->started_at), s->owner ? "running" : "waiting",
		        or_dash(s->error_code));
	}
	return NULL;
}

struct schedule_ask {
	const char *name;
};
static const struct field schedule_ask_fields[] = {
	FIELD(struct schedule_ask, name, REQUIRED, 1, 64, "name of the schedule"),
	FIELD_END,
};
static const struct shape schedule_ask_shape = SHAPE("ScheduleAsk", struct schedule_ask, schedule_ask_fields);

static struct problem *schedule_run_now(struct invocation *in)
{
	static const char *const positional[] = { "name", NULL };
	struct schedule_ask ask = { 0 };

	TRY(arguments_read(in, &schedule_ask_shape, positional, &ask));

	struct problem *p = schedule_hasten(in->db, in->arena, ask.name);

	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_new(in->arena, p->kind, "There is no schedule \"%s\"; `portico schedule list` shows all.",
		                   ask.name);
	TRY(p);
	job_wake(in->process);
	if (!in->quiet)
		fprintf(in->out, "Schedule %s is due.\n", ask.name);
	return NULL;
}

#define DAEMON_LINE "%-36s  %-10s  %9s  %5s  %-20s  %-20s  %s\n"

static struct problem *daemons_print(struct invocation *in)
{
	struct list list;

	TRY(arguments_read(in, &nothing_shape, NULL, NULL));
	TRY(daemon_list(in->db, in->arena, &list));
	fprintf(in->out, DAEMON_LINE, "NAME", "VERSION", "PROCESSES", "HOLDS", "STARTED", "SEEN", "STOPPED");
	for (size_t i = 0; i < list.count; i++) {
		const struct daemon_view *d = &((const struct daemon_view *)list.items)[i];

		fprintf(in->out, DAEMON_LINE, d->name, d->version, arena_printf(in->arena, "%" PRId64, d->processes),
		        arena_printf(in->arena, "%" PRId64, d->holds), when(in->arena, d->started_at),
		        when(in->arena, d->seen_at), when(in->arena, d->stopped_at));
	}
	return NULL;
}

/* clang-format off */
const struct command work_commands[] = {
	/* name             usage                                           doc                                                   db */
	{ "job list",       "[STATE] [--kind KIND] [--subject N] [--limit N]", "the newest jobs: waiting, running, done, failed",  true, jobs_print },
	{ "job show",       "ID",                                           "one job with its last error",                          true, job_print },
	{ "job retry",      "ID",                                           "tries a failed job anew, or a waiting one at once",    true, job_try_again },
	{ "schedule list",  "",                                             "what is done by the clock, and its last turn",         true, schedules_print },
	{ "schedule run",   "NAME",                                         "makes a schedule due now",                             true, schedule_run_now },
	{ "daemon list",    "",                                             "the daemons, and when they were last heard of",        true, daemons_print },
	{ .name = NULL },
};
/* clang-format on */
