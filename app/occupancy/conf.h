/* conf.h - section [occupancy] of the settings. */
#ifndef PORTICO_OCCUPANCY_CONF_H
#define PORTICO_OCCUPANCY_CONF_H

#include "lib/base/settings.h"

struct occupancy_conf {
	int64_t lifetime_s;           /* a space is forgotten when nobody has used it for so long */
	int64_t creations_per_minute; /* of one address; 0: no limit */
	int64_t changes_per_minute;
	int64_t reads_per_minute;
	struct texts unlimited;      /* addresses without limits */
	int64_t history_events_days; /* each change is kept; then one row per hour */
	int64_t history_days;        /* the rows per hour are kept */
	const char *contact;         /* what the contact form is told; NULL: that messages are not taken */
};
extern struct occupancy_conf occupancy_conf;
extern const struct setting occupancy_settings[];

#endif
