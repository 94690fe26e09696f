/* facility.h - the door of the facility app: experiments, and remote resources launched on their data. */
#ifndef PORTICO_FACILITY_FACILITY_H
#define PORTICO_FACILITY_FACILITY_H

#include "lib/base/app.h"

extern const struct app facility_app;

#endif
