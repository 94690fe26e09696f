/* admin.h - the door of the administration: pages for what the apps list as their models (lib/web/admin.h). */
#ifndef PORTICO_ADMIN_ADMIN_H
#define PORTICO_ADMIN_ADMIN_H

#include "lib/base/app.h"

extern const struct app admin_app;

#endif
