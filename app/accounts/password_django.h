/* password_django.h - the password hashes that Django writes (accounts-and-conventions.md section 3): checked, never made.
 *
 *   pbkdf2_sha256$<iterations>$<salt>$<base64>   pbkdf2_sha1$…           Django's own
 *   argon2$argon2id$v=19$m=…,t=…,p=…$…$…         argon2$argon2i$…        of argon2-cffi
 *   bcrypt_sha256$$2b$12$…                       bcrypt$$2b$12$…         of bcrypt
 *
 * Others, such as sha1$, md5$ and crypt$, are weaker than what one may ask of a login and are not read. */
#ifndef PORTICO_ACCOUNTS_PASSWORD_DJANGO_H
#define PORTICO_ACCOUNTS_PASSWORD_DJANGO_H

#include <stdbool.h>

/* False for what no password can match: another scheme, or text that is no hash of it. */
bool password_django_usable(const char *hash);

/* True when the password is the one of that hash. */
bool password_django_matches(const char *hash, const char *password);

#endif
