/* clock.c - instants, their civil form (proleptic Gregorian, UTC only) and their notations; see clock.h.
 *
 * The arithmetic is our own because the C library's depends on TZ and on process-wide state. */
#include "lib/base/clock.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define SECONDS_PER_DAY INT64_C(86400)

/* ---- instants ---- */

struct instant clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct instant){ (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000 };
}

int64_t clock_ticks_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

struct instant instant_none(void)
{
	return (struct instant){ INSTANT_NONE };
}

bool instant_is_none(struct instant t)
{
	return t.us == INSTANT_NONE;
}

struct instant clock_after_s(struct instant from, int64_t seconds)
{
	int64_t us;

	if (instant_is_none(from))
		return from;
	if (__builtin_mul_overflow(seconds, US_PER_S, &us) || __builtin_add_overflow(from.us, us, &us))
		us = seconds < 0 ? INSTANT_NONE + 1 : INT64_MAX;
	return (struct instant){ us };
}

/* ---- civil dates ---- */

/* Division and remainder towards minus infinity, so that times before 1970 need no cases of their own. */
static int64_t floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

static int64_t floor_mod(int64_t n, int64_t by)
{
	return n % by < 0 ? n % by + by : n % by;
}

/* Days from 1970-01-01 and back. Years are counted from March, so that the leap day is a year's last; 400 years (an
 * era) have 146097 days. Method: howardhinnant.github.io/date_algorithms.html */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	const int64_t y = year - (month <= 2);
	const int64_t era = floor_div(y, 400);
	const int64_t year_of_era = y - era * 400;
	const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_of(int64_t days, struct civil *out)
{
	const int64_t shifted = days + 719468;
	const int64_t era = floor_div(shifted, 146097);
	const int64_t day = shifted - era * 146097;
	const int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	const int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	const int64_t month = (5 * day_of_year + 2) / 153;

	out->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	out->month = (int)(month + (month < 10 ? 3 : -9));
	out->year = (int)(year + era * 400 + (out->month <= 2));
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool civil_exists(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days_in_month(c->year, c->month) &&
	       c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 59 &&
	       c->us >= 0 && c->us < US_PER_S;
}

struct civil instant_civil(struct instant t)
{
	const int64_t seconds = floor_div(t.us, US_PER_S);
	const int64_t of_day = floor_mod(seconds, SECONDS_PER_DAY);
	struct civil c = {
		.hour = (int)(of_day / 3600),
		.minute = (int)(of_day / 60 % 60),
		.second = (int)(of_day % 60),
		.us = (int)floor_mod(t.us, US_PER_S),
	};

	date_of(floor_div(seconds, SECONDS_PER_DAY), &c);
	return c;
}

struct instant civil_instant(const struct civil *c)
{
	if (!civil_exists(c))
		return instant_none();

	const int64_t seconds =
		days_of(c->year, c->month, c->day) * SECONDS_PER_DAY + c->hour * 3600 + c->minute * 60 + c->second;
	int64_t us;

	if (__builtin_mul_overflow(seconds, US_PER_S, &us) || __builtin_add_overflow(us, c->us, &us))
		return instant_none();
	return (struct instant){ us };
}

/* ---- writing ---- */

#define CIVIL_BYTES (sizeof("0000-00-00T00:00:00.000000") - 1)

/* `width` decimal digits of n from the right. */
static void put_digits(char *at, int width, int n)
{
	while (width-- > 0) {
		at[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

/* Without printf: a time stands in every log line and in answers that are polled. Years have four digits. */
static void civil_put(char text[CIVIL_BYTES], const struct civil *c)
{
	memcpy(text, "0000-00-00T00:00:00.000000", CIVIL_BYTES);
	put_digits(text, 4, c->year);
	put_digits(text + 5, 2, c->month);
	put_digits(text + 8, 2, c->day);
	put_digits(text + 11, 2, c->hour);
	put_digits(text + 14, 2, c->minute);
	put_digits(text + 17, 2, c->second);
	put_digits(text + 20, 6, c->us);
}

void instant_write(struct buf *b, struct instant t, bool zone)
{
	const struct civil c = instant_civil(t);
	char text[CIVIL_BYTES];

	civil_put(text, &c);
	buf_add(b, text, c.us != 0 ? sizeof(text) : sizeof(text) - sizeof(".000000") + 1);
	if (zone)
		buf_char(b, 'Z');
}

void instant_write_micros(struct buf *b, struct instant t)
{
	const struct civil c = instant_civil(t);
	char text[CIVIL_BYTES];

	civil_put(text, &c);
	buf_add(b, text, sizeof(text));
	buf_char(b, 'Z');
}

void instant_write_http(struct buf *b, struct instant t)
{
	static const char *const week_days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }; /* 1970 began on Thu */
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct civil c = instant_civil(t);
	const int64_t days = floor_div(t.us, US_PER_S * SECONDS_PER_DAY);

	buf_printf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", week_days[floor_mod(days, 7)], c.day, months[c.month - 1],
	           c.year, c.hour, c.minute, c.second);
}

/* ---- reading ---- */

/* Reads `least` to `most` digits at *at and moves it behind them. */
static bool digits(const char **at, int least, int most, int *out)
{
	int n = 0, count = 0;

	while (count < most && **at >= '0' && **at <= '9') {
		n = n * 10 + (*(*at)++ - '0');
		count++;
	}
	*out = n;
	return count >= least;
}

static bool letter(const char **at, char wanted)
{
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

/* One or more digits behind the point, cut to microseconds. */
static bool fraction(const char **at, int *us)
{
	int n = 0, scale = (int)US_PER_S;

	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		scale /= 10;
		n += (**at - '0') * scale;
	}
	*us = n;
	return true;
}

/* Z, +HH, +HHMM, +HH:MM or nothing, which is UTC. */
static bool offset(const char **at, int64_t *seconds)
{
	int hours, minutes = 0;

	*seconds = 0;
	if (**at == '\0' || letter(at, 'Z'))
		return true;

	const bool west = **at == '-';

	if (!letter(at, '+') && !letter(at, '-'))
		return false;
	if (!digits(at, 2, 2, &hours))
		return false;
	if (**at != '\0') {
		(void)letter(at, ':');
		if (!digits(at, 2, 2, &minutes))
			return false;
	}
	*seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return hours <= 23 && minutes <= 59;
}

bool instant_read(const char *text, struct instant *out)
{
	/* 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z */
	const int64_t first = days_of(1, 1, 1) * SECONDS_PER_DAY * US_PER_S;
	const int64_t beyond = days_of(10000, 1, 1) * SECONDS_PER_DAY * US_PER_S;
	const char *at = text;
	struct civil c = { 0 };
	int64_t east_s;

	if (!digits(&at, 4, 4, &c.year) || !letter(&at, '-') || !digits(&at, 1, 2, &c.month) || !letter(&at, '-') ||
	    !digits(&at, 1, 2, &c.day))
		return false;
	if (!letter(&at, 'T') && !letter(&at, ' '))
		return false;
	if (!digits(&at, 1, 2, &c.hour) || !letter(&at, ':') || !digits(&at, 2, 2, &c.minute))
		return false;
	if (letter(&at, ':')) {
		if (!digits(&at, 2, 2, &c.second))
			return false;
		if (letter(&at, '.') && !fraction(&at, &c.us))
			return false;
	}
	if (!offset(&at, &east_s) || *at != '\0')
		return false;

	struct instant t = civil_instant(&c);

	if (c.year < 1 || instant_is_none(t))
		return false;
	t = clock_after_s(t, -east_s);
	if (t.us < first || t.us >= beyond)
		return false;
	*out = t;
	return true;
}
