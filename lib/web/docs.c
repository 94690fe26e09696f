/* docs.c - a page to read the contract and try it. Its files are part of the program and nothing else is loaded. */
#include "lib/web/assets.h"
#include "lib/web/inner.h"

static struct problem *send(struct req *r, const char *type, const struct asset *asset)
{
	reply_header(r, "Cache-Control", "no-cache");
	reply_header(r, "Content-Security-Policy",
	             "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
	             "form-action 'none'; frame-ancestors 'self'");
	return reply_bytes(r, 200, type, asset->bytes, asset->size);
}

struct problem *docs_show(struct req *r)
{
	return send(r, "text/html; charset=utf-8", &asset_docs_html);
}

struct problem *docs_style(struct req *r)
{
	return send(r, "text/css; charset=utf-8", &asset_docs_css);
}

struct problem *docs_script(struct req *r)
{
	return send(r, "text/javascript; charset=utf-8", &asset_docs_js);
}
