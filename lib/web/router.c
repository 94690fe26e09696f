/* router.c - all route tables compiled once into one tree of path segments, and the walk through it.
 *
 * A request's path is parted at its slashes first and decoded after, so a name may hold %2F. The longest mount decides
 * which part of the tree answers; below it a literal segment is tried before the parameters, in the order of enum
 * param_kind. */
#include "lib/web/inner.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

struct node {
	const char *text; /* of a literal segment */
	size_t length;
	struct node *next;      /* its elder sibling, while the tree grows */
	struct node *youngest;  /* its literal children, while the tree grows */
	struct node **literals; /* the same, sorted by length and text */
	size_t literal_count;
	struct node *params[PARAM_KIND_N];
	struct leaf *slashed, *plain;
	bool is_mount;
};

struct segment {
	const char *text;
	size_t length;
	bool encoded; /* it came with percent signs */
};

struct segments {
	struct segment items[SEGMENT_MOST];
	size_t count;
	bool slashed; /* a slash is behind the last one */
};

/* ---- compiling ---- */

static struct problem *defect(struct arena *a, const struct mount *m, const struct route *route, const char *what)
{
	return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "route %s %s%s: %s",
	                       route->verb < VERB_N ? verb_names[route->verb] : "?", m->prefix, route->path, what);
}

static struct node *literal_child(struct arena *a, struct node *under, const char *text, size_t length)
{
	struct node *n = under->youngest;

	while (n && (n->length != length || memcmp(n->text, text, length) != 0))
		n = n->next;
	if (!n) {
		n = ARENA_NEW(a, struct node);
		*n = (struct node){ .text = arena_text_n(a, text, length), .length = length, .next = under->youngest };
		under->youngest = n;
		under->literal_count++;
	}
	return n;
}

static const char *const param_suffixes[PARAM_KIND_N] = { ":int", ":digits", "", ":any" };

/* Parts {name} or {name:kind}; false when the segment is something else. */
static bool param_read(struct arena *a, const char *text, size_t length, struct param *out)
{
	const char *colon;
	size_t n;

	if (length < 3 || text[0] != '{' || text[length - 1] != '}')
		return false;
	text++;
	length -= 2;
	colon = memchr(text, ':', length);
	n = colon ? (size_t)(colon - text) : length;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	out->name = arena_text_n(a, text, n);
	for (int kind = 0; kind < PARAM_KIND_N; kind++)
		if (strlen(param_suffixes[kind]) == length - n && memcmp(text + n, param_suffixes[kind], length - n) == 0) {
			out->kind = (enum param_kind)kind;
			return n > 0;
		}
	return false;
}

static struct problem *param_add(struct arena *a, struct entry *e, const struct param *param)
{
	for (size_t i = 0; i < e->param_count; i++)
		if (text_equal(e->params[i].name, param->name))
			return defect(a, e->mount, e->route, "a parameter twice");
	if (e->param_count == PARAM_MOST)
		return defect(a, e->mount, e->route, "too many parameters");
	e->params[e->param_count++] = *param;
	return NULL;
}

/* Walks (and grows) the tree along a mount's or a row's path; leaves the printed form of the path in `printed`. */
static struct problem *path_grow(struct arena *a, struct entry *e, struct node *at, const char *path,
                                 struct buf *printed, struct node **out)
{
	const bool in_route = path != e->mount->prefix;

	while (*path == '/') {
		size_t length = strcspn(path + 1, "/");
		const char *text = path + 1;
		struct param param;

		buf_char(printed, '/');
		path = text + length;
		if (length == 0 && *path == '\0')
			break;
		if (length == 0)
			return defect(a, e->mount, e->route, "an empty segment");
		if (param_read(a, text, length, &param)) {
			struct node **child = &at->params[param.kind];

			TRY(param_add(a, e, &param));
			if (!*child)
				*child = ARENA_NEW(a, struct node);
			at = *child;
			buf_printf(printed, "{%s}", param.name);
		} else if (memchr(text, '{', length) || memchr(text, '}', length)) {
			return defect(a, e->mount, e->route, "a segment that is neither a word nor a parameter");
		} else {
			at = literal_child(a, at, text, length);
			if (in_route && at->is_mount)
				return defect(a, e->mount, e->route, "it lies below another mount");
			buf_add(printed, text, length);
		}
	}
	*out = at;
	return NULL;
}

static struct problem *row_check(struct arena *a, const struct entry *e)
{
	const struct route *route = e->route;
	bool named = false;

