/* service.h - what a service is made of. Used inside lib/call alone. */
#ifndef PORTICO_CALL_SERVICE_H
#define PORTICO_CALL_SERVICE_H

#include <curl/curl.h>
#include <sys/types.h>

#include "lib/call/breaker.h"
#include "lib/call/call.h"

struct service {
	struct service_conf conf;
	const char *base;   /* URL in curl's words: http or https */
	const char *socket; /* path of a unix socket, or NULL */
	CURL *easy;
	pid_t owner;     /* the process whose connections `easy` holds */
	CURL *inherited; /* the parent's handle in a forked child: not ours to touch */
	struct breaker *breaker;
};

/* Sets an option unless one before it failed. */
#define CURL_SET(code, easy, option, value)                     \
	do {                                                        \
		if ((code) == CURLE_OK)                                 \
			(code) = curl_easy_setopt((easy), option, (value)); \
	} while (0)

/* The service's handle in this process, with all its options at their defaults; NULL when there is no memory. */
CURL *service_handle(struct service *s);

/* What is the same for every call: where to, limits, TLS, credentials. */
CURLcode service_options(const struct service *s, CURL *easy);

#endif
