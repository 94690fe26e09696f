/* driver.c - the table of drivers. Types without one are answered with 501 (facility.md defect 37). */
#include "app/facility/driver.h"

static const struct driver *const drivers[] = { &driver_docker, &driver_link };

const struct driver *driver_of(int64_t type)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (drivers[i]->type == type)
			return drivers[i];
	return NULL;
}
