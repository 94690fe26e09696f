/* shared.h - what the processes of one machine keep in common: counters and small records in a mapped file
 * of the run folder, and slots that the kernel gives back when a process dies. */
#ifndef PORTICO_BASE_SHARED_H
#define PORTICO_BASE_SHARED_H

#include <stddef.h>

#include "lib/base/problem.h"

/* Maps `bytes` of RUN_DIR/name, zeroed when the file is new or has another size or layout version; readable and
 * writable by all of them, so what is in it must be used with atomic operations alone. run_dir NULL: private to
 * this process (commands, tests). The mapping stays for the life of the process. */
struct problem *shared_map(struct arena *a, const char *run_dir, const char *name, unsigned version, size_t bytes,
                           void **out) MUST_CHECK;

/* One of `count` slots of RUN_DIR/name, held by a lock of the open file: -1 when all are taken or the file cannot be
 * opened, else a number for slot_leave(). A process that dies leaves its slot by dying; a child that it forked while
 * inside keeps the slot until it dies or executes something. run_dir NULL: always slot 0. */
int slot_enter(const char *run_dir, const char *name, int count);
void slot_leave(int slot);

#endif
