/* limits.c - the outline of a request before anything is done with it: how long, how many, and for which host. */
#include "lib/web/inner.h"

#include <string.h>

#include "lib/base/text.h"

/* "example.org:8443" -> the length of the name; [::1] keeps its brackets. */
static size_t host_name_length(const char *host)
{
	const char *closing = host[0] == '[' ? strchr(host, ']') : NULL;

	return closing ? (size_t)(closing - host) + 1 : strcspn(host, ":");
}

static bool host_is_sane(const char *host)
{
	size_t n = strlen(host);
	size_t name = host_name_length(host);

	if (n == 0 || n > 255 || name == 0)
		return false;
	for (const char *c = host; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]", *c))
			return false;
	if (host[name] == '\0')
		return true;

	int64_t port;

	return host[name] == ':' && num_read(host + name + 1, 1, 65535, &port);
}

static bool same_name(const char *host, size_t n, const char *wanted)
{
	return strlen(wanted) == n && strncasecmp(host, wanted, n) == 0;
}

/* An entry names a host with or without a port; ".example.org" also stands for all below it. */
static bool host_fits(const char *host, size_t n, const char *wanted)
{
	const size_t length = strlen(wanted);

	if (wanted[0] == '.')
		return same_name(host, n, wanted + 1) || (n > length && strncasecmp(host + n - length, wanted, length) == 0);
	return same_name(host, n, wanted) || text_equal_nocase(host, wanted);
}

static bool host_is_known(const char *host)
{
	static const char *const loopback[] = { "localhost", "127.0.0.1", "[::1]" };
	const size_t n = host_name_length(host);

	if (web_conf.hosts.count == 0) {
		for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++)
			if (same_name(host, n, loopback[i]))
				return true;
		return false;
	}
	for (size_t i = 0; i < web_conf.hosts.count; i++)
		if (host_fits(host, n, web_conf.hosts.items[i]))
			return true;
	return false;
}

/* Behind a front server that ends TLS elsewhere only the configured base says so. */
static bool is_https(const struct req *r)
{
	const char *https = req_variable(r, "HTTPS");

	if (https && *https && !text_equal_nocase(https, "off"))
		return true;
	https = req_variable(r, "REQUEST_SCHEME");
	if (https && text_equal(https, "https"))
		return true;
	return web_conf.base_url && text_starts(web_conf.base_url, "https://");
}

struct problem *outline_check(struct req *r)
{
	struct inner *in = r->inner;
	const struct transport *t = r->transport;

	r->https = is_https(r);
	if (in->path_length > URI_MOST || strlen(r->query_text) > URI_MOST)
		return problem_new(r->arena, &PROBLEM_WEB_URI, "The URI may have %d bytes.", URI_MOST);
	if (t->variable_count > HEADERS_MOST || t->variable_bytes > HEADER_BYTES_MOST)
		return problem_new(r->arena, &PROBLEM_WEB_HEADERS, "A request may have %d headers of %d bytes together.",
		                   HEADERS_MOST, HEADER_BYTES_MOST);

	const char *host = req_header(r, "Host");

	if (!host || !host_is_sane(host) || !host_is_known(host))
		return problem_new(r->arena, &PROBLEM_WEB_HOST, NULL);
	in->host = host;
	if (web_conf.base_url) {
		r->base_url = web_conf.base_url;
	} else {
		const char *scheme = r->https ? "https://" : "http://";
		const size_t head = strlen(scheme), n = strlen(host);
		char *base = arena_alloc(r->arena, head + n + 1);

		memcpy(base, scheme, head);
		memcpy(base + head, host, n);
		r->base_url = base;
	}
	return NULL;
}
