/* image.h - images as rows (store_image.c): what an admin may do with them. Finding one is in store.h. */
#ifndef PORTICO_FACILITY_IMAGE_H
#define PORTICO_FACILITY_IMAGE_H

#include "app/facility/store.h"

/* By id: list of struct image. */
struct problem *image_rows(struct db *db, struct arena *a, int64_t offset, int64_t limit, struct list *out) MUST_CHECK;
struct problem *image_count(struct db *db, struct arena *a, int64_t *out) MUST_CHECK;
/* As image_find(), locked until the transaction ends, for who changes what it holds. */
struct problem *image_lock(struct db *db, struct arena *a, const char *public_name, struct image *out) MUST_CHECK;
/* FACILITY(P_IMAGE_TAKEN) when the name is taken. */
struct problem *image_insert(struct db *db, struct arena *a, const struct image *image) MUST_CHECK;
/* All but id and name. */
struct problem *image_update(struct db *db, struct arena *a, const struct image *image) MUST_CHECK;
/* FACILITY(P_IMAGE_IN_USE) while an active resource was launched from it. */
struct problem *image_delete(struct db *db, struct arena *a, const char *public_name) MUST_CHECK;

/* "30G" of bytes: the largest unit that leaves a whole number. */
const char *size_text(struct arena *a, int64_t bytes);
/* "27G": whole gibibytes rounded up, as the old client's arithmetic needs (it drops the last letter). */
const char *size_text_gib(struct arena *a, int64_t bytes);

/* What a client or an admin asks for, held against what an image may be. `image` holds what is there already (zeroed for a
 * new one) and gets what was given. PROBLEM_FIELDS names every wrong field; its fields are those of struct image_ask. */
struct image_ask;
struct problem *image_from_ask(struct arena *a, const struct image_ask *ask, struct image *image) MUST_CHECK;

#endif
