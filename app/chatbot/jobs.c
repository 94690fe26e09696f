/* jobs.c - asks the responder for the questions that wait, one after the other in each conversation, conversations side by side.
 *
 * A turn is three steps: take the next question (under the conversation's lock, which then has this job as its holder), ask
 * without any transaction, store the answer where the question still waits. Whoever dies in between asks again; the answer is
 * stored once. While the responder is away the job comes back with a growing pause, for as long as questions may wait. */
#include "app/chatbot/jobs.h"

#include <limits.h>

#include "app/chatbot/answer.h"
#include "app/chatbot/client.h"
#include "app/chatbot/conf.h"
#include "app/chatbot/problems.h"
#include "app/chatbot/store.h"
#include "lib/base/log.h"

enum {
	LEASE_S = 30, /* longer than one turn may take, so a dead daemon's questions wait no longer */
	BUSY_S = 1,   /* another job asks for this conversation */
	HOUR_S = 3600,
	WAITING_MOST = 1000
};

struct turn {
	struct job *job;
	struct message question;
	bool over;  /* nothing waits */
	bool later; /* somebody else is at it */
};

static bool is_too_old(const struct message *question)
{
	return clock_now().us > clock_after_s(question->received_at, chatbot_conf.give_up_h * HOUR_S).us;
}

/* The next question that may be asked; those that waited too long are given up on the way. */
static struct problem *next(struct db *db, struct arena *a, int64_t conversation_id, struct turn *t)
{
	bool found = false;

	TRY(question_next(db, a, conversation_id, &t->question, &found));
	while (found && is_too_old(&t->question)) {
		LOG(LOG_WARN, "a question is given up", L_INT("message", t->question.id),
		    L_INT("failures", t->question.failures));
		TRY(question_give_up(db, a, t->question.id));
		TRY(question_next(db, a, conversation_id, &t->question, &found));
	}
	t->over = !found;
	return NULL;
}

static struct problem *take_work(struct db *db, struct arena *a, void *context)
{
	struct turn *t = context;
	struct conversation c;
	bool found;

	t->over = t->later = false;
	TRY(conversation_lock(db, a, t->job->subject_id, &c, &found));
	if (!found) {
		t->over = true;
		return NULL;
	}
	if (c.held && c.holder != t->job->id) {
		t->later = true;
		return NULL;
	}
	if (chatbot_conf.responder == RESPONDER_EMBEDDED) {
		t->over = true;
		TRY(answer_embedded(db, a, &c));
	} else {
		TRY(next(db, a, c.id, t));
	}
	return conversation_hold(db, a, c.id, t->over ? 0 : t->job->id, LEASE_S);
}

struct store {
	struct turn *turn;
	struct said said;
	bool failed;
};

/* The conversation may have been erased, or taken over, while the responder thought. */
static struct problem *store_work(struct db *db, struct arena *a, void *context)
{
	const struct store *s = context;
	const struct turn *t = s->turn;
	struct conversation c;
	struct message now;
	bool found;

	TRY(conversation_lock(db, a, t->job->subject_id, &c, &found));
	if (!found || c.holder != t->job->id)
		return NULL;
	if (s->failed) {
		TRY(questions_failed(db, a, c.id));
		return conversation_hold(db, a, c.id, 0, 0);
	}
	TRY(question_find(db, a, t->question.id, &now, &found));
	if (!found || now.state != MESSAGE_WAITING)
		return NULL;
	return answer_put(db, a, &now, clock_now(), s->said.content, s->said.rich);
}

static struct problem *ask(struct arena *a, struct turn *t, struct said *out)
{
	struct list utterances;
	const char *text;

	TRY(question_text(a, &t->question, &text));
	TRY(rasa_ask(a, t->question.userid, text, t->question.id, &utterances));
	*out = utterances_said(a, utterances);
	return NULL;
}

/* One question. What it made ends with `a`, so that a long conversation needs no more memory than a short one. */
static struct problem *turn(struct job *j, struct arena *a, bool *over)
{
	struct turn t = { .job = j };
	struct store s = { .turn = &t };
	struct problem *p;

	TRY(job_renew(j));
	TRY(db_transaction(j->db, a, take_work, &t));
	*over = t.over;
	if (t.over)
		return NULL;
	if (t.later) {
		p = problem_new(a, &PROBLEM_JOB_LATER, NULL);
		p->retry_after_s = BUSY_S;
		return p;
	}
	p = ask(a, &t, &s.said);
	s.failed = p != NULL;
	TRY(db_transaction(j->db, a, store_work, &s));
	return p;
}

/* The problem outlives the turn. */
static struct problem *hand_on(struct job *j, const struct problem *p)
{
	struct problem *kept = problem_new(j->arena, p->kind, "%s", p->detail);

	kept->retry_after_s = problem_is(p, CHATBOT(P_AWAY)) ? 0 : p->retry_after_s; /* the job's own pause grows */
	return p->cause ? problem_because(kept, "%s", p->cause) : kept;
}

static struct problem *answer_run(struct job *j)
{
	bool over = false;

	while (!over) {
		AUTO(arena_close) struct arena *a = arena_new();
		struct problem *p;

		if (job_should_stop(j))
			return problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);
		p = turn(j, a, &over);
		if (p)
			return hand_on(j, p);
	}
	return NULL;
}

/* What waits has a job, whatever became of the one it had. */
static struct problem *waiting_run(struct job *j)
{
	int64_t after = 0, id;
	struct list waiting = { .count = WAITING_MOST };

	while (waiting.count == WAITING_MOST) {
		TRY(conversations_waiting(j->db, j->arena, after, WAITING_MOST, &waiting));
		for (size_t i = 0; i < waiting.count; i++) {
			after = ((const struct conversation_id *)waiting.items)[i].id;
			TRY(job_add(j->db, j->arena, &(struct job_ask){ .kind = ANSWER_JOB, .subject_id = after, .once = true },
			            &id));
		}
	}
	return NULL;
}

/* clang-format off */
const struct job_kind chatbot_jobs[] = {
	{ .name = ANSWER_JOB, .doc = "asks the responder for the questions of a conversation that wait", .run = answer_run,
	  .attempts = INT_MAX, .backoff_s = 1, .backoff_most_s = 30, .lease_s = LEASE_S },
	{ 0 },
};

const struct schedule chatbot_schedules[] = {
	{ .name = "chatbot.waiting", .doc = "sees to it that conversations whose questions wait have a job", .every_s = 60,
	  .at_start = true, .lease_s = 60, .run = waiting_run },
	{ 0 },
};
/* clang-format on */
