/* strict.h - is it JSON as RFC 8259 has it, and within the limits? And stepping through text of which that is known. */
#ifndef PORTICO_JSON_STRICT_H
#define PORTICO_JSON_STRICT_H

#include "lib/base/problem.h"
#include "lib/json/json.h"

/* The deepest nesting any limit may allow: what the scanner and cJSON (1000) can hold. */
#define JSON_DEPTH_MOST 256

/* One pass over the text, without recursion. NULL, PROBLEM_TOO_LARGE or PROBLEM_MALFORMED, whose detail gives reason,
 * line, column and character as Python's parser does. Keys that stand twice are not looked for here. */
struct problem *json_strict(struct arena *a, const char *text, size_t length, const struct json_limits *limits)
	MUST_CHECK;

/* The length of the JSON number at the start of the n bytes; 0 when there is none. */
size_t json_number_length(const char *text, size_t n);

/* In text that has passed json_strict(): the first byte after blanks, and the first after the value at `at`. */
const char *json_after_space(const char *at, const char *end);
const char *json_after_value(const char *at, const char *end);

#endif
