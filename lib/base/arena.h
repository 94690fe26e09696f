/* arena.h - memory that is given back all at once.
 *
 * Nearly everything a request, a job or a command makes lives exactly as long as it does. It is taken
 * from one arena and released by one call; error paths have nothing to free. Allocation does not fail:
 * every size a client can influence is bounded before it is used, and true exhaustion ends the process
 * (the pool starts another). In the sanitizer build each object is a malloc of its own, so that an
 * overrun shows. */
#ifndef PORTICO_BASE_ARENA_H
#define PORTICO_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena; released with arena_free(). */
struct arena *arena_new(void);

/* Runs the deferred releases, newest first, and gives all memory back. NULL is allowed. */
void arena_free(struct arena *a);

/* For AUTO(): frees *a. */
void arena_close(struct arena **a);

/* As arena_free(), but the arena stays usable and keeps one block for what comes next. */
void arena_reset(struct arena *a);

/* `n` zeroed bytes, aligned for any type. n may be 0: the pointer is then unique but not readable. */
void *arena_alloc(struct arena *a, size_t n);

/* `count` zeroed objects of `size` bytes; a product that overflows ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of n bytes. */
void *arena_copy(struct arena *a, const void *from, size_t n);

/* A NUL-terminated copy of n bytes of text, or of a C string. arena_text(a, NULL) is NULL. */
char *arena_text_n(struct arena *a, const char *from, size_t n);
char *arena_text(struct arena *a, const char *from);

/* printf into the arena. */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Has `release(object)` called when the arena is reset or freed: a library's object is given to the
 * arena at birth. The last one deferred is released first. */
void arena_defer(struct arena *a, void (*release)(void *), void *object);

/* Bytes handed out since the last reset, for metrics and tests. */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))

/* Closes the variable with its scope: AUTO(arena_close) struct arena *a = arena_new(); */
#define AUTO(close) __attribute__((cleanup(close)))

#endif
