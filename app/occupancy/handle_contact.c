/* handle_contact.c - POST / of the host: the web client's contact form, which shows whatever `error` says. */
#include "app/occupancy/conf.h"
#include "app/occupancy/handle.h"
#include "app/occupancy/problems.h"

struct problem *contact_refuse(struct req *r)
{
	return problem_new(r->arena, OCCUPANCY(P_NO_CONTACT),
	                   occupancy_conf.contact ? "Messages are not taken here: %s" : NULL, occupancy_conf.contact);
}