	for (size_t i = 0; i < e->param_count; i++)
		named = named || text_equal(e->params[i].name, "username");
	if (route->verb <= VERB_NONE || route->verb >= VERB_N)
		return defect(a, e->mount, route, "no verb");
	if (route->who <= WHO_UNSAID || route->who >= WHO_N)
		return defect(a, e->mount, route, "nobody said who may call it");
	if (!route->handle || !route->doc || !*route->doc)
		return defect(a, e->mount, route, "no handler or no documentation");
	if ((route->who == OWNER || route->who == OWNER_OR_SUPERUSER) && !named)
		return defect(a, e->mount, route, "an owner without the parameter {username}");
	if (route->auth == AUTH_NONE && route->who != ANYONE)
		return defect(a, e->mount, route, "somebody in particular, but credentials are not looked at");
	if (route->body && route->verb == GET)
		return defect(a, e->mount, route, "a GET with a body");
	if ((route->who == PERMITTED) != (route->permission != NULL))
		return defect(a, e->mount, route, "PERMITTED and a permission go together");
	if (route->formats && !text_ends(route->path, "/"))
		return defect(a, e->mount, route, "formats without a final slash");
	return NULL;
}

/* Puts the row where the walk ended. Two rows of one path must call its parameters alike: the OpenAPI document could
 * not tell them apart otherwise. */
static struct problem *leaf_add(struct arena *a, struct node *at, bool slashed, struct entry *e)
{
	struct leaf **place = slashed ? &at->slashed : &at->plain;
	struct leaf *leaf = *place;

	if (!leaf)
		leaf = *place = ARENA_NEW(a, struct leaf);
	if (leaf->by_verb[e->route->verb])
		return defect(a, e->mount, e->route, "unreachable: an earlier row answers this");
	if (leaf->first && !text_equal(leaf->first->path, e->path))
		return defect(a, e->mount, e->route, "its parameters are called otherwise in another row");
	if (!leaf->first)
		leaf->first = e;
	leaf->by_verb[e->route->verb] = e;
	leaf->exact = leaf->exact || e->route->no_suffix;
	leaf->formats = leaf->formats || e->route->formats;
	return NULL;
}

static bool operation_taken(const struct router *router, const char *operation)
{
	for (size_t i = 0; i < router->count; i++)
		if (text_equal(router->entries[i]->operation, operation))
			return true;
	return false;
}

/* "get_api_facility_users_username_experiments"; a number behind it when another row came out the same. */
static const char *operation_name(struct arena *a, const struct router *router, const struct entry *e)
{
	struct buf b;
	bool parted = true;

	buf_init(&b, a, URI_MOST);
	for (const char *c = verb_names[e->route->verb]; *c; c++)
		buf_char(&b, (char)tolower((unsigned char)*c));
	for (const char *c = e->path; *c; c++) {
		if (isalnum((unsigned char)*c)) {
			if (parted)
				buf_char(&b, '_');
			buf_char(&b, *c);
		}
		parted = !isalnum((unsigned char)*c);
	}

	const char *name = buf_string(&b);

	for (int n = 2; operation_taken(router, name); n++)
		name = arena_printf(a, "%s_%d", buf_string(&b), n);
	return name;
}

/* All mounts are known before the first row, so that no row reaches into another one's. */
static void mount_add(struct arena *a, struct node *at, const char *prefix)
{
	while (*prefix == '/' && prefix[1]) {
		const size_t length = strcspn(prefix + 1, "/");

		at = literal_child(a, at, prefix + 1, length);
		prefix += 1 + length;
	}
	at->is_mount = true;
}

static struct problem *row_add(struct arena *a, struct router *router, const struct mount *m, const struct route *route)
{
	struct entry *e = ARENA_NEW(a, struct entry);
	struct node *at = NULL;
	struct buf printed;

	*e = (struct entry){ .mount = m, .route = route, .index = router->count + 1, .prefix_length = strlen(m->prefix) };
	buf_init(&printed, a, URI_MOST);
	if (route->path[0] != '/')
		return defect(a, m, route, "its path does not begin with a slash");
	TRY(path_grow(a, e, router->root, m->prefix, &printed, &at));
	TRY(path_grow(a, e, at, route->path, &printed, &at));
	e->path = buf_string(&printed);
	TRY(row_check(a, e));
	TRY(leaf_add(a, at, text_ends(route->path, "/"), e));
	e->name = arena_printf(a, "%s %s", verb_names[route->verb], e->path);
	e->operation = operation_name(a, router, e);
	router->entries[router->count++] = e;
	return NULL;
}

static int by_length_and_text(const void *left, const void *right)
{
	const struct node *l = *(struct node *const *)left, *r = *(struct node *const *)right;

	if (l->length != r->length)
		return l->length < r->length ? -1 : 1;
	return memcmp(l->text, r->text, l->length);
}

