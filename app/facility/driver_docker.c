/* driver_docker.c - a resource as a Docker container, named after its row and labelled with it (facility.md section 5.5,
 * defects 38 to 41). Before each step it is asked what is there, so a launch that was cut off anywhere goes on. */
#include <string.h>

#include "app/facility/client_docker.h"
#include "app/facility/conf.h"
#include "app/facility/driver.h"
#include "app/facility/problems.h"
#include "app/facility/readiness.h"
#include "app/facility/volumes.h"
#include "lib/base/shared.h"
#include "lib/base/text.h"

/* How long one try listens to the log, and how soon the next one begins: a slow image does not hold a process of the daemon,
 * and the user's stop is seen between two tries. */
enum { LISTEN_MS = 3000, AGAIN_S = 1 };

#define NOTEBOOK_PORT "8888/tcp"

/* ---- whose container ---- */

/* A name of ours with foreign labels is somebody else's container: hands off. */
static bool is_ours(const struct docker_container *c, const char *instance, const char *name)
{
	return text_equal(c->owner.instance, instance) && text_starts(name, "calipso-") &&
	       text_equal(c->owner.resource, name + strlen("calipso-"));
}

/* *found false: there is none. P_LAUNCH_NAME: there is one, of somebody else. */
static struct problem *inspect_ours(struct arena *a, const char *instance, const char *name,
                                    struct docker_container *out, bool *found)
{
	struct problem *p = docker_inspect(a, name, out);

	*found = !p;
	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return NULL;
	TRY(p);
	if (!is_ours(out, instance, name))
		return problem_because(problem_new(a, FACILITY(P_LAUNCH_NAME), NULL),
		                       "container %s has labels of instance %s, resource %s", name, out->owner.instance,
		                       out->owner.resource);
	return NULL;
}

/* ---- launching ---- */

struct launch {
	struct job *job;
	struct arena *arena;
	const struct resource *resource;
	const struct launch_plan *plan;
	const char *instance;
	const char *port; /* "5901/tcp" */
	struct docker_container container;
};

static struct problem *later(struct problem *p)
{
	if (problem_is(p, &PROBLEM_JOB_LATER))
		p->retry_after_s = AGAIN_S;
	return p;
}

/* A pull takes its time: PROBLEM_JOB_LATER when its resource was stopped meanwhile, which the next try sees to. */
static struct problem *still_wanted(struct job *j)
{
	bool busy;

	TRY(resource_is_busy(j->db, j->arena, j->subject_id, &busy));
	return busy ? NULL : problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);
}

/* While an image comes in: the try goes on, unless the daemon is about to stop; the next one finds the layers that came. */
static struct problem *pull_goes_on(void *context)
{
	struct job *j = context;

	if (job_should_stop(j))
		return problem_new(j->arena, &PROBLEM_JOB_LATER, NULL);
	TRY(job_renew(j));
	return still_wanted(j);
}

/* Half of the daemon's processes pull at once, so that the others have time for everything else. */
static struct problem *pull(struct launch *l)
{
	int most = work_conf.processes > 2 ? (int)(work_conf.processes / 2) : 1;
	int slot = slot_enter(l->job->process->run_dir, "facility.pulls", most);
	struct problem *p;

	if (slot < 0)
		return later(problem_new(l->arena, &PROBLEM_JOB_LATER, NULL));
	p = docker_pull(l->arena, l->plan->image, pull_goes_on, l->job);
	slot_leave(slot);
	return p;
}

/* The image's exposed ports; the image is fetched when the engine lacks it and may. */
static struct problem *image_ports(struct launch *l, struct raw_json *out)
{
	struct problem *p = docker_image_ports(l->arena, l->plan->image, out);

	if (!problem_is(p, &PROBLEM_NOT_FOUND))
		return p;
	if (!facility_conf.pull)
		return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_IMAGE), NULL), "%s",
		                       p->cause ? p->cause : "no such image");
	TRY(pull(l));
	p = docker_image_ports(l->arena, l->plan->image, out);
	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_IMAGE), NULL), "not there after its pull");
	return p;
}

/* The one port that is published: the protocol's if the image exposes it, else the notebook's, else the image's port_hook. */
static struct problem *choose_port(struct launch *l)
{
	const char *wanted[] = { protocol_port(l->plan->protocol), NOTEBOOK_PORT };
	struct raw_json ports;

