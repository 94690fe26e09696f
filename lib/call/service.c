/* service.c - a base URL checked, one curl handle per process, and the options every call to it has. */
#include "lib/call/service.h"

#include <signal.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/text.h"

/* ----- curl as a whole: from the first service to the last ----- */

static int services;

static struct problem *curl_begin(struct arena *a)
{
	struct sigaction now;

	if (services++ > 0)
		return NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		services--;
		return problem_because(problem_new(a, &PROBLEM_INTERNAL, NULL), "curl_global_init failed");
	}
	/* With CURLOPT_NOSIGNAL curl leaves SIGPIPE to us, and OpenSSL writes to sockets with write(2). */
	if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
	return NULL;
}

static void service_release(void *object)
{
	struct service *s = object;

	/* A forked child leaves the handle it inherited alone: closing it would say goodbye on the parent's connections. */
	if (s->owner == getpid())
		curl_easy_cleanup(s->easy);
	if (--services == 0)
		curl_global_cleanup();
}

/* ----- the URL ----- */

static struct problem *url_refuse(struct arena *a, const struct service_conf *conf, const char *why)
{
	return problem_new(a, &PROBLEM_SETTINGS, "The URL of %s %s.", conf->name, why);
}

static void url_free(CURLU **url)
{
	curl_url_cleanup(*url);
}

static bool url_has(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK && text && *text;

	curl_free(text);
	return has;
}

/* A URL curl is to see: http or https, a host, no credentials (they would end up in logs). */
static struct problem *url_check(struct arena *a, const struct service_conf *conf, const char *text)
{
	AUTO(url_free) CURLU *url = curl_url();

	if (!text_starts(text, "http://") && !text_starts(text, "https://"))
		return url_refuse(a, conf, "must begin with http://, https://, tcp:// or unix://");
	if (text_starts(strstr(text, "://") + 3, "/") || !url || curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK ||
	    !url_has(url, CURLUPART_HOST))
		return url_refuse(a, conf, "cannot be read");
	if (url_has(url, CURLUPART_USER) || url_has(url, CURLUPART_PASSWORD))
		return url_refuse(a, conf, "must not hold a user or password, which have settings of their own");
	if (url_has(url, CURLUPART_FRAGMENT))
		return url_refuse(a, conf, "must not hold a fragment (#)");
	return NULL;
}

static struct problem *socket_check(struct arena *a, const struct service_conf *conf, const char *path)
{
	if (path[0] != '/')
		return url_refuse(a, conf, "must hold an absolute path: unix:///run/name.sock");
	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return url_refuse(a, conf, "holds a path that is too long for a unix socket");
	return NULL;
}

static struct problem *url_read(struct arena *a, struct service *s)
{
	const struct service_conf *conf = &s->conf;
	const char *url = conf->url ? conf->url : "";

	if (text_starts(url, "unix://")) {
		s->socket = url + strlen("unix://");
		s->base = "http://localhost";
		return socket_check(a, conf, s->socket);
	}
	s->base = url;
	if (text_starts(url, "tcp://"))
		s->base = arena_printf(a, "%s%s", conf->ca_file || conf->cert_file ? "https" : "http", url + strlen("tcp"));
	return url_check(a, conf, s->base);
}

/* ----- the service ----- */

struct problem *service_new(struct process *p, const struct service_conf *conf, struct service **out)
{
	struct service *s = ARENA_NEW(p->arena, struct service);

	*s = (struct service){ .conf = *conf, .owner = getpid() };
	if (conf->connect_ms <= 0 || conf->total_ms <= 0 || conf->answer_bytes <= 0)
		return problem_new(p->arena, &PROBLEM_SETTINGS, "Every limit of %s must be greater than 0.", conf->name);
	TRY(url_read(p->arena, s));
	if (conf->breaker_failures > 0)
		TRY(breaker_open(p, conf->name, conf->url, &s->breaker));
	TRY(curl_begin(p->arena));
	arena_defer(p->arena, service_release, s);
	*out = s;
	return NULL;
}

CURL *service_handle(struct service *s)
{
	if (s->owner != getpid()) {
		s->inherited = s->easy;
		s->easy = NULL;
		s->owner = getpid();
	}
	if (!s->easy)
		s->easy = curl_easy_init();
	return s->easy;
}

static CURLcode tls_options(const struct service_conf *conf, CURL *easy)
{
	CURLcode code = CURLE_OK;

	CURL_SET(code, easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	CURL_SET(code, easy, CURLOPT_SSL_VERIFYPEER, 1L);
	CURL_SET(code, easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (conf->ca_file) {
		CURL_SET(code, easy, CURLOPT_CAINFO, conf->ca_file);
		CURL_SET(code, easy, CURLOPT_CAPATH, (char *)NULL); /* else the system's authorities would count as well */
	}
	if (conf->cert_file) {
		CURL_SET(code, easy, CURLOPT_SSLCERT, conf->cert_file);
		CURL_SET(code, easy, CURLOPT_SSLKEY, conf->key_file ? conf->key_file : conf->cert_file);
	}
	return code;
}

CURLcode service_options(const struct service *s, CURL *easy)
{
	const struct service_conf *conf = &s->conf;
	CURLcode code = tls_options(conf, easy);

	CURL_SET(code, easy, CURLOPT_PROTOCOLS_STR, "http,https");
	CURL_SET(code, easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	CURL_SET(code, easy, CURLOPT_FOLLOWLOCATION, 0L);
	CURL_SET(code, easy, CURLOPT_PROXY, ""); /* the environment's proxies are not for us */
	CURL_SET(code, easy, CURLOPT_NOSIGNAL, 1L);
	CURL_SET(code, easy, CURLOPT_PATH_AS_IS, 1L); /* a name ".." in a path must not reach another one */
	CURL_SET(code, easy, CURLOPT_TCP_KEEPALIVE, 1L);
	CURL_SET(code, easy, CURLOPT_CONNECTTIMEOUT_MS, (long)conf->connect_ms);
	CURL_SET(code, easy, CURLOPT_USERAGENT, "portico");
	if (s->socket)
		CURL_SET(code, easy, CURLOPT_UNIX_SOCKET_PATH, s->socket);
	if (conf->basic_user) {
		CURL_SET(code, easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		CURL_SET(code, easy, CURLOPT_USERNAME, conf->basic_user);
		CURL_SET(code, easy, CURLOPT_PASSWORD, conf->basic_password ? conf->basic_password : "");
	}
	return code;
}