/* RFC 9110 section 10.2.1; the order is the one upstream's clients have seen. */
static void leaf_finish(struct arena *a, struct leaf *leaf)
{
	struct buf b;

	if (!leaf)
		return;
	buf_init(&b, a, 128);
	for (int verb = GET; verb < VERB_N; verb++)
		if (leaf->by_verb[verb])
			buf_printf(&b, "%s, ", verb_names[verb]);
	leaf->methods = arena_printf(a, "%sOPTIONS", buf_string(&b));
	buf_text(&b, reply_head_allowed(leaf) ? "HEAD, OPTIONS" : "OPTIONS");
	leaf->allow = buf_string(&b);
}

static void node_finish(struct arena *a, struct node *n)
{
	if (!n)
		return;
	n->literals = ARENA_ARRAY(a, struct node *, n->literal_count);

	size_t count = 0;

	for (struct node *child = n->youngest; child; child = child->next) {
		n->literals[count++] = child;
		node_finish(a, child);
	}
	if (count > 1)
		qsort(n->literals, count, sizeof(*n->literals), by_length_and_text);
	for (int kind = 0; kind < PARAM_KIND_N; kind++)
		node_finish(a, n->params[kind]);
	leaf_finish(a, n->slashed);
	leaf_finish(a, n->plain);
}

/* FNV-1a, 64 bits. */
static uint64_t fingerprint(const struct router *router)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < router->count; i++)
		for (const char *c = router->entries[i]->name; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	return hash;
}

struct problem *router_compile(struct arena *a, const struct mount *mounts, struct router *out)
{
	size_t rows = 0;

	for (const struct mount *m = mounts; m->prefix; m++)
		for (const struct route *route = m->app->routes; route && route->path; route++)
			rows++;
	*out = (struct router){ .root = ARENA_NEW(a, struct node), .entries = ARENA_ARRAY(a, const struct entry *, rows) };
	for (const struct mount *m = mounts; m->prefix; m++)
		mount_add(a, out->root, m->prefix);
	for (const struct mount *m = mounts; m->prefix; m++)
		for (const struct route *route = m->app->routes; route && route->path; route++)
			TRY(row_add(a, out, m, route));
	node_finish(a, out->root);
	out->fingerprint = fingerprint(out);
	return NULL;
}

/* ---- matching ---- */

/* Parts and decodes; false when a segment cannot be decoded. */
static bool path_part(struct arena *a, const char *path, size_t length, struct segments *out)
{
	const char *end = path + length;

	out->count = 0;
	out->slashed = length > 0 && end[-1] == '/';
	for (const char *at = path; at < end;) {
		const char *text = at + 1;
		const char *stop = memchr(text, '/', (size_t)(end - text));
		struct segment s = { .text = text };

		if (!stop)
			stop = end;
		s.length = (size_t)(stop - text);
		if (s.length == 0 && stop == end)
			break;
		if (memchr(text, '%', s.length)) {
			s.text = percent_decode(a, text, s.length, false);
			if (!s.text)
				return false;
			s.length = strlen(s.text);
			s.encoded = true;
		} else if (!utf8_valid(text, s.length)) {
			return false;
		}
		if (out->count == SEGMENT_MOST) {
			out->count = SEGMENT_MOST + 1; /* deeper than any table: nothing answers there */
			return true;
		}
		out->items[out->count++] = s;
		at = stop;
	}
	return true;
}

static struct node *literal_find(const struct node *under, const struct segment *s)
{
	size_t low = 0, high = under->literal_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		struct node *n = under->literals[middle];
		int order = n->length != s->length ? (n->length < s->length ? -1 : 1) : memcmp(n->text, s->text, s->length);