	TRY(image_ports(l, &ports));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && !l->port; i++)
		if (wanted[i] && docker_port_exposed(l->arena, ports, wanted[i]))
			l->port = wanted[i];
	if (!l->port && *l->plan->port_hook)
		l->port = l->plan->port_hook;
	if (l->port)
		return NULL;
	return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_PORT), NULL),
	                       "%s exposes no port that is known, and has no port_hook", l->plan->image);
}

static struct texts binds_of(struct arena *a, const struct launch_plan *plan)
{
	const struct volume *volumes = plan->volumes.items;
	const char **binds = ARENA_ARRAY(a, const char *, plan->volumes.count);

	for (size_t i = 0; i < plan->volumes.count; i++)
		binds[i] =
			arena_printf(a, "%s:%s:%s", volumes[i].host, volumes[i].container, volumes[i].writable ? "rw" : "ro");
	return (struct texts){ binds, plan->volumes.count };
}

/* The user's folder of results, when a volume makes it exist inside (defect 66). */
static const char *working_dir(struct arena *a, const struct launch_plan *plan)
{
	const struct volume *volumes = plan->volumes.items;
	const char *dir = arena_printf(a, "%s/%s", facility_conf.output_root, plan->username);

	for (size_t i = 0; i < plan->volumes.count; i++)
		if (text_equal(volumes[i].container, dir))
			return dir;
	return NULL;
}

static struct problem *create(struct launch *l)
{
	const struct resource *r = l->resource;
	const char *env[2] = { "PYTHONUNBUFFERED=0" };
	const char *id;
	struct docker_create ask = {
		.name = r->name,
		.image = l->plan->image,
		.owner = { .instance = l->instance, .resource = r->uuid, .user = l->plan->username },
		.uid = r->uid.n,
		.gid = r->gid.n,
		.env = { env, 1 },
		.working_dir = working_dir(l->arena, l->plan),
		.binds = binds_of(l->arena, l->plan),
		.port = l->port,
		.memory_bytes = r->memory_bytes,
		.cpus = r->num_cpus,
		.hdd_bytes = r->hdd_bytes,
	};
	struct problem *p;

	if (*r->vnc_password)
		env[ask.env.count++] = arena_printf(l->arena, "VNC_PW=%s", r->vnc_password);
	p = docker_create(l->arena, &ask, &id);
	/* 409: a try that was believed dead made it just now; it is looked at next */
	if (problem_is(p, &PROBLEM_CONFLICT))
		return NULL;
	if (problem_is(p, &PROBLEM_NOT_FOUND))
		return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_IMAGE), NULL), "%s",
		                       p->cause ? p->cause : "no such image");
	return p;
}

static struct problem *exited(struct launch *l)
{
	return problem_new(l->arena, FACILITY(P_LAUNCH_EXITED),
	                   "The resource ended before it was ready, with exit code %lld.",
	                   (long long)l->container.exit_code);
}

/* Created, started, running: each only if it is not so yet. */
static struct problem *bring_up(struct launch *l)
{
	const char *name = l->resource->name;
	struct problem *p;
	bool found;

	TRY(inspect_ours(l->arena, l->instance, name, &l->container, &found));
	if (!found) {
		TRY(still_wanted(l->job));
		TRY(create(l));
		TRY(inspect_ours(l->arena, l->instance, name, &l->container, &found));
		if (!found)
			return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_ENGINE), NULL),
			                       "%s is gone right after its creation", name);
	}
	if (text_equal(l->container.status, "created")) {
		p = docker_start(l->arena, name);
		if (problem_is(p, &PROBLEM_NOT_FOUND) || problem_is(p, &PROBLEM_CONFLICT))
			return problem_because(problem_new(l->arena, FACILITY(P_LAUNCH_ENGINE), NULL), "%s", p->cause);
		TRY(p);
		TRY(docker_inspect(l->arena, name, &l->container));
	}
	return l->container.running ? NULL : exited(l);
}

static bool listen_take(void *context, int stream, const char *bytes, size_t n)
{
	return readiness_take(context, stream, bytes, n) == READINESS_WAITING;
}

/* Ready, by the log? *match is what it said. PROBLEM_JOB_LATER: not yet. */
static struct problem *await(struct launch *l, const char **match)
{
	struct readiness *ready;
	enum readiness_state state = READINESS_WAITING;
	bool ended = false;

