/* jobs.h - what the daemon does for conversations. */
#ifndef PORTICO_CHATBOT_JOBS_H
#define PORTICO_CHATBOT_JOBS_H

#include "lib/work/job.h"

#define ANSWER_JOB "chatbot.answer"

extern const struct job_kind chatbot_jobs[];
extern const struct schedule chatbot_schedules[];

#endif
