/* clock.h - instants in UTC with microseconds, and how they are written.
 * Instants end in `_at`. A struct, so that an instant is never mistaken for a count. */
#ifndef PORTICO_BASE_CLOCK_H
#define PORTICO_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"

struct instant {
	int64_t us; /* microseconds since 1970-01-01T00:00:00Z, or INSTANT_NONE */
};

#define INSTANT_NONE INT64_MIN /* SQL NULL, JSON null */
#define US_PER_S INT64_C(1000000)

struct instant clock_now(void);
struct instant clock_after_s(struct instant from, int64_t seconds); /* seconds may be negative */
struct instant instant_none(void);
bool instant_is_none(struct instant t);

/* Monotonic time, for durations. */
int64_t clock_ticks_us(void);

/* RFC 3339: 2018-06-22T09:05:00Z, with six fraction digits only if they are not zero. `zone` false leaves the
 * Z out, as the facility's clients expect. NONE must not be passed. */
void instant_write(struct buf *b, struct instant t, bool zone);
/* The same, always with six fraction digits and the Z. */
void instant_write_micros(struct buf *b, struct instant t);

/* The forms of accounts-and-conventions.md section 9: YYYY-M-D, `T` or a blank, H:MM[:SS[.f…]], optional Z, +HH, +HHMM,
 * +HH:MM; without an offset UTC. Year 1..9999. False when it is none of them. */
bool instant_read(const char *text, struct instant *out);

/* RFC 9110 IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT. */
void instant_write_http(struct buf *b, struct instant t);

/* Civil date and time of an instant and back (proleptic Gregorian), for the database binding. A date or time that does
 * not exist (0000-00-00, 24:00) gives NONE. */
struct civil {
	int year, month, day, hour, minute, second, us;
};
struct civil instant_civil(struct instant t);
struct instant civil_instant(const struct civil *c);

#endif
