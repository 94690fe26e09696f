/* readiness.h - has a container said that it is ready? Its log, line by line, against an image's regular expression
 * (facility.md section 5.5.2, defect 40). Pure code, no I/O. */
#ifndef PORTICO_FACILITY_READINESS_H
#define PORTICO_FACILITY_READINESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/problem.h"

/* ---- the regular expression: PCRE2 with limits ---- */

/* NULL when `text` can be an image's logs_er, else what is wrong with it; "" is fine. */
const char *readiness_pattern_check(struct arena *a, const char *text);

enum readiness_state { READINESS_WAITING, READINESS_SEEN, READINESS_TOO_HARD };

#define READINESS_LINE_MAX 16384 /* bytes of a line that are looked at; the rest of it is passed over */
#define READINESS_MATCH_MAX 1024 /* bytes of a match that are kept */

struct readiness;

/* `pattern` has passed readiness_pattern_check(); "" is seen with the first call of readiness_take(). */
struct problem *readiness_new(struct arena *a, const char *pattern, struct readiness **out) MUST_CHECK;

/* What the container wrote on a stream (1 output, 2 errors), in pieces of any size. A line counts when it is whole. */
enum readiness_state readiness_take(struct readiness *r, int stream, const char *bytes, size_t n);

/* No more came for a while: lines that have begun count as well. */
enum readiness_state readiness_pause(struct readiness *r);

/* The text of the first group, or of the whole match; after READINESS_SEEN. */
const char *readiness_match(const struct readiness *r);

/* The address of a resource: NULL when what was matched is the pattern itself (a plain text such as "connect via") or
 * nothing: the port is then all there is. Else http://HOST:PORT/?MATCH, with what a URL cannot hold percent-encoded. */
const char *readiness_address(struct arena *a, const char *pattern, const char *match, const char *host, int64_t port);

/* ---- the stream of a container's log: frames of 8 bytes of head (stream, 0, 0, 0, length) and content ---- */
struct frames {
	unsigned char head[8];
	size_t head_bytes; /* of it that have come */
	uint32_t left;     /* bytes of content still to come */
	bool broken;       /* what came is no such stream */
};
typedef bool(frames_take)(void *context, int stream, const char *bytes, size_t n);
/* Hands the content of `bytes` on; false when `take` said so or the stream is broken. */
bool frames_feed(struct frames *f, const char *bytes, size_t n, frames_take *take, void *context);

/* ---- which port of a resource is meant (section 5.5.1) ---- */

/* The port of a protocol ("5901/tcp"), or NULL. */
const char *protocol_port(const char *protocol);
/* NULL when `text` is a port_hook ("", "5901/tcp", "53/udp"), else what would be right. */
const char *port_hook_check(struct arena *a, const char *text);

#endif
