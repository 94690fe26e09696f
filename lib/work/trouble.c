/* trouble.c - says when the database goes and when it is back; see trouble.h. */
#include "lib/work/trouble.h"

#include "lib/base/log.h"

void trouble_note(struct trouble *t, const struct problem *p)
{
	if (!t || atomic_exchange(&t->kind, p->kind) == p->kind)
		return;
	log_problem(p);
	LOG(LOG_WARN, "daemon cannot work and tries again", L_TEXT("code", p->kind->code));
}

void trouble_over(struct trouble *t)
{
	if (t && atomic_load(&t->kind) && atomic_exchange(&t->kind, NULL))
		LOG(LOG_INFO, "daemon works again");
}
