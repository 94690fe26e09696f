/* command_fsck.c - `portico fsck [--mend]`: shows, and mends, what reconciling would, and the counts of members. */
#include "app/facility/command.h"
#include "app/facility/experiment.h"
#include "app/facility/resource.h"
#include "lib/command/command.h"

struct fsck_words {
	bool mend;
};
static const struct field fsck_fields[] = {
	FIELD(struct fsck_words, mend, OPTIONAL, 0, 1, "mends what it finds"),
	FIELD_END,
};
static const struct shape fsck_shape = SHAPE("FsckWords", struct fsck_words, fsck_fields);

static void fsck_say(void *context, const char *name, const char *what)
{
	struct invocation *in = context;

	fprintf(in->out, "%s: %s\n", name, what);
}

struct problem *fsck_command(struct invocation *in)
{
	struct fsck_words words = { 0 };
	struct reconcile r = { .db = in->db, .arena = in->arena, .say = fsck_say, .context = in };
	struct problem *p;
	int64_t counts = 0;

	TRY(arguments_read(in, &fsck_shape, NULL, &words));
	r.mend = words.mend;
	TRY(member_counts_check(in->db, in->arena, words.mend, &counts));
	if (counts)
		fprintf(in->out, "%lld users: a wrong count of experiments\n", (long long)counts);
	p = reconcile_run(&r);
	if (words.mend && r.mended)
		job_wake(in->process);
	fprintf(in->out, "%lld found, %lld mended\n", (long long)(r.found + counts),
	        (long long)(r.mended + (words.mend ? counts : 0)));
	TRY(p);
	if (!words.mend && r.found + counts)
		return problem_new(in->arena, &PROBLEM_CONFLICT,
		                   "Rows and what is there differ: `portico fsck --mend` mends that.");
	return NULL;
}
