/* assets.h - files of web/ that were put into the program by web/embed. */
#ifndef PORTICO_WEB_ASSETS_H
#define PORTICO_WEB_ASSETS_H

#include <stddef.h>

struct asset {
	const void *bytes;
	size_t size;
};
extern const struct asset asset_docs_html, asset_docs_css, asset_docs_js;
extern const struct asset asset_browse_css, asset_browse_js;
extern const struct asset asset_admin_css;

#endif
