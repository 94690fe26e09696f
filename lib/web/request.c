/* request.c - what a handler may ask about its request. Headers and variables are looked up in the front server's
 * words when they are asked for. */
#include "lib/web/inner.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

const char *req_param(const struct req *r, const char *name)
{
	const struct inner *in = r->inner;
	size_t i = 0;

	while (i < in->entry->param_count && !text_equal(in->entry->params[i].name, name))
		i++;
	assert(i < in->entry->param_count); /* the route has a parameter of that name */
	return i < in->entry->param_count ? in->values[i] : "";
}

int64_t req_param_int(const struct req *r, const char *name)
{
	int64_t n = 0;
	bool fits = num_read(req_param(r, name), 0, INT64_MAX, &n);

	assert(fits); /* the router has counted its digits */
	return fits ? n : 0;
}

const char *req_header(const struct req *r, const char *name)
{
	char variable[64] = "HTTP_";
	size_t n = sizeof("HTTP_") - 1;

	if (strcasecmp(name, "Content-Type") == 0)
		return r->transport->variable(r->transport->context, "CONTENT_TYPE");
	if (strcasecmp(name, "Content-Length") == 0)
		return r->transport->variable(r->transport->context, "CONTENT_LENGTH");
	for (const char *c = name; *c && n < sizeof(variable) - 1; c++)
		variable[n++] = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	variable[n] = '\0';
	return r->transport->variable(r->transport->context, variable);
}

const char *req_variable(const struct req *r, const char *name)
{
	assert(!text_starts(name, "HTTP_")); /* that is what a client can send */
	return r->transport->variable(r->transport->context, name);
}

const char *req_address(const struct req *r)
{
	const char *address = r->transport->variable(r->transport->context, "REMOTE_ADDR");

	return address && *address ? address : "-";
}

const char *address_network(struct arena *a, const char *address)
{
	static const unsigned char v4_in_v6[12] = { [10] = 0xff, [11] = 0xff };
	unsigned char raw[16];
	char text[INET6_ADDRSTRLEN];

	if (!address || !*address)
		return "-";
	if (inet_pton(AF_INET6, address, raw) != 1)
		return address;
	if (memcmp(raw, v4_in_v6, sizeof(v4_in_v6)) == 0)
		return arena_text(a, inet_ntop(AF_INET, raw + sizeof(v4_in_v6), text, sizeof(text)));
	memset(raw + 8, 0, 8);
	return arena_text(a, inet_ntop(AF_INET6, raw, text, sizeof(text)));
}

/* RFC 6265 section 5.4: pairs parted by "; ". The first one of a name counts, as in Django. */
const char *req_cookie(const struct req *r, const char *name)
{
	const char *at = r->transport->variable(r->transport->context, "HTTP_COOKIE");
	const size_t n = strlen(name);

	while (at && *at) {
		at += strspn(at, " \t;");

		const size_t length = strcspn(at, ";");

		if (length > n && at[n] == '=' && memcmp(at, name, n) == 0) {
			const char *value = at + n + 1;
			size_t size = length - n - 1;

			while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t'))
				size--;
			if (size >= 2 && value[0] == '"' && value[size - 1] == '"') {
				value++;
				size -= 2;
			}
			return arena_text_n(r->arena, value, size);
		}
		at += length;
	}
	return NULL;
}

const char *form_value(struct arena *a, const char *text, size_t length, const char *name)
{
	const size_t n = strlen(name);
	const char *end = text + length, *found = NULL;

	for (const char *at = text; at < end;) {
		const char *stop = memchr(at, '&', (size_t)(end - at));

		if (!stop)
			stop = end;
		if ((size_t)(stop - at) >= n && memcmp(at, name, n) == 0) {
			if (at + n == stop)
				found = "";
			else if (at[n] == '=')
				found = percent_decode(a, at + n + 1, (size_t)(stop - at - (ptrdiff_t)n - 1), true);
		}
		at = stop + 1;
	}
	return found;
}

size_t req_query_pairs(struct req *r, struct query_pair *out, size_t most)
{
	size_t count = 0;

	for (const char *at = r->query_text; *at && count < most; at += *at == '&') {
		const size_t length = strcspn(at, "&");
		const char *equals = memchr(at, '=', length);
		const size_t name = equals ? (size_t)(equals - at) : length;
		struct query_pair pair = { .name = percent_decode(r->arena, at, name, true), .value = "" };

		if (equals)
			pair.value = percent_decode(r->arena, equals + 1, length - name - 1, true);
		at += length;
		if (pair.name && pair.value && *pair.name)
			out[count++] = pair;
	}
	return count;
}

const char *req_address_text(struct req *r)
{
	const struct inner *in = r->inner;
	struct buf b;

	buf_init(&b, r->arena, (size_t)4 * URI_MOST);
	uri_clean(&b, in->whole_path, in->path_length);
	if (*r->query_text) {
		buf_char(&b, '?');
		uri_clean(&b, r->query_text, strlen(r->query_text));
	}
	return buf_string(&b);
}

bool media_is(const char *value, const char *media)
{
	const size_t n = strlen(media);

	value += strspn(value, " \t");
	return strncasecmp(value, media, n) == 0 && strchr(" \t;,", value[n]) != NULL; /* the NUL counts too */
}

void uri_clean(struct buf *b, const char *raw, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)raw[i] <= 0x20 || (unsigned char)raw[i] >= 0x7f || strchr("\"<>\\^`{|}", raw[i]))
			buf_printf(b, "%%%02X", (unsigned char)raw[i]);
		else
			buf_char(b, raw[i]);
}

bool req_body_is_form(const struct req *r)
{
	const struct inner *in = r->inner;

	return in->text_length > 0 && (in->type == BODY_FORM || in->type == BODY_MULTIPART);
}
