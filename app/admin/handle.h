/* handle.h - every page of the administration. */
#ifndef PORTICO_ADMIN_HANDLE_H
#define PORTICO_ADMIN_HANDLE_H

#include "lib/web/admin.h"
#include "lib/web/request.h"

extern const struct route admin_routes[];
extern const struct admin_model work_models[]; /* model_work.c */

/* handle_login.c */
handler login_show, login_try, logout_show, logout_do;
/* handle_password.c */
handler own_password_show, own_password_set, own_password_done;
/* handle_index.c */
handler site_index, group_index;
/* handle_list.c */
handler list_show;
/* handle_chosen.c */
handler list_act;
/* handle_object.c */
handler object_lead, object_show, object_history;
/* handle_form.c */
handler add_show, add_save, change_save, password_show, password_save;
/* handle_remove.c */
handler remove_show, remove_do;

#endif
