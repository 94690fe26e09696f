/* routes.c - every page of the administration. The table lets in who may enter at all; what may be done with a model is looked at in
 * desk.c, since one row serves all models. Only a session counts: a program has the API. */
#include "app/admin/handle.h"

/* clang-format off */
#define PAGE    ANSWERS({ 200, ANSWER_OTHER, NULL, "text/html; charset=utf-8", "the page" }), .auth = AUTH_SESSION, .hidden = true
#define CHANGES PAGE, .keyed = KEYED_NEVER

const struct route admin_routes[] = {
	{ GET,  "/",                              site_index,       STAFF,  NULL, "shows what there is to administer", PAGE },
	{ GET,  "/login/",                        login_show,       ANYONE, NULL, "asks who it is", PAGE },
	{ POST, "/login/",                        login_try,        ANYONE, NULL, "lets superusers and staff in", CHANGES, .csrf = true },
	{ GET,  "/logout/",                       logout_show,      ANYONE, NULL, "asks whether to end the session", PAGE },
	{ POST, "/logout/",                       logout_do,        ANYONE, NULL, "ends the session", CHANGES },
	{ GET,  "/password_change/",              own_password_show, STAFF, NULL, "asks for a new password of one's own", PAGE },
	{ POST, "/password_change/",              own_password_set, STAFF,  NULL, "changes one's own password", CHANGES },
	{ GET,  "/password_change/done/",         own_password_done, STAFF, NULL, "says that it was changed", PAGE },
	{ GET,  "/{app}/",                        group_index,      STAFF,  NULL, "shows what there is to administer of one app", PAGE },
	{ GET,  "/{app}/{model}/",                list_show,        STAFF,  NULL, "lists objects: sorted, searched, filtered", PAGE },
	{ POST, "/{app}/{model}/",                list_act,         STAFF,  NULL, "does something with objects that were chosen", CHANGES },
	{ GET,  "/{app}/{model}/add/",            add_show,         STAFF,  NULL, "shows the form of a new object", PAGE },
	{ POST, "/{app}/{model}/add/",            add_save,         STAFF,  NULL, "makes an object", CHANGES },
	{ GET,  "/{app}/{model}/{key}/",          object_lead,      STAFF,  NULL, "leads to the object's page", PAGE },
	{ GET,  "/{app}/{model}/{key}/change/",   object_show,      STAFF,  NULL, "shows an object, to be changed by who may", PAGE },
	{ POST, "/{app}/{model}/{key}/change/",   change_save,      STAFF,  NULL, "changes an object", CHANGES },
	{ GET,  "/{app}/{model}/{key}/delete/",   remove_show,      STAFF,  NULL, "shows what would go with an object", PAGE },
	{ POST, "/{app}/{model}/{key}/delete/",   remove_do,        STAFF,  NULL, "deletes an object", CHANGES },
	{ GET,  "/{app}/{model}/{key}/history/",  object_history,   STAFF,  NULL, "shows what happened to an object", PAGE },
	{ GET,  "/{app}/{model}/{key}/password/", password_show,    STAFF,  NULL, "asks for another user's new password", PAGE },
	{ POST, "/{app}/{model}/{key}/password/", password_save,    STAFF,  NULL, "sets another user's password", CHANGES },
	{ 0 },
};
/* clang-format on */
