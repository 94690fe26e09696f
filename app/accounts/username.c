/* username.c - which names may be stored and used in paths. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <assert.h>
#include <pcre2.h>
#include <string.h>

#include "app/accounts/account.h"
#include "lib/base/text.h"

#define NAME_MOST 150

/* Letters and digits as Python's \w has them in the pattern of Django's username, and no line break at the end. */
bool username_letters_fit(const char *username)
{
	static const char pattern[] = "^[\\p{L}\\p{N}_.@+-]+\\z";
	static pcre2_code *code;
	const size_t n = username ? strlen(username) : 0;
	int error;
	PCRE2_SIZE at;

	if (!code)
		code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);
	assert(code);
	if (!code || n == 0 || !utf8_valid(username, n) || strcmp(username, ".") == 0 || strcmp(username, "..") == 0)
		return false;

	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	const bool fits = pcre2_match(code, (PCRE2_SPTR)username, n, 0, 0, data, NULL) >= 0;

	pcre2_match_data_free(data);
	return fits;
}

bool username_is_valid(const char *username)
{
	return username_letters_fit(username) && utf8_length(username) <= NAME_MOST;
}

bool username_is_plain(const char *username)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-";
	const size_t n = username ? strlen(username) : 0;

	return n > 0 && n <= NAME_MOST && strspn(username, plain) == n && strcmp(username, ".") != 0 &&
	       strcmp(username, "..") != 0;
}
