/* known.c - the job kinds and schedules of the mounted apps; see known.h. */
#include "lib/work/known.h"

#include <string.h>

#include "lib/base/text.h"

#define NAME_MOST 64 /* columns work_job.kind and work_schedule.name */
#define NAMES_BYTES 65536

static struct problem *defect(struct arena *a, const char *name, const char *what)
{
	return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "job or schedule \"%s\" %s", name, what);
}

static bool name_good(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= NAME_MOST && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static struct problem *kind_add(struct arena *a, struct known *k, const char *app, const struct job_kind *kind)
{
	const struct known_kind *same = known_kind(k, kind->name);

	if (same && same->kind == kind)
		return NULL;
	if (same)
		return defect(a, kind->name, "is in two tables");
	if (!name_good(kind->name))
		return defect(a, kind->name, "is not a name");
	if (!kind->run || kind->attempts < 1 || kind->lease_s < 1 || kind->backoff_s < 0 || kind->deadline_s < 0)
		return defect(a, kind->name, "has no function, no attempts, no lease or a negative time");
	k->kinds[k->kind_count++] = (struct known_kind){ app, kind };
	return NULL;
}

static struct problem *schedule_add(struct arena *a, struct known *k, const char *app, const struct schedule *schedule)
{
	const struct known_schedule *same = known_schedule(k, schedule->name);

	if (same && same->schedule == schedule)
		return NULL;
	if (same)
		return defect(a, schedule->name, "is in two tables");
	if (!name_good(schedule->name))
		return defect(a, schedule->name, "is not a name");
	if (!schedule->run || schedule->every_s < 1 || schedule->lease_s < 1)
		return defect(a, schedule->name, "has no function, no period or no lease");
	k->schedules[k->schedule_count++] = (struct known_schedule){ app, schedule };
	return NULL;
}

static size_t kinds_count(const struct job_kind *kinds)
{
	size_t n = 0;

	while (kinds && kinds[n].name)
		n++;
	return n;
}

static size_t schedules_count(const struct schedule *schedules)
{
	size_t n = 0;

	while (schedules && schedules[n].name)
		n++;
	return n;
}

/* Makes the lists FIND_IN_SET looks through. */
static void names_write(struct arena *a, struct known *k)
{
	struct buf kinds, schedules;

	buf_init(&kinds, a, NAMES_BYTES);
	for (size_t i = 0; i < k->kind_count; i++)
		buf_printf(&kinds, "%s%s", i > 0 ? "," : "", k->kinds[i].kind->name);
	buf_init(&schedules, a, NAMES_BYTES);
	for (size_t i = 0; i < k->schedule_count; i++)
		buf_printf(&schedules, "%s%s", i > 0 ? "," : "", k->schedules[i].schedule->name);
	k->kind_names = buf_string(&kinds);
	k->schedule_names = buf_string(&schedules);
}

struct problem *known_gather(struct arena *a, const struct mount *mounts, struct known *out)
{
	size_t kinds = 0, schedules = schedules_count(work_schedules);

	for (const struct mount *m = mounts; m->app; m++) {
		kinds += kinds_count(m->app->jobs);
		schedules += schedules_count(m->app->schedules);
	}

	struct known k = {
		.kinds = ARENA_ARRAY(a, struct known_kind, kinds),
		.schedules = ARENA_ARRAY(a, struct known_schedule, schedules),
	};

	for (const struct schedule *s = work_schedules; s->name; s++)
		TRY(schedule_add(a, &k, "work", s));
	for (const struct mount *m = mounts; m->app; m++) {
		for (const struct job_kind *j = m->app->jobs; j && j->name; j++)
			TRY(kind_add(a, &k, m->app->name, j));
		for (const struct schedule *s = m->app->schedules; s && s->name; s++)
			TRY(schedule_add(a, &k, m->app->name, s));
	}
	names_write(a, &k);
	*out = k;
	return NULL;
}

const struct known_kind *known_kind(const struct known *k, const char *name)
{
	for (size_t i = 0; i < k->kind_count; i++)
		if (text_equal(k->kinds[i].kind->name, name))
			return &k->kinds[i];
	return NULL;
}

const struct known_schedule *known_schedule(const struct known *k, const char *name)
{
	for (size_t i = 0; i < k->schedule_count; i++)
		if (text_equal(k->schedules[i].schedule->name, name))
			return &k->schedules[i];
	return NULL;
}
