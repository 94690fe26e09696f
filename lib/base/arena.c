/* arena.c - memory that is given back all at once; see arena.h.
 *
 * Objects are cut from blocks that double from 16 to 256 KiB; an object that would waste much of a block gets one of its
 * own, behind the current block, which stays in use. In the sanitizer build every object is such a block. */
#include "lib/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)16 * 1024)
#define BLOCK_LARGEST ((size_t)256 * 1024)
#define ALIGNMENT alignof(max_align_t)

#ifdef PORTICO_SANITIZE
static const bool own_block_each = true;
#else
static const bool own_block_each = false;
#endif

struct block {
	struct block *older;
	size_t room; /* of bytes[] */
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *older;
	void (*release)(void *);
	void *object;
};

struct arena {
	struct block *newest; /* objects are cut from it, unless it is shut (used == room) */
	struct deferred *last;
	size_t used;
};

static void exhausted(void)
{
	fputs("portico: out of memory\n", stderr);
	abort();
}

static struct block *block_new(size_t room)
{
	struct block *b = NULL;

	if (room <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + room);
	if (!b)
		exhausted();
	b->older = NULL;
	b->room = room;
	b->used = 0;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		exhausted();
	return a;
}

/* Runs the releases; one of them may defer another or allocate. */
static void release_deferred(struct arena *a)
{
	while (a->last) {
		struct deferred *d = a->last;

		a->last = d->older;
		d->release(d->object);
	}
}

/* Frees all blocks but `keep`, which may be NULL. */
static void free_blocks(struct arena *a, struct block *keep)
{
	struct block *b = a->newest;

	while (b) {
		struct block *older = b->older;

		if (b != keep)
			free(b);
		b = older;
	}
	a->newest = keep;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	release_deferred(a);
	free_blocks(a, NULL);
	free(a);
}

void arena_close(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void arena_reset(struct arena *a)
{
	struct block *keep = NULL;

	release_deferred(a);
	for (struct block *b = a->newest; b && !own_block_each; b = b->older)
		if (b->room >= BLOCK_FIRST && b->room <= BLOCK_LARGEST && (!keep || b->room > keep->room))
			keep = b;
	free_blocks(a, keep);
	if (keep) {
		keep->older = NULL;
		keep->used = 0;
	}
	a->used = 0;
}

/* A block for one object, put behind the newest so that the newest stays in use. */
static void *alloc_own(struct arena *a, size_t n)
{
	struct block *b = block_new(n);

	b->used = n;
	if (a->newest) {
		b->older = a->newest->older;
		a->newest->older = b;
	} else {
		a->newest = b;
	}
	return memset(b->bytes, 0, n);
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t wanted = n > 0 ? n : 1;
	size_t rounded;

	if (__builtin_add_overflow(wanted, ALIGNMENT - 1, &rounded))
		exhausted();
	rounded -= rounded % ALIGNMENT;
	a->used += n;
	if (own_block_each)
		return alloc_own(a, n);

	if (!a->newest || a->newest->room - a->newest->used < rounded) {
		size_t room = a->newest ? a->newest->room * 2 : BLOCK_FIRST;

		if (rounded > BLOCK_FIRST / 4)
			return alloc_own(a, rounded);
		if (room < BLOCK_FIRST || room > BLOCK_LARGEST)
			room = BLOCK_LARGEST;

		struct block *b = block_new(room);

		b->older = a->newest;
		a->newest = b;
	}

	char *object = a->newest->bytes + a->newest->used;

	a->newest->used += rounded;
	return memset(object, 0, wanted);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		exhausted();
	return arena_alloc(a, n);
}

void *arena_copy(struct arena *a, const void *from, size_t n)
{
	void *to = arena_alloc(a, n);

	if (n > 0)
		memcpy(to, from, n);
	return to;
}

char *arena_text_n(struct arena *a, const char *from, size_t n)
{
	char *to = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(to, from, n);
	return to;
}

char *arena_text(struct arena *a, const char *from)
{
	return from ? arena_text_n(a, from, strlen(from)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	char brief[256]; /* most texts are: they are formatted once */
	va_list again;

	va_copy(again, args);

	int length = vsnprintf(brief, sizeof(brief), format, args);

	if (length < 0)
		exhausted(); /* only a conversion that no one writes, or a result beyond INT_MAX */

	char *text = arena_alloc(a, (size_t)length + 1);

	if ((size_t)length < sizeof(brief))
		memcpy(text, brief, (size_t)length + 1);
	else
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);

	char *text = arena_vprintf(a, format, args);

	va_end(args);
	return text;
}

void arena_defer(struct arena *a, void (*release)(void *), void *object)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);

	*d = (struct deferred){ .older = a->last, .release = release, .object = object };
	a->last = d;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
