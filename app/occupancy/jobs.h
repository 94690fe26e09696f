/* jobs.h - what the occupancy app does by the clock. */
#ifndef PORTICO_OCCUPANCY_JOBS_H
#define PORTICO_OCCUPANCY_JOBS_H

#include "lib/work/job.h"

extern const struct schedule occupancy_schedules[];

#endif
