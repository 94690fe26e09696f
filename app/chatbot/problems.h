/* problems.h - what can go wrong in the chatbot app; the words are in problems.c. */
#ifndef PORTICO_CHATBOT_PROBLEMS_H
#define PORTICO_CHATBOT_PROBLEMS_H

#include "lib/base/problem.h"

enum chatbot_problem { P_AWAY, P_LARGE, P_NOT_EMPTY, CHATBOT_PROBLEM_N };
extern const struct problem_kind chatbot_problems[];
#define CHATBOT(p) (&chatbot_problems[p])

#endif
