# nginx/fragment.mk - the file a site includes, filled in with the installed paths
nginxdir = $(pkgdatadir)/nginx
nodist_nginx_DATA = nginx/portico.conf
dist_nginx_DATA = nginx/portico-request.conf
EXTRA_DIST += nginx/portico.conf.in
CLEANFILES += nginx/portico.conf

# also used for apache/
FILL_IN = $(SED) -e 's|@''socket@|$(runstatedir)/portico/portico.sock|g' \
	-e 's|@''program@|$(libexecdir)/portico.fcgi|g' \
	-e 's|@''config@|$(sitedir)/portico.ini|g' \
	-e 's|@''rundir@|$(runstatedir)/portico|g' \
	-e 's|@''sharedir@|$(pkgdatadir)|g'

nginx/portico.conf: $(srcdir)/nginx/portico.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico.conf.in >$@.new && mv $@.new $@