		if (order == 0)
			return n;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool is_digits(const struct segment *s)
{
	for (size_t i = 0; i < s->length; i++)
		if (s->text[i] < '0' || s->text[i] > '9')
			return false;
	return s->length > 0;
}

/* A parameter's text: not empty, not a step up or nowhere, not endless. */
static bool is_name(const struct segment *s)
{
	if (s->length == 0 || s->length > 4 * PARAM_CHARS_MOST)
		return false;
	if (s->text[0] == '.' && (s->length == 1 || (s->length == 2 && s->text[1] == '.')))
		return false;
	if (s->length <= PARAM_CHARS_MOST)
		return true;

	size_t chars = 0;

	for (size_t i = 0; i < s->length; i++)
		chars += ((unsigned char)s->text[i] & 0xc0u) != 0x80u;
	return chars <= PARAM_CHARS_MOST;
}

static bool fits(enum param_kind kind, const struct segment *s)
{
	switch (kind) {
	case PARAM_INT:
		return s->length <= 18 && is_digits(s);
	case PARAM_DIGITS:
		return !s->encoded && is_digits(s);
	case PARAM_NAME:
		return is_name(s);
	case PARAM_ANY:
		return s->length > 0;
	case PARAM_KIND_N:
		break;
	}
	return false;
}

struct walk {
	const struct segment *values[PARAM_MOST];
	size_t count;
};

static const struct node *descend(const struct node *at, const struct segment *s, size_t left, struct walk *walk)
{
	const struct node *found = NULL, *child;

	if (left == 0)
		return at->slashed || at->plain ? at : NULL;
	child = literal_find(at, s);
	if (child)
		found = descend(child, s + 1, left - 1, walk);
	if (found || walk->count == PARAM_MOST)
		return found;
	walk->values[walk->count++] = s;
	for (int kind = 0; kind < PARAM_KIND_N && !found; kind++)
		if (at->params[kind] && fits((enum param_kind)kind, s))
			found = descend(at->params[kind], s + 1, left - 1, walk);
	if (!found)
		walk->count--;
	return found;
}

/* Finds the leaf of a path as it stands. */
static void plain_match(const struct router *router, struct arena *a, const char *path, size_t length,
                        struct match *out)
{
	struct segments segments;
	struct walk walk = { .count = 0 };
	const struct node *at = router->root;
	const struct node *start = at;
	size_t used = 0;

	*out = (struct match){ .kind = MATCH_NONE };
	if (length == 0 || path[0] != '/')
		return;
	if (!path_part(a, path, length, &segments)) {
		out->kind = MATCH_BAD_ENCODING;
		return;
	}
	if (segments.count > SEGMENT_MOST)
		return;
	for (size_t i = 0; at; i++) {
		if (at->is_mount) {
			start = at;
			used = i;
		}
		at = i < segments.count ? literal_find(at, &segments.items[i]) : NULL;
	}

	const struct node *found = descend(start, segments.items + used, segments.count - used, &walk);

	if (!found)
		return;
	out->leaf = segments.slashed ? found->slashed : found->plain;
	if (!out->leaf) {
		out->leaf = segments.slashed ? found->plain : found->slashed;
		out->other_slash = true;
		if (out->leaf->exact)
			return;
	}
	out->kind = MATCH_LEAF;
	for (size_t i = 0; i < walk.count; i++)
		out->values[i] = arena_text_n(a, walk.values[i]->text, walk.values[i]->length);
}

/* Behind the last parameter of a path that has formats a dot begins the format: {pk} itself holds none. */
static bool last_value_has_dot(const struct match *m)
{
	const size_t count = m->leaf->first->param_count;

	return count > 0 && text_ends(m->leaf->first->path, "}/") && strchr(m->values[count - 1], '.');
}

/* Parts "/api/users.json" or "/api/users.json/" before its last dot; false when there is no suffix. */
static bool suffix_part(struct arena *a, const char *path, size_t length, size_t *base, const char **suffix)
{
	const size_t end = length > 0 && path[length - 1] == '/' ? length - 1 : length;
	size_t at = end;

	while (at > 0 && ((path[at - 1] >= 'a' && path[at - 1] <= 'z') || (path[at - 1] >= '0' && path[at - 1] <= '9')))
		at--;
	if (at == end || at == 0 || path[at - 1] != '.')
		return false;
	*base = at - 1;
	*suffix = arena_text_n(a, path + at, end - at);
	return true;
}

void router_match(const struct router *router, struct arena *a, const char *path, size_t length, struct match *out)
{
	struct match bare;
	const char *suffix;
	size_t base;

	plain_match(router, a, path, length, out);
	if (out->kind == MATCH_BAD_ENCODING || (out->kind == MATCH_LEAF && !out->leaf->formats))
		return;
	if (suffix_part(a, path, length, &base, &suffix)) {
		/* "/api/.json" is the mount's own address; no other may have a slash before the dot, nor the mount none */
		plain_match(router, a, path, base, &bare);
		if (bare.kind == MATCH_LEAF && bare.leaf->formats && !last_value_has_dot(&bare) &&
		    bare.other_slash != text_equal(bare.leaf->first->route->path, "/")) {
			*out = bare;
			out->other_slash = false;
			out->suffix = suffix;
			return;
		}
	}
	if (out->kind == MATCH_LEAF && last_value_has_dot(out))
		out->kind = MATCH_NONE;
}
