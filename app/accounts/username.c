/* username.c - which names may be stored and used in paths. */
#include <string.h>

#include "app/accounts/accounts.h"

#define NAME_MOST 150

bool username_is_plain(const char *username)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-";
	const size_t n = username ? strlen(username) : 0;

	return n > 0 && n <= NAME_MOST && strspn(username, plain) == n && strcmp(username, ".") != 0 &&
	       strcmp(username, "..") != 0;
}
