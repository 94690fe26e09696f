/* queue_metrics.h - the job queue for /api/metrics; given to lib/web by the worker. */
#ifndef PORTICO_APP_QUEUE_METRICS_H
#define PORTICO_APP_QUEUE_METRICS_H

#include "lib/web/web.h"

metrics_source queue_metrics;

#endif
