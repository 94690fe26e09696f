/* settings_value.h - one setting's value: from text, to text, in words. Inside lib/base; others use settings.h. */
#ifndef PORTICO_BASE_SETTINGS_VALUE_H
#define PORTICO_BASE_SETTINGS_VALUE_H

#include <stdbool.h>

#include "lib/base/settings.h"

/* Stores `text` in the member of `conf`. NULL when that went well, else what would be right ("must be …"). Text and
 * lists live in `a`. An empty text is NULL where that is the default. */
const char *setting_apply(struct arena *a, const struct setting *s, const char *text, void *conf) MUST_CHECK;

/* Stores what a setting without a default and without a value holds: NULL, an empty list. */
void setting_unset(const struct setting *s, void *conf);

/* False for a text or secret that is NULL. */
bool setting_is_set(const struct setting *s, const void *conf);

/* The value as it would stand in the file; a secret as ***. */
void setting_show(struct buf *b, const struct setting *s, const void *conf);

/* What values it takes: "whole number from 1 to 9". */
void setting_range(struct buf *b, const struct setting *s);

/* Adds the name in capitals: what the environment calls a section or a setting. */
void setting_capitals(struct buf *b, const char *name);

#endif
