/* handle.h - every handler of the facility app, in the order of routes.c. What each does stands in its file and,
 * for people, in the route's line. */
#ifndef PORTICO_FACILITY_HANDLE_H
#define PORTICO_FACILITY_HANDLE_H

#include "lib/web/request.h"

extern const struct route facility_routes[];

/* handle_session.c */
handler settings_show, session_login, session_logout, login_type, authenticated_show;
/* handle_user.c */
handler users_list, user_show, admin_show, admin_set;
/* handle_experiment.c */
handler experiment_list, favorite_set;
/* handle_quota.c */
handler quota_show, quota_set, quota_used;
/* handle_image.c */
handler image_list, image_show, image_add, image_change, image_remove;
/* handle_resource.c */
handler resource_list, resource_start_old, resource_stop_old, resource_remove_old;
handler container_list, container_list_active, container_list_of_user, container_show;
handler resource_launch, resource_mine, resource_show, resource_end, resource_remove;

#endif