	*match = "";
	if (!*l->plan->logs_er)
		return NULL;
	TRY(readiness_new(l->arena, l->plan->logs_er, &ready));
	TRY(docker_follow(l->arena, l->resource->name, LISTEN_MS, listen_take, ready, &ended));
	state = readiness_pause(ready);
	if (state == READINESS_TOO_HARD)
		return problem_new(l->arena, FACILITY(P_LAUNCH_PATTERN), NULL);
	if (state == READINESS_SEEN) {
		*match = readiness_match(ready);
		return NULL;
	}
	TRY(docker_inspect(l->arena, l->resource->name, &l->container));
	if (!l->container.running)
		return exited(l);
	return problem_new(l->arena, &PROBLEM_JOB_LATER, NULL);
}

static struct problem *docker_launch(struct job *j, const struct resource *r, const struct launch_plan *plan,
                                     struct launched *out)
{
	struct launch l = { .job = j, .arena = j->arena, .resource = r, .plan = plan };
	const char *match;
	int64_t port;

	TRY(instance_id(j->db, j->arena, &l.instance));
	TRY(choose_port(&l));
	TRY(job_renew(j));
	TRY(bring_up(&l));
	TRY(resource_set_container(j->db, j->arena, r->id, l.container.id));
	port = docker_port_published(j->arena, &l.container, l.port);
	if (!port)
		return problem_because(problem_new(j->arena, FACILITY(P_LAUNCH_PORT), NULL), "%s is not published", l.port);
	TRY(job_renew(j));
	TRY(later(await(&l, &match)));
	*out = (struct launched){
		.container_id = l.container.id,
		.port = { true, port },
		.address = readiness_address(j->arena, plan->logs_er, match, facility_conf.remote_machine_ip, port),
	};
	return NULL;
}

/* ---- ending ---- */

static struct problem *docker_end(struct arena *a, const char *instance, const char *name, bool remove)
{
	struct docker_container c;
	struct problem *p;
	bool found;

	p = inspect_ours(a, instance, name, &c, &found);
	/* what is not ours stays, and nothing of ours is there */
	if (problem_is(p, FACILITY(P_LAUNCH_NAME)))
		return NULL;
	TRY(p);
	if (!found)
		return NULL;
	if (remove)
		return docker_remove(a, name);
	return docker_stop(a, name);
}

static struct problem *docker_stop_ours(struct arena *a, const char *instance, const char *name)
{
	return docker_end(a, instance, name, false);
}

static struct problem *docker_remove_ours(struct arena *a, const char *instance, const char *name)
{
	return docker_end(a, instance, name, true);
}

/* ---- looking ---- */

static struct seen seen_of(const char *name, const char *status, int64_t exit_code)
{
	bool running = text_equal(status, "running") || text_equal(status, "paused") || text_equal(status, "restarting");

	return (struct seen){ .name = name, .running = running, .exit_code = running ? 0 : exit_code };
}

static struct problem *docker_look(struct arena *a, const char *instance, const char *name, struct list *out)
{
	struct docker_container c;
	struct list listed;
	struct seen *seen;
	bool found;

	if (name) {
		struct problem *p = inspect_ours(a, instance, name, &c, &found);

		if (problem_is(p, FACILITY(P_LAUNCH_NAME)))
			found = false;
		else
			TRY(p);
		seen = ARENA_NEW(a, struct seen);
		if (found)
			*seen = seen_of(c.name, c.status, c.exit_code);
		*out = (struct list){ seen, found ? 1 : 0 };
		return NULL;
	}
	TRY(docker_list(a, instance, &listed));
	seen = ARENA_ARRAY(a, struct seen, listed.count);
	for (size_t i = 0; i < listed.count; i++) {
		const struct docker_listed *l = (const struct docker_listed *)listed.items + i;

		seen[i] = seen_of(l->name, l->status, l->exit_code);
	}
	*out = (struct list){ seen, listed.count };
	return NULL;
}

const struct driver driver_docker = {
	.name = "docker_container",
	.type = TYPE_DOCKER,
	.launch = docker_launch,
	.stop = docker_stop_ours,
	.remove = docker_remove_ours,
	.look = docker_look,
	.outside = true,
};
