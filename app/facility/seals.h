/* seals.h - how the stores of facility_resource seal its secrets: one purpose per column and row. */
#ifndef PORTICO_FACILITY_SEALS_H
#define PORTICO_FACILITY_SEALS_H

#include "lib/base/shape.h"

#define SEAL_ADDRESS "address"
#define SEAL_GUACAMOLE "guacamole"
#define SEAL_VNC "vnc"

struct bytes resource_seal(struct arena *a, const char *column, const char *uuid, const char *text);

#endif
