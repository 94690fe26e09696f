/* identity.h - what lib/web is handed at start, and how a stored user becomes a request's identity. */
#ifndef PORTICO_ACCOUNTS_IDENTITY_H
#define PORTICO_ACCOUNTS_IDENTITY_H

#include "lib/web/identity.h"
#include "lib/web/request.h"

extern const struct identity_source accounts_identity_source;

/* The cookie's name, and the length of its value in [a-z0-9]: 165 bits. */
#define SESSION_COOKIE "sessionid"
#define SESSION_KEY_LENGTH 32

/* What is stored instead of a session's key and of a token; `key` is the text that the client holds. */
struct bytes session_hash(struct arena *a, const char *key);
struct bytes token_hash(struct arena *a, const char *key);

/* True for text that a session's cookie could hold. */
bool session_key_is_sane(const char *key);

/* A new session for r->user in the place of the one that ended (login.c). */
struct problem *session_renew(struct req *r) MUST_CHECK;

/* Deletes the browser's session cookie. */
void session_cookie_delete(struct req *r);

#endif
