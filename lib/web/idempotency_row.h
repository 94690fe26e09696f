/* idempotency_row.h - the rows of web_idempotency; inside lib/web only. */
#ifndef PORTICO_WEB_IDEMPOTENCY_ROW_H
#define PORTICO_WEB_IDEMPOTENCY_ROW_H

#include "lib/db/db.h"

/* The key of one request, and its claim once it has one. */
struct key {
	const char *caller; /* "u7" a user, "a192.0.2.1" an address */
	const char *text;
	struct bytes fingerprint; /* of method, path, query and body */
	int64_t id;               /* of the row */
	int64_t claim;            /* random; whoever has another one lost */
	const char *about_kind;   /* what an earlier try said; NULL: nothing */
	int64_t about_id;
};

struct key_row {
	int64_t id;
	struct bytes fingerprint;
	struct maybe_int status;  /* not set: under way, or left by a worker that died */
	const char *content_type; /* NULL: no body */
	const char *headers;      /* lines as they were sent */
	struct bytes body;        /* sealed */
	bool kept;                /* false: the body was too large */
	bool held;                /* the claim's lease has not ended */
	bool expired;
	const char *about_kind;
	struct maybe_int about_id;
};

/* *claimed false: there is a row already. */
struct problem *key_insert(struct db *db, struct arena *a, struct key *k, bool *claimed) MUST_CHECK;
struct problem *key_find(struct db *db, struct arena *a, const struct key *k, struct key_row *out, bool *found)
	MUST_CHECK;
/* Takes over what a dead worker left; *claimed false: somebody was faster. */
struct problem *key_take(struct db *db, struct arena *a, struct key *k, const struct key_row *row, bool *claimed)
	MUST_CHECK;
struct problem *key_delete_expired(struct db *db, struct arena *a, int64_t id) MUST_CHECK;

/* The rest changes the row only while the claim holds; *ours tells. */
struct key_answer {
	int status;
	const char *content_type;
	const char *headers;
	struct bytes body; /* sealed */
	bool kept;
};
struct problem *key_finish(struct db *db, struct arena *a, const struct key *k, const struct key_answer *answer,
                           bool *ours) MUST_CHECK;
struct problem *key_about(struct db *db, struct arena *a, const struct key *k, const char *kind, int64_t id, bool *ours)
	MUST_CHECK;
/* Lets the key go: as if it had never been seen, or, when the request said what it is about, free for the next try. */
struct problem *key_release(struct db *db, struct arena *a, const struct key *k) MUST_CHECK;

#endif
