/* idempotency.h - Idempotency-Key: a client that did not see the answer asks again without doing it twice.
 *
 * A client sends `Idempotency-Key: <1 to 255 printable ASCII characters>` with any POST, PUT, PATCH or DELETE (the header of
 * draft-ietf-httpapi-idempotency-key-header; quotes around the value do not count). Then:
 *
 *   the first time       the request is served, and its answer kept
 *   again, the same      the kept answer, byte for byte, with `Idempotent-Replayed: true`
 *   again, another body  422: method, path, query and body belong to a key
 *   still under way      409 with Retry-After
 *
 * Kept are successes and refusals that the handler decided (4xx); not kept, so that a retry is a new try: what was refused before
 * the handler ran, 400, 401, 403, 408, 429 and 5xx, and answers that set cookies. A key belongs to its caller: the user, or for
 * anonymous callers the address they come from (of IPv6 its /64). It is forgotten after web.idempotency_keep_s; the newest
 * web.idempotency_keys of a caller and web.idempotency_rows of all are kept in any case of flooding, older ones give way. Bodies
 * are sealed (lib/base/seal.h): the answer to a launch holds the desktop's password.
 *
 * What is promised about crashes. A key is claimed by a row of its own before the handler runs, so two requests never run it at
 * once. The claim is a lease of web.idempotency_lease_s: only when the worker that held it died is it longer than the request.
 *
 *   KEYED_WHOLE (what a route has if it says nothing): the handler runs inside one transaction, whose last statement writes
 *     status, headers and body into the key's row. Effect and answer exist both or neither, whatever is killed when; a worker that
 *     lost its lease loses its transaction. The handler's own db_transaction() are savepoints in it (db_envelope), so it behaves as
 *     without a key; but on a deadlock it runs again from its start, and it must neither call out nor wait for a job.
 *   KEYED_STEPS: the handler's transactions are its own, since it calls out or waits in between. It must be fit to run again after
 *     dying anywhere, as a job's step is. In the transaction that has the effect it calls idempotency_about(), which fails
 *     when the claim was lost meanwhile and lets a retry find what was made: the retry runs the handler again, and
 *     idempotency_noted() tells it where to go on. The answer is kept after the handler's last transaction.
 *   KEYED_NEVER: the header is ignored: logins, whose answers are cookies. */
#ifndef PORTICO_WEB_IDEMPOTENCY_H
#define PORTICO_WEB_IDEMPOTENCY_H

#include "lib/web/request.h"

extern const struct problem_kind PROBLEM_KEY_MALFORMED; /* 400 web.key.malformed */
extern const struct problem_kind PROBLEM_KEY_IN_FLIGHT; /* 409 web.key.in_flight + Retry-After */
extern const struct problem_kind PROBLEM_KEY_LARGE;  /* 409 web.key.large: done, but the answer was too large to keep */
extern const struct problem_kind PROBLEM_KEY_REUSED; /* 422 web.key.reused */

/* Says in the open transaction what this request is about ("facility.resource", id), for a retry and for idempotency_forget().
 * PROBLEM_KEY_IN_FLIGHT when the claim was lost. A request without a key: nothing happens. `kind` has at most 64 characters. */
struct problem *idempotency_about(struct req *r, const char *kind, int64_t id) MUST_CHECK;

/* What an earlier try of this request said it is about; 0: nothing of that kind. */
int64_t idempotency_noted(const struct req *r, const char *kind);

/* Deletes all keys that are about it, answers included: for erasing. */
struct problem *idempotency_forget(struct db *db, struct arena *a, const char *kind, int64_t id) MUST_CHECK;

/* Deletes at most `most` keys that have expired or are too many; for a schedule. */
struct problem *idempotency_sweep(struct db *db, struct arena *a, struct instant now, int64_t most, int64_t *gone)
	MUST_CHECK;

#endif
