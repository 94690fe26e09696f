/* trouble.h - whether the database can be used just now: all children of a daemon share it, so a change is said once for the
 * daemon and not once per child and look. Inside lib/work only. */
#ifndef PORTICO_WORK_TROUBLE_H
#define PORTICO_WORK_TROUBLE_H

#include <stdatomic.h>

#include "lib/base/problem.h"

/* In memory that the children share; they are forks of one program, so the address of a kind is the same in all. */
struct trouble {
	_Atomic(const struct problem_kind *) kind; /* NULL: none */
};

/* t NULL: nobody is told. */
void trouble_note(struct trouble *t, const struct problem *p);
void trouble_over(struct trouble *t);

#endif
