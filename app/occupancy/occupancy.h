/* occupancy.h - the door of the occupancy app: counters of people in spaces, shared by whoever knows a space's id. */
#ifndef PORTICO_OCCUPANCY_OCCUPANCY_H
#define PORTICO_OCCUPANCY_OCCUPANCY_H

#include "lib/base/app.h"

extern const struct app occupancy_app;
extern const struct app occupancy_root_app; /* what its web client calls at the root of the host */

#endif
