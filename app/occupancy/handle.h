/* handle.h - what the routes of the occupancy app call (handle_*.c). */
#ifndef PORTICO_OCCUPANCY_HANDLE_H
#define PORTICO_OCCUPANCY_HANDLE_H

#include "app/occupancy/store.h"
#include "lib/web/request.h"

extern const struct route occupancy_routes[];      /* routes.c */
extern const struct route occupancy_root_routes[]; /* routes.c */

/* handle_space.c */
handler space_create, space_show, space_increment, space_decrement, space_set_maximum;
/* handle_history.c */
handler history_show;
/* handle_contact.c */
handler contact_refuse;

/* ---- limits per address (limit.c) ---- */

struct problem *limits_start(struct process *p) MUST_CHECK;
handler limit_create, limit_change, limit_read;

/* Reads {space_id}; P_ID with these words around it: "", " is not in valid GUID format". */
struct problem *space_id_param(struct req *r, const char *before, const char *behind, struct space_id *out) MUST_CHECK;
/* The space of {space_id} for reading, its lifetime restarted, and the id it was asked for by. */
struct problem *space_of_reader(struct req *r, struct space_id *id, struct space *out) MUST_CHECK;

#endif
